//! What comes out of a solution: variances, effects and errors by entry and by judge.

use super::boundary::{Present, levels};
use super::crossing::{Crossing, Eliminated};
use super::estimation;
use super::evaluation::Evaluation;
use super::fit::{Absence, Absences, Boundary, Effect, Fit, Variances};
use super::oneway::Point;
use super::posterior::Posterior;

/// A side's effects with their error variances over the error variance.
#[derive(Debug, Clone, Default)]
struct SideEffects {
    effects: Vec<f64>,
    errors: Vec<f64>,
}

/// The fit of an interior solution.
pub(super) fn finish_interior(
    crossing: &Crossing,
    mut evaluation: Evaluation<'_>,
    evaluations: u32,
) -> Fit {
    let error = evaluation.squares / (crossing.scores - 1.0);
    let (ratios, criterion) = (evaluation.ratios, evaluation.criterion);
    let mean = evaluation.effects.mean;
    let mean_information = evaluation.equations.mean_information;
    let estimation = estimation::of_interior(crossing, &evaluation);
    let large = SideEffects {
        effects: evaluation.effects.large.clone(),
        errors: std::mem::take(&mut evaluation.large_errors),
    };
    let small = SideEffects {
        effects: evaluation.effects.small.clone(),
        errors: std::mem::take(&mut evaluation.small_errors),
    };
    let posterior = Posterior::of_interior(crossing, evaluation);
    let mut fit = assemble(crossing, [large, small], posterior, error);
    fit.set_variances(crossing, ratios.large * error, ratios.small * error, error);
    fit.mu = crossing.centre + mean;
    fit.se_mu = libm::sqrt(error / mean_information);
    fit.reml_crit = criterion;
    fit.evaluations = evaluations;
    fit.estimation = estimation;
    fit
}

/// The fit of a solution on the boundary.
pub(super) fn finish_boundary(crossing: &Crossing, absences: Absences, boundary: &Boundary) -> Fit {
    let Boundary { present, point } = boundary;
    let error = point.squares / (crossing.scores - 1.0);
    let one_way = levels(crossing, *present);
    let shrunk = |count: f64| point.ratio / (1.0 + point.ratio * count);
    let of_present = SideEffects {
        effects: one_way
            .counts
            .iter()
            .zip(one_way.sums)
            .map(|(count, sum)| shrunk(*count) * (sum - count * point.mean))
            .collect(),
        errors: one_way
            .counts
            .iter()
            .map(|count| {
                let shared = shrunk(*count) * count;
                shrunk(*count) + shared * shared / point.mean_information
            })
            .collect(),
    };
    let nothing = |levels: usize| SideEffects {
        effects: vec![0.0; levels],
        errors: vec![0.0; levels],
    };
    let (sides, ratios) = match present {
        Present::Large => ([of_present, nothing(crossing.small())], (point.ratio, 0.0)),
        Present::Small => ([nothing(crossing.large()), of_present], (0.0, point.ratio)),
    };
    let posterior = Posterior::of_boundary(crossing, *present, point);
    let mut fit = assemble(crossing, sides, posterior, error);
    fit.set_variances(crossing, ratios.0 * error, ratios.1 * error, error);
    fit.mu = crossing.centre + point.mean;
    fit.se_mu = libm::sqrt(error / point.mean_information);
    fit.reml_crit = point.criterion;
    fit.estimation = estimation::of_boundary(crossing, *present, point);
    let (entry, judge) = match crossing.eliminated {
        Eliminated::Entries => (absences.large, absences.small),
        Eliminated::Judges => (absences.small, absences.large),
    };
    let zero = |variance: f64| (variance == 0.0).then_some(Absence::ZeroVariance);
    fit.entry_absence = entry.or_else(|| zero(fit.variances.entry));
    fit.judge_absence = judge.or_else(|| zero(fit.variances.judge));
    fit
}

/// Every score is the same: nothing varies, everybody is equal.
pub(super) fn all_equal(crossing: &Crossing) -> Fit {
    let nothing = |levels: usize| SideEffects {
        effects: vec![0.0; levels],
        errors: vec![0.0; levels],
    };
    let point = Point {
        ratio: 0.0,
        criterion: 0.0,
        slope: 0.0,
        mean: 0.0,
        mean_information: crossing.scores,
        squares: 0.0,
    };
    let posterior = Posterior::of_boundary(crossing, Present::Large, &point);
    let sides = [nothing(crossing.large()), nothing(crossing.small())];
    let mut fit = assemble(crossing, sides, posterior, 0.0);
    fit.mu = crossing.centre;
    fit.entry_absence = Some(Absence::ZeroVariance);
    fit.judge_absence = Some(Absence::ZeroVariance);
    fit
}

fn assemble(
    crossing: &Crossing,
    [large, small]: [SideEffects; 2],
    mut posterior: Posterior,
    error: f64,
) -> Fit {
    let effects = |side: SideEffects| -> Vec<Effect> {
        side.effects
            .into_iter()
            .zip(side.errors)
            .map(|(blup, pev)| Effect {
                blup,
                pev_sd: libm::sqrt(error * pev),
            })
            .collect()
    };
    let (entries, judges) = match crossing.eliminated {
        Eliminated::Entries => (effects(large), effects(small)),
        Eliminated::Judges => (effects(small), effects(large)),
    };
    posterior.scale(error);
    Fit {
        variances: Variances {
            entry: 0.0,
            judge: 0.0,
            error,
        },
        mu: 0.0,
        se_mu: 0.0,
        reml_crit: 0.0,
        entries,
        judges,
        entry_absence: None,
        judge_absence: None,
        evaluations: 0,
        estimation: vec![0.0; posterior.len()],
        posterior,
    }
}

impl Fit {
    fn set_variances(&mut self, crossing: &Crossing, large: f64, small: f64, error: f64) {
        let (entry, judge) = match crossing.eliminated {
            Eliminated::Entries => (large, small),
            Eliminated::Judges => (small, large),
        };
        self.variances = Variances {
            entry,
            judge,
            error,
        };
    }

    /// States every error in units of another error variance, the ratios unchanged.
    pub(super) fn rescale(&mut self, error: f64) {
        let factor = libm::sqrt(error / self.variances.error);
        for effect in self.entries.iter_mut().chain(&mut self.judges) {
            effect.pev_sd *= factor;
        }
        let ratio = error / self.variances.error;
        self.variances = Variances {
            entry: self.variances.entry * ratio,
            judge: self.variances.judge * ratio,
            error,
        };
        self.se_mu *= factor;
        self.posterior.scale(error);
    }
}
