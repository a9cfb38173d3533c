//! Judges whose deviations from the panel go together.

use super::Finding;
use super::judges::correlation;
use crate::distributions::student_above;
use crate::fdr::adjusted;
use crate::model::Model;
use crate::reml::deleted::Deleted;

/// Adjusted p-values below raise an alarm.
const Q: f64 = 0.01;
/// Pairs need so many entries in common.
const FEWEST: usize = 8;
/// Pairs are not compared where there are more judges.
const MOST_JUDGES: usize = 1000;

/// Pairs of judges whose deleted residuals correlate, strongest first.
///
/// In one panel residuals are a little negatively correlated by construction, which makes the test
/// cautious.
pub fn blocs(model: &Model, residuals: &[Deleted]) -> Vec<Finding> {
    let judges = model.judges.len();
    if judges > MOST_JUDGES {
        return Vec::new();
    }
    let mut common: Vec<Vec<(f64, f64)>> = vec![Vec::new(); judges * judges];
    for panel in residuals.chunk_by(|a, b| a.entry == b.entry) {
        for (index, one) in panel.iter().enumerate() {
            for other in &panel[index + 1..] {
                common[one.judge * judges + other.judge].push((one.z, other.z));
            }
        }
    }
    let tested: Vec<(usize, f64, usize)> = common
        .iter()
        .enumerate()
        .filter(|(_, pairs)| pairs.len() >= FEWEST)
        .filter_map(|(at, pairs)| Some((at, correlation(pairs)?, pairs.len())))
        .collect();
    let p: Vec<f64> = tested
        .iter()
        .map(|(_, r, count)| {
            let freedom = *count as f64 - 2.0;
            let rest = libm::fmax(1.0 - r * r, 1e-12);
            student_above(r * libm::sqrt(freedom / rest), freedom)
        })
        .collect();
    let mut found: Vec<(usize, f64, usize, f64)> = tested
        .into_iter()
        .zip(adjusted(&p))
        .filter(|(_, q)| *q < Q)
        .map(|((at, r, count), q)| (at, r, count, q))
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
        .into_iter()
        .map(|(at, correlation, common, q)| Finding::Bloc {
            judges: [at / judges, at % judges].map(|judge| model.judges[judge].to_string()),
            correlation,
            common,
            q,
        })
        .collect()
}
