//! The figures of the report, in the order of the page.

pub(super) mod funnel;
pub(super) mod loads;
pub(super) mod mails;
pub(super) mod map;
pub(super) mod matches;
pub(super) mod ranking;
pub(super) mod severity;
pub(super) mod timeline;

/// Pearson's correlation; 0 where it is not defined.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len().max(1) as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| pairs.iter().map(part).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let sums = pairs.iter().fold((0.0, 0.0, 0.0), |(xy, xx, yy), p| {
        let (dx, dy) = (p.0 - x, p.1 - y);
        (xy + dx * dy, xx + dx * dx, yy + dy * dy)
    });
    let spread = (sums.1 * sums.2).sqrt();
    if spread > 0.0 { sums.0 / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::correlation;

    #[test]
    fn a_straight_line_correlates_fully_and_a_flat_one_not_at_all() {
        assert!((correlation(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]) - 1.0).abs() < 1e-12);
        assert!((correlation(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]) + 1.0).abs() < 1e-12);
        assert!(correlation(&[(1.0, 5.0), (2.0, 5.0)]).abs() < 1e-12);
        assert!(correlation(&[]).abs() < 1e-12);
    }
}
