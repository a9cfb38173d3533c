//! Whether the entry seen just before colours the next score (contrast and assimilation).

use super::Finding;
use crate::distributions::student_above;
use crate::model::Model;
use crate::reml::deleted::Deleted;

/// Beyond so many standard errors it is said.
const FAR: f64 = 3.0;
/// Fewer reviews after another say nothing.
const FEWEST: usize = 30;

/// Over all judges together, how deleted residuals go with the merit of the entry the same judge scored before; `orders` are by
/// review, as the model's scores.
pub fn sequence(model: &Model, residuals: &[Deleted], orders: &[Option<f64>]) -> Option<Finding> {
    let fit = model.fit.as_ref().ok()?;
    let mut of_judge: Vec<Vec<(f64, usize, f64)>> = vec![Vec::new(); model.judges.len()];
    for (score, order) in model.scores.iter().zip(orders) {
        let at = (score.entry, score.judge);
        let found = residuals.binary_search_by_key(&at, |deleted| (deleted.entry, deleted.judge));
        if let (Ok(index), Some(order)) = (found, order) {
            of_judge[score.judge].push((*order, score.entry, residuals[index].z));
        }
    }
    let (mut squares, mut product, mut own) = (0.0, 0.0, 0.0);
    let (mut reviews, mut freedom) = (0usize, -1.0);
    for list in &mut of_judge {
        list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let after: Vec<(f64, f64)> = list
            .array_windows()
            .map(|[before, now]| (fit.entries[before.1].blup, now.2))
            .collect();
        if after.len() < 2 {
            continue;
        }
        let count = after.len() as f64;
        let means = after.iter().fold((0.0, 0.0), |sum, (before, z)| {
            (sum.0 + before / count, sum.1 + z / count)
        });
        for (before, z) in &after {
            let (before, z) = (before - means.0, z - means.1);
            squares += before * before;
            product += before * z;
            own += z * z;
        }
        reviews += after.len();
        freedom += count - 1.0;
    }
    if reviews < FEWEST || freedom < 1.0 || squares <= 0.0 || own <= 0.0 {
        return None;
    }
    let r = product / libm::sqrt(squares * own);
    let t = r * libm::sqrt(freedom / libm::fmax(1.0 - r * r, 1e-12));
    let rare = 2.0 * student_above(libm::fabs(t), freedom) < 0.01;
    (libm::fabs(t) > FAR && rare).then_some(Finding::Sequence { t, reviews })
}
