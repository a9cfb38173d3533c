//! Judges who grow stricter or more lenient as they go on.

use super::Finding;
use super::judges::correlation;
use crate::distributions::student_above;
use crate::fdr::adjusted;
use crate::model::Model;
use crate::reml::deleted::Deleted;

/// A trend is called drift from so many standard errors on ...
const FAR: f64 = 3.0;
/// ... if its adjusted p-value is below this as well.
const Q: f64 = 0.05;
/// A judge with fewer reviews in a known order is not tested.
const FEWEST: usize = 8;

/// Judges whose deleted residuals go with the place of the review in the judge's own sequence; `orders` are
/// by review, as the model's scores.
pub fn drift(model: &Model, residuals: &[Deleted], orders: &[Option<f64>]) -> Vec<Finding> {
    let mut of_judge: Vec<Vec<(f64, f64)>> = vec![Vec::new(); model.judges.len()];
    for (score, order) in model.scores.iter().zip(orders) {
        let at = (score.entry, score.judge);
        let found = residuals.binary_search_by_key(&at, |deleted| (deleted.entry, deleted.judge));
        if let (Ok(index), Some(order)) = (found, order) {
            of_judge[score.judge].push((*order, residuals[index].z));
        }
    }
    let tested: Vec<(usize, f64, f64)> = of_judge
        .iter_mut()
        .enumerate()
        .filter(|(_, reviews)| reviews.len() >= FEWEST)
        .filter_map(|(judge, reviews)| {
            let t = trend(reviews)?;
            Some((judge, t, reviews.len() as f64 - 2.0))
        })
        .collect();
    let p: Vec<f64> = tested
        .iter()
        .map(|(_, t, freedom)| 2.0 * student_above(libm::fabs(*t), *freedom))
        .collect();
    tested
        .iter()
        .zip(adjusted(&p))
        .filter(|((_, t, _), q)| libm::fabs(*t) > FAR && *q < Q)
        .map(|((judge, t, _), q)| Finding::Drift {
            judge: model.judges[*judge].to_string(),
            t: *t,
            reviews: of_judge[*judge].len(),
            q,
        })
        .collect()
}

/// Student's t of the correlation with the place in the sequence (not the time itself: pauses say nothing).
fn trend(reviews: &mut [(f64, f64)]) -> Option<f64> {
    reviews.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let placed: Vec<(f64, f64)> = reviews
        .iter()
        .enumerate()
        .map(|(place, (_, z))| (place as f64, *z))
        .collect();
    let r = correlation(&placed)?;
    let freedom = placed.len() as f64 - 2.0;
    Some(r * libm::sqrt(freedom / libm::fmax(1.0 - r * r, 1e-12)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Key, Ziggurat};
    use crate::model::Score;
    use crate::ranking::Seed;
    use crate::reml::deleted::deleted_residuals;

    /// Twelve judges see all of twenty entries; the first grows stricter by `slope` a review.
    fn found(slope: f64) -> Vec<Finding> {
        let ziggurat = Ziggurat::new();
        let mut stream = Key::new(&Seed([3; 32]), "drift").stream(0);
        let mut scores = Vec::new();
        let mut orders = Vec::new();
        for entry in 0..20 {
            for judge in 0..12 {
                let place = (entry * 7 + judge * 3) % 20;
                let drift = if judge == 0 {
                    slope * place as f64
                } else {
                    0.0
                };
                let total = (entry % 5) as f64 - drift + ziggurat.normal(&mut stream);
                scores.push(Score {
                    entry,
                    judge,
                    total,
                });
                orders.push(Some(place as f64));
            }
        }
        let ids = |prefix: char, count: usize| (0..count).map(move |i| format!("{prefix}{i:02}"));
        let entries = ids('E', 20).map(|id| id.as_str().into()).collect();
        let judges = ids('J', 12).map(|id| id.as_str().into()).collect();
        let model = Model::fitted(entries, judges, scores, None);
        let fit = model.fit.as_ref().unwrap();
        let residuals = deleted_residuals(&model.crossing().unwrap(), fit.variances).unwrap();
        drift(&model, &residuals, &orders)
    }

    #[test]
    fn a_judge_who_grows_stricter_is_found_and_nobody_else() {
        let alarms = found(0.25);
        let [Finding::Drift { judge, t, .. }] = &alarms[..] else {
            panic!("{alarms:?}")
        };
        assert_eq!(judge, "J00");
        assert!(*t < -FAR);
        assert!(found(0.0).is_empty());
    }
}
