//! The life of one message to one recipient over one channel.
//!
//! A transition consumes the state it starts from, so what the types do not offer cannot happen: only
//! a [`Sending`] that has crossed the point of no return can become [`Sent`] or [`Unknown`], and
//! nothing leads from [`Unknown`] back to [`Queued`] but a [`Resolution`] or a policy that says so.

use std::marker::PhantomData;

use crate::domain::patience::Patience;
use crate::domain::reason::Reason;

/// The token of one claim. A later claim of the same message has a higher one, and whoever reports
/// under an older token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub i64);

/// Kept back until somebody or something releases it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Why.
    pub reason: Reason,
    /// Attempts made before it was held.
    pub attempts: u32,
}

/// Waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Attempts made so far.
    pub attempts: u32,
    /// Why it is still, or again, here; `None` when it is new.
    pub reason: Option<Reason>,
    /// How long to wait before the next attempt.
    pub wait: std::time::Duration,
}

/// Marks an attempt that may still be broken off without consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeforeCommit {}
/// Marks an attempt whose final dot may have been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committing {}

/// Claimed by one sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending<Phase> {
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The token of the claim.
    pub fence: Fence,
    phase: PhantomData<Phase>,
}

/// May or may not have gone out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The attempt in question.
    pub attempt: u32,
    /// The token of its claim; a late answer under it is believed.
    pub fence: Fence,
    /// Why nobody knows.
    pub reason: Reason,
}

/// The next server took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its status code; `None` where an organiser says that it went out.
    pub status_code: Option<u16>,
}

/// Any state a message can be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// See [`Held`].
    Held(Held),
    /// See [`Queued`].
    Queued(Queued),
    /// Claimed, before the point of no return.
    Claimed(Sending<BeforeCommit>),
    /// Claimed, past the point of no return.
    Committing(Sending<Committing>),
    /// See [`Unknown`].
    Unknown(Unknown),
    /// See [`Sent`].
    Sent(Sent),
    /// Refused for good.
    Failed(Reason),
    /// Not sent, because of its address.
    Suppressed(Reason),
    /// Not sent, because an organiser stopped it.
    Cancelled,
    /// Too late to be of use.
    Expired,
}

impl State {
    /// Nothing leads out of it.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Sent(_)
                | Self::Failed(_)
                | Self::Suppressed(_)
                | Self::Cancelled
                | Self::Expired
        )
    }
}

/// How an attempt ended while it could still be broken off: the message is known not to be out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenOff {
    /// Try again later.
    Later(Reason),
    /// Refused for good.
    Refused(Reason),
    /// Kept back by its edition's rules.
    Held(Reason),
    /// There is no address that it may go to.
    Unaddressable(Reason),
    /// Its reader has no use for it any more.
    TooLate,
}

/// What is known after the point of no return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The next server took it.
    Accepted {
        /// Its status code.
        status_code: u16,
    },
    /// The next server said no, for now; or it is certain that the dot never left.
    Later(Reason),
    /// The next server said no, for good.
    Refused(Reason),
    /// There was no answer.
    None(Reason),
}

/// How an organiser settles an unknown message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It did go out.
    Sent,
    /// It did not; send it again.
    Resend,
    /// It did not, and is not to be sent.
    Cancel,
}

/// What becomes of an unknown message when nobody settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownPolicy {
    /// It stays unknown, and listed, until an organiser or a late answer settles it.
    #[default]
    Hold,
    /// It is sent again after this long; only for messages that do no harm twice.
    ResendAfter(std::time::Duration),
}

impl Held {
    /// May go now.
    pub const fn release(self) -> Queued {
        Queued { attempts: self.attempts, reason: None, wait: std::time::Duration::ZERO }
    }

    /// Stopped by an organiser.
    pub const fn cancel(self) -> State {
        State::Cancelled
    }
}

impl Queued {
    /// New, and free to go.
    pub const fn new() -> Self {
        Self { attempts: 0, reason: None, wait: std::time::Duration::ZERO }
    }

    /// Kept back.
    pub const fn hold(self, reason: Reason) -> Held {
        Held { reason, attempts: self.attempts }
    }

    /// Taken by a sender.
    pub const fn claim(self, fence: Fence) -> Sending<BeforeCommit> {
        Sending { attempt: self.attempts + 1, fence, phase: PhantomData }
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
        Self { attempt, fence, phase: PhantomData }
    }

    fn again(&self, reason: Reason, patience: &Patience) -> State {
        patience.next_try(self.attempt).map_or(State::Failed(Reason::GaveUp), |wait| {
            State::Queued(Queued { attempts: self.attempt, reason: Some(reason), wait })
        })
    }
}

impl Sending<BeforeCommit> {
    /// Crosses the point of no return. Recorded before the final dot is written.
    pub const fn cross(self) -> Sending<Committing> {
        Sending { attempt: self.attempt, fence: self.fence, phase: PhantomData }
    }

    /// Ends without the message having gone out.
    pub fn break_off(self, end: BrokenOff, patience: &Patience) -> State {
        match end {
            BrokenOff::Later(reason) => self.again(reason, patience),
            BrokenOff::Refused(reason) => State::Failed(reason),
            BrokenOff::Held(reason) => State::Held(Held { reason, attempts: self.attempt }),
            BrokenOff::Unaddressable(reason) => State::Suppressed(reason),
            BrokenOff::TooLate => State::Expired,
        }
    }

    /// The lease ran out. Nothing can have gone out, so it waits for its turn again.
    pub fn lapse(self) -> Queued {
        Queued {
            attempts: self.attempt,
            reason: Some(Reason::LeaseLapsed),
            wait: std::time::Duration::ZERO,
        }
    }
}

impl Sending<Committing> {
    /// Ends with what the next server said, or did not say.
    pub fn conclude(self, answer: Answer, patience: &Patience) -> State {
        match answer {
            Answer::Accepted { status_code } => {
                State::Sent(Sent { status_code: Some(status_code) })
            }
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
        Unknown { attempt: self.attempt, fence: self.fence, reason }
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
                wait: std::time::Duration::ZERO,
            }),
            Resolution::Cancel => State::Cancelled,
        }
    }

    /// What policy makes of it after it has been unknown for `since`.
    pub fn outlast(self, policy: UnknownPolicy, since: std::time::Duration) -> State {
        match policy {
            UnknownPolicy::ResendAfter(limit) if since >= limit => State::Queued(Queued {
                attempts: self.attempt,
                reason: Some(self.reason),
                wait: std::time::Duration::ZERO,
            }),
            UnknownPolicy::ResendAfter(_) | UnknownPolicy::Hold => State::Unknown(self),
        }
    }
}

mod report;
pub use report::Report;

#[cfg(test)]
mod tests;
