//! The life of one message to one recipient over one channel.
//!
//! A transition consumes the state it starts from, so what the types do not offer cannot happen: only
//! a [`Sending`] that has crossed the point of no return can become [`Sent`] or [`Unknown`], and
//! nothing leads from [`Unknown`] back to [`Queued`] but a [`Resolution`] or a policy that says so.

use std::marker::PhantomData;

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

/// It came back, or never arrived, after the next server had taken it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounced {
    /// Why.
    pub reason: Reason,
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
    /// A receipt says that it arrived.
    Delivered,
    /// See [`Bounced`].
    Bounced(Bounced),
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
    /// No sender has anything to do with it any more. A receipt may still tell what became of a message
    /// that was sent, and an organiser may send again what did not arrive.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Sent(_)
                | Self::Delivered
                | Self::Bounced(_)
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
    /// Nobody has tried: the sender stops, or had claimed more than it could send in time.
    Untried,
    /// Its time has not come: it waits so long, and patience does not count it.
    NotYet(Reason, std::time::Duration),
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

/// What a receipt says of a message that had gone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// Somebody on the way took it.
    Accepted,
    /// It arrived.
    Delivered,
    /// It did not, and will not.
    Lost(Reason),
}

/// What becomes of an unknown message when nobody settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownPolicy {
    /// It stays unknown, and listed, until an organiser or a late answer settles it.
    #[default]
    Hold,
    /// It is sent again after this long; only for messages that do no harm twice.
    ResendAfter(std::time::Duration),
    /// After this long another channel says the same; it stays unknown, and listed.
    OtherChannelAfter(std::time::Duration),
}

/// What policy makes of an unknown message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlasted {
    /// Nothing, for now.
    Stays(Unknown),
    /// It is sent again.
    Again(Queued),
    /// Another channel is to say the same.
    OtherChannel(Unknown),
}

mod organiser;
mod receipt;
mod report;
mod transitions;
pub use report::Report;

#[cfg(test)]
mod tests;
