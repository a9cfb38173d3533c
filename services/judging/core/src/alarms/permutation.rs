//! Permutation tests: how often chance alone would make the labelled values as high.
//!
//! Nothing is assumed but that, without bias, any of the values might have carried the label (Pitman 1937, JRSS Supp. 4:119;
//! Good 2005, "Permutation, parametric and bootstrap tests"). Welch's test needs more: with a handful of home entries of nearly one
//! value it takes their small spread for precision.

use crate::draws::Key;
use crate::ranking::Seed;

/// Draws are the same in every round and on every machine; nobody has a choice among seeds.
const SEED: Seed = Seed([0; 32]);
/// So many permutations tell a p-value of 0.05 to a few thousandths.
pub const DRAWS: u32 = 9_999;

/// The one-sided p-value of the sum of `home` among all values: the share of `draws` random choices of as many values, the true
/// one counted in, whose sum is not smaller.
pub fn p_above(home: &[f64], away: &[f64], draws: u32, purpose: &str) -> f64 {
    let mut all = [home, away].concat();
    // The order in which reviews came must not matter.
    all.sort_by(f64::total_cmp);
    let mut sorted = home.to_vec();
    sorted.sort_by(f64::total_cmp);
    let observed: f64 = sorted.iter().sum();
    // Equal sums in another order differ by rounding.
    let slack = 1e-9 * (1.0 + all.iter().map(|value| libm::fabs(*value)).sum::<f64>());
    let mut stream = Key::new(&SEED, purpose).stream(0);
    let mut as_high = 0u32;
    for _ in 0..draws {
        let mut sum = 0.0;
        for place in 0..home.len() {
            let other = place + stream.below(all.len() - place);
            all.swap(place, other);
            sum += all[place];
        }
        as_high += u32::from(sum >= observed - slack);
    }
    (f64::from(as_high) + 1.0) / (f64::from(draws) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_is_the_share_of_all_choices_where_they_can_be_counted() {
        // Of the 10 pairs of 1..5, the pair (4, 5) alone reaches 9; (3, 5) and it reach 8.
        let p = |home: &[f64], away: &[f64]| p_above(home, away, 20_000, "test");
        assert!((p(&[5.0, 4.0], &[1.0, 2.0, 3.0]) - 0.1).abs() < 0.01);
        assert!((p(&[5.0, 3.0], &[1.0, 2.0, 4.0]) - 0.2).abs() < 0.012);
        assert!((p(&[1.0, 2.0], &[5.0, 3.0, 4.0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_reviews_changes_no_bit() {
        let one = p_above(&[1.0, 0.3], &[0.2, 0.1, 0.7], 999, "test");
        let other = p_above(&[0.3, 1.0], &[0.7, 0.2, 0.1], 999, "test");
        assert_eq!(one.to_bits(), other.to_bits());
    }
}
