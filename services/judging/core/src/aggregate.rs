//! From reviews to the decimals that decide ranks, by the rubric's aggregator.

use crate::decimal::Thousandths;
use crate::methods;
use crate::model::{Model, to_decimal};
use crate::ranking::{Corrected, RankingInput};
use crate::record::ModelFigures;
use crate::refusal::Refusal;
use crate::reml::Variances;
use crate::round::ReviewedEntry;
use crate::rubric::Aggregator;

/// An entry with the decimal that decides its rank.
pub(crate) struct Scored<'a> {
    pub(crate) score: Thousandths,
    pub(crate) entry: &'a ReviewedEntry,
    pub(crate) corrected: Option<Corrected>,
}

/// All entries with their scores.
pub(crate) struct Aggregated<'a> {
    pub(crate) scores: Vec<Scored<'a>>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) figures: Option<ModelFigures>,
}

/// Scores by the rubric's aggregator; by the mean where that is refused.
pub(crate) fn aggregate<'a>(
    entries: &[&'a ReviewedEntry],
    input: &RankingInput,
    frozen: Option<Variances>,
) -> Aggregated<'a> {
    let rule = input.rubric.rounding();
    let exact = |score: &dyn Fn(&ReviewedEntry) -> Thousandths| {
        let scored = |entry: &&'a ReviewedEntry| Scored {
            score: score(entry),
            entry,
            corrected: None,
        };
        entries.iter().map(scored).collect::<Vec<_>>()
    };
    let by_mean = |refusal| Aggregated {
        scores: exact(&|entry| methods::mean(entry, rule)),
        refusal: Some(refusal),
        figures: None,
    };
    let by_figures = |figures: Vec<f64>| {
        let scored = entries.iter().zip(figures).map(|(entry, figure)| Scored {
            score: to_decimal(figure, rule.result),
            entry,
            corrected: None,
        });
        scored.collect::<Vec<_>>()
    };
    let mut figures = None;
    let scores = match input.rubric.aggregator() {
        Aggregator::Mean => exact(&|entry| methods::mean(entry, rule)),
        Aggregator::TrimmedMean { drop } => {
            exact(&|entry| methods::trimmed_mean(entry, drop, rule))
        }
        Aggregator::Median => exact(&|entry| methods::median(entry, rule)),
        Aggregator::ZScore => by_figures(methods::z_scores(&Model::of(entries))),
        Aggregator::Additive => {
            let model = Model::of(entries);
            if let Some(figures) = methods::additive(&model) {
                by_figures(figures)
            } else {
                let unlinked = Refusal::of_design(&model.judges, &model.graph);
                return by_mean(unlinked.unwrap_or(Refusal::NotEstimable {
                    cause: "the round is too large to solve for every judge at once".to_owned(),
                }));
            }
        }
        Aggregator::Reml { top } => {
            let model = match frozen {
                Some(variances) => Model::of_frozen(entries, variances),
                None => Model::of(entries),
            };
            if let Some(refusal) = model.refusal {
                return by_mean(refusal);
            }
            figures = model.figures();
            let standings = model.standings(top, &input.seed);
            entries
                .iter()
                .zip(standings)
                .map(|(entry, standing)| Scored {
                    score: to_decimal(standing.merit, rule.result),
                    entry,
                    corrected: Some(Corrected::of(&standing)),
                })
                .collect()
        }
    };
    Aggregated {
        scores,
        refusal: None,
        figures,
    }
}
