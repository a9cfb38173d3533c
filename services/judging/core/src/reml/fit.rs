//! Fitting the model: interior or boundary, estimated or frozen variances, and what comes out.

use super::boundary::{Present, levels, slope_of_missing};
use super::cost::Cost;
use super::crossing::{Crossing, Eliminated};
use super::equations::Pair;
use super::evaluation::Evaluation;
use super::finish::{all_equal, finish_boundary, finish_interior};
use super::moments::starting_ratios;
use super::oneway::Point;
use super::posterior::Posterior;
use super::search::{Outcome, search};

/// The variances of the model, in square score units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variances {
    /// Of the entries' merits.
    pub entry: f64,
    /// Of the judges' leniency.
    pub judge: f64,
    /// Of everything else.
    pub error: f64,
}

/// A predicted effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The best linear unbiased prediction.
    pub blup: f64,
    /// The square root of its prediction error variance.
    pub pev_sd: f64,
}

/// Why an effect has no variance in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// There is only one level, so nothing to compare.
    OneLevel,
    /// Every level has one score, so the effect cannot be told from the error.
    OneScoreEach,
    /// The estimate is zero: the levels differ less than the errors alone would make them.
    ZeroVariance,
}

/// Why the model cannot be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Fewer than two scores.
    #[error("fewer than two scores")]
    TooFewScores,
    /// The effects explain every score: no error variance is left to measure by.
    #[error("the scores leave no error variance to estimate")]
    NoError,
    /// The equations could not be solved to full precision.
    #[error("the score equations did not converge")]
    NotConverged,
    /// Both sides are so large, and share so much, that the equations take too long or do not fit into a machine.
    #[error(
        "{} judges or entries that all hang together are too many to solve for at once: some {} minutes of a processor and {} MB a fit",
        .0.equations, .0.minutes, .0.megabytes
    )]
    TooLarge(Cost),
}

/// The fitted model.
#[derive(Debug)]
pub struct Fit {
    /// The variances.
    pub variances: Variances,
    /// The overall mean.
    pub mu: f64,
    /// Its standard error.
    pub se_mu: f64,
    /// `-2 log` of the restricted likelihood at the solution.
    pub reml_crit: f64,
    /// The entries' effects.
    pub entries: Vec<Effect>,
    /// The judges' effects.
    pub judges: Vec<Effect>,
    /// Why the entries have no variance in the model, if so.
    pub entry_absence: Option<Absence>,
    /// Why the judges have no variance in the model, if so.
    pub judge_absence: Option<Absence>,
    /// How often the equations were factored.
    pub evaluations: u32,
    /// The joint uncertainty of the entries.
    pub posterior: Posterior,
    /// What not knowing the variances adds to the variance of each entry's merit, in square score units.
    pub estimation: Vec<f64>,
}

/// Estimates the variances and predicts the effects.
///
/// # Errors
/// [`FitError`] when the scores do not determine the model.
pub fn fit(crossing: &Crossing) -> Result<Fit, FitError> {
    if crossing.scores < 2.0 {
        return Err(FitError::TooFewScores);
    }
    fits(crossing)?;
    if crossing.squares
        <= f64::EPSILON * f64::EPSILON * crossing.scores * crossing.centre * crossing.centre
    {
        return Ok(all_equal(crossing));
    }
    let absences = Absences {
        large: absence(&crossing.large_counts),
        small: absence(&crossing.small_counts),
    };
    let boundary = best_boundary(crossing, absences);
    if absences.large.is_some() || absences.small.is_some() {
        return boundary
            .map(|point| finish_boundary(crossing, absences, &point))
            .ok_or(FitError::NoError);
    }
    let interior = interior(crossing, boundary.as_ref())?;
    match (interior, boundary) {
        (Some((evaluation, count)), boundary)
            if boundary.is_none_or(|b| evaluation.criterion <= b.point.criterion) =>
        {
            Ok(finish_interior(crossing, evaluation, count))
        }
        (_, Some(boundary)) => Ok(finish_boundary(crossing, absences, &boundary)),
        (_, None) => Err(FitError::NotConverged),
    }
}

/// Predicts the effects with variances that are not estimated but given (frozen at the round's close), and
/// so are no source of error.
///
/// # Errors
/// [`FitError::NoError`] unless the error variance is positive and the others are not negative.
pub fn fit_with(crossing: &Crossing, frozen: Variances) -> Result<Fit, FitError> {
    let mut fit = fit_at(crossing, frozen)?;
    fit.estimation.fill(0.0);
    Ok(fit)
}

