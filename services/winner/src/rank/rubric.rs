//! A spreadsheet ranked under a rubric: exact, with the declared tie-breaks.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use winner_judging_core::model::Model;
use winner_judging_core::rubric_file;
use winner_judging_core::sensitivity::Method;
use winner_judging_core::sheet::Loaded;
use winner_judging_core::{
    Aggregator, CriterionId, EntryId, JudgeId, Mark, RankingInput, Rubric, Scorecard, Seed,
    compute, round,
};

use crate::rank::files::read_yaml;
use crate::rank::{Aggregator as Choice, Args, Ruled};

/// Reads the rubric and ranks the sheet under it.
pub(crate) fn read(path: &Path, args: &Args, loaded: &Loaded, seed: Seed) -> anyhow::Result<Ruled> {
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
    let input = input(Rubric::new(draft)?, loaded, seed)?;
    let ranking = compute(&input)?;
    Ok(Ruled {
        input,
        ranking,
        method,
        top,
    })
}

/// The sheet as scorecards.
fn input(rubric: Rubric, loaded: &Loaded, seed: Seed) -> anyhow::Result<RankingInput> {
    let only = match rubric.criteria() {
        [only] => Some(only.id.clone()),
        _ => None,
    };
    let mut marks: BTreeMap<(EntryId, JudgeId), BTreeMap<CriterionId, Mark>> = BTreeMap::new();
    for row in &loaded.rows {
        if row.judge.is_empty() {
            bail!("{}: a rubric needs the judge of every score", row.cell);
        }
        let Some(exact) = row.exact else {
            bail!(
                "{}: {} has more than three decimal places",
                row.cell,
                row.score
            );
        };
        let criterion = match (&only, row.criterion.as_str()) {
            (Some(only), "") => only.clone(),
            (None, "") => bail!(
                "{}: the rubric has several criteria, the sheet names none",
                row.cell
            ),
            (_, named) => CriterionId::new(named),
        };
        let key = (
            EntryId::new(row.entry.as_str()),
            JudgeId::new(row.judge.as_str()),
        );
        marks
            .entry(key)
            .or_default()
            .insert(criterion, Mark::Given(exact));
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
