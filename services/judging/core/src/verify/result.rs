//! Whether the published ranking follows from the inputs.

use std::collections::BTreeMap;

use super::arithmetic::{is_standard_error, mean, reviews};
use super::{Round, VerifyError, equations};
use crate::decimal::{Places, Thousandths};
use crate::ids::EntryId;
use crate::methods::{additive, z_scores};
use crate::model::{Model, Score, Standing};
use crate::ranking::{Corrected, Row, ranking_hash};
use crate::refusal::Refusal;
use crate::reml::Variances;
use crate::round::ReviewedEntry;
use crate::rubric::Aggregator;
use crate::tiebreak;

/// How far beyond half a unit two computations of one figure may be apart.
const SLACK: f64 = 1e-6;

/// Checks every published figure.
///
/// # Errors
/// [`VerifyError`] with the first that does not follow.
pub fn check(round: &Round) -> Result<(), VerifyError> {
    let ranking = &round.ranking;
    if ranking.inputs_hash != round.closed_hash {
        return Err(VerifyError::WrongInputsHash);
    }
    let refusal = ranking.refusal.as_ref();
    if ranking.ranking_hash != ranking_hash(&ranking.rows, &ranking.unranked, refusal)? {
        return Err(VerifyError::Wrong("digest of the ranking"));
    }
    let entries = reviews(&round.input)?;
    let needed = round.input.rubric.min_reviews();
    let enough = |entry: &&ReviewedEntry| entry.reviews.len() as u64 >= u64::from(needed);
    let (ranked, short): (Vec<&ReviewedEntry>, Vec<&ReviewedEntry>) =
        entries.iter().partition(enough);
    let listed = ranking
        .unranked
        .iter()
        .map(|u| (&u.entry, u.reviews as usize, u.needed));
    let expected = short
        .iter()
        .map(|entry| (&entry.entry, entry.reviews.len(), needed));
    if !listed.eq(expected) || ranking.rows.len() != ranked.len() {
        return Err(VerifyError::Wrong("list of entries"));
    }
    let rows: BTreeMap<&EntryId, &Row> = ranking.rows.iter().map(|row| (&row.entry, row)).collect();
    for entry in &ranked {
        let row = rows
            .get(&entry.entry)
            .ok_or(VerifyError::Wrong("list of entries"))?;
        check_raw(round, entry, row)?;
    }
    check_scores(round, &ranked, &rows)?;
    check_order(round, &ranked, &rows)
}

fn totals(entry: &ReviewedEntry) -> Vec<i64> {
    let mut totals: Vec<i64> = entry.reviews.iter().map(|review| review.total.0).collect();
    totals.sort_unstable();
    totals
}

fn check_raw(round: &Round, entry: &ReviewedEntry, row: &Row) -> Result<(), VerifyError> {
    let wrong = |what| VerifyError::WrongFigure {
        entry: entry.entry.clone(),
        what,
    };
    let totals = totals(entry);
    if row.reviews as usize != totals.len() {
        return Err(wrong("number of reviews"));
    }
    if row.raw != mean(&totals, round.input.rubric.rounding()) {
        return Err(wrong("raw mean"));
    }
    if !is_standard_error(&totals, row.standard_error) {
        return Err(wrong("standard error"));
    }
    Ok(())
}

/// Checks the scores that decide, by the rubric's aggregator or, where that was rightly refused, the mean.
fn check_scores(
    round: &Round,
    ranked: &[&ReviewedEntry],
    rows: &BTreeMap<&EntryId, &Row>,
) -> Result<(), VerifyError> {
    let aggregator = round.input.rubric.aggregator();
    let corrects = matches!(aggregator, Aggregator::Reml { .. } | Aggregator::Additive);
    let refusal = round.ranking.refusal.as_ref();
    let claims_model = matches!(aggregator, Aggregator::Reml { .. }) && refusal.is_none();
    if round.model.is_some() != claims_model || (refusal.is_some() && !corrects) {
        return Err(VerifyError::Wrong("use of the model"));
    }
    if !claims_model && rows.values().any(|row| row.corrected.is_some()) {
        return Err(VerifyError::Wrong("corrected figures"));
    }
    match (aggregator, refusal) {
        (_, Some(refusal)) => {
            check_refusal(aggregator, ranked, refusal)?;
            by_dropping(round, ranked, rows, |_| 0)
        }
        (Aggregator::Mean, _) => by_dropping(round, ranked, rows, |_| 0),
        (Aggregator::TrimmedMean { drop }, _) => by_dropping(round, ranked, rows, |count| {
            if count > 2 * drop as usize {
                drop as usize
            } else {
                0
            }
        }),
        (Aggregator::Median, _) => {
            by_dropping(round, ranked, rows, |count| count.saturating_sub(1) / 2)
        }
        (Aggregator::ZScore, _) => by_figures(round, rows, &Model::of(ranked), |model| {
            Some(z_scores(model))
        }),
        (Aggregator::Additive, _) => by_figures(round, rows, &Model::of(ranked), additive),
        (Aggregator::Reml { top }, None) => by_model(round, ranked, rows, top),
    }
}

fn check_refusal(
    aggregator: Aggregator,
    ranked: &[&ReviewedEntry],
    refusal: &Refusal,
) -> Result<(), VerifyError> {
    let model = Model::of(ranked);
    let rightly = match aggregator {
        Aggregator::Reml { .. } => model.refusal.as_ref() == Some(refusal),
        _ => additive(&model).is_none(),
    };
    if rightly {
        Ok(())
    } else {
        Err(VerifyError::Wrong("refusal"))
    }
}

