//! Residuals as if each review had not been there.
//!
//! At fixed variances the residual of a review against its prediction from all other reviews, over its
//! standard deviation, is `(P y)_i / sqrt(P_ii)` (Cook & Weisberg 1982, for the mixed model Haslett &
//! Hayes 1998, JRSS B 60:201), so that no model is fitted again.

use crate::linalg::NotPositive;

use super::crossing::{Crossing, Eliminated};
use super::equations::{Equations, Pair, weights};
use super::fit::Variances;

/// Ratios below are numerically zero.
const LEAST_RATIO: f64 = 1e-9;

/// The deleted residual of one cell of the graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deleted {
    /// The entry.
    pub entry: usize,
    /// The judge.
    pub judge: usize,
    /// The residual over its standard deviation.
    pub z: f64,
}

/// Deleted residuals of every cell, by entry and judge; nothing where the error variance is zero.
///
/// # Errors
/// [`NotPositive`] when the equations cannot be factored.
pub fn deleted_residuals(
    crossing: &Crossing,
    variances: Variances,
) -> Result<Vec<Deleted>, NotPositive> {
    if variances.error <= 0.0 {
        return Ok(Vec::new());
    }
    let ratio = |variance: f64| libm::fmax(variance / variances.error, LEAST_RATIO);
    let (large, small) = match crossing.eliminated {
        Eliminated::Entries => (variances.entry, variances.judge),
        Eliminated::Judges => (variances.judge, variances.entry),
    };
    let equations = Equations::<f64>::new(
        crossing,
        Pair {
            large: ratio(large),
            small: ratio(small),
        },
    )?;
    let effects = equations.solve_scores();
    let sigma = libm::sqrt(variances.error);
    let squares: Vec<f64> = (0..crossing.small())
        .map(|j| equations.factor.inverse_diagonal(j))
        .collect();
    let mut row = Vec::new();
    let mut all = Vec::new();
    for i in 0..crossing.large() {
        let own = equations.common(i, &mut row);
        let d = equations.diagonal[i];
        let mean_row = equations.mean_row(i);
        for cell in crossing.cells(i) {
            let j = cell.kept as usize;
            let cells = weights(crossing.cells(i));
            let crossed = equations.factor.product_at(j, cells, &row);
            let shared = squares[j] - 2.0 * crossed / d + own / (d * d);
            let mean = 1.0 - equations.mean_share[j] - mean_row / d;
            let fitted = 1.0 / d + shared + mean * mean / equations.mean_information;
            // A cell of several scores is judged by its mean.
            let free = 1.0 / cell.count - fitted;
            let residual =
                cell.sum / cell.count - effects.mean - effects.large[i] - effects.small[j];
            if free > 1e-12 {
                let z = residual / (sigma * libm::sqrt(free));
                let (entry, judge) = match crossing.eliminated {
                    Eliminated::Entries => (i, j),
                    Eliminated::Judges => (j, i),
                };
                all.push(Deleted { entry, judge, z });
            }
        }
    }
    all.sort_by_key(|deleted| (deleted.entry, deleted.judge));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reml::{Observation, fit_with};

    /// Drops every review in turn, fits the rest at the same variances, and predicts it.
    #[test]
    fn deleted_residuals_are_those_of_fits_without_the_review() {
        let variances = Variances {
            entry: 1.3,
            judge: 0.4,
            error: 0.9,
        };
        let observations: Vec<Observation> = (0..40u32)
            .map(|k| Observation {
                entry: k / 4,
                judge: (k / 4 * 3 + k % 4) % 7,
                score: f64::from(k * 37 % 11),
            })
            .collect();
        let crossing = Crossing::new(10, 7, observations.clone()).unwrap();
        for deleted in deleted_residuals(&crossing, variances).unwrap() {
            let is_it = |o: &Observation| {
                (o.entry as usize, o.judge as usize) == (deleted.entry, deleted.judge)
            };
            let it = observations.iter().copied().find(is_it).unwrap();
            let rest: Vec<Observation> =
                observations.iter().copied().filter(|o| !is_it(o)).collect();
            let fit = fit_with(&Crossing::new(10, 7, rest).unwrap(), variances).unwrap();
            let predicted =
                fit.mu + fit.entries[deleted.entry].blup + fit.judges[deleted.judge].blup;
            let gap = it.score - predicted;
            assert!(gap.signum().to_bits() == deleted.z.signum().to_bits());
            let sd = gap / deleted.z;
            assert!(
                sd > 0.9f64.sqrt(),
                "a prediction is less sure than the error alone: {sd}"
            );
            assert!(
                sd < (0.9f64 + 1.3 + 0.4 + fit.se_mu * fit.se_mu).sqrt(),
                "{sd}"
            );
        }
    }
}
