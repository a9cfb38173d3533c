//! What a sender says about an attempt, and what it means for the message as it stands by then.

use super::{Answer, BrokenOff, Fence, State};
use crate::domain::patience::Patience;
use crate::domain::reason::Reason;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Before the final dot was let go: the message is not out.
    BrokenOff(BrokenOff),
    /// After it.
    Answered(Answer),
}

impl State {
    /// Takes the report of the sender that holds, or held, the token `fence`.
    ///
    /// # Errors
    /// The state, unchanged, when the report is not about it: the token is another's, the message
    /// moved on, or an answer is reported although no dot can have been written.
    pub fn take(self, fence: Fence, report: Report, patience: &Patience) -> Result<Self, Self> {
        match (self, report) {
            (Self::Claimed(sending), Report::BrokenOff(end)) if sending.fence == fence => {
                Ok(sending.break_off(end, patience))
            }
            (Self::Committing(sending), report) if sending.fence == fence => {
                Ok(sending.conclude(report.as_answer(), patience))
            }
            (Self::Unknown(unknown), report) => unknown
                .hear(fence, report.as_answer(), patience)
                .map_err(Self::Unknown),
            (state, _) => Err(state),
        }
    }
}

impl Report {
    /// Past the point of no return, a sender that broke off knows that the dot never left: it is
    /// as good as being told no.
    const fn as_answer(self) -> Answer {
        match self {
            Self::Answered(answer) => answer,
            Self::BrokenOff(
                BrokenOff::Later(reason) | BrokenOff::Held(reason) | BrokenOff::NotYet(reason, _),
            ) => Answer::Later(reason),
            Self::BrokenOff(BrokenOff::Refused(reason) | BrokenOff::Unaddressable(reason)) => {
                Answer::Refused(reason)
            }
            // Nobody crosses the point of no return without trying; if it were so, it is as good as
            // a broken connection.
            Self::BrokenOff(BrokenOff::Untried) => Answer::Later(Reason::ConnectionLost),
            Self::BrokenOff(BrokenOff::TooLate) => Answer::Refused(Reason::TooLate),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::message::{Committing, Queued, Sending, Unknown};

    const PATIENCE: Patience = Patience {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(9),
        tries: 9,
    };
    const YES: Report = Report::Answered(Answer::Accepted { status_code: 250 });

    #[test]
    fn nobody_can_say_that_a_message_went_out_before_its_dot_was_recorded() {
        let claimed = State::Claimed(Queued::new().claim(Fence(1)));
        assert_eq!(claimed.clone().take(Fence(1), YES, &PATIENCE), Err(claimed));
    }

    #[test]
    fn a_stale_sender_is_not_believed() {
        let committing = State::Committing(Sending::<Committing>::restore(2, Fence(2)));
        assert_eq!(
            committing.clone().take(Fence(1), YES, &PATIENCE),
            Err(committing)
        );
    }

    #[test]
    fn a_sender_that_crossed_and_then_let_go_of_nothing_gives_the_message_back() {
        let committing = State::Committing(Sending::<Committing>::restore(2, Fence(2)));
        let report = Report::BrokenOff(BrokenOff::Later(Reason::ConnectionLost));
        assert!(matches!(
            committing.take(Fence(2), report, &PATIENCE),
            Ok(State::Queued(Queued { attempts: 2, .. }))
        ));
    }

    #[test]
    fn a_late_yes_settles_what_the_reaper_had_called_unknown() {
        let unknown = State::Unknown(Unknown {
            attempt: 1,
            fence: Fence(3),
            reason: Reason::SenderLost,
        });
        assert!(matches!(
            unknown.take(Fence(3), YES, &PATIENCE),
            Ok(State::Sent(_))
        ));
    }

    #[test]
    fn what_is_final_hears_nothing_more() {
        for state in [
            State::Cancelled,
            State::Expired,
            State::Failed(Reason::GaveUp),
        ] {
            assert_eq!(state.clone().take(Fence(1), YES, &PATIENCE), Err(state));
        }
    }
}
