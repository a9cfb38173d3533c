//! `winner workload`: can this round be judged, and will its entries be comparable? Asked before it opens, without a server.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use serde::Serialize;
use winner_judging_core::sheet;
use winner_judging_core::workload::panel::{Links, Panel};
use winner_judging_core::workload::sentences::{of_panel, of_plan};
use winner_judging_core::workload::{Plan, Workload};

use crate::rank::read_table;

/// Does the arithmetic of a round before it opens: entries × reviews × minutes against judges × hours, and how a panel hangs
/// together.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// How many minutes a review takes.
    #[arg(long, value_name = "N")]
    pub minutes: u32,
    /// How many hours each judge gives.
    #[arg(long, value_name = "N")]
    pub hours: u32,
    /// How many reviews each entry needs; without it, the most that the panel has for an entry.
    #[arg(long, value_name = "N", required_unless_present = "panel")]
    pub reviews: Option<u32>,
    /// How many entries there are; without it, those of the panel.
    #[arg(long, value_name = "N", required_unless_present = "panel")]
    pub entries: Option<u32>,
    /// How many judges there are; without it, those of the panel.
    #[arg(long, value_name = "N", required_unless_present = "panel")]
    pub judges: Option<u32>,
    /// Who is to review what: a sheet, CSV or XLSX, with a column of entries and one of judges.
    #[arg(long, value_name = "FILE")]
    pub panel: Option<PathBuf>,
    /// What to print.
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// What to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Sentences, Indonesian and English.
    Text,
    /// Everything, at full precision.
    Json,
}

/// The arithmetic, and the panel's links.
#[derive(Serialize)]
struct Whole<'a> {
    plan: &'a Plan,
    workload: &'a Workload,
    panel: Option<&'a Links>,
    ready: bool,
}

/// Prints the arithmetic; exits with 1 when the round cannot be judged as planned.
///
/// # Errors
/// When the panel cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let panel = args.panel.as_deref().map(read_panel).transpose()?;
    let count = |given: Option<u32>, of_panel: fn(&Panel) -> usize| {
        let counted = panel.as_ref().map_or(0, of_panel);
        given.unwrap_or(u32::try_from(counted).unwrap_or(u32::MAX))
    };
    let plan = Plan {
        entries: count(args.entries, Panel::entries),
        reviews: count(args.reviews, Panel::most_reviews),
        minutes: args.minutes,
        judges: count(args.judges, Panel::judges),
        hours: args.hours,
    };
    let workload = plan.workload();
    let links = panel.map(|panel| panel.links(plan.reviews, plan.minutes, plan.hours));
    let ready = workload.possible && links.as_ref().is_none_or(Links::holds);
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            let whole = Whole {
                plan: &plan,
                workload: &workload,
                panel: links.as_ref(),
                ready,
            };
            serde_json::to_writer_pretty(&mut out, &whole)?;
            writeln!(out)?;
        }
        Format::Text => {
            let said = of_plan(plan, &workload);
            let of_panel = links.as_ref().map(of_panel).unwrap_or_default();
            for sentence in said.iter().chain(&of_panel) {
                writeln!(out, "{}\n  {}", sentence.id, sentence.en)?;
            }
        }
    }
    Ok(if ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_panel(path: &Path) -> anyhow::Result<Panel> {
    let (table, _) = read_table(path)?;
    let pairs = sheet::pairs(&table).with_context(|| {
        format!(
            "{} has no row that names a column of entries and one of judges",
            path.display()
        )
    })?;
    Ok(Panel::of(&pairs))
}
