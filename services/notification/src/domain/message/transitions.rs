//! What leads from one state to another. Each transition consumes the state it starts from.

use std::marker::PhantomData;
use std::time::Duration;

use super::{
    Answer, BeforeCommit, BrokenOff, Committing, Fence, Held, Outlasted, Queued, Resolution,
    Sending, Sent, State, Unknown, UnknownPolicy,
};
use crate::domain::patience::Patience;
use crate::domain::reason::Reason;

impl Held {
    /// May go now.
    pub const fn release(self) -> Queued {
        Queued {
            attempts: self.attempts,
            reason: None,
            wait: Duration::ZERO,
        }
    }

    /// Stopped by an organiser.
    pub const fn cancel(self) -> State {
        State::Cancelled
    }
}

impl Queued {
    /// New, and free to go.
    pub const fn new() -> Self {
        Self {
            attempts: 0,
            reason: None,
            wait: Duration::ZERO,
        }
    }

    /// Kept back.
    pub const fn hold(self, reason: Reason) -> Held {
        Held {
            reason,
            attempts: self.attempts,
        }
    }

    /// Taken by a sender.
    pub const fn claim(self, fence: Fence) -> Sending<BeforeCommit> {
        Sending {
            attempt: self.attempts + 1,
            fence,
            phase: PhantomData,
        }
    }

    /// Stopped by an organiser.
    pub const fn cancel(self) -> State {
        State::Cancelled
    }
}

impl Default for Queued {
    fn default() -> Self {
        Self::new()
    }
}

impl<Phase> Sending<Phase> {
    /// A claim as the store remembers it.
    pub const fn restore(attempt: u32, fence: Fence) -> Self {
        Self {
            attempt,
            fence,
            phase: PhantomData,
        }
    }

    fn again(&self, reason: Reason, patience: &Patience) -> State {
        patience
            .next_try(self.attempt)
            .map_or(State::Failed(Reason::GaveUp), |wait| {
                State::Queued(Queued {
                    attempts: self.attempt,
                    reason: Some(reason),
                    wait,
                })
            })
    }
}

impl Sending<BeforeCommit> {
    /// Crosses the point of no return. Recorded before the final dot is written.
    pub const fn cross(self) -> Sending<Committing> {
        Sending {
            attempt: self.attempt,
            fence: self.fence,
            phase: PhantomData,
        }
    }

    /// Ends without the message having gone out.
    pub fn break_off(self, end: BrokenOff, patience: &Patience) -> State {
        match end {
            BrokenOff::Later(reason) => self.again(reason, patience),
            BrokenOff::Refused(reason) => State::Failed(reason),
            BrokenOff::Held(reason) => State::Held(Held {
                reason,
                attempts: self.attempt,
            }),
            BrokenOff::Unaddressable(reason) => State::Suppressed(reason),
            BrokenOff::TooLate => State::Expired,
            BrokenOff::Untried => State::Queued(Queued {
                attempts: self.attempt,
                reason: None,
                wait: Duration::ZERO,
            }),
            BrokenOff::NotYet(reason, wait) => State::Queued(Queued {
                attempts: self.attempt,
                reason: Some(reason),
                wait,
            }),
        }
    }

    /// The lease ran out. Nothing can have gone out, so it waits for its turn again.
    pub fn lapse(self) -> Queued {
        Queued {
            attempts: self.attempt,
            reason: Some(Reason::LeaseLapsed),
            wait: Duration::ZERO,
        }
    }
}

impl Sending<Committing> {
    /// Ends with what the next server said, or did not say.
    pub fn conclude(self, answer: Answer, patience: &Patience) -> State {
        match answer {
            Answer::Accepted { status_code } => State::Sent(Sent {
                status_code: Some(status_code),
            }),
            Answer::Later(reason) => self.again(reason, patience),
            Answer::Refused(reason) => State::Failed(reason),
            Answer::None(reason) => State::Unknown(self.lose(reason)),
        }
    }

    /// The lease ran out. It may have gone out.
    pub fn lapse(self) -> Unknown {
        self.lose(Reason::SenderLost)
    }

    const fn lose(self, reason: Reason) -> Unknown {
        Unknown {
            attempt: self.attempt,
            fence: self.fence,
            reason,
        }
    }
}

impl Unknown {
    /// The sender that was given up for lost reports after all, under the token of its claim.
    ///
    /// # Errors
    /// The message, unchanged, when the token is another's.
    pub fn hear(self, fence: Fence, answer: Answer, patience: &Patience) -> Result<State, Self> {
        if fence != self.fence {
            return Err(self);
        }
        Ok(Sending::<Committing>::restore(self.attempt, self.fence).conclude(answer, patience))
    }

    /// An organiser decides.
    pub const fn settle(self, resolution: Resolution) -> State {
        match resolution {
            Resolution::Sent => State::Sent(Sent { status_code: None }),
            Resolution::Resend => State::Queued(Queued {
                attempts: self.attempt,
                reason: Some(Reason::Organiser),
                wait: Duration::ZERO,
            }),
            Resolution::Cancel => State::Cancelled,
        }
    }

    /// What policy makes of it after it has been unknown for `since`. It is not sent again without end:
    /// only while `patience` lasts.
    pub fn outlast(self, policy: UnknownPolicy, since: Duration, patience: &Patience) -> Outlasted {
        match policy {
            UnknownPolicy::ResendAfter(limit)
                if since >= limit && patience.next_try(self.attempt).is_some() =>
            {
                Outlasted::Again(Queued {
                    attempts: self.attempt,
                    reason: Some(self.reason),
                    wait: Duration::ZERO,
                })
            }
            UnknownPolicy::OtherChannelAfter(limit) if since >= limit => {
                Outlasted::OtherChannel(self)
            }
            UnknownPolicy::ResendAfter(_)
            | UnknownPolicy::OtherChannelAfter(_)
            | UnknownPolicy::Hold => Outlasted::Stays(self),
        }
    }
}
