//! Where the score equations hold, both variances positive.

use crate::linalg::NotPositive;

use super::crossing::Crossing;
use super::equations::Pair;
use super::evaluation::Evaluation;

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
/// Systems of a lower order are not worth a rough look.
const ROUGH_FROM: usize = 400;
/// A rough look is good enough where the largest eigenvalue is at most so many times the smallest.
const ROUGH_CONDITION: f64 = 1e3;
/// After a longer step the next look may be rough too: what the step itself is wrong by is more.
const ROUGH_STEP: f64 = 0.02;
/// A step that was rough at an end and is shorter says nothing about the information.
const TELLING_STEP: f64 = 1e-4;

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

/// What one look at the model says about where to go.
#[derive(Debug, Clone, Copy)]
struct Look {
    ratios: Pair,
    criterion: f64,
    gradient: [f64; 2],
    information: [[f64; 2]; 2],
    /// By how much the criterion may be wrong.
    noise: f64,
    rough: bool,
}

impl Look {
    fn of<T>(evaluation: &Evaluation<'_, T>, crossing: &Crossing, rough: bool) -> Self {
        Self {
            ratios: evaluation.ratios,
            criterion: evaluation.criterion,
            gradient: evaluation.gradient,
            information: evaluation.information,
            noise: crossing.scores * if rough { 1e-6 } else { 1e-9 },
            rough,
        }
    }
}

/// Looks at the model, in half the time with half the digits where that does: an exact look comes with its evaluation.
fn look(
    crossing: &Crossing,
    ratios: Pair,
    may_be_rough: bool,
) -> Result<(Look, Option<Box<Evaluation<'_>>>), NotPositive> {
    if may_be_rough
        && is_tame(crossing, ratios)
        && let Ok(evaluation) = Evaluation::<f32>::at(crossing, ratios)
    {
        return Ok((Look::of(&evaluation, crossing, true), None));
    }
    let evaluation = Evaluation::at(crossing, ratios)?;
    let look = Look::of(&evaluation, crossing, false);
    Ok((look, Some(Box::new(evaluation))))
}

/// Whether the reduced system is dense, large, and far enough from singular for a rough look.
///
/// Its eigenvalues are at least the shrinkage, and at most the largest number of scores more.
fn is_tame(crossing: &Crossing, ratios: Pair) -> bool {
    let most = crossing.small_counts.iter().copied().fold(0.0, f64::max);
    crossing.thinning.is_none()
        && crossing.small() >= ROUGH_FROM
        && 1.0 + ratios.small * most <= ROUGH_CONDITION
}

/// Searches from `start`.
///
/// # Errors
/// [`NotPositive`] when the very first equations cannot be factored.
pub fn search(crossing: &Crossing, start: Pair) -> Result<Outcome<'_>, NotPositive> {
    let (mut current, mut exact) = look(crossing, start, true)?;
    let mut secants: Vec<Secant> = Vec::new();
    let mut evaluations = 1;
    loop {
        let jacobian = sharpen(current.information, &secants);
        let step = newton_step(jacobian, current.gradient)
            .or_else(|| newton_step(current.information, current.gradient))
            .unwrap_or([-current.gradient[0].signum(), -current.gradient[1].signum()]);
        let longest = libm::fmax(libm::fabs(step[0]), libm::fabs(step[1]));
        // The factor is large, and not needed beyond.
        let evaluation = exact.take();
        if longest <= SOLVED
            && let Some(mut solved) = evaluation
        {
            solved.extrapolate(step);
            return Ok(Outcome::Solved(solved, evaluations));
        }
        let mut scale = if longest > LONGEST {
            LONGEST / longest
        } else {
            1.0
        };
        let (next, of_next) = loop {
            if evaluations >= MOST_EVALUATIONS || scale < 1e-4 {
                return Ok(Outcome::Stuck);
            }
            let ratios = Pair {
                large: current.ratios.large * libm::exp(scale * step[0]),
                small: current.ratios.small * libm::exp(scale * step[1]),
            };
            if out_of_range(ratios) {
                return Ok(Outcome::OnTheBoundary);
            }
            evaluations += 1;
            match look(crossing, ratios, scale * longest > ROUGH_STEP) {
                // Near the solution the criterion is flat to rounding; the gradient decides.
                Ok((next, of_next))
                    if next.criterion
                        <= current.criterion + libm::fmax(current.noise, next.noise) =>
                {
                    break (next, of_next);
                }
                Ok(_) | Err(_) => scale *= 0.3,
            }
        };
        let moved = [scale * step[0], scale * step[1]];
        let change = [
            next.gradient[0] - current.gradient[0],
            next.gradient[1] - current.gradient[1],
        ];
        if scale * longest >= TELLING_STEP || !(current.rough || next.rough) {
            secants.push(secant(
                moved,
                change,
                [current.information, next.information],
            ));
        }
        if secants.len() > 2 {
            secants.remove(0);
        }
        (current, exact) = (next, of_next);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Key, Ziggurat};
    use crate::ranking::Seed;
    use crate::reml::Observation;
    use crate::reml::moments::starting_ratios;

    /// 600 entries, three of 450 judges each.
    fn crossing() -> Crossing {
        let ziggurat = Ziggurat::new();
        let mut stream = Key::new(&Seed([8; 32]), "search").stream(0);
        let mut normals =
            |count: u32| -> Vec<f64> { (0..count).map(|_| ziggurat.normal(&mut stream)).collect() };
        let (merits, leniencies, errors) = (normals(600), normals(450), normals(1800));
        let observations = (0..1800u32)
            .map(|k| {
                let (entry, judge) = (k / 3, (k / 3 * 7 + k % 3 * (1 + k / 3 % 29)) % 450);
                let score = merits[entry as usize] + 0.7 * leniencies[judge as usize];
                Observation {
                    entry,
                    judge,
                    score: score + errors[k as usize],
                }
            })
            .collect();
        Crossing::new(600, 450, observations).unwrap()
    }

    #[test]
    fn a_rough_look_is_nearly_as_good_as_an_exact_one() {
        let crossing = crossing();
        let start = starting_ratios(&crossing);
        let (rough, none) = look(&crossing, start, true).unwrap();
        let (exact, some) = look(&crossing, start, false).unwrap();
        assert!(rough.rough && none.is_none() && !exact.rough && some.is_some());
        assert!((rough.criterion - exact.criterion).abs() < rough.noise);
        for (one, other) in rough.gradient.iter().zip(exact.gradient) {
            assert!((one - other).abs() < 1e-6 * crossing.small() as f64);
        }
    }

    #[test]
    fn a_search_that_began_roughly_ends_exactly() {
        let crossing = crossing();
        // Sparse equations are never looked at roughly.
        let exact = crossing.clone().thinned();
        let solved = |crossing| match search(crossing, starting_ratios(crossing)).unwrap() {
            Outcome::Solved(evaluation, _) => evaluation,
            other => panic!("{other:?}"),
        };
        let (one, other) = (solved(&crossing), solved(&exact));
        let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} {b}");
        near(one.ratios.large, other.ratios.large);
        near(one.ratios.small, other.ratios.small);
        near(one.criterion, other.criterion);
        for (a, b) in one.large_errors.iter().zip(&other.large_errors) {
            near(*a, *b);
        }
    }

    #[test]
    fn nearly_singular_equations_are_not_looked_at_roughly() {
        let crossing = crossing();
        let start = Pair {
            large: 1.0,
            small: 1e6,
        };
        assert!(!look(&crossing, start, true).unwrap().0.rough);
    }
}
