//! What a report says about the panel as a whole: agreement and design.

use std::collections::BTreeMap;

use serde::Serialize;

use super::MOST_REVIEWS;
use crate::agreement::{Metric, krippendorff};
use crate::ids::CriterionId;
use crate::model::{Model, Score, compact};
use crate::reliability::{Icc, Prospect, icc, prospects};
use crate::reml::{Variances, fit};
use crate::table::Table;

/// How far judges agree.
#[derive(Debug, Clone, Serialize)]
pub struct Agreement {
    /// Krippendorff's alpha of the totals, by metric.
    pub alpha_nominal: Option<f64>,
    /// On ranks.
    pub alpha_ordinal: Option<f64>,
    /// On differences.
    pub alpha_interval: Option<f64>,
    /// On relative differences.
    pub alpha_ratio: Option<f64>,
    /// The ordinal alpha of each criterion.
    pub alpha_by_criterion: BTreeMap<CriterionId, Option<f64>>,
    /// The share of merit in the entries' means, judges' leniency taken off (G coefficient).
    pub generalizability: Option<f64>,
    /// The same of each criterion.
    pub generalizability_by_criterion: BTreeMap<CriterionId, Option<f64>>,
    /// Intraclass correlations, of a complete panel.
    pub icc: Option<Icc>,
    /// What more reviews would buy.
    pub prospects: Vec<Prospect>,
}

/// How the judge-entry graph hangs together.
#[derive(Debug, Clone, Serialize)]
pub struct Design {
    /// Parts no judge links.
    pub components: usize,
    /// The smallest non-trivial eigenvalue of the normalised Laplacian; weak below 0.1.
    pub spectral_gap: f64,
    /// Judges without whom the graph falls apart.
    pub articulation_judges: Vec<String>,
    /// The median number of entries per judge.
    pub median_load: f64,
}

/// How far the judges of a round agree.
pub(super) fn agreement(table: &Table, model: &Model) -> Agreement {
    let totals: Vec<Vec<f64>> = model
        .scores
        .chunk_by(|a, b| a.entry == b.entry)
        .map(|reviews| reviews.iter().map(|score| score.total).collect())
        .collect();
    let complete = totals.iter().all(|row| row.len() == model.judges.len());
    let by_criterion = table
        .criteria
        .iter()
        .enumerate()
        .filter(|(_, id)| !id.as_str().is_empty());
    Agreement {
        alpha_nominal: krippendorff(&totals, Metric::Nominal),
        alpha_ordinal: krippendorff(&totals, Metric::Ordinal),
        alpha_interval: krippendorff(&totals, Metric::Interval),
        alpha_ratio: krippendorff(&totals, Metric::Ratio),
        alpha_by_criterion: by_criterion
            .map(|(index, id)| {
                (
                    id.clone(),
                    krippendorff(&units(table, index), Metric::Ordinal),
                )
            })
            .collect(),
        generalizability: model
            .fit
            .as_ref()
            .ok()
            .and_then(|fit| share_of_merit(fit.variances, totals.iter().map(Vec::len))),
        generalizability_by_criterion: table
            .criteria
            .iter()
            .enumerate()
            .filter(|(_, id)| !id.as_str().is_empty())
            .map(|(index, id)| (id.clone(), of_criterion(table, index)))
            .collect(),
        icc: if complete { icc(&totals) } else { None },
        prospects: model
            .fit
            .as_ref()
            .map_or_else(|_| Vec::new(), |fit| prospects(fit.variances, MOST_REVIEWS)),
    }
}

/// The marks on one criterion, by entry.
fn units(table: &Table, criterion: usize) -> Vec<Vec<f64>> {
    let mut units = vec![Vec::new(); table.entries.len()];
    for (score, marks) in table.scores.iter().zip(&table.marks) {
        units[score.entry].extend(marks[criterion]);
    }
    units
}

/// Criteria of larger rounds are not fitted each for itself: scores times the smaller side.
const MOST_WORK: usize = 50_000_000;

/// The share of merit in the means on one criterion.
fn of_criterion(table: &Table, criterion: usize) -> Option<f64> {
    let marks: Vec<Score> = table
        .scores
        .iter()
        .zip(&table.marks)
        .filter_map(|(score, marks)| {
            Some(Score {
                total: marks[criterion]?,
                ..*score
            })
        })
        .collect();
    let small = table.entries.len().min(table.judges.len());
    if marks.len().saturating_mul(small) > MOST_WORK {
        return None;
    }
    let counts = marks
        .chunk_by(|a, b| a.entry == b.entry)
        .map(<[Score]>::len);
    let (_, crossing) = compact(&marks)?;
    let fit = fit(&crossing).ok()?;
    share_of_merit(fit.variances, counts)
}

/// The share at the harmonic mean of the numbers of reviews; `None` where nothing varies.
fn share_of_merit(variances: Variances, counts: impl Iterator<Item = usize>) -> Option<f64> {
    let (entries, sum) = counts.fold((0.0, 0.0), |(entries, sum), count| {
        (entries + 1.0, sum + 1.0 / count as f64)
    });
    let noise = variances.error * sum / entries;
    (variances.entry + noise > 0.0).then(|| variances.entry / (variances.entry + noise))
}

/// How a round's graph hangs together.
pub(super) fn design(model: &Model) -> Design {
    let (lower, upper) = model.graph.median_load().unwrap_or((0, 0));
    Design {
        components: model.graph.component_count(),
        spectral_gap: model.graph.spectral_gap(),
        articulation_judges: model
            .graph
            .articulation_judges()
            .into_iter()
            .map(|judge| model.judges[judge].to_string())
            .collect(),
        median_load: (lower + upper) as f64 / 2.0,
    }
}
