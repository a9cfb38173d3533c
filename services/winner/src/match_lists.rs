//! `winner match`: submissions and challenges that rank each other, from one
//! file, without any server.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use winner_matching_core::stable::{blocking_pairs, with_quotas};

mod file;
mod report;

/// Match submissions with challenges: stable, and best for the submissions.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Wishes, rankings and capacities as JSON.
    preferences: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// What is wrong with the file, by name.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = &args.preferences;
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lists: file::Lists =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let problem = lists.problem()?;
    let (matching, conflict) = with_quotas(&problem)?;
    let blocking = blocking_pairs(&problem, &matching.challenge);
    let report = report::Report::of(&lists, &problem, &matching, conflict.as_ref(), &blocking);
    writeln!(
        std::io::stdout(),
        "{}",
        serde_json::to_string_pretty(&report)?
    )?;
    Ok(ExitCode::SUCCESS)
}
