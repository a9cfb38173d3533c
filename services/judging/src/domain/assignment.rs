//! The states of an assignment: a judge declares, reads, scores, or steps back; matching may take the
//! assignment away. Whoever stepped back or lost it never comes back to it.

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentState {
    /// Given, no declaration yet.
    Assigned,
    /// Declared free of conflict; the entry may be read.
    Accepted,
    /// Scored; may be corrected while the round is open.
    Scored,
    /// The judge stepped back.
    Recused,
    /// Taken away.
    Removed,
}

/// Why an assignment does not allow something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// The judge has not declared to be free of conflict.
    #[error("declare first that you know of no conflict")]
    NotDeclared,
    /// The judge stepped back, or the assignment was taken away.
    #[error("the assignment has ended")]
    Ended,
}

impl AssignmentState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Assigned,
        Self::Accepted,
        Self::Scored,
        Self::Recused,
        Self::Removed,
    ];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Accepted => "accepted",
            Self::Scored => "scored",
            Self::Recused => "recused",
            Self::Removed => "removed",
        }
    }

    /// The state stored under a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The judge still has it.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Assigned | Self::Accepted | Self::Scored)
    }

    /// The judge declares to know of no conflict; declaring again changes nothing.
    ///
    /// # Errors
    /// [`AssignmentError::Ended`].
    pub fn accept(self) -> Result<Self, AssignmentError> {
        match self {
            Self::Assigned | Self::Accepted => Ok(Self::Accepted),
            Self::Scored => Ok(Self::Scored),
            Self::Recused | Self::Removed => Err(AssignmentError::Ended),
        }
    }

    /// Passes when the judge may read the entry.
    ///
    /// # Errors
    /// [`AssignmentError::NotDeclared`], [`AssignmentError::Ended`].
    pub fn may_read(self) -> Result<(), AssignmentError> {
        match self {
            Self::Accepted | Self::Scored => Ok(()),
            Self::Assigned => Err(AssignmentError::NotDeclared),
            Self::Recused | Self::Removed => Err(AssignmentError::Ended),
        }
    }

    /// The judge scores, or corrects a score.
    ///
    /// # Errors
    /// As [`Self::may_read`]: nobody scores what they may not read.
    pub fn score(self) -> Result<Self, AssignmentError> {
        self.may_read().map(|()| Self::Scored)
    }

    /// The judge steps back, also after scoring: the scores no longer count.
    ///
    /// # Errors
    /// [`AssignmentError::Ended`].
    pub fn recuse(self) -> Result<Self, AssignmentError> {
        if self.is_live() {
            Ok(Self::Recused)
        } else {
            Err(AssignmentError::Ended)
        }
    }

    /// Matching takes it away; one that ended stays as it ended.
    #[must_use]
    pub fn remove(self) -> Self {
        if self.is_live() { Self::Removed } else { self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nobody_reads_or_scores_before_declaring() {
        assert_eq!(
            AssignmentState::Assigned.may_read(),
            Err(AssignmentError::NotDeclared)
        );
        assert_eq!(
            AssignmentState::Assigned.score(),
            Err(AssignmentError::NotDeclared)
        );
    }

    #[test]
    fn a_judge_may_step_back_after_scoring() {
        assert_eq!(
            AssignmentState::Scored.recuse(),
            Ok(AssignmentState::Recused)
        );
    }

    proptest! {
        #[test]
        fn an_ended_assignment_never_lives_again(steps in prop::collection::vec(0u8..4, 0..20)) {
            let mut state = AssignmentState::Assigned;
            for step in steps {
                let was_live = state.is_live();
                let next = match step {
                    0 => state.accept(),
                    1 => state.score(),
                    2 => state.recuse(),
                    _ => Ok(state.remove()),
                };
                if let Ok(next) = next {
                    prop_assert!(was_live || !next.is_live());
                    state = next;
                }
                prop_assert!(state.is_live() || state.may_read().is_err());
            }
        }
    }
}
