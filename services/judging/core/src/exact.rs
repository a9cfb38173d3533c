//! Exact fractions and square roots of integers, for means and their standard errors.

use std::cmp::Ordering;

use crate::decimal::{Places, RoundingMode, Thousandths, saturate};

/// A fraction of thousandths with a positive denominator; compared by its value.
#[derive(Debug, Clone, Copy)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// `numerator / denominator` thousandths; `None` unless the denominator is positive.
    pub const fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator > 0 {
            Some(Self {
                numerator,
                denominator,
            })
        } else {
            None
        }
    }

    /// The mean of some decimals; `None` of none.
    pub fn mean(values: impl IntoIterator<Item = Thousandths>) -> Option<Self> {
        let (sum, count) = values
            .into_iter()
            .fold((0i128, 0i128), |(sum, count), value| {
                (sum + i128::from(value.0), count + 1)
            });
        Self::new(sum, count)
    }

    /// The sample variance of some decimals, in square thousandths; `None` of fewer than two.
    pub fn sample_variance(values: &[Thousandths]) -> Option<Self> {
        let count = values.len() as i128;
        let (sum, squares) = values.iter().fold((0i128, 0i128), |(sum, squares), value| {
            let value = i128::from(value.0);
            (sum + value, squares + value * value)
        });
        Self::new(count * squares - sum * sum, count * (count - 1))
    }

    /// This fraction divided by a count.
    pub const fn over(self, count: i128) -> Option<Self> {
        Self::new(self.numerator, self.denominator * count)
    }

    /// The decimal this fraction becomes under a rounding rule.
    pub fn rounded(self, places: Places, mode: RoundingMode) -> Thousandths {
        let unit = i128::from(places.unit());
        Thousandths(saturate(
            mode.divide(self.numerator, self.denominator * unit) * unit,
        ))
    }

    /// The square root, to the nearest whole thousandth (halves up); of a negative number, zero.
    pub fn square_root(self) -> Thousandths {
        if self.numerator <= 0 {
            return Thousandths::ZERO;
        }
        // The largest k with (2k - 1)^2 <= 4 n / d is the root rounded half up.
        let quadruple = 4 * self.numerator / self.denominator;
        let root = integer_root(quadruple);
        Thousandths(saturate((root + 1) / 2))
    }
}

/// The largest integer whose square is not above `value` (Newton's method on integers).
fn integer_root(value: i128) -> i128 {
    if value < 2 {
        return value.max(0);
    }
    let bits = 128 - value.leading_zeros();
    let mut guess = 1i128 << bits.div_ceil(2);
    loop {
        let next = i128::midpoint(guess, value / guess);
        if next >= guess {
            return guess;
        }
        guess = next;
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mean_is_a_fraction_until_the_rule_rounds_it() {
        let thirds = Fraction::mean([7000, 7000, 6000].map(Thousandths)).unwrap();
        assert_eq!(
            thirds.rounded(Places::THREE, RoundingMode::HalfUp),
            Thousandths(6667)
        );
        assert_eq!(
            thirds.rounded(Places::TWO, RoundingMode::HalfUp),
            Thousandths(6670)
        );
        assert!(Fraction::mean([]).is_none());
        assert!(Fraction::sample_variance(&[Thousandths(1)]).is_none());
    }

    proptest! {
        #[test]
        fn a_square_root_is_the_nearest_whole_number(n in 0i128..1_000_000_000_000_000, d in 1i128..5000) {
            let root = i128::from(Fraction::new(n, d).unwrap().square_root().0);
            // (root - 1/2)^2 <= n/d < (root + 1/2)^2
            prop_assert!(root == 0 || (2 * root - 1).pow(2) * d <= 4 * n);
            prop_assert!((2 * root + 1).pow(2) * d > 4 * n);
        }
    }
}
