//! From frozen scorecards to a ranking, its approvals and its publication.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use winner_judging_core::ranking::RankingError;
use winner_judging_core::{
    EntryId as CoreEntry, Exclusion, ExclusionReason, JudgeId, Ranking, RankingInput, Rubric,
    Scorecard, Seed, compute,
};

use super::assignment::AssignmentState;
use super::ids::{PersonId, SubmissionId};
use super::scorecard::Marks;

/// An assignment as the ranking sees it.
#[derive(Debug, Clone)]
pub struct Review {
    /// What was reviewed.
    pub submission: SubmissionId,
    /// By whom.
    pub judge: PersonId,
    /// Where the assignment stands: only scored ones count.
    pub state: AssignmentState,
    /// The newest marks, where there are any.
    pub marks: Option<Marks>,
}

/// One row of a ranking, as stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedRow {
    /// From 1; 0 for entries with too few reviews.
    pub rank: u32,
    /// The submission.
    pub submission: uuid::Uuid,
    /// Mean of the judges' weighted totals, in thousandths.
    pub raw: i64,
    /// Standard error of that mean, in thousandths; 0 with fewer than two reviews.
    pub standard_error: i64,
    /// How many reviews count.
    pub reviews: u32,
    /// Which rule placed it among equals, in Indonesian; empty where none was needed.
    pub tie: String,
    /// It has the minimum number of reviews.
    pub sufficient: bool,
}

/// A computed ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The rows, best first, entries with too few reviews last.
    pub rows: Vec<RankedRow>,
    /// SHA-256 of the frozen inputs, hexadecimal.
    pub inputs_hash: String,
    /// SHA-256 of the engine's rows, hexadecimal.
    pub ranking_hash: String,
}

/// Ranks a round. The order of the reviews does not matter. Where a judge got an entry again after the
/// assignment had ended, only the one that lives counts.
///
/// # Errors
/// [`RankingError`] when the marks do not fit the rubric.
pub fn rank(rubric: Rubric, reviews: &[Review], seed: i64) -> Result<Computed, RankingError> {
    let mut entries: Vec<_> = reviews.iter().map(|r| entry(r.submission)).collect();
    entries.sort();
    entries.dedup();
    let live: BTreeSet<_> = reviews
        .iter()
        .filter(|r| r.state.is_live())
        .map(|r| (r.submission, r.judge))
        .collect();
    let reviews: Vec<_> = reviews
        .iter()
        .filter(|r| r.state.is_live() || !live.contains(&(r.submission, r.judge)))
        .collect();
    let scorecards = reviews
        .iter()
        .filter_map(|r| {
            Some(Scorecard {
                entry: entry(r.submission),
                judge: judge(r.judge),
                marks: r.marks.clone()?.0,
            })
        })
        .collect();
    let exclusions = reviews
        .iter()
        .filter_map(|r| {
            let reason = match r.state {
                AssignmentState::Recused => ExclusionReason::Recused,
                AssignmentState::Removed => ExclusionReason::Conflict,
                _ => return None,
            };
            Some(Exclusion {
                entry: entry(r.submission),
                judge: judge(r.judge),
                reason,
            })
        })
        .collect();
    let seed = Seed(Sha256::digest(seed.to_be_bytes()).into());
    let ranking = compute(&RankingInput {
        rubric,
        entries,
        scorecards,
        exclusions,
        seed,
    })?;
    Ok(Computed {
        inputs_hash: ranking.inputs_hash.to_string(),
        ranking_hash: ranking.ranking_hash.to_string(),
        rows: rows(&ranking),
    })
}

fn rows(ranking: &Ranking) -> Vec<RankedRow> {
    let ranked = ranking.rows.iter().map(|r| RankedRow {
        rank: r.rank,
        submission: submission(&r.entry),
        raw: r.raw.0,
        standard_error: r.standard_error.map_or(0, |e| e.0),
        reviews: r.reviews,
        tie: r.tie.as_ref().map(|t| t.id.clone()).unwrap_or_default(),
        sufficient: true,
    });
    let short = ranking.unranked.iter().map(|u| RankedRow {
        rank: 0,
        submission: submission(&u.entry),
        raw: 0,
        standard_error: 0,
        reviews: u.reviews,
        tie: String::new(),
        sufficient: false,
    });
    ranked.chain(short).collect()
}

fn entry(submission: SubmissionId) -> CoreEntry {
    CoreEntry::new(submission.to_string())
}

fn judge(person: PersonId) -> JudgeId {
    JudgeId::new(person.to_string())
}

/// The ids given to the engine were UUIDs, so they read back; a nil id would show a broken engine.
fn submission(entry: &CoreEntry) -> uuid::Uuid {
    entry.as_str().parse().unwrap_or_default()
}

/// Where a ranking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankingState {
    /// Nobody has approved.
    Computed,
    /// Some have, more must.
    PendingApproval,
    /// May be published.
    Approved,
    /// Published as a result.
    Published,
    /// A newer one stands.
    Superseded,
}

/// Why a ranking does not do what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RankingStateError {
    /// The same person approved before; another must.
    #[error("the same person has approved before")]
    SamePerson,
    /// The caller has seen another ranking.
    #[error("the ranking is not the one that was seen")]
    OtherRanking,
    /// It is published or superseded.
    #[error("the ranking can no longer be approved")]
    NotOpen,
    /// Not enough people have approved.
    #[error("{missing} more approvals are needed")]
    NotApproved {
        /// How many.
        missing: u32,
    },
}