/// Predicts the effects at variances that were estimated from these scores before.
///
/// # Errors
/// [`FitError::NoError`] unless the error variance is positive and the others are not negative.
pub fn fit_at(crossing: &Crossing, frozen: Variances) -> Result<Fit, FitError> {
    fits(crossing)?;
    let valid = frozen.error > 0.0 && frozen.entry >= 0.0 && frozen.judge >= 0.0;
    if !valid || !(frozen.error + frozen.entry + frozen.judge).is_finite() {
        return Err(FitError::NoError);
    }
    let (large, small) = match crossing.eliminated {
        Eliminated::Entries => (frozen.entry, frozen.judge),
        Eliminated::Judges => (frozen.judge, frozen.entry),
    };
    let ratios = Pair {
        large: large / frozen.error,
        small: small / frozen.error,
    };
    let mut fit = if large > 0.0 && small > 0.0 {
        let evaluation = Evaluation::at(crossing, ratios).map_err(|_| FitError::NotConverged)?;
        finish_interior(crossing, evaluation, 1)
    } else {
        let (present, ratio) = if small > 0.0 {
            (Present::Small, ratios.small)
        } else {
            (Present::Large, ratios.large)
        };
        let point = levels(crossing, present).at(ratio);
        let none = Absences {
            large: None,
            small: None,
        };
        finish_boundary(crossing, none, &Boundary { present, point })
    };
    fit.rescale(frozen.error);
    Ok(fit)
}

fn fits(crossing: &Crossing) -> Result<(), FitError> {
    let cost = Cost::of_round(crossing);
    if !cost.is_affordable() {
        return Err(FitError::TooLarge(cost));
    }
    Ok(())
}

/// Which sides have no variance in the model whatever the scores.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absences {
    pub(super) large: Option<Absence>,
    pub(super) small: Option<Absence>,
}

/// A one-way solution: the other effect's variance is zero or it has none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boundary {
    pub(super) present: Present,
    pub(super) point: Point,
}

fn absence(counts: &[f64]) -> Option<Absence> {
    if counts.len() == 1 {
        Some(Absence::OneLevel)
    } else if counts.iter().all(|count| *count <= 1.0) {
        Some(Absence::OneScoreEach)
    } else {
        None
    }
}

/// The best one-way solution from which no small variance of the missing effect does better.
fn best_boundary(crossing: &Crossing, absences: Absences) -> Option<Boundary> {
    let sides = [
        (Present::Large, absences.large, absences.small),
        (Present::Small, absences.small, absences.large),
    ];
    let mut best: Option<Boundary> = None;
    for (present, own_absence, other_absence) in sides {
        let one_way = levels(crossing, present);
        let point = if own_absence.is_some() {
            one_way.at(0.0)
        } else {
            one_way.best()
        };
        let solved = point.squares > 0.0
            && point.criterion.is_finite()
            && (other_absence.is_some() || slope_of_missing(crossing, present, &point) >= 0.0);
        if solved && best.is_none_or(|best| point.criterion < best.point.criterion) {
            best = Some(Boundary { present, point });
        }
    }
    best
}

/// The interior solution, searched from moments and, if that leads to a boundary that is none, from near
/// the one-way solutions.
fn interior<'a>(
    crossing: &'a Crossing,
    boundary: Option<&Boundary>,
) -> Result<Option<(Evaluation<'a>, u32)>, FitError> {
    let one_way = |present| levels(crossing, present).best().ratio;
    let near = |ratio: f64| libm::fmax(ratio, 1e-3);
    let starts = [
        starting_ratios(crossing),
        Pair {
            large: near(one_way(Present::Large)),
            small: 1e-3,
        },
        Pair {
            large: 1e-3,
            small: near(one_way(Present::Small)),
        },
    ];
    let mut left_the_range = false;
    for start in starts {
        match search(crossing, start) {
            Ok(Outcome::Solved(evaluation, count)) => return Ok(Some((*evaluation, count))),
            Ok(Outcome::OnTheBoundary) if boundary.is_some() => return Ok(None),
            Ok(Outcome::OnTheBoundary) => left_the_range = true,
            Ok(Outcome::Stuck) | Err(_) => {}
        }
    }
    match boundary {
        Some(_) => Ok(None),
        None if left_the_range || explains_all(crossing) => Err(FitError::NoError),
        None => Err(FitError::NotConverged),
    }
}

/// Whether hardly any square is left when both effects may be as large as they like.
fn explains_all(crossing: &Crossing) -> bool {
    let free = Pair {
        large: 1e6,
        small: 1e6,
    };
    Evaluation::<f64>::at(crossing, free).is_ok_and(|at| at.squares < 1e-5 * crossing.squares)
}
