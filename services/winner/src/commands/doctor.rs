//! `winner doctor`: looks at an installation and says what to do about what is wrong.
//!
//! Every check stands alone and runs whatever the others found, because the first thing that is
//! wrong is rarely the only one.

use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Result;
use clap::Args;
use futures::future::join_all;

use crate::cli::Common;
use crate::registry::SERVICES;
use crate::settings::OperatorConfig;

mod broker;
mod certificates;
mod clock;
mod consumers;
mod copies;
mod database;
mod files;
mod finding;
mod keys;
mod ledger;
mod mail;
mod peers;
mod report;
mod schema;
mod settings;
mod store;
mod streams;
mod work;

pub use finding::{Finding, Verdict};
pub use report::Report;

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
    if arguments.json {
        for finding in &findings {
            println!("{}", serde_json::to_string(finding)?);
        }
    } else {
        println!("{}", Report(&findings));
    }
    Ok(match Report(&findings).count(Verdict::Bad) {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// All findings, in the order in which things depend on each other.
pub async fn examine(common: &Common) -> Vec<Finding> {
    // Real time, for what the outside world dates: certificates, and the broker's consumers.
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let mut findings = settings::examine(common);
    let settings: Vec<_> = SERVICES
        .iter()
        .map(|service| (service.name, settings::raw(common, service)))
        .collect();
    findings.push(files::examine(&settings));
    findings.push(keys::examine(&settings));
    findings.extend(certificates::examine(&settings, now));
    match OperatorConfig::load(common) {
        Ok(config) => {
            findings.extend(store::examine(&config, common).await);
            findings.extend(services(common).await);
            findings.extend(broker::examine(&config, now).await);
        }
        Err(error) => {
            findings.push(Finding::bad(
                "settings of operator",
                error,
                "correct the section [operator]; `winner config show-defaults operator` explains it",
            ));
            findings.extend(services(common).await);
        }
    }
    findings.extend(peers::examine(&settings).await);
    findings.push(mail::examine(common).await);
    findings
}

/// What each service sees with its own credentials, and what they say of each other.
async fn services(common: &Common) -> Vec<Finding> {
    let opened = join_all(SERVICES.iter().map(|service| store::open(common, service))).await;
    let mut findings = Vec::new();
    let mut pools = Vec::new();
    for opened in opened.into_iter().flatten() {
        match opened {
            Ok(pool) => pools.push(pool),
            Err(finding) => findings.push(finding),
        }
    }
    let each = pools.iter().map(|(service, pool)| async move {
        let mut findings = schema::examine(pool, service).await;
        findings.extend(ledger::examine(pool, service.name).await);
        findings.extend(work::examine(pool, service.name).await);
        findings.push(clock::examine(pool, service.name).await);
        findings
    });
    findings.extend(join_all(each).await.into_iter().flatten());
    findings.extend(copies::examine(&pools).await);
    findings
}
