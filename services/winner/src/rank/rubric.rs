//! A spreadsheet ranked under a rubric: exact, with the declared tie-breaks.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use winner_judging_core::model::Model;
use winner_judging_core::rubric_file;
use winner_judging_core::sensitivity::Method;
use winner_judging_core::sheet::{Loaded, Problem, ProblemKind, Row};
use winner_judging_core::{
    Aggregator, CriterionId, EntryId, JudgeId, Mark, RankingInput, Rubric, Scorecard, Seed,
    Thousandths, compute, round,
};

use crate::rank::files::read_yaml;
use crate::rank::{Aggregator as Choice, Args, Ruled};

/// Reads the rubric and ranks the sheet under it; or says, cell by cell, what in the sheet does not fit it.
pub(crate) fn read(
    path: &Path,
    args: &Args,
    loaded: &Loaded,
    seed: Seed,
) -> anyhow::Result<Result<Ruled, Vec<Problem>>> {
    let rubric = rubric_file::read(read_yaml(path, true)?)
        .with_context(|| format!("the rubric {}", path.display()))?;
    let mut draft = rubric.into_draft();
    if let Some(choice) = args.aggregator {
        draft.aggregator = match choice {
            Choice::Reml => Aggregator::Reml { top: args.top },
            Choice::Mean => Aggregator::Mean,
            Choice::Trimmed => Aggregator::TrimmedMean { drop: 1 },
            Choice::Median => Aggregator::Median,
            Choice::Z => Aggregator::ZScore,
            Choice::Fixed => Aggregator::Additive,
        };
    }
    if let (Aggregator::Reml { top }, Some(_)) = (&mut draft.aggregator, args.top) {
        *top = args.top;
    }
    let method = match draft.aggregator {
        Aggregator::Mean => Method::Mean,
        Aggregator::TrimmedMean { .. } => Method::Trimmed,
        Aggregator::Median => Method::Median,
        Aggregator::ZScore => Method::Z,
        Aggregator::Additive => Method::Fixed,
        _ => Method::Reml,
    };
    let top = match draft.aggregator {
        Aggregator::Reml { top } => top,
        _ => None,
    };
    let input = match input(Rubric::new(draft)?, loaded, seed) {
        Ok(input) => input,
        Err(misfits) => return Ok(Err(misfits)),
    };
    let ranking = compute(&input)?;
    Ok(Ok(Ruled {
        input,
        ranking,
        method,
        top,
    }))
}

/// The sheet as scorecards, or what does not fit.
fn input(rubric: Rubric, loaded: &Loaded, seed: Seed) -> Result<RankingInput, Vec<Problem>> {
    let mut marks: BTreeMap<(EntryId, JudgeId), BTreeMap<CriterionId, Mark>> = BTreeMap::new();
    let mut misfits = Vec::new();
    for row in &loaded.rows {
        match mark(&rubric, row) {
            Ok((criterion, mark)) => {
                let key = (
                    EntryId::new(row.entry.as_str()),
                    JudgeId::new(row.judge.as_str()),
                );
                marks
                    .entry(key)
                    .or_default()
                    .insert(criterion, Mark::Given(mark));
            }
            Err(kind) => misfits.push(Problem {
                cell: row.cell.clone(),
                kind,
            }),
        }
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    let mut entries: Vec<EntryId> = marks.keys().map(|(entry, _)| entry.clone()).collect();
    entries.dedup();
    let scorecards = marks
        .into_iter()
        .map(|((entry, judge), marks)| Scorecard {
            entry,
            judge,
            marks,
        })
        .collect();
    Ok(RankingInput {
        rubric,
        entries,
        scorecards,
        exclusions: Vec::new(),
        seed,
    })
}

/// One mark under the rubric.
fn mark(rubric: &Rubric, row: &Row) -> Result<(CriterionId, Thousandths), ProblemKind> {
    if row.judge.is_empty() {
        return Err(ProblemKind::NoJudge);
    }
    let criterion = match (rubric.criteria(), row.criterion.as_str()) {
        ([only], "") => only,
        (_, "") => return Err(ProblemKind::NoCriterion),
        (criteria, named) => {
            let found = criteria.iter().find(|c| c.id.as_str() == named);
            found.ok_or_else(|| ProblemKind::UnknownCriterion {
                criterion: named.to_owned(),
            })?
        }
    };
    let off = || ProblemKind::OffScale {
        text: row.score.to_string(),
    };
    let exact = row
        .exact
        .filter(|mark| criterion.scale.allows(*mark))
        .ok_or_else(off)?;
    Ok((criterion.id.clone(), exact))
}

/// The model of the reviews that count under the rubric.
pub(crate) fn model(input: &RankingInput) -> anyhow::Result<Model> {
    let needed = input.rubric.min_reviews() as usize;
    let entries = round::assemble(input)?;
    let ranked: Vec<_> = entries
        .iter()
        .filter(|entry| entry.reviews.len() >= needed)
        .collect();
    Ok(Model::of(&ranked))
}
