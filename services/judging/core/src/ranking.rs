//! The ranking of a round: a pure function of frozen inputs.

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError, Digest};
use crate::decimal::Thousandths;
use crate::exact::Fraction;
use crate::ids::EntryId;
use crate::round::{InputError, ReviewedEntry, assemble};
use crate::rubric::{Aggregator, Rubric};
use crate::scorecard::{Exclusion, Scorecard};
use crate::tie::TieReason;
use crate::tiebreak;

/// The seed of every draw in a ranking: 32 bytes, whose hash is published before scores open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(#[serde(with = "hex::serde")] pub [u8; 32]);

/// The frozen inputs of a ranking. The order of the lists means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RankingInput {
    /// The rules.
    pub rubric: Rubric,
    /// Every entry of the round, also those without a scorecard.
    pub entries: Vec<EntryId>,
    /// The scorecards as submitted.
    pub scorecards: Vec<Scorecard>,
    /// Conflicts and recusals: scorecards of these pairs do not count.
    pub exclusions: Vec<Exclusion>,
    /// The seed of draws.
    pub seed: Seed,
}

/// Why no ranking could be computed.
#[derive(Debug, thiserror::Error)]
pub enum RankingError {
    /// The inputs contradict the rubric or themselves.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The inputs or the ranking have no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

/// An entry's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The rank, from 1; entries that share one leave a gap after it (1, 2, 2, 4).
    pub rank: u32,
    /// The entry.
    pub entry: EntryId,
    /// The decimal that decided the rank: the aggregator's result, rounded by the rubric's rule.
    pub score: Thousandths,
    /// The mean of the judges' weighted totals, rounded by the rubric's rule; always shown.
    pub raw: Thousandths,
    /// The standard error of that mean; `None` with a single review.
    pub standard_error: Option<Thousandths>,
    /// How many reviews count.
    pub reviews: u32,
    /// Why the entry stands where it stands although its score was tied; `None` when it was not.
    pub tie: Option<TieReason>,
}

/// An entry that cannot be ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unranked {
    /// The entry.
    pub entry: EntryId,
    /// How many reviews count.
    pub reviews: u32,
    /// How many the rubric demands: the entry needs more judges.
    pub needed: u32,
}

/// A ranking, with the digests that bind it to its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// The places, best first; entries that share a rank by id.
    pub rows: Vec<Row>,
    /// Entries with fewer reviews than the rubric demands, by id.
    pub unranked: Vec<Unranked>,
    /// SHA-256 of the canonical inputs, sorted.
    pub inputs_hash: Digest,
    /// SHA-256 of the canonical rows and unranked entries. The same for two histories that differ only
    /// in scorecards that do not count.
    pub ranking_hash: Digest,
}

/// Ranks a round.
///
/// # Errors
/// [`RankingError::Input`] when the scorecards do not fit the rubric.
pub fn compute(input: &RankingInput) -> Result<Ranking, RankingError> {
    let entries = assemble(input)?;
    let (ranked, short): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|entry| count(entry) >= input.rubric.min_reviews());
    let unranked: Vec<Unranked> = short
        .into_iter()
        .map(|entry| Unranked {
            entry: entry.entry.clone(),
            reviews: count(entry),
            needed: input.rubric.min_reviews(),
        })
        .collect();
    let rows = place(&ranked, input);
    let ranking_hash = canonical::digest(&(&rows, &unranked))?;
    Ok(Ranking {
        rows,
        unranked,
        inputs_hash: inputs_hash(input)?,
        ranking_hash,
    })
}

/// The digest of the inputs, whatever the order of their lists.
///
/// # Errors
/// [`CanonicalError`] when a number has no canonical form.
pub fn inputs_hash(input: &RankingInput) -> Result<Digest, CanonicalError> {
    canonical::digest(&sorted(input))
}

/// The inputs with their lists sorted and repeated exclusions removed.
#[must_use]
pub fn sorted(input: &RankingInput) -> RankingInput {
    let mut sorted = input.clone();
    sorted.entries.sort();
    sorted
        .scorecards
        .sort_by(|a, b| (&a.entry, &a.judge, &a.marks).cmp(&(&b.entry, &b.judge, &b.marks)));
    sorted.exclusions.sort();
    sorted.exclusions.dedup();
    sorted
}

fn count(entry: &ReviewedEntry) -> u32 {
    u32::try_from(entry.reviews.len()).unwrap_or(u32::MAX)
}

fn place(entries: &[&ReviewedEntry], input: &RankingInput) -> Vec<Row> {
    let mut scored: Vec<(Thousandths, &ReviewedEntry)> = entries
        .iter()
        .map(|entry| (score(entry, &input.rubric), *entry))
        .collect();
    // Best first; the sort is stable, so equal scores stay in the order of their ids.
    scored.sort_by(|(a, _), (b, _)| b.cmp(a));
    let mut rows = Vec::with_capacity(scored.len());
    for group in scored.chunk_by(|(a, _), (b, _)| a == b) {
        let members: Vec<&ReviewedEntry> = group.iter().map(|(_, entry)| *entry).collect();
        for sharing in tiebreak::split(&members, &input.rubric, &input.seed) {
            let rank = u32::try_from(rows.len() + 1).unwrap_or(u32::MAX);
            let score = group[0].0;
            rows.extend(
                sharing
                    .into_iter()
                    .map(|(entry, tie)| row(rank, score, entry, tie, &input.rubric)),
            );
        }
    }
    rows
}

fn row(
    rank: u32,
    score: Thousandths,
    entry: &ReviewedEntry,
    tie: Option<TieReason>,
    rubric: &Rubric,
) -> Row {
    let totals = totals(entry);
    let rule = rubric.rounding();
    let raw = Fraction::mean(totals.iter().copied())
        .map_or(score, |mean| mean.rounded(rule.result, rule.mode));
    Row {
        rank,
        entry: entry.entry.clone(),
        score,
        raw,
        standard_error: Fraction::sample_variance(&totals)
            .and_then(|variance| variance.over(totals.len() as i128))
            .map(Fraction::square_root),
        reviews: count(entry),
        tie,
    }
}

fn totals(entry: &ReviewedEntry) -> Vec<Thousandths> {
    entry.reviews.iter().map(|review| review.total).collect()
}

/// The decimal that decides an entry's rank.
fn score(entry: &ReviewedEntry, rubric: &Rubric) -> Thousandths {
    let mut totals = totals(entry);
    totals.sort_unstable();
    let kept = match rubric.aggregator() {
        Aggregator::Mean => &totals[..],
        Aggregator::TrimmedMean { drop } => trimmed(&totals, drop as usize),
        Aggregator::Median => trimmed(&totals, totals.len().saturating_sub(1) / 2),
    };
    let rule = rubric.rounding();
    Fraction::mean(kept.iter().copied()).map_or(Thousandths::ZERO, |mean| {
        mean.rounded(rule.result, rule.mode)
    })
}

/// Sorted totals without `drop` on each side, or all of them where that would leave none.
fn trimmed(totals: &[Thousandths], drop: usize) -> &[Thousandths] {
    if totals.len() > 2 * drop {
        &totals[drop..totals.len() - drop]
    } else {
        totals
    }
}
