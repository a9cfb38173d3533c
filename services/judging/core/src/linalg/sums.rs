//! Sums over vectors in a fixed order: eight running sums, added up pairwise at the end.

use super::real::Real;

const LANES: usize = 8;

fn fold(lanes: [f64; LANES], rest: f64) -> f64 {
    let halves = [0, 1, 2, 3].map(|lane| lanes[lane] + lanes[lane + 4]);
    ((halves[0] + halves[2]) + (halves[1] + halves[3])) + rest
}

/// `sum a_i b_i`.
pub fn dot<A: Real, B: Real>(a: &[A], b: &[B]) -> f64 {
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane].wide() * b[lane].wide();
        }
    }
    let mut rest = 0.0;
    for (a, b) in a_rest.iter().zip(b_rest) {
        rest += a.wide() * b.wide();
    }
    fold(lanes, rest)
}

/// `sum a_i^2`.
pub fn sum_of_squares<T: Real>(a: &[T]) -> f64 {
    dot(a, a)
}

/// `sum a_i`.
pub fn sum(a: &[f64]) -> f64 {
    let (chunks, rest_of) = a.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane];
        }
    }
    let mut rest = 0.0;
    for value in rest_of {
        rest += value;
    }
    fold(lanes, rest)
}

/// `y += factor * x`.
pub fn add_scaled<T: Real>(y: &mut [f64], factor: f64, x: &[T]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x.wide();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_hold_for_every_length() {
        for length in 0..40u32 {
            let a: Vec<f64> = (0..length).map(f64::from).collect();
            let expected = f64::from((0..length).map(|i| i * i).sum::<u32>());
            assert_eq!(sum_of_squares(&a).to_bits(), expected.to_bits());
            assert_eq!(
                sum(&a).to_bits(),
                f64::from((0..length).sum::<u32>()).to_bits()
            );
        }
    }
}
