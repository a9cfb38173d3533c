//! Between the domain's words and the contract's.

use pbjson_types::Timestamp;
use time::OffsetDateTime;
use winner_proto::matching::v1 as pb;
use winner_proto::types::v1::Deadline;

use crate::domain::conflicts::ConflictKind;
use crate::domain::ids::EditionId;
use crate::domain::matches::MatchState;
use crate::domain::score::{Reason, ReasonKind};
use crate::store::matches;

/// A moment as the contract writes it.
pub(crate) fn timestamp(at: OffsetDateTime) -> Timestamp {
    Timestamp {
        seconds: at.unix_timestamp(),
        nanos: at.nanosecond().cast_signed(),
    }
}

/// A conflict's kind as the contract names it.
pub(crate) fn conflict_kind(kind: ConflictKind) -> pb::ConflictKind {
    match kind {
        ConflictKind::Own => pb::ConflictKind::Own,
        ConflictKind::Organisation => pb::ConflictKind::Organisation,
        ConflictKind::Employer => pb::ConflictKind::Employer,
        ConflictKind::Declared => pb::ConflictKind::Declared,
        ConflictKind::Recused => pb::ConflictKind::Recused,
        ConflictKind::Identity => pb::ConflictKind::Identity,
    }
}

/// A match's state as the contract names it.
pub(crate) fn match_state(state: MatchState) -> pb::MatchState {
    match state {
        MatchState::Proposed => pb::MatchState::Proposed,
        MatchState::Accepted => pb::MatchState::Accepted,
        MatchState::Declined => pb::MatchState::Declined,
        MatchState::Lapsed => pb::MatchState::Lapsed,
        MatchState::Confirmed => pb::MatchState::Confirmed,
    }
}

/// A match as the contract shows it.
pub(crate) fn shown_match(edition: &EditionId, kept: matches::Kept) -> pb::Match {
    pb::Match {
        name: format!("editions/{edition}/matches/{}", kept.id),
        submission_id: kept.submission.to_string(),
        challenge_id: kept.challenge.to_string(),
        score_micro: kept.score_micro,
        reasons: kept.reasons.into_iter().map(shown_reason).collect(),
        state: match_state(kept.state).into(),
        region_code: kept.region_code,
        answer_by: Some(Deadline {
            at: Some(timestamp(kept.answer_by)),
            whole_second: false,
        }),
        propose_time: Some(timestamp(kept.proposed_at)),
    }
}

fn shown_reason(reason: Reason) -> pb::Reason {
    let kind = match reason.kind {
        ReasonKind::Issue => pb::ReasonKind::Issue,
        ReasonKind::Region => pb::ReasonKind::Region,
        ReasonKind::Chosen => pb::ReasonKind::Chosen,
        ReasonKind::Text => pb::ReasonKind::Text,
    };
    pb::Reason {
        kind: kind.into(),
        score_micro: reason.score_micro,
        terms: reason.terms,
    }
}
