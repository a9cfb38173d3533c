//! How many alarms may be false: the false discovery rate.

/// Adjusted p-values (Benjamini & Hochberg 1995, JRSS B 57:289): raising every alarm whose adjusted value
/// is below `q` makes at most a share `q` of the raised ones false, on average.
pub fn adjusted(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0;
    for (index, at) in order.into_iter().enumerate().rev() {
        least = libm::fmin(least, p[at] * p.len() as f64 / (index as f64 + 1.0));
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_are_those_of_the_textbook() {
        let p = [0.01, 0.04, 0.03, 0.005];
        let expected = [0.02, 0.04, 0.04, 0.02];
        for (ours, expected) in adjusted(&p).iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-15);
        }
        assert!(adjusted(&[]).is_empty());
    }
}
