//! The states of a match: proposed, answered by the government, or lapsed.

/// Where a match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchState {
    /// Proposed to the government.
    Proposed,
    /// The government said yes.
    Accepted,
    /// The government said no.
    Declined,
    /// The answer window ran out.
    Lapsed,
    /// Confirmed by the organiser.
    Confirmed,
}

impl MatchState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Proposed,
        Self::Accepted,
        Self::Declined,
        Self::Lapsed,
        Self::Confirmed,
    ];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Confirmed => "confirmed",
        }
    }

    /// The state stored under a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Why a match cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It was answered before, or it lapsed.
    #[error("the match is {} and can no longer be answered", .0.code())]
    NotOpen(MatchState),
    /// The answer came after the window.
    #[error("the time to answer is over")]
    TooLate,
}

/// What becomes of a match in `state` that is answered.
///
/// # Errors
/// [`AnswerError::NotOpen`] unless it is proposed, [`AnswerError::TooLate`] after the window.
pub fn answer(state: MatchState, accept: bool, in_time: bool) -> Result<MatchState, AnswerError> {
    match state {
        MatchState::Proposed if !in_time => Err(AnswerError::TooLate),
        MatchState::Proposed if accept => Ok(MatchState::Accepted),
        MatchState::Proposed => Ok(MatchState::Declined),
        other => Err(AnswerError::NotOpen(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proposed_match_can_be_answered_and_only_in_time() {
        for state in MatchState::ALL {
            for accept in [false, true] {
                let answered = answer(state, accept, true);
                assert_eq!(answered.is_ok(), state == MatchState::Proposed);
                assert!(answer(state, accept, false).is_err());
            }
        }
    }

    #[test]
    fn a_code_reads_back_as_its_state() {
        for state in MatchState::ALL {
            assert_eq!(MatchState::from_code(state.code()), Some(state));
        }
    }
}
