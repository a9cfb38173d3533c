//! `winner messages`: what became of the messages of an edition, and what an organiser does about them.
//!
//! It calls the notification service as any client does, with the token of somebody who holds an office in
//! the edition: chairs and organisers decide, auditors look.

mod connection;
mod decide;
mod list;
mod proof;
mod say;
mod stop;
mod table;
mod unreached;

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;
use winner_proto::notification::v1 as wire;

use crate::cli::Common;
use crate::person::Caller;
use connection::Connection;

/// What became of messages, and what an organiser does about them.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    caller: Caller,
    /// The edition [required].
    #[arg(long, value_name = "EDITION", global = true)]
    edition: Option<String>,
    /// How answers are printed.
    #[arg(long, value_enum, default_value_t = Format::Table, global = true)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs: one JSON document.
    Json,
}

/// What to do with messages.
#[derive(Subcommand, Debug)]
enum Action {
    /// Lists messages, oldest first.
    List(list::Which),
    /// Shows one message with what proves that it was sent: hashes, attempts, answers, times.
    Show {
        /// The message's id.
        message: Uuid,
    },
    /// Settles a message whose fate is unknown, once somebody knows it.
    Resolve {
        /// The message's id.
        message: Uuid,
        /// What is known: it was sent, it is to be sent again, or it is not to be sent.
        #[arg(long = "as", value_enum)]
        how: How,
        #[command(flatten)]
        retry: Retry,
    },
    /// Sends again what failed, came back, was suppressed, stopped or too late; lifts a suppression of the address.
    Resend {
        /// The message's id.
        message: Uuid,
        #[command(flatten)]
        retry: Retry,
    },
    /// Stops one message that has not passed the point of no return.
    Cancel {
        /// The message's id.
        message: Uuid,
        #[command(flatten)]
        retry: Retry,
    },
    /// Stops every message of an event that has not passed the point of no return, and lists who already got it.
    Stop(stop::Which),
    /// Lists who was reached by no channel, notice by notice.
    Unreached {
        /// Only notices of this event.
        #[arg(long)]
        event: Option<Uuid>,
    },
}

/// How an unknown message is settled.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum How {
    /// It did go out.
    Sent,
    /// It did not; send it again.
    Resend,
    /// It did not, and is not to be sent.
    Cancel,
}

impl From<How> for wire::Resolution {
    fn from(how: How) -> Self {
        match how {
            How::Sent => Self::Sent,
            How::Resend => Self::Resend,
            How::Cancel => Self::Cancel,
        }
    }
}

/// What makes it harmless to type a command again.
#[derive(Args, Debug)]
struct Retry {
    /// The id of an earlier request whose answer was lost [default: a new one].
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

impl Retry {
    fn id(&self) -> String {
        self.request_id
            .clone()
            .unwrap_or_else(|| winner_platform::Ids::system().uuid().to_string())
    }
}

/// Runs the command.
///
/// # Errors
/// When the service does not answer, or refuses.
pub async fn run(common: &Common, arguments: Arguments) -> Result<()> {
    let edition = arguments.edition.context("say which --edition")?;
    let connection = Connection {
        called: arguments.caller.connect(common, "notification")?,
        edition,
    };
    let format = arguments.format;
    match arguments.action {
        Action::List(which) => list::run(&connection, &which, format).await,
        Action::Show { message } => proof::run(&connection, message, format).await,
        Action::Resolve {
            message,
            how,
            retry,
        } => decide::resolve(&connection, message, how.into(), retry.id(), format).await,
        Action::Resend { message, retry } => {
            decide::resend(&connection, message, retry.id(), format).await
        }
        Action::Cancel { message, retry } => {
            decide::cancel(&connection, message, retry.id(), format).await
        }
        Action::Stop(which) => stop::run(&connection, &which, format).await,
        Action::Unreached { event } => unreached::run(&connection, event, format).await,
    }
}

#[cfg(test)]
mod tests;
