//! What a report says about the panel as a whole: agreement and design.

use std::collections::BTreeMap;

use serde::Serialize;

use super::MOST_REVIEWS;
use crate::agreement::{Metric, krippendorff};
use crate::ids::CriterionId;
use crate::model::Model;
use crate::reliability::{Icc, Prospect, icc, prospects};
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
