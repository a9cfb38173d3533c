//! The mixed model of a round: from reviewed entries to figures per entry and judge.

use crate::decimal::{Places, Thousandths};
use crate::graph::Graph;
use crate::ids::{EntryId, JudgeId};
use crate::ranking::Seed;
use crate::record::ModelFigures;
use crate::refusal::Refusal;
use crate::reml::{
    Crossing, CrossingError, Effect, Fit, FitError, Observation, Posterior, Variances, fit, fit_at,
    fit_with,
};
use crate::round::ReviewedEntry;
use crate::uncertainty::{NINETY_PERCENT, expected_ranks, top_probabilities};

/// The most draws behind each probability to be among the best.
const MOST_DRAWS: u32 = 20_000;
/// The fewest.
const FEWEST_DRAWS: u32 = 1_000;
/// Multiplications that all draws together may cost: a second or so.
const DRAWING_WORK: f64 = 1e9;

/// How many draws a round gets: fewer where one draw costs more, a function of the round's size alone.
pub fn draws(posterior: &Posterior) -> u32 {
    let order = posterior.common_order() as f64;
    let cost = 0.5 * order * order + 10.0 * posterior.len() as f64;
    let affordable = DRAWING_WORK / libm::fmax(cost, 1.0);
    if affordable >= f64::from(MOST_DRAWS) {
        return MOST_DRAWS;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between the bounds just checked"
    )]
    let affordable = libm::fmax(affordable, f64::from(FEWEST_DRAWS)) as u32;
    affordable
}

/// One counted review as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Position among [`Model::entries`].
    pub entry: usize,
    /// Position among [`Model::judges`].
    pub judge: usize,
    /// The weighted total.
    pub total: f64,
}

/// A round as the model sees it.
#[derive(Debug)]
pub struct Model {
    /// Entries with a review, by id.
    pub entries: Vec<EntryId>,
    /// Judges with a review, by id.
    pub judges: Vec<JudgeId>,
    /// The reviews, by entry and judge.
    pub scores: Vec<Score>,
    /// Who saw what.
    pub graph: Graph,
    /// The fit, if there is one.
    pub fit: Result<Fit, FitError>,
    /// Why the fit does not rank the round, if so.
    pub refusal: Option<Refusal>,
}

/// What the model says about one entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The judge-adjusted, shrunken score: `mu + blup`.
    pub merit: f64,
    /// The standard deviation of its error, the mean's own error included.
    pub merit_sd: f64,
    /// The same, with what estimating the variances costs.
    pub sd: f64,
    /// The lower end of the 90 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The expected rank.
    pub expected_rank: f64,
    /// The probability to be among the best `k`, where `k` was asked for.
    pub top: Option<f64>,
}

impl Model {
    /// Fits the model to the counted reviews.
    pub fn of(entries: &[&ReviewedEntry]) -> Self {
        Self::of_reviews(entries, None)
    }

    /// The model of the counted reviews at variances that were frozen before.
    pub fn of_frozen(entries: &[&ReviewedEntry], variances: Variances) -> Self {
        Self::of_reviews(entries, Some(variances))
    }

    fn of_reviews(entries: &[&ReviewedEntry], frozen: Option<Variances>) -> Self {
        let reviewed: Vec<&&ReviewedEntry> = entries
            .iter()
            .filter(|entry| !entry.reviews.is_empty())
            .collect();
        let mut judges: Vec<JudgeId> = reviewed
            .iter()
            .flat_map(|e| e.reviews.iter().map(|r| r.judge.clone()))
            .collect();
        judges.sort();
        judges.dedup();
        let scores: Vec<Score> = reviewed
            .iter()
            .enumerate()
            .flat_map(|(entry, reviewed)| {
                reviewed.reviews.iter().map(move |review| (entry, review))
            })
            .filter_map(|(entry, review)| {
                let judge = judges.binary_search(&review.judge).ok()?;
                Some(Score {
                    entry,
                    judge,
                    total: review.total.to_f64(),
                })
            })
            .collect();
        let entries = reviewed.iter().map(|entry| entry.entry.clone()).collect();
        Self::fitted(entries, judges, scores, frozen)
    }

    /// Fits the model to scores of sorted entries and judges; every entry and judge needs one.
    ///
    /// `frozen` variances are used as they are; without, they are estimated.
    pub fn fitted(
        entries: Vec<EntryId>,
        judges: Vec<JudgeId>,
        scores: Vec<Score>,
        frozen: Option<Variances>,
    ) -> Self {
        Self::with(entries, judges, scores, |crossing| match frozen {
            Some(variances) => fit_with(crossing, variances),
            None => fit(crossing),
        })
    }

    /// The model at variances that were estimated from these scores before.
    pub fn at_estimates(
        entries: Vec<EntryId>,
        judges: Vec<JudgeId>,
        scores: Vec<Score>,
        variances: Variances,
    ) -> Self {
        Self::with(entries, judges, scores, |crossing| {
            fit_at(crossing, variances)
        })
    }

