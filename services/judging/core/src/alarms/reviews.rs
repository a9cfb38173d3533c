//! Reviews that stand alone.

use super::Finding;
use crate::fdr::adjusted;
use crate::model::Model;
use crate::normal::normal_below;
use crate::reml::deleted::Deleted;

/// From so many standard deviations on, a review is called outlying.
const FAR: f64 = 3.0;
/// In rounds with fewer reviews the model is less sure, and the bound is higher.
const SMALL_ROUND: usize = 200;
const FAR_IN_A_SMALL_ROUND: f64 = 3.5;

/// Outlying reviews, farthest first.
pub fn outlying(model: &Model, residuals: &[Deleted]) -> Vec<Finding> {
    let far = if model.scores.len() < SMALL_ROUND {
        FAR_IN_A_SMALL_ROUND
    } else {
        FAR
    };
    let p: Vec<f64> = residuals
        .iter()
        .map(|deleted| 2.0 * normal_below(-libm::fabs(deleted.z)))
        .collect();
    let q = adjusted(&p);
    let mut found: Vec<(&Deleted, f64)> = residuals
        .iter()
        .zip(q)
        .filter(|(deleted, _)| libm::fabs(deleted.z) > far)
        .collect();
    found.sort_by(|(a, _), (b, _)| libm::fabs(b.z).total_cmp(&libm::fabs(a.z)));
    found
        .into_iter()
        .map(|(deleted, q)| Finding::OutlyingReview {
            entry: model.entries[deleted.entry].to_string(),
            judge: model.judges[deleted.judge].to_string(),
            z: deleted.z,
            q,
        })
        .collect()
}
