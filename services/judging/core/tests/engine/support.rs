//! Builders of rubrics and rounds, and the reader of the reference data.

use std::path::PathBuf;

use winner_judging_core::*;

pub(crate) fn criterion(id: &str, weight_ppm: u32) -> Criterion {
    Criterion {
        id: id.into(),
        weight: Weight::from_ppm(weight_ppm).expect("a share"),
        scale: Scale {
            min: Thousandths::ZERO,
            max: Thousandths::whole(10),
            step: Thousandths(1),
        },
    }
}

pub(crate) fn draft(criteria: Vec<Criterion>) -> RubricDraft {
    RubricDraft {
        version: 1,
        criteria,
        rounding: RoundingRule {
            mode: RoundingMode::HalfUp,
            scorecard: Places::THREE,
            result: Places::THREE,
        },
        missing: MissingMark::SpreadWeight,
        min_reviews: 1,
        ties: Vec::new(),
        aggregator: Aggregator::Mean,
    }
}

/// A rubric of one criterion `overall`.
pub(crate) fn plain() -> RubricDraft {
    draft(vec![criterion("overall", 1_000_000)])
}

pub(crate) fn card(entry: &str, judge: &str, marks: &[(&str, Option<i64>)]) -> Scorecard {
    Scorecard {
        entry: entry.into(),
        judge: judge.into(),
        marks: marks
            .iter()
            .map(|(id, mark)| {
                let mark = mark.map_or(Mark::Abstained, |mark| Mark::Given(Thousandths(mark)));
                ((*id).into(), mark)
            })
            .collect(),
    }
}

/// A round with one criterion: `(entry, judge, thousandths)`.
pub(crate) fn round(draft: RubricDraft, rows: &[(&str, &str, i64)]) -> RankingInput {
    let mut entries: Vec<EntryId> = rows.iter().map(|(entry, ..)| (*entry).into()).collect();
    entries.sort();
    entries.dedup();
    RankingInput {
        rubric: Rubric::new(draft).expect("a rubric"),
        entries,
        scorecards: rows
            .iter()
            .map(|(entry, judge, mark)| card(entry, judge, &[("overall", Some(*mark))]))
            .collect(),
        exclusions: Vec::new(),
        seed: Seed([7; 32]),
    }
}

/// `(rank, entry)` of every row.
pub(crate) fn ranks(ranking: &Ranking) -> Vec<(u32, &str)> {
    ranking
        .rows
        .iter()
        .map(|row| (row.rank, row.entry.as_str()))
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "only tests look for the data, and only here"
)]
/// The folder of the judging data, or `None`, said aloud, where `WINNER_DATA` is not set.
pub(crate) fn data() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("WINNER_DATA") else {
        println!("SKIPPED: set WINNER_DATA to the folder that holds judging/ to run this test");
        return None;
    };
    Some(PathBuf::from(root).join("judging"))
}

/// The rows of a comma-separated file as maps from column to text.
pub(crate) fn read_csv(name: &str) -> Option<Vec<std::collections::BTreeMap<String, String>>> {
    let path = data()?.join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut table = sheet::parse(&text).expect("a table").into_iter();
    let header = table.next().expect("a header");
    Some(
        table
            .map(|cells| header.iter().cloned().zip(cells).collect())
            .collect(),
    )
}

/// A JSON file of the judging data.
pub(crate) fn read_json(name: &str) -> Option<serde_json::Value> {
    let path = data()?.join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).expect("JSON"))
}
