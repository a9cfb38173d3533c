//! The model at some ratios: its criterion, how that changes with them, and every prediction error variance.

use crate::linalg::sums::{add_scaled, sum_of_squares};
use crate::linalg::{NotPositive, Real};

use super::crossing::Crossing;
use super::equations::{Effects, Equations, Pair, Sums};
use super::oneway::criterion;

/// The model at some ratios, by numbers `T`: effects and squares are exact to rounding of `f64` in any case, the
/// determinant and the errors, and so criterion and gradient, are as good as `T`.
#[derive(Debug)]
pub struct Evaluation<'a, T = f64> {
    /// Variances over the error variance.
    pub ratios: Pair,
    /// The factored equations.
    pub equations: Equations<'a, T>,
    /// The effects of the scores.
    pub effects: Effects,
    /// `y' P y` times the error variance.
    pub squares: f64,
    /// `-2 log` of the restricted likelihood, the error variance at its best.
    pub criterion: f64,
    /// The criterion's gradient in the logarithms of the ratios.
    pub gradient: [f64; 2],
    /// Its average information there.
    pub information: [[f64; 2]; 2],
    /// The effects of each side's working variate, from which effects change with the ratios.
    pub working: [Effects; 2],
    /// Prediction error variances of the eliminated side over the error variance.
    pub large_errors: Vec<f64>,
    /// Those of the kept side.
    pub small_errors: Vec<f64>,
}

impl<'a, T: Real> Evaluation<'a, T> {
    /// The model at some ratios, both positive.
    ///
    /// # Errors
    /// [`NotPositive`] when rounding leaves no positive pivot.
    pub fn at(crossing: &'a Crossing, ratios: Pair) -> Result<Self, NotPositive> {
        let equations = Equations::new(crossing, ratios)?;
        let effects = equations.solve_scores();
        let squares = equations.penalised_squares(&effects);
        let large_errors = equations.large_errors();
        let small_errors = equations.small_errors();
        let freedom = crossing.scores - 1.0;
        let slope = |effects: &[f64], errors: &[f64], shrinkage: f64| {
            let (sum, trace) = effects
                .iter()
                .zip(errors)
                .fold((0.0, 0.0), |(sum, trace), (u, c)| (sum + u * u, trace + c));
            effects.len() as f64 - shrinkage * trace - freedom * shrinkage * sum / squares
        };
        let gradient = [
            slope(&effects.large, &large_errors, equations.shrinkage.large),
            slope(&effects.small, &small_errors, equations.shrinkage.small),
        ];
        let log_determinant = equations.log_determinant();
        let variates = working_sums(crossing, &effects);
        let working = variates.map(|variate| equations.solve(&variate.sums()));
        Ok(Self {
            ratios,
            criterion: criterion(
                crossing.scores,
                squares,
                log_determinant,
                equations.mean_information,
            ),
            gradient,
            information: average_information(crossing, &equations, &effects, &working, squares),
            working,
            equations,
            effects,
            squares,
            large_errors,
            small_errors,
        })
    }
}

impl Evaluation<'_> {
    /// Takes a tiny step to first order, without factoring again.
    pub(super) fn extrapolate(&mut self, step: [f64; 2]) {
        let shrinkage = self.equations.shrinkage;
        self.squares -= step[0] * shrinkage.large * sum_of_squares(&self.effects.large)
            + step[1] * shrinkage.small * sum_of_squares(&self.effects.small);
        self.ratios.large *= libm::exp(step[0]);
        self.ratios.small *= libm::exp(step[1]);
        // A side's effects grow with its own ratio; every effect gives way to both working variates.
        for value in &mut self.effects.large {
            *value += step[0] * *value;
        }
        for value in &mut self.effects.small {
            *value += step[1] * *value;
        }
        for (working, step) in self.working.iter().zip(step) {
            self.effects.mean -= step * working.mean;
            add_scaled(&mut self.effects.large, -step, &working.large);
            add_scaled(&mut self.effects.small, -step, &working.small);
        }
    }
}

/// What the effects of one side, taken as scores, sum to: the working variate of that side's ratio.
///
/// Of `gamma dH/dgamma P y`, which is `Z u`, whichever the ratio.
pub fn working_sums(crossing: &Crossing, effects: &Effects) -> [WorkingSums; 2] {
    let mut large = WorkingSums::zeros(crossing);
    let mut small = WorkingSums::zeros(crossing);
    for (i, cell) in crossing.all_cells() {
        let j = cell.kept as usize;
        large.add(i, j, cell.count * effects.large[i]);
        small.add(i, j, cell.count * effects.small[j]);
    }
    [large, small]
}

/// Owned [`Sums`].
#[derive(Debug, Clone)]
pub struct WorkingSums {
    total: f64,
    large: Vec<f64>,
    small: Vec<f64>,
}

impl WorkingSums {
    fn zeros(crossing: &Crossing) -> Self {
        Self {
            total: 0.0,
            large: vec![0.0; crossing.large()],
            small: vec![0.0; crossing.small()],
        }
    }

    fn add(&mut self, i: usize, j: usize, value: f64) {
        self.total += value;
        self.large[i] += value;
        self.small[j] += value;
    }

    /// Borrowed as a right-hand side.
    pub fn sums(&self) -> Sums<'_> {
        Sums {
            total: self.total,
            large: &self.large,
            small: &self.small,
        }
    }
}

/// Average information in the logarithms of the ratios, the error variance profiled out.
fn average_information<T: Real>(
    crossing: &Crossing,
    equations: &Equations<'_, T>,
    effects: &Effects,
    solved: &[Effects; 2],
    squares: f64,
) -> [[f64; 2]; 2] {
    let freedom = crossing.scores - 1.0;
    // w_k' P w_l = w_k' w_l - w_k' (fitted w_l).
    let mut products = [[0.0; 2]; 2];
    for (i, cell) in crossing.all_cells() {
        let j = cell.kept as usize;
        let own = [effects.large[i], effects.small[j]];
        for k in 0..2 {
            for l in 0..2 {
                let fitted = solved[l].mean + solved[l].large[i] + solved[l].small[j];
                products[k][l] += cell.count * own[k] * (own[l] - fitted);
            }
        }
    }
    let slopes = [
        equations.shrinkage.large * sum_of_squares(&effects.large),
        equations.shrinkage.small * sum_of_squares(&effects.small),
    ];
    let mut information = [[0.0; 2]; 2];
    for k in 0..2 {
        for l in 0..2 {
            let product = 0.5 * (products[k][l] + products[l][k]);
            information[k][l] = freedom * (product - slopes[k] * slopes[l] / squares) / squares;
        }
    }
    information
}
