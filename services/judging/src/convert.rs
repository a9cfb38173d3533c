//! Between the domain's words and the contract's.

use pbjson_types::Timestamp;
use winner_platform::time::BusinessTime;
use winner_proto::judging::v1 as pb;
use winner_proto::types::v1::{Deadline, Window};

use crate::domain::assignment::AssignmentState;
use crate::domain::ids::RoundKey;
use crate::domain::ranking::{RankedRow, RankingState};
use crate::domain::round::RoundState;
use crate::store::{assignments, rankings, rounds};

/// A count as the contract writes it.
pub(crate) fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A moment as the contract writes it.
pub(crate) fn timestamp(at: BusinessTime) -> Timestamp {
    let (seconds, nanos) = at.to_timestamp();
    Timestamp { seconds, nanos }
}

/// A moment of the rules as the contract writes it.
pub(crate) fn moment(at: time::OffsetDateTime) -> Timestamp {
    timestamp(BusinessTime::from_offset(at))
}

/// A round as the contract shows it; `progress` counts its live and scored assignments.
pub(crate) fn shown_round(
    round: &RoundKey,
    kept: &rounds::Kept,
    progress: (u32, u32),
) -> pb::Round {
    let state = match kept.state {
        RoundState::Planned => pb::RoundState::Planned,
        RoundState::Open => pb::RoundState::Open,
        RoundState::Closed => pb::RoundState::Closed,
    };
    let rules = &kept.frozen.rules;
    pb::Round {
        name: round.name(),
        state: state.into(),
        scoring: Some(Window {
            opens_at: rules.scoring_opens_at.map(moment),
            closes_at: rules.scoring_closes_at.map(|at| Deadline {
                at: Some(moment(at)),
                whole_second: false,
            }),
        }),
        manifest_hash: kept.manifest_hash.clone().unwrap_or_default(),
        assignment_count: int(progress.0),
        scored_count: int(progress.1),
        edition_version: int(kept.frozen.edition_version),
        seed: kept.seed,
        etag: kept.revision.to_string(),
        create_time: Some(timestamp(kept.created_at)),
    }
}

/// An assignment as its judge sees it.
pub(crate) fn shown_assignment(round: &RoundKey, kept: &assignments::Kept) -> pb::Assignment {
    let state = match kept.state {
        AssignmentState::Assigned => pb::AssignmentState::Assigned,
        AssignmentState::Accepted => pb::AssignmentState::Accepted,
        AssignmentState::Scored => pb::AssignmentState::Scored,
        AssignmentState::Recused => pb::AssignmentState::Recused,
        AssignmentState::Removed => pb::AssignmentState::Removed,
    };
    pb::Assignment {
        name: round.entry_name(kept.entry),
        state: state.into(),
        calibration: kept.calibration,
        assign_time: Some(timestamp(kept.assigned_at)),
    }
}

/// A ranking's state as the contract names it.
pub(crate) fn ranking_state(state: RankingState) -> pb::ResultState {
    match state {
        RankingState::Computed => pb::ResultState::Computed,
        RankingState::PendingApproval => pb::ResultState::PendingApproval,
        RankingState::Approved => pb::ResultState::Approved,
        RankingState::Published => pb::ResultState::Provisional,
        RankingState::Superseded => pb::ResultState::Superseded,
    }
}

/// A ranking as the contract shows it.
pub(crate) fn shown_ranking(round: &RoundKey, kept: rankings::Kept) -> pb::Ranking {
    pb::Ranking {
        name: round.ranking_name(kept.version),
        version: int(kept.version),
        state: ranking_state(kept.state).into(),
        rows: kept.computed.rows.into_iter().map(shown_row).collect(),
        inputs_hash: kept.computed.inputs_hash,
        ranking_hash: kept.computed.ranking_hash,
        edition_version: int(kept.edition_version),
        compute_time: Some(timestamp(kept.computed_at)),
        approval_count: int(kept.approvals),
        approvals_required: int(kept.approvals_required),
    }
}

/// A row as the contract shows it.
pub(crate) fn shown_row(row: RankedRow) -> pb::RankingRow {
    pb::RankingRow {
        rank: int(row.rank),
        submission_id: row.submission.to_string(),
        raw_score_thousandths: row.raw,
        standard_error_thousandths: row.standard_error,
        review_count: int(row.reviews),
        corrected_score_thousandths: None,
        tie_break_reason: row.tie,
        sufficient_reviews: row.sufficient,
    }
}
