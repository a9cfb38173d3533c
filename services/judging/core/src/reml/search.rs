//! Where the score equations hold, both variances positive.

use crate::linalg::NotPositive;
use crate::linalg::sums::{add_scaled, sum_of_squares};

use super::crossing::Crossing;
use super::equations::{Effects, Equations, Pair, Sums};
use super::oneway::criterion;

/// The step, in the logarithms of the ratios, at which the equations count as solved: it is still taken, to
/// first order, for variances and effects, which are then exact to its square; standard deviations change
/// by less than half of it.
const SOLVED: f64 = 5e-9;
/// No step is longer.
const LONGEST: f64 = 1.5;
/// Ratios below are on their way to zero, ratios above on their way to no error at all.
const VANISHING: f64 = 1e-6;
const EXPLODING: f64 = 1e9;
const MOST_EVALUATIONS: u32 = 60;

/// The model at some ratios.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// Variances over the error variance.
    pub ratios: Pair,
    /// The factored equations.
    pub equations: Equations<'a>,
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

/// How a search ended.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// The score equations hold.
    Solved(Box<Evaluation<'a>>, u32),
    /// A ratio is on its way to zero, or the error variance is.
    OnTheBoundary,
    /// Rounding or the number of evaluations ended the search.
    Stuck,
}

impl<'a> Evaluation<'a> {
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
    fn extrapolate(&mut self, step: [f64; 2]) {
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
fn average_information(
    crossing: &Crossing,
    equations: &Equations<'_>,
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

/// Searches from `start`.
///
/// # Errors
/// [`NotPositive`] when the very first equations cannot be factored.
pub fn search(crossing: &Crossing, start: Pair) -> Result<Outcome<'_>, NotPositive> {
    let mut current = Evaluation::at(crossing, start)?;
    let mut secants: Vec<Secant> = Vec::new();
    let mut evaluations = 1;
    loop {
        let jacobian = sharpen(current.information, &secants);
        let step = newton_step(jacobian, current.gradient)
            .or_else(|| newton_step(current.information, current.gradient))
            .unwrap_or([-current.gradient[0].signum(), -current.gradient[1].signum()]);
        let longest = libm::fmax(libm::fabs(step[0]), libm::fabs(step[1]));
        if longest <= SOLVED {
            current.extrapolate(step);
            return Ok(Outcome::Solved(Box::new(current), evaluations));
        }
        // The factor is large, and no longer needed.
        let Evaluation {
            ratios,
            criterion,
            gradient,
            information,
            ..
        } = current;
        let mut scale = if longest > LONGEST {
            LONGEST / longest
        } else {
            1.0
        };
        let next = loop {
            if evaluations >= MOST_EVALUATIONS || scale < 1e-4 {
                return Ok(Outcome::Stuck);
            }
            let ratios = Pair {
                large: ratios.large * libm::exp(scale * step[0]),
                small: ratios.small * libm::exp(scale * step[1]),
            };
            if out_of_range(ratios) {
                return Ok(Outcome::OnTheBoundary);
            }
            evaluations += 1;
            match Evaluation::at(crossing, ratios) {
                // Near the solution the criterion is flat to rounding; the gradient decides.
                Ok(next) if next.criterion <= criterion + 1e-9 * crossing.scores => {
                    break next;
                }
                Ok(_) | Err(_) => scale *= 0.3,
            }
        };
        let moved = [scale * step[0], scale * step[1]];
        let change = [
            next.gradient[0] - gradient[0],
            next.gradient[1] - gradient[1],
        ];
        secants.push(secant(moved, change, [information, next.information]));
        if secants.len() > 2 {
            secants.remove(0);
        }
        current = next;
    }
}

fn out_of_range(ratios: Pair) -> bool {
    [ratios.large, ratios.small]
        .iter()
        .any(|ratio| !(VANISHING..=EXPLODING).contains(ratio))
}

/// A step, and by how much the gradient changed beyond what the average information on the way there, the mean of both ends, says.
type Secant = ([f64; 2], [f64; 2]);

/// What the average information missed on a step. The mean of both ends takes its own change into account, so that what is missed
/// is the same, to second order, where the next step begins.
fn secant(moved: [f64; 2], change: [f64; 2], ends: [[[f64; 2]; 2]; 2]) -> Secant {
    let [before, after] = ends;
    let missed = [0, 1].map(|k| {
        let said = [0, 1].map(|l| 0.5 * (before[k][l] + after[k][l]) * moved[l]);
        change[k] - (said[0] + said[1])
    });
    (moved, missed)
}

/// The information with what it missed on the last steps: Broyden's rank-one updates, where the steps were short enough for the
/// gradient to be nearly linear.
fn sharpen(information: [[f64; 2]; 2], secants: &[Secant]) -> [[f64; 2]; 2] {
    let mut missing = [[0.0; 2]; 2];
    for (step, missed) in secants {
        let length = step[0] * step[0] + step[1] * step[1];
        if length > 0.04 {
            continue;
        }
        for k in 0..2 {
            let known = missing[k][0] * step[0] + missing[k][1] * step[1];
            let gap = (missed[k] - known) / length;
            missing[k][0] += gap * step[0];
            missing[k][1] += gap * step[1];
        }
    }
    [0, 1].map(|k| [0, 1].map(|l| information[k][l] + missing[k][l]))
}

/// `-jacobian^-1 gradient`, where it goes downhill.
fn newton_step(jacobian: [[f64; 2]; 2], gradient: [f64; 2]) -> Option<[f64; 2]> {
    let [[a, b], [c, d]] = jacobian;
    let determinant = a * d - b * c;
    let step = [
        -(d * gradient[0] - b * gradient[1]) / determinant,
        -(a * gradient[1] - c * gradient[0]) / determinant,
    ];
    let downhill = step[0] * gradient[0] + step[1] * gradient[1] <= 0.0;
    (determinant > 0.0 && downhill && step.iter().all(|part| part.is_finite())).then_some(step)
}
