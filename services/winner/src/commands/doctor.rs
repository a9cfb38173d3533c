//! `winner doctor`: looks at an installation and says what to do about what is wrong.
//!
//! Every check stands alone and runs whatever the others found, because the first thing that is
//! wrong is rarely the only one.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::Common;
use crate::registry::SERVICES;
use crate::settings::OperatorConfig;

mod broker;
mod finding;
mod ledger;
mod mail;
mod store;

pub use finding::{Finding, Verdict};

/// What `winner doctor` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// One JSON object a line, for machines.
    #[arg(long)]
    json: bool,
}

/// Runs every check; the exit code says whether one failed.
///
/// # Errors
/// When the findings cannot be written.
pub async fn run(common: &Common, arguments: Arguments) -> Result<ExitCode> {
    let findings = examine(common).await;
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad)
        .count();
    for finding in &findings {
        if arguments.json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            println!("{finding}");
        }
    }
    if !arguments.json {
        println!("{} check(s), {failed} failed", findings.len());
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// All findings, in the order in which things depend on each other.
pub async fn examine(common: &Common) -> Vec<Finding> {
    let mut findings = Vec::new();
    for service in SERVICES {
        findings.push(match service.check(common) {
            Ok(()) => Finding::good(format!("settings of {}", service.name), "complete"),
            Err(error) => Finding::bad(
                format!("settings of {}", service.name),
                error,
                "correct the file or the variables named; `winner config show-defaults` explains each",
            ),
        });
    }
    match OperatorConfig::load(common) {
        Ok(config) => {
            findings.extend(store::examine(&config).await);
            findings.push(broker::examine(&config).await);
        }
        Err(error) => findings.push(Finding::bad(
            "settings of operator",
            error,
            "correct the section [operator]",
        )),
    }
    for service in SERVICES {
        findings.extend(ledger::examine(common, service).await);
    }
    findings.push(mail::examine(common).await);
    findings
}
