//! `winner guide`: what each person does, step by step, from the binary itself.

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, ValueEnum};

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// Runs an edition: a secretariat and its chair.
    Organiser,
    /// Publishes challenges for a local government and answers matches.
    Government,
    /// Drafts and submits for a team.
    Applicant,
    /// Reads and scores entries.
    Judge,
    /// Installs winner and keeps it running.
    Operator,
    /// Writes a service outside that is told what happens.
    Developer,
}

/// What `winner guide` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// For whom [default: list them].
    who: Option<Reader>,
}

impl Reader {
    /// The guide.
    pub fn text(self) -> &'static str {
        match self {
            Self::Organiser => include_str!("../../guide/organiser.md"),
            Self::Government => include_str!("../../guide/government.md"),
            Self::Applicant => include_str!("../../guide/applicant.md"),
            Self::Judge => include_str!("../../guide/judge.md"),
            Self::Operator => include_str!("../../guide/operator.md"),
            Self::Developer => include_str!("../../guide/developer.md"),
        }
    }
}

/// Prints a guide, or who has one.
///
/// # Errors
/// When it cannot be written.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if let Some(who) = arguments.who {
        out.write_all(who.text().as_bytes())?;
        return Ok(());
    }
    for reader in Reader::value_variants() {
        let Some(value) = reader.to_possible_value() else {
            continue;
        };
        let about = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        writeln!(out, "winner guide {:<10}  {about}", value.get_name())?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "guide/tests.rs"]
mod tests;