/// Means of sorted totals with some dropped on each side.
fn by_dropping(
    round: &Round,
    ranked: &[&ReviewedEntry],
    rows: &BTreeMap<&EntryId, &Row>,
    dropped: impl Fn(usize) -> usize,
) -> Result<(), VerifyError> {
    for entry in ranked {
        let totals = totals(entry);
        let drop = dropped(totals.len());
        let score = mean(
            &totals[drop..totals.len() - drop],
            round.input.rubric.rounding(),
        );
        if rows[&entry.entry].score != score {
            return Err(VerifyError::WrongFigure {
                entry: entry.entry.clone(),
                what: "score",
            });
        }
    }
    Ok(())
}

fn by_figures(
    round: &Round,
    rows: &BTreeMap<&EntryId, &Row>,
    model: &Model,
    figures: impl Fn(&Model) -> Option<Vec<f64>>,
) -> Result<(), VerifyError> {
    let figures = figures(model).ok_or(VerifyError::Wrong("aggregator"))?;
    let places = round.input.rubric.rounding().result;
    for (entry, figure) in model.entries.iter().zip(figures) {
        if !within_half_a_unit(rows[entry].score, figure, places) {
            return Err(VerifyError::WrongFigure {
                entry: entry.clone(),
                what: "score",
            });
        }
    }
    Ok(())
}

/// Whether a published decimal is within half a unit of a figure, and a decimal of that many places.
fn within_half_a_unit(published: Thousandths, figure: f64, places: Places) -> bool {
    let unit = places.unit();
    let gap = libm::fabs(published.0 as f64 - figure * 1000.0);
    published.0 % unit == 0 && gap <= 0.5 * unit as f64 + SLACK * (1.0 + libm::fabs(figure))
}

fn by_model(
    round: &Round,
    ranked: &[&ReviewedEntry],
    rows: &BTreeMap<&EntryId, &Row>,
    top: Option<u32>,
) -> Result<(), VerifyError> {
    let figures = round.model.as_ref().ok_or(VerifyError::Wrong("model"))?;
    equations::check(ranked, figures)?;
    let model = at_published_variances(
        ranked,
        Variances {
            entry: figures.var_entry,
            judge: figures.var_judge,
            error: figures.var_resid,
        },
    );
    if Refusal::of_design(&model.judges, &model.graph).is_some() {
        return Err(VerifyError::Wrong("use of the model"));
    }
    let standings = model.standings(top, &round.input.seed);
    let places = round.input.rubric.rounding().result;
    for (standing, (entry, effect)) in standings.iter().zip(&figures.entries) {
        let row = rows[entry];
        if !within_half_a_unit(row.score, figures.mu + effect, places) {
            return Err(VerifyError::WrongFigure {
                entry: entry.clone(),
                what: "score",
            });
        }
        let published = row.corrected.as_ref();
        if !published.is_some_and(|corrected| figures_fit(corrected, standing)) {
            return Err(VerifyError::WrongFigure {
                entry: entry.clone(),
                what: "corrected figures",
            });
        }
    }
    Ok(())
}

fn figures_fit(corrected: &Corrected, standing: &Standing) -> bool {
    let fits = |published, figure| within_half_a_unit(published, figure, Places::THREE);
    let top = match (corrected.top_probability, standing.top) {
        // The same draws at variances that differ in the ninth digit: hardly any draw changes its mind.
        (Some(published), Some(figure)) => {
            libm::fabs(published.to_f64() - figure) <= 0.0005 + 0.002
        }
        (None, None) => true,
        _ => false,
    };
    top && fits(corrected.merit, standing.merit)
        && fits(corrected.standard_error, standing.sd)
        && fits(corrected.low, standing.low)
        && fits(corrected.high, standing.high)
        && fits(corrected.expected_rank, standing.expected_rank)
}

/// The model at variances that are taken as estimated, not searched for.
fn at_published_variances(ranked: &[&ReviewedEntry], variances: Variances) -> Model {
    let mut judges: Vec<_> = ranked
        .iter()
        .flat_map(|entry| entry.reviews.iter().map(|r| r.judge.clone()))
        .collect();
    judges.sort();
    judges.dedup();
    let mut scores = Vec::new();
    for (entry, reviewed) in ranked.iter().enumerate() {
        for review in &reviewed.reviews {
            let judge = judges.binary_search(&review.judge).unwrap_or(0);
            scores.push(Score {
                entry,
                judge,
                total: review.total.to_f64(),
            });
        }
    }
    let entries = ranked.iter().map(|entry| entry.entry.clone()).collect();
    Model::at_estimates(entries, judges, scores, variances)
}

/// Checks that ranks follow from scores and, within equal scores, from the declared tie-breaks.
fn check_order(
    round: &Round,
    ranked: &[&ReviewedEntry],
    rows: &BTreeMap<&EntryId, &Row>,
) -> Result<(), VerifyError> {
    let mut by_score: BTreeMap<std::cmp::Reverse<Thousandths>, Vec<&ReviewedEntry>> =
        BTreeMap::new();
    for entry in ranked {
        let score = rows[&entry.entry].score;
        by_score
            .entry(std::cmp::Reverse(score))
            .or_default()
            .push(entry);
    }
    let mut published = round.ranking.rows.iter();
    let mut placed = 0u32;
    for group in by_score.values() {
        for sharing in tiebreak::split(group, &round.input.rubric, &round.input.seed) {
            let rank = placed + 1;
            for (entry, tie) in sharing {
                placed += 1;
                let fits = published.next().is_some_and(|row| {
                    row.entry == entry.entry && row.rank == rank && row.tie == tie
                });
                if !fits {
                    let entry = entry.entry.clone();
                    return Err(VerifyError::WrongFigure {
                        entry,
                        what: "rank",
                    });
                }
            }
        }
    }
    Ok(())
}
