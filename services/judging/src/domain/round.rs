//! The states of a round: planned, open, closed. Nothing goes back.

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundState {
    /// Its panel is being made.
    Planned,
    /// Judges score.
    Open,
    /// No more scores.
    Closed,
}

/// Why a round does not do what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    /// It was opened before.
    #[error("the round is already open or closed")]
    NotPlanned,
    /// It is not open, so it takes no scores and cannot be closed.
    #[error("the round is not open")]
    NotOpen,
    /// It is not closed, so it cannot be ranked.
    #[error("the round is not closed")]
    NotClosed,
    /// The confirmed panel is not known here yet, or is another one.
    #[error("the panel that was confirmed is not the one known here")]
    OtherPanel,
    /// Assignments are neither scored nor given back.
    #[error("{0} assignments are not scored")]
    Missing(u32),
}

impl RoundState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Open, Self::Closed];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state stored under a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Opens a planned round with the panel that the caller has seen and that is `known` here.
    ///
    /// # Errors
    /// [`RoundError::NotPlanned`], [`RoundError::OtherPanel`].
    pub fn open(self, seen: &str, known: Option<&str>) -> Result<Self, RoundError> {
        match self {
            Self::Planned if known == Some(seen) => Ok(Self::Open),
            Self::Planned => Err(RoundError::OtherPanel),
            Self::Open | Self::Closed => Err(RoundError::NotPlanned),
        }
    }

    /// Closes an open round; `missing` assignments without scores must be accepted by the caller.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`], [`RoundError::Missing`].
    pub fn close(self, missing: u32, accept_missing: bool) -> Result<Self, RoundError> {
        match self {
            Self::Open if missing > 0 && !accept_missing => Err(RoundError::Missing(missing)),
            Self::Open => Ok(Self::Closed),
            Self::Planned | Self::Closed => Err(RoundError::NotOpen),
        }
    }

    /// Passes while scores are taken.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`].
    pub fn takes_scores(self) -> Result<(), RoundError> {
        if self == Self::Open {
            Ok(())
        } else {
            Err(RoundError::NotOpen)
        }
    }

    /// Passes once no more scores are taken.
    ///
    /// # Errors
    /// [`RoundError::NotClosed`].
    pub fn may_be_ranked(self) -> Result<(), RoundError> {
        if self == Self::Closed {
            Ok(())
        } else {
            Err(RoundError::NotClosed)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_round_opens_only_with_the_panel_that_both_sides_know() {
        assert_eq!(
            RoundState::Planned.open("a", Some("a")),
            Ok(RoundState::Open)
        );
        assert_eq!(
            RoundState::Planned.open("a", Some("b")),
            Err(RoundError::OtherPanel)
        );
        assert_eq!(
            RoundState::Planned.open("a", None),
            Err(RoundError::OtherPanel)
        );
    }

    #[test]
    fn missing_scores_keep_a_round_open_until_they_are_accepted() {
        assert_eq!(
            RoundState::Open.close(2, false),
            Err(RoundError::Missing(2))
        );
        assert_eq!(RoundState::Open.close(2, true), Ok(RoundState::Closed));
    }

    proptest! {
        #[test]
        fn nothing_goes_back(steps in prop::collection::vec((any::<bool>(), any::<bool>()), 0..20)) {
            let mut state = RoundState::Planned;
            for (open, agree) in steps {
                let next = if open {
                    state.open("a", agree.then_some("a"))
                } else {
                    state.close(u32::from(!agree), false)
                };
                if let Ok(next) = next {
                    let order = |s| RoundState::ALL.iter().position(|x| *x == s);
                    prop_assert!(order(next) > order(state));
                    state = next;
                }
                prop_assert_eq!(state.takes_scores().is_ok(), state == RoundState::Open);
                prop_assert_eq!(state.may_be_ranked().is_ok(), state == RoundState::Closed);
            }
        }
    }
}
