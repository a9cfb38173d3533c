//! Everything `alarms` can find in one round, put together.

use std::collections::BTreeMap;

use crate::alarms::reciprocity::Circles;
use crate::alarms::{
    Alarm, Finding, affinity, bloc, cut, drift, judges, reciprocity, reviews, sequence,
};
use crate::decimal::Places;
use crate::model::{Model, Standing};
use crate::reml::deleted::{Deleted, deleted_residuals};
use crate::report::{Agreement, Design};
use crate::sheet::Loaded;
use crate::table::Table;

/// Ordinal agreement below means that judges understand a criterion differently ...
const LOW_ALPHA: f64 = 0.4;
/// ... and so does a smaller share of merit in the means.
const LOW_SHARE: f64 = 0.6;
/// A smaller spectral gap means that parts of a round are hardly compared.
const WEAK_GAP: f64 = 0.1;

/// What alarms look at.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The reviews with their marks.
    pub table: &'a Table,
    /// The model.
    pub model: &'a Model,
    /// What the model says about each entry.
    pub standings: &'a [Standing],
    /// How far judges agree.
    pub agreement: &'a Agreement,
    /// How the round hangs together.
    pub design: &'a Design,
    /// How many places are awarded.
    pub top: Option<u32>,
    /// Places to which scores are rounded before they are compared.
    pub places: Places,
    /// Kinships, by the name of their column.
    pub kinships: BTreeMap<String, Kinship>,
}

/// Who belongs together by one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinship {
    /// By review, whether judge and entry share the column's value.
    pub home: Vec<bool>,
    /// The values of judges and entries.
    pub circles: Circles,
}

/// Every alarm, most general first.
pub fn alarms(evidence: &Evidence<'_>) -> Vec<Alarm> {
    let model = evidence.model;
    let residuals = residuals(model);
    let mut found = low_agreement(evidence.agreement);
    found.extend(links(evidence.design));
    for (column, kinship) in &evidence.kinships {
        found.extend(affinity::findings(model, column, &kinship.home));
        found.extend(reciprocity::findings(column, &kinship.circles, &residuals));
    }
    found.extend(judges::severe(model, 0.5 * step(model)));
    found.extend(judges::erratic(model, &residuals));
    found.extend(judges::muted(model, &residuals));
    found.extend(judges::flat(model));
    found.extend(judges::halo(evidence.table));
    found.extend(drift::drift(model, &residuals, &evidence.table.orders));
    found.extend(sequence::sequence(
        model,
        &residuals,
        &evidence.table.orders,
    ));
    found.extend(bloc::blocs(model, &residuals));
    found.extend(reviews::outlying(model, &residuals));
    if let Some(top) = evidence.top {
        found.extend(cut::coin_tosses(model, evidence.standings));
        found.extend(cut::without_each_judge(model, top, evidence.places));
    }
    found.into_iter().map(Alarm::from).collect()
}

fn residuals(model: &Model) -> Vec<Deleted> {
    let Ok(fit) = &model.fit else {
        return Vec::new();
    };
    let crossing = model.crossing();
    crossing
        .and_then(|crossing| deleted_residuals(&crossing, fit.variances).ok())
        .unwrap_or_default()
}

fn low_agreement(agreement: &Agreement) -> Vec<Finding> {
    let total = std::iter::once((None, agreement.alpha_ordinal, agreement.generalizability));
    let criteria = agreement.alpha_by_criterion.iter().map(|(id, alpha)| {
        let share = agreement.generalizability_by_criterion.get(id);
        (Some(id), *alpha, share.copied().flatten())
    });
    // A single criterion is the total.
    let several = agreement.alpha_by_criterion.len() > 1;
    total
        .chain(criteria.filter(|_| several))
        .filter(|(_, alpha, share)| {
            alpha.is_some_and(|alpha| alpha < LOW_ALPHA)
                || share.is_some_and(|share| share < LOW_SHARE)
        })
        .map(
            |(criterion, alpha, generalizability)| Finding::LowAgreement {
                criterion: criterion.map(ToString::to_string),
                alpha,
                generalizability,
            },
        )
        .collect()
}

/// What hangs by a thread; a round in several parts is refused anyway.
fn links(design: &Design) -> Vec<Finding> {
    let mut found = Vec::new();
    if design.components == 1 && design.spectral_gap < WEAK_GAP {
        found.push(Finding::WeakLinks {
            spectral_gap: design.spectral_gap,
        });
    }
    if design.components == 1 && !design.articulation_judges.is_empty() {
        found.push(Finding::LinkingJudges {
            judges: design.articulation_judges.clone(),
        });
    }
    found
}

/// The smallest distance between two different totals: the step of the scale, as far as it shows.
fn step(model: &Model) -> f64 {
    let mut totals: Vec<f64> = model.scores.iter().map(|score| score.total).collect();
    totals.sort_by(f64::total_cmp);
    let gaps = totals
        .array_windows()
        .map(|[low, high]| high - low)
        .filter(|gap| *gap > 1e-9);
    gaps.min_by(f64::total_cmp).unwrap_or(0.0)
}

/// Columns that both entries (`entry_X`, or `X`) and judges (`judge_X`) have, and who shares a value; blank
/// values are shared with nobody.
pub fn kinships(loaded: &Loaded, model: &Model) -> BTreeMap<String, Kinship> {
    let columns: std::collections::BTreeSet<&String> = loaded
        .judge_extras
        .values()
        .flat_map(BTreeMap::keys)
        .collect();
    let of_entry = |entry: &str, column: &str| {
        let extras = loaded.extras.get(entry)?;
        extras
            .get(&format!("entry_{column}"))
            .or_else(|| extras.get(column))
    };
    let of_judge = |judge: &str, column: &str| loaded.judge_extras.get(judge)?.get(column);
    let said = |value: Option<&String>| value.filter(|value| !value.is_empty()).cloned();
    let mut kinships = BTreeMap::new();
    for column in columns {
        let entries = model.entries.iter();
        let judges = model.judges.iter();
        let circles = Circles {
            entries: entries
                .map(|entry| said(of_entry(entry.as_str(), column)))
                .collect(),
            judges: judges
                .map(|judge| said(of_judge(judge.as_str(), column)))
                .collect(),
        };
        let home: Vec<bool> = model
            .scores
            .iter()
            .map(|score| {
                let entry = &circles.entries[score.entry];
                entry.is_some() && *entry == circles.judges[score.judge]
            })
            .collect();
        let both = |value: &Option<String>| value.is_some() && circles.judges.contains(value);
        if circles.entries.iter().any(both) {
            kinships.insert(column.clone(), Kinship { home, circles });
        }
    }
    kinships
}