    fn with(
        entries: Vec<EntryId>,
        judges: Vec<JudgeId>,
        mut scores: Vec<Score>,
        fit: impl FnOnce(&Crossing) -> Result<Fit, FitError>,
    ) -> Self {
        scores.sort_by(|a, b| {
            (a.entry, a.judge)
                .cmp(&(b.entry, b.judge))
                .then(a.total.total_cmp(&b.total))
        });
        let edges = scores.iter().map(|score| (score.entry, score.judge));
        let graph = Graph::new(entries.len(), judges.len(), edges);
        let fit = arrange(entries.len(), judges.len(), &scores)
            .map_err(|_| FitError::TooFewScores)
            .and_then(|crossing| fit(&crossing));
        let refusal = Refusal::of_design(&judges, &graph).or_else(|| Refusal::of_fit(&fit));
        Self {
            entries,
            judges,
            scores,
            graph,
            fit,
            refusal,
        }
    }

    /// The scores arranged for the equations; `None` of no scores.
    pub fn crossing(&self) -> Option<Crossing> {
        arrange(self.entries.len(), self.judges.len(), &self.scores).ok()
    }

    /// The solution at full precision; `None` without a fit.
    pub fn figures(&self) -> Option<ModelFigures> {
        let fit = self.fit.as_ref().ok()?;
        let blups =
            |effects: &[Effect]| effects.iter().map(|effect| effect.blup).collect::<Vec<_>>();
        Some(ModelFigures {
            var_entry: fit.variances.entry,
            var_judge: fit.variances.judge,
            var_resid: fit.variances.error,
            mu: fit.mu,
            entries: self
                .entries
                .iter()
                .cloned()
                .zip(blups(&fit.entries))
                .collect(),
            judges: self
                .judges
                .iter()
                .cloned()
                .zip(blups(&fit.judges))
                .collect(),
        })
    }

    /// What the model says about every entry, in the order of [`Self::entries`]; nothing without a fit.
    pub fn standings(&self, top: Option<u32>, seed: &Seed) -> Vec<Standing> {
        let Ok(fit) = &self.fit else {
            return Vec::new();
        };
        let ranks = expected_ranks(&fit.posterior);
        let draws = draws(&fit.posterior);
        let shares = top.map(|k| top_probabilities(&fit.posterior, k as usize, draws, seed));
        fit.posterior
            .merit_sds()
            .into_iter()
            .enumerate()
            .map(|(i, merit_sd)| {
                let merit = fit.mu + fit.entries[i].blup;
                let sd = libm::sqrt(merit_sd * merit_sd + fit.estimation[i]);
                Standing {
                    merit,
                    merit_sd,
                    sd,
                    low: merit - NINETY_PERCENT * sd,
                    high: merit + NINETY_PERCENT * sd,
                    expected_rank: ranks[i],
                    top: shares.as_ref().map(|shares| shares[i]),
                }
            })
            .collect()
    }
}

fn arrange(entries: usize, judges: usize, scores: &[Score]) -> Result<Crossing, CrossingError> {
    let position = |index: usize| u32::try_from(index).map_err(|_| CrossingError::Incomplete);
    let observations = scores
        .iter()
        .map(|score| {
            Ok(Observation {
                entry: position(score.entry)?,
                judge: position(score.judge)?,
                score: score.total,
            })
        })
        .collect::<Result<Vec<_>, CrossingError>>()?;
    Crossing::new(entries, judges, observations)
}

/// Some of a round's scores arranged for themselves, with the entries that are left; `None` of none.
pub fn compact(scores: &[Score]) -> Option<(Vec<usize>, Crossing)> {
    let left = |of: fn(&Score) -> usize| -> Vec<usize> {
        let mut levels: Vec<usize> = scores.iter().map(of).collect();
        levels.sort_unstable();
        levels.dedup();
        levels
    };
    let (entries, judges) = (left(|score| score.entry), left(|score| score.judge));
    let at = |levels: &[usize], level: usize| levels.binary_search(&level).unwrap_or(0);
    let renumbered: Vec<Score> = scores
        .iter()
        .map(|score| Score {
            entry: at(&entries, score.entry),
            judge: at(&judges, score.judge),
            total: score.total,
        })
        .collect();
    let crossing = arrange(entries.len(), judges.len(), &renumbered).ok()?;
    Some((entries, crossing))
}

/// A figure of the model as a decimal with so many places, halves away from zero.
pub fn to_decimal(value: f64, places: Places) -> Thousandths {
    let unit = places.unit();
    let counted = libm::round(value * 1000.0 / unit as f64);
    Thousandths::nearest(counted * unit as f64 / 1000.0).unwrap_or_default()
}
