//! What an organiser may do with a message.

use super::{BeforeCommit, Queued, Sending, State};
use crate::domain::reason::Reason;

impl Sending<BeforeCommit> {
    /// Stopped by an organiser. Its sender finds the claim gone at the point of no return.
    pub const fn cancel(self) -> State {
        State::Cancelled
    }
}

impl State {
    /// Stops it.
    ///
    /// # Errors
    /// The state, unchanged, where it may be out already, or will not go out anyway.
    pub fn stop(self) -> Result<Self, Self> {
        match self {
            Self::Held(held) => Ok(held.cancel()),
            Self::Queued(queued) => Ok(queued.cancel()),
            Self::Claimed(sending) => Ok(sending.cancel()),
            state => Err(state),
        }
    }

    /// Sends it again, after `attempts` before. Only what did not arrive, by all that is known.
    ///
    /// # Errors
    /// The state, unchanged, where it waits, may be out, or has arrived: an unknown message is settled
    /// by a [`super::Resolution`], so that somebody says what they know.
    pub fn send_again(self, attempts: u32) -> Result<Self, Self> {
        match self {
            Self::Failed(_)
            | Self::Bounced(_)
            | Self::Suppressed(_)
            | Self::Cancelled
            | Self::Expired => Ok(Self::Queued(Queued {
                attempts,
                reason: Some(Reason::Organiser),
                wait: std::time::Duration::ZERO,
            })),
            state => Err(state),
        }
    }

    /// The same, but that it makes no further attempt where an organiser has stopped it while it was past
    /// the point of no return.
    #[must_use]
    pub fn unless_stopped(self, stopped: bool) -> Self {
        match self {
            Self::Queued(_) | Self::Held(_) if stopped => Self::Cancelled,
            state => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Committing, Fence, Sent, Unknown};

    #[test]
    fn what_has_not_passed_the_point_of_no_return_can_be_stopped() {
        assert_eq!(State::Queued(Queued::new()).stop(), Ok(State::Cancelled));
        let claimed = State::Claimed(Queued::new().claim(Fence(1)));
        assert_eq!(claimed.stop(), Ok(State::Cancelled));
        let committing = State::Committing(Sending::<Committing>::restore(1, Fence(1)));
        assert_eq!(committing.clone().stop(), Err(committing));
    }

    #[test]
    fn what_was_stopped_past_the_point_of_no_return_is_not_tried_again() {
        assert_eq!(
            State::Queued(Queued::new()).unless_stopped(true),
            State::Cancelled
        );
        assert_eq!(State::Delivered.unless_stopped(true), State::Delivered);
        let queued = State::Queued(Queued::new());
        assert_eq!(queued.clone().unless_stopped(false), queued);
    }

    #[test]
    fn only_what_did_not_arrive_is_sent_again() {
        assert!(State::Failed(Reason::GaveUp).send_again(3).is_ok());
        let unknown = State::Unknown(Unknown {
            attempt: 1,
            fence: Fence(1),
            reason: Reason::SenderLost,
        });
        for state in [
            State::Delivered,
            State::Sent(Sent { status_code: None }),
            unknown,
        ] {
            assert_eq!(state.clone().send_again(1), Err(state));
        }
    }
}
