//! What messages are for. Each purpose has its templates, and names them.

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Somebody is invited.
    Invitation,
    /// A team has its receipt.
    SubmissionReceived,
    /// A team learns what screening found.
    OutcomeAnnounced,
    /// A government is offered a match.
    MatchProposed,
    /// A team learns what a government answered.
    MatchAnswered,
    /// A judge may begin.
    RoundOpened,
    /// A judge takes another's place.
    AssignmentAdded,
    /// Organisers must find a judge.
    PanelShort,
    /// A result can be read.
    ResultPublished,
    /// Organisers hear that an endpoint is served no more.
    WebhookDisabled,
}

impl Purpose {
    /// Every purpose, as an edition meets them.
    pub const ALL: [Self; 10] = [
        Self::Invitation,
        Self::SubmissionReceived,
        Self::OutcomeAnnounced,
        Self::MatchProposed,
        Self::MatchAnswered,
        Self::RoundOpened,
        Self::AssignmentAdded,
        Self::PanelShort,
        Self::ResultPublished,
        Self::WebhookDisabled,
    ];

    /// Its name, also that of its templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SubmissionReceived => "submission_received",
            Self::OutcomeAnnounced => "outcome_announced",
            Self::MatchProposed => "match_proposed",
            Self::MatchAnswered => "match_answered",
            Self::RoundOpened => "round_opened",
            Self::AssignmentAdded => "assignment_added",
            Self::PanelShort => "panel_short",
            Self::ResultPublished => "result_published",
            Self::WebhookDisabled => "webhook_disabled",
        }
    }

    /// Reads a name.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_found_by_its_name() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::named(purpose.code()), Some(purpose));
        }
        assert_eq!(Purpose::named("surat-kaleng"), None);
    }
}
