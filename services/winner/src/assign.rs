//! `winner assign`: judges for the papers of a folder, without any server.
//!
//! A conference or a grant round can use it as it stands: a folder with
//! `instance.json` and `edges.csv` in, pairs with their proof out. `winner
//! assign verify` checks a result with code that knows nothing of the solver.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use winner_matching_core::capped::{Cap, capped};
use winner_matching_core::{Edits, Instance, Pair, Rules, assign, format};

mod meter;
mod report;
mod verify;

use meter::Meter;

/// Assign judges to papers so that the total score is largest, and prove it.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    solve: Solve,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check a result against its instance.
    Verify(verify::Args),
}

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Everything, with the proof.
    Json,
    /// `paper,reviewer` lines only.
    Csv,
}

#[derive(Debug, clap::Args)]
struct Solve {
    /// Folder with instance.json, which may hold `panel_rules`, and edges.csv.
    instance: Option<PathBuf>,
    /// No paper's sum of scores below this, in score units, as far as it can be found.
    #[arg(long, value_parser = format::micro, allow_hyphen_values = true)]
    floor: Option<i64>,
    /// A judge's k-th paper costs k times this, in score units.
    #[arg(long, value_parser = format::micro, default_value = "0")]
    balance: i64,
    /// Largest probability of a pair, 0.01 to 1: publishes probabilities and draws once.
    #[arg(long, value_parser = cap)]
    cap: Option<Cap>,
    /// Decides among equals; with --cap, the draw.
    #[arg(long)]
    seed: Option<u64>,
    /// A pair PAPER:REVIEWER that must be assigned; may be repeated.
    #[arg(long, value_parser = pair)]
    lock: Vec<Pair>,
    /// A pair PAPER:REVIEWER that must not be assigned; may be repeated.
    #[arg(long, value_parser = pair)]
    forbid: Vec<Pair>,
    /// How to write the result.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

fn cap(text: &str) -> Result<Cap, String> {
    let micro = format::micro(text)?;
    let hundredths = u32::try_from(micro / 10_000)
        .ok()
        .filter(|_| micro % 10_000 == 0);
    let cap = hundredths.and_then(Cap::of_hundredths);
    cap.ok_or_else(|| format!("{text:?} is not a probability of 0.01 to 1 in hundredths"))
}

fn pair(text: &str) -> Result<Pair, String> {
    let parts = text
        .split_once(':')
        .and_then(|(p, r)| Some((p.parse().ok()?, r.parse().ok()?)));
    let pair = parts.map(|(paper, judge)| Pair { paper, judge });
    pair.ok_or_else(|| format!("{text:?} is not PAPER:REVIEWER, such as 12:3"))
}

/// Runs the command.
///
/// # Errors
/// What is wrong with the input, with its line, or with the wishes.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(Command::Verify(args)) = args.command {
        return verify::run(&args);
    }
    let solve = args.solve;
    let folder = solve
        .instance
        .as_ref()
        .context("name the instance's folder")?;
    let mut meter = Meter::start();
    let read = read(folder)?;
    meter.phase("read");
    let edits = Edits {
        lock: solve.lock.clone(),
        forbid: solve.forbid.clone(),
    };
    let instance = read.edited(&edits)?;
    let text = match solve.cap {
        Some(cap) => draw(&solve, &instance, cap, meter)?,
        None => decide(&solve, &instance, meter)?,
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}

/// Reads an instance from its folder.
fn read(folder: &std::path::Path) -> anyhow::Result<Instance> {
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let (json, csv) = (text("instance.json")?, text("edges.csv")?);
    format::read_instance(&json, &csv).with_context(|| folder.display().to_string())
}

fn decide(solve: &Solve, instance: &Instance, mut meter: Meter) -> anyhow::Result<String> {
    let rules = Rules {
        balance: solve.balance,
        floor: solve.floor,
        seed: solve.seed,
    };
    let found = assign(instance, &rules)?;
    meter.phase("assign");
    if solve.format == Format::Csv {
        return Ok(report::csv(&found.pairs));
    }
    let report = report::Report::of(instance, &rules, &found, meter);
    Ok(serde_json::to_string(&report)?)
}

fn draw(solve: &Solve, instance: &Instance, cap: Cap, mut meter: Meter) -> anyhow::Result<String> {
    if solve.floor.is_some() || solve.balance != 0 {
        bail!("--cap cannot be combined with --floor or --balance");
    }
    let seed = solve
        .seed
        .ok_or_else(|| anyhow!("--cap draws by lot: publish and give a --seed"))?;
    let lottery = capped(instance, cap)?;
    meter.phase("probabilities");
    let seed = seed.to_string();
    let drawn = lottery.draw(seed.as_bytes());
    meter.phase("draw");
    if solve.format == Format::Csv {
        return Ok(report::csv(&drawn));
    }
    let report = report::Drawn::of(instance, &lottery, &drawn, &seed, meter);
    Ok(serde_json::to_string(&report)?)
}