impl RankingState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Computed,
        Self::PendingApproval,
        Self::Approved,
        Self::Published,
        Self::Superseded,
    ];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::PendingApproval => "pending_approval",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::Superseded => "superseded",
        }
    }

    /// The state stored under a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// One more person approves; `before` others have.
    ///
    /// # Errors
    /// [`RankingStateError::NotOpen`] once published or superseded.
    pub fn approve(self, before: u32, required: u32) -> Result<Self, RankingStateError> {
        match self {
            Self::Computed | Self::PendingApproval | Self::Approved if before + 1 >= required => {
                Ok(Self::Approved)
            }
            Self::Computed | Self::PendingApproval => Ok(Self::PendingApproval),
            Self::Approved | Self::Published | Self::Superseded => Err(RankingStateError::NotOpen),
        }
    }

    /// Publishes an approved ranking.
    ///
    /// # Errors
    /// [`RankingStateError::NotApproved`] before, [`RankingStateError::NotOpen`] after.
    pub fn publish(self, approvals: u32, required: u32) -> Result<Self, RankingStateError> {
        match self {
            Self::Approved => Ok(Self::Published),
            Self::Computed | Self::PendingApproval => Err(RankingStateError::NotApproved {
                missing: required.saturating_sub(approvals).max(1),
            }),
            Self::Published | Self::Superseded => Err(RankingStateError::NotOpen),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use uuid::Uuid;
    use winner_judging_core::{CriterionId, Mark, Thousandths};

    use super::*;
    use crate::domain::rules::{RoundRules, tests::definition};

    fn review(submission: u128, judge: u128, dampak: i64, state: AssignmentState) -> Review {
        let marks = BTreeMap::from([
            (CriterionId::new("dampak"), Mark::Given(Thousandths(dampak))),
            (
                CriterionId::new("kebaruan"),
                Mark::Given(Thousandths(5_000)),
            ),
        ]);
        Review {
            submission: SubmissionId(Uuid::from_u128(submission)),
            judge: PersonId(Uuid::from_u128(judge)),
            state,
            marks: Some(Marks(marks)),
        }
    }

    fn rubric() -> Rubric {
        RoundRules::parse(&definition()).unwrap().rubric(1).unwrap()
    }

    fn round() -> Vec<Review> {
        let mut all = Vec::new();
        for (submission, mark) in [(1, 6_000), (2, 9_000), (3, 9_000)] {
            for judge in 10..13 {
                all.push(review(submission, judge, mark, AssignmentState::Scored));
            }
        }
        all
    }

    #[test]
    fn the_better_entry_stands_first() {
        let ranked = rank(rubric(), &round(), 1).unwrap();
        assert_eq!(ranked.rows[2].submission, Uuid::from_u128(1));
        assert_eq!(ranked.rows[0].raw, 7_400);
    }

    #[test]
    fn equals_are_placed_by_the_declared_chain_with_the_reason() {
        let ranked = rank(rubric(), &round(), 1).unwrap();
        assert_eq!((ranked.rows[0].rank, ranked.rows[1].rank), (1, 2));
        assert!(
            ranked.rows[0].tie.contains("undian"),
            "{}",
            ranked.rows[0].tie
        );
    }

    #[test]
    fn a_recused_judges_scores_do_not_count() {
        let mut reviews = round();
        reviews.push(review(1, 13, 10_000, AssignmentState::Recused));
        let ranked = rank(rubric(), &reviews, 1).unwrap();
        assert_eq!(ranked.rows[2].reviews, 3);
        assert_eq!(
            ranked.ranking_hash,
            rank(rubric(), &round(), 1).unwrap().ranking_hash
        );
    }

    #[test]
    fn a_judge_who_got_the_entry_again_counts_once_with_the_later_scores() {
        let mut reviews = round();
        reviews.push(review(1, 10, 10_000, AssignmentState::Removed));
        let ranked = rank(rubric(), &reviews, 1).unwrap();
        assert_eq!(ranked, rank(rubric(), &round(), 1).unwrap());
    }

    #[test]
    fn an_entry_with_too_few_reviews_is_listed_last_without_a_rank() {
        let mut reviews = round();
        reviews.push(review(4, 10, 10_000, AssignmentState::Scored));
        let last = rank(rubric(), &reviews, 1).unwrap().rows.pop().unwrap();
        assert_eq!((last.rank, last.sufficient, last.reviews), (0, false, 1));
    }

    #[test]
    fn publishing_takes_as_many_people_as_the_rules_say() {
        let state = RankingState::Computed.approve(0, 2).unwrap();
        assert_eq!(state, RankingState::PendingApproval);
        let refused = RankingStateError::NotApproved { missing: 1 };
        assert_eq!(state.publish(1, 2), Err(refused));
        let state = state.approve(1, 2).unwrap();
        assert_eq!(state.publish(2, 2), Ok(RankingState::Published));
        assert_eq!(
            RankingState::Published.publish(2, 2),
            Err(RankingStateError::NotOpen)
        );
    }

    proptest! {
        #[test]
        fn the_order_of_reviews_changes_no_byte(seed in any::<i64>(), at in 0usize..9) {
            let mut reviews = round();
            let ranked = rank(rubric(), &reviews, seed).unwrap();
            reviews.rotate_left(at);
            prop_assert_eq!(ranked, rank(rubric(), &reviews, seed).unwrap());
        }

        #[test]
        fn nothing_is_published_that_too_few_approved(required in 1u32..5, given in 0u32..5) {
            let mut state = RankingState::Computed;
            for before in 0..given {
                state = state.approve(before, required).unwrap_or(state);
            }
            prop_assert_eq!(state.publish(given, required).is_ok(), given >= required);
        }
    }
}
