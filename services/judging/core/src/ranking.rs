//! The ranking of a round: a pure function of frozen inputs.

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregated, Scored, aggregate};
use crate::canonical::{self, CanonicalError, Digest};
use crate::decimal::{Places, Thousandths};
use crate::exact::Fraction;
use crate::ids::EntryId;
use crate::methods;
use crate::model::{Standing, to_decimal};
use crate::record::ModelFigures;
use crate::refusal::Refusal;
use crate::round::{InputError, ReviewedEntry, assemble};
use crate::rubric::Rubric;
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
    /// The judge-adjusted figures beside the raw ones, where the aggregator is the mixed model and it was
    /// not refused.
    pub corrected: Option<Corrected>,
}

/// What the mixed model says about an entry, in thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The judge-adjusted, shrunken score.
    pub merit: Thousandths,
    /// Its standard error.
    pub standard_error: Thousandths,
    /// The lower end of its 90 % interval.
    pub low: Thousandths,
    /// The upper end.
    pub high: Thousandths,
    /// The expected rank.
    pub expected_rank: Thousandths,
    /// The probability to be among the awarded places.
    pub top_probability: Option<Thousandths>,
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
    /// Why judges' differences were not corrected although the rubric asks for it; the rows then stand by
    /// the mean.
    pub refusal: Option<Refusal>,
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
    compute_with_model(input).map(|(ranking, _)| ranking)
}

/// Ranks a round and keeps the mixed model's solution at full precision, where it ranks.
///
/// # Errors
/// [`RankingError::Input`] when the scorecards do not fit the rubric.
pub fn compute_with_model(
    input: &RankingInput,
) -> Result<(Ranking, Option<ModelFigures>), RankingError> {
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
    let Aggregated {
        scores,
        refusal,
        figures,
    } = aggregate(&ranked, input);
    let rows = place(scores, input);
    let ranking_hash = ranking_hash(&rows, &unranked, refusal.as_ref())?;
    let inputs_hash = inputs_hash(input)?;
    Ok((
        Ranking {
            rows,
            unranked,
            refusal,
            inputs_hash,
            ranking_hash,
        },
        figures,
    ))
}

/// The digest of what a ranking says.
///
/// # Errors
/// [`CanonicalError`] when a number has no canonical form.
pub fn ranking_hash(
    rows: &[Row],
    unranked: &[Unranked],
    refusal: Option<&Refusal>,
) -> Result<Digest, CanonicalError> {
    canonical::digest(&(rows, unranked, refusal))
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

impl Corrected {
    pub(crate) fn of(standing: &Standing) -> Self {
        let decimal = |value| to_decimal(value, Places::THREE);
        Self {
            merit: decimal(standing.merit),
            standard_error: decimal(standing.sd),
            low: decimal(standing.low),
            high: decimal(standing.high),
            expected_rank: decimal(standing.expected_rank),
            top_probability: standing.top.map(decimal),
        }
    }
}

fn place(mut scored: Vec<Scored<'_>>, input: &RankingInput) -> Vec<Row> {
    // Best first; the sort is stable, so equal scores stay in the order of their ids.
    scored.sort_by_key(|scored| std::cmp::Reverse(scored.score));
    let mut rows = Vec::with_capacity(scored.len());
    for group in scored.chunk_by(|a, b| a.score == b.score) {
        let members: Vec<&ReviewedEntry> = group.iter().map(|scored| scored.entry).collect();
        for sharing in tiebreak::split(&members, &input.rubric, &input.seed) {
            let rank = u32::try_from(rows.len() + 1).unwrap_or(u32::MAX);
            for (entry, tie) in sharing {
                let own = group
                    .iter()
                    .find(|scored| scored.entry.entry == entry.entry);
                let corrected = own.and_then(|scored| scored.corrected.clone());
                let mut row = row(rank, group[0].score, entry, &input.rubric);
                row.tie = tie;
                row.corrected = corrected;
                rows.push(row);
            }
        }
    }
    rows
}

fn row(rank: u32, score: Thousandths, entry: &ReviewedEntry, rubric: &Rubric) -> Row {
    let totals = methods::totals(entry);
    Row {
        rank,
        entry: entry.entry.clone(),
        score,
        raw: methods::mean(entry, rubric.rounding()),
        standard_error: Fraction::sample_variance(&totals)
            .and_then(|variance| variance.over(totals.len() as i128))
            .map(Fraction::square_root),
        reviews: count(entry),
        tie: None,
        corrected: None,
    }
}
