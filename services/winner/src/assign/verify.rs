//! `winner assign verify`: is a result what it says it is?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use serde::Deserialize;
use winner_matching_core::{Duals, Edits, Pair, Rules, certify};

use super::report::{Proof, Row};

/// Check a result of `winner assign` against its instance.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder with instance.json and edges.csv.
    instance: PathBuf,
    /// What `winner assign` printed as JSON.
    result: PathBuf,
    /// A pair PAPER:REVIEWER that had to be assigned; may be repeated.
    #[arg(long, value_parser = super::pair)]
    lock: Vec<Pair>,
    /// A pair PAPER:REVIEWER that was not to be assigned; may be repeated.
    #[arg(long, value_parser = super::pair)]
    forbid: Vec<Pair>,
}

#[derive(Debug, Deserialize)]
struct Claim {
    total_micro: i64,
    certificate: Proof,
    pairs: Vec<Row>,
}

/// Checks limits, total and proof; says what it found.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout();
    let edits = Edits {
        lock: args.lock.clone(),
        forbid: args.forbid.clone(),
    };
    let instance = super::read(&args.instance)?.edited(&edits)?;
    let path = &args.result;
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let claim: Claim = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let pairs: Vec<Pair> = claim
        .pairs
        .iter()
        .map(|r| Pair {
            paper: r.paper,
            judge: r.reviewer,
        })
        .collect();
    let proof = claim.certificate;
    let duals = Duals {
        paper: proof.paper_prices_micro,
        judge: proof.reviewer_prices_micro,
    };
    let rules = Rules {
        balance: proof.balance_micro,
        ..Rules::default()
    };
    let found = match certify(&instance, &rules, &pairs, &duals) {
        Ok(found) => found,
        Err(error) => {
            writeln!(out, "refuted: {error}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let total: i64 = pairs.iter().filter_map(|&p| instance.score(p)).sum();
    if total != claim.total_micro {
        writeln!(
            out,
            "refuted: the total is {total} micro-units, not {}",
            claim.total_micro
        )?;
        return Ok(ExitCode::FAILURE);
    }
    if found.proved() {
        writeln!(
            out,
            "verified: no assignment is better than this one; total {total} micro-units"
        )?;
    } else {
        writeln!(
            out,
            "verified within limits: a better one may exist, by at most {}",
            found.gap()
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
