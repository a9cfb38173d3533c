//! What became of an attempt, by the side of the final dot on which it ended.

use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;

use crate::domain::message::{Answer, BrokenOff};
use crate::domain::reason::Reason;

/// The step of a conversation that comes before the final dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reaching the relay and greeting it.
    Connect,
    /// Agreeing on encryption.
    Encrypt,
    /// Showing credentials.
    Authenticate,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// Asking to send the message's content.
    Data,
    /// Sending the content up to the final dot.
    Body,
}

/// An attempt that ended before the final dot: the message is not out.
#[derive(Debug, thiserror::Error)]
pub enum BeforeDot {
    /// The relay answered, and it was not yes.
    #[error("the relay answered {code} at {step:?}")]
    Answered {
        /// Where.
        step: Step,
        /// Its status code.
        code: u16,
        /// Its words.
        said: String,
    },
    /// The connection failed.
    #[error("the connection failed at {step:?}")]
    Broken {
        /// Where.
        step: Step,
        /// Why.
        #[source]
        source: SmtpError,
    },
    /// The relay could not be reached.
    #[error("the relay cannot be reached")]
    Unreachable(#[source] std::io::Error),
    /// The relay was silent.
    #[error("the relay was silent at {step:?} for {after:?}")]
    Silent {
        /// Where.
        step: Step,
        /// For how long.
        after: Duration,
    },
    /// The relay offers no encryption, or not one that can be trusted.
    #[error("the relay offers no encryption that we may use")]
    NoEncryption(#[source] Option<SmtpError>),
    /// The relay cannot carry an address outside ASCII.
    #[error("the relay cannot carry an address outside ASCII")]
    NoInternationalAddresses,
    /// Its steps were in time, each, but not all together.
    #[error("the relay was too slow")]
    TooSlow,
}

impl BeforeDot {
    /// The relay's status code, where one came.
    pub const fn status_code(&self) -> Option<u16> {
        match self {
            Self::Answered { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The relay's words, where it spoke.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Answered { said, .. } => Some(said),
            _ => None,
        }
    }

    /// The fault lies with the relay or the way to it, so other messages would fare no better.
    pub const fn concerns_the_relay(&self) -> bool {
        match self {
            Self::Answered { step, code, .. } => {
                *code == 421
                    || matches!(
                        step,
                        Step::Connect | Step::Encrypt | Step::Authenticate | Step::Sender
                    )
            }
            Self::Broken { .. }
            | Self::Unreachable(_)
            | Self::Silent { .. }
            | Self::NoEncryption(_)
            | Self::TooSlow => true,
            Self::NoInternationalAddresses => false,
        }
    }

    /// Nobody gets in: one such failure says as much as many.
    pub const fn shuts_everybody_out(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::NoEncryption(_) => true,
            Self::Answered { step, .. } | Self::Broken { step, .. } | Self::Silent { step, .. } => {
                matches!(step, Step::Connect | Step::Encrypt | Step::Authenticate)
            }
            Self::NoInternationalAddresses | Self::TooSlow => false,
        }
    }

    /// What it means for the message.
    pub const fn verdict(&self) -> BrokenOff {
        match self {
            // Whatever the relay thinks of us, it has not judged this message.
            Self::Answered {
                step: Step::Connect | Step::Encrypt,
                ..
            }
            | Self::Unreachable(_) => BrokenOff::Later(Reason::RelayUnreachable),
            Self::Answered {
                step: Step::Authenticate,
                ..
            } => BrokenOff::Later(Reason::CredentialsRefused),
            Self::Answered {
                step: Step::Sender,
                code,
                ..
            } if *code >= 500 => BrokenOff::Later(Reason::SenderRefused),
            Self::Answered {
                step: Step::Recipient,
                code,
                ..
            } if *code >= 500 => BrokenOff::Refused(Reason::RecipientRefused),
            Self::Answered { code, .. } if *code >= 500 => {
                BrokenOff::Refused(Reason::MessageRefused)
            }
            Self::Answered { .. } => BrokenOff::Later(Reason::Deferred),
            Self::Broken { .. } => BrokenOff::Later(Reason::ConnectionLost),
            Self::Silent { .. } | Self::TooSlow => BrokenOff::Later(Reason::TimedOut),
            Self::NoEncryption(_) => BrokenOff::Later(Reason::EncryptionRefused),
            Self::NoInternationalAddresses => BrokenOff::Refused(Reason::AddressInvalid),
        }
    }

    /// Sorts an error of `lettre` by what the relay said.
    pub(super) fn at(step: Step, source: SmtpError) -> Self {
        match source.status() {
            Some(code) => Self::Answered {
                step,
                code: code.into(),
                said: words(&source),
            },
            None if step == Step::Encrypt => Self::NoEncryption(Some(source)),
            None => Self::Broken { step, source },
        }
    }
}

/// What is known once the final dot was let go.
#[derive(Debug, thiserror::Error)]
pub enum AfterDot {
    /// The relay took the message.
    #[error("the relay took the message with {code}")]
    Accepted {
        /// Its status code.
        code: u16,
        /// Its words: often its own name for the message.
        said: String,
    },
    /// The relay refused the message.
    #[error("the relay answered {code} to the message")]
    Rejected {
        /// Its status code.
        code: u16,
        /// Its words.
        said: String,
    },
    /// The connection had failed before a byte of the dot could leave.
    #[error("the connection had failed before the final dot could leave")]
    NeverLeft(#[source] SmtpError),
    /// The connection failed, or the relay spoke nonsense.
    #[error("the answer to the message was lost")]
    Lost(#[source] SmtpError),
    /// The relay was silent.
    #[error("the relay did not answer to the message for {after:?}")]
    Silent {
        /// For how long.
        after: Duration,
    },
}

impl AfterDot {
    /// The relay's status code, where one came.
    pub const fn status_code(&self) -> Option<u16> {
        match self {
            Self::Accepted { code, .. } | Self::Rejected { code, .. } => Some(*code),
            Self::NeverLeft(_) | Self::Lost(_) | Self::Silent { .. } => None,
        }
    }

    /// The relay's words, where it spoke.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Accepted { said, .. } | Self::Rejected { said, .. } => Some(said),
            Self::NeverLeft(_) | Self::Lost(_) | Self::Silent { .. } => None,
        }
    }

    /// The fault may lie with the relay: several in a row are no chance.
    pub const fn concerns_the_relay(&self) -> bool {
        match self {
            Self::Accepted { .. } => false,
            Self::Rejected { code, .. } => *code < 500,
            Self::NeverLeft(_) | Self::Lost(_) | Self::Silent { .. } => true,
        }
    }

    /// What it means for the message.
    pub const fn answer(&self) -> Answer {
        match self {
            Self::Accepted { code, .. } => Answer::Accepted { status_code: *code },
            Self::Rejected { code, .. } if *code >= 500 => Answer::Refused(Reason::MessageRefused),
            Self::Rejected { .. } => Answer::Later(Reason::Deferred),
            Self::NeverLeft(_) => Answer::Later(Reason::ConnectionLost),
            Self::Lost(_) => Answer::None(Reason::AnswerLost),
            Self::Silent { .. } => Answer::None(Reason::AnswerTimedOut),
        }
    }
}

/// What the relay said, as `lettre` keeps it: the cause of an error with a status code.
pub(super) fn words(error: &SmtpError) -> String {
    std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default()
}
