//! Figures: how fast the whole is, beside its raw components in the same run. `benches/figures.rs`
//! measures them on a release build; a test tries that each still can be measured.
//!
//! Load is open loop where latencies are told: requests begin at fixed times and their latency counts
//! from then, so that a slow answer delays none that follows, and is not hidden by it.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "it seeds tables by SQL of its own and measures by the machine's clock"
)]

mod handler;
mod idle;
mod load;
mod machine;
mod mails;
mod outage;
mod people;
mod pgbench;
mod process;
mod relay;
mod rig;
mod submit;

use std::path::Path;

use anyhow::Result;

pub use rig::Size;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Figure {
    /// The machine: cores, processor, how long a sync of the disk takes.
    Machine,
    /// `Submit` beside pgbench with the same statements.
    Submit,
    /// The relay draining, beside bare publishing.
    Relay,
    /// The relay catching up after the broker was away, while people submit.
    Outage,
    /// From a commit to the consumer's handler, beside bare JetStream.
    Handler,
    /// Start and idle memory of each role.
    Idle,
    /// From an event to mails at a sink, beside a raw client.
    Mails,
    /// From an event to mails in a Postfix, beside a raw client.
    Postfix,
    /// Mails while a relay is dead, and while one dies.
    Relays,
    /// From an announcement to the first byte of its mail, at a steady rate.
    Prompt,
    /// Saving drafts and reading a judge's queue, with 500 judges.
    Queue,
}

impl Figure {
    /// Measures with services of `program` and returns the rows of a Markdown table.
    ///
    /// # Errors
    /// When a server does not start, or a request is refused.
    pub async fn measure(self, program: &Path, size: Size) -> Result<Vec<String>> {
        match self {
            Self::Machine => Ok(vec![machine::describe()?]),
            Self::Submit => submit::measure(program, size).await,
            Self::Relay => relay::measure(program, size).await,
            Self::Outage => outage::measure(program, size).await,
            Self::Handler => handler::measure(program, size).await,
            Self::Idle => idle::measure(program, size).await,
            Self::Mails => mails::measure(program, size).await,
            Self::Postfix => mails::into_postfix(program, size).await,
            Self::Relays => mails::relays(program, size).await,
            Self::Prompt => mails::prompt(program, size).await,
            Self::Queue => people::measure(program, size).await,
        }
    }
}

/// One row of the table.
fn row(what: &str, measured: &str) -> String {
    format!("| {what} | {measured} |")
}
