//! What a message says: a template and the values it needs, none of them personal.
//!
//! A notice is stored with its message and turned into words only when it is sent, so names and
//! addresses are never kept here.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use winner_platform::BusinessTime;

use crate::domain::language::Text;

/// What a person is offered, or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    /// Names first chairs.
    PlatformAdmin,
    /// Chairs an edition.
    Chair,
    /// Belongs to an edition's secretariat.
    Organiser,
    /// Screens submissions.
    Screener,
    /// Reads everything.
    Auditor,
    /// Acts for a local government.
    Official,
    /// Belongs to an organisation.
    Member,
    /// Judges.
    Judge,
    /// Advises finalists.
    Mentor,
}

/// What screening found, as announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Passed.
    Eligible,
    /// Did not pass.
    Ineligible,
    /// May be corrected.
    NeedsCorrection,
}

/// What a government answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchAnswer {
    /// Yes.
    Accepted,
    /// No.
    Declined,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Notice {
    /// Somebody is invited to an office or a membership.
    Invitation {
        /// The membership offered.
        membership_id: Uuid,
        /// As what.
        office: Office,
        /// Until when the invitation may be accepted.
        expires_at: BusinessTime,
    },
    /// A submission was accepted in time.
    SubmissionReceived {
        /// The submission.
        submission_id: Uuid,
        /// The sealed version.
        version: i32,
        /// Salted SHA-256 of the sealed content, hexadecimal.
        content_hash: String,
        /// When the request had arrived whole.
        arrived_at: BusinessTime,
    },
    /// A team is told what screening found.
    OutcomeAnnounced {
        /// The submission.
        submission_id: Uuid,
        /// What was found.
        outcome: Outcome,
    },
    /// A government is offered a match.
    MatchProposed {
        /// The match.
        match_id: Uuid,
        /// The submission.
        submission_id: Uuid,
        /// The challenge's public title.
        challenge_title: Text,
    },
    /// A team is told what a government answered.
    MatchAnswered {
        /// The match.
        match_id: Uuid,
        /// The submission.
        submission_id: Uuid,
        /// The challenge's public title.
        challenge_title: Text,
        /// Yes or no.
        answer: MatchAnswer,
    },
    /// A judge may begin.
    RoundOpened {
        /// The round.
        round_id: String,
        /// When scoring ends.
        scoring_closes_at: BusinessTime,
    },
    /// A judge is given another judge's place.
    AssignmentAdded {
        /// The round.
        round_id: String,
    },
    /// Organisers must find a judge.
    PanelShort {
        /// The round.
        round_id: String,
        /// The submission that lacks one.
        submission_id: Uuid,
    },
    /// A result can be read.
    ResultPublished {
        /// The round.
        round_id: String,
        /// Until when it may be objected to.
        objections_until: BusinessTime,
    },
    /// Organisers hear that an endpoint is served no more.
    WebhookDisabled {
        /// The endpoint.
        webhook_id: Uuid,
        /// The host of its URL.
        host: String,
        /// It said that it is gone; else it has failed for too long.
        gone: bool,
    },
}

impl Notice {
    /// The template's id, as stored, shown and published.
    pub const fn template(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::SubmissionReceived { .. } => "submission_received",
            Self::OutcomeAnnounced { .. } => "outcome_announced",
            Self::MatchProposed { .. } => "match_proposed",
            Self::MatchAnswered { .. } => "match_answered",
            Self::RoundOpened { .. } => "round_opened",
            Self::AssignmentAdded { .. } => "assignment_added",
            Self::PanelShort { .. } => "panel_short",
            Self::ResultPublished { .. } => "result_published",
            Self::WebhookDisabled { .. } => "webhook_disabled",
        }
    }

    /// Its reader may do without it, and so may leave. What concerns their own right or duty (an outcome,
    /// an invitation, a result) they always get.
    pub const fn is_informative(&self) -> bool {
        matches!(
            self,
            Self::MatchProposed { .. }
                | Self::MatchAnswered { .. }
                | Self::RoundOpened { .. }
                | Self::AssignmentAdded { .. }
        )
    }

    /// After this moment nobody has use for it; `None` where it never goes stale.
    pub const fn useful_until(&self) -> Option<BusinessTime> {
        match self {
            Self::Invitation { expires_at, .. } => Some(*expires_at),
            Self::RoundOpened {
                scoring_closes_at, ..
            } => Some(*scoring_closes_at),
            Self::SubmissionReceived { .. }
            | Self::OutcomeAnnounced { .. }
            | Self::MatchProposed { .. }
            | Self::MatchAnswered { .. }
            | Self::AssignmentAdded { .. }
            | Self::PanelShort { .. }
            | Self::ResultPublished { .. }
            | Self::WebhookDisabled { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_notice_names_its_template() {
        let notice = Notice::AssignmentAdded {
            round_id: "seleksi-meja".to_owned(),
        };
        let stored = serde_json::to_value(&notice).unwrap();
        assert_eq!(stored["template"], notice.template());
        assert_eq!(serde_json::from_value::<Notice>(stored).unwrap(), notice);
    }
}
