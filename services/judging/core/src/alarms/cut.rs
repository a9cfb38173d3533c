//! How fragile the cut is: coin tosses at the line, and judges on whom it hangs.

use std::collections::BTreeSet;

use super::Finding;
use crate::decimal::Places;
use crate::model::{Model, Score, Standing, compact};
use crate::reml::fit_with;
use crate::sensitivity::ranks;

/// Entries whose probability to be among the places is between a quarter and three quarters.
pub fn coin_tosses(model: &Model, standings: &[Standing]) -> Vec<Finding> {
    let named = model.entries.iter().zip(standings);
    named
        .filter_map(|(entry, standing)| Some((entry, standing.top?)))
        .filter(|(_, probability)| (0.25..=0.75).contains(probability))
        .map(|(entry, probability)| Finding::FragileCut {
            entry: entry.to_string(),
            probability,
        })
        .collect()
}

/// Multiplications up to which every judge is left out in turn.
const MOST_WORK: f64 = 1e10;

/// Who would enter and leave the places if one judge had not scored, variances frozen.
///
/// Every judge is left out in turn; entries that only that judge saw keep no score and leave. Rounds so
/// large that this would take minutes are not tested (there no single judge decides much).
pub fn without_each_judge(model: &Model, top: u32, places: Places) -> Vec<Finding> {
    let Ok(fit) = &model.fit else {
        return Vec::new();
    };
    let order = model.entries.len().min(model.judges.len()) as f64;
    if model.judges.len() as f64 * order * order * order > MOST_WORK {
        return Vec::new();
    }
    let all: Vec<f64> = fit
        .entries
        .iter()
        .map(|effect| fit.mu + effect.blup)
        .collect();
    let within = |ranks: Vec<u32>, ids: &[usize]| -> BTreeSet<usize> {
        ids.iter()
            .zip(ranks)
            .filter(|(_, rank)| *rank <= top)
            .map(|(id, _)| *id)
            .collect()
    };
    let ids: Vec<usize> = (0..model.entries.len()).collect();
    let before = within(ranks(&all, places), &ids);
    (0..model.judges.len())
        .filter_map(|judge| {
            let others = model.scores.iter().filter(|score| score.judge != judge);
            let rest: Vec<Score> = others.copied().collect();
            let (ids, merits) = refit(&rest, model)?;
            let after = within(ranks(&merits, places), &ids);
            if after == before {
                return None;
            }
            let names = |set: BTreeSet<usize>| -> Vec<String> {
                set.into_iter()
                    .map(|entry| model.entries[entry].to_string())
                    .collect()
            };
            Some(Finding::FragileJudge {
                judge: model.judges[judge].to_string(),
                would_enter: names(&after - &before),
                would_leave: names(&before - &after),
            })
        })
        .collect()
}

/// Entries that still have a score, with their merits at the model's variances.
fn refit(scores: &[Score], model: &Model) -> Option<(Vec<usize>, Vec<f64>)> {
    let (entries, crossing) = compact(scores)?;
    let fit = fit_with(&crossing, model.fit.as_ref().ok()?.variances).ok()?;
    let merits = fit
        .entries
        .iter()
        .map(|effect| fit.mu + effect.blup)
        .collect();
    Some((entries, merits))
}
