//! `winner rank`: last year's spreadsheet, ranked in a minute, without a server.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use tokio::time::Instant;
use winner_judging_core::analysis::{Evidence, alarms, kinships};
use winner_judging_core::decimal::Places;
use winner_judging_core::model::Model;
use winner_judging_core::report::{Parts, Report};
use winner_judging_core::sensitivity::Method;
use winner_judging_core::sheet::{self, Columns, Loaded};
use winner_judging_core::table::Table;
use winner_judging_core::{Ranking, RankingInput, Seed};

mod files;
mod output;
mod rubric;
mod shortlist;

pub(crate) use files::read_table;

/// Ranks the entries of a spreadsheet: long rows `entry,judge,score[,criterion]` or a column per judge.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The spreadsheet, CSV or XLSX.
    #[arg(long, value_name = "FILE")]
    pub scores: PathBuf,
    /// The rubric; without one all criteria count alike and equal scores share a rank.
    #[arg(long, value_name = "FILE.yaml")]
    pub rubric: Option<PathBuf>,
    /// What columns are called where their names do not say it: `entry=NAME`, `judge=`, `criterion=`, `order=`, and `score=`, which
    /// may be given several times (judges or, beside a column of judges, criteria).
    #[arg(long, value_name = "ROLE=NAME", value_parser = parse_column)]
    pub columns: Vec<(Role, String)>,
    /// How reviews become scores; the rubric's choice, or reml.
    #[arg(long)]
    pub aggregator: Option<Aggregator>,
    /// How many places are awarded: adds everyone's probability to be among them.
    #[arg(long, value_name = "K")]
    pub top: Option<u32>,
    /// Quotas on the shortlist (its size is `--top` or the rubric's): a list of column, value, floor and cap.
    #[arg(long, value_name = "FILE.yaml")]
    pub quota: Option<PathBuf>,
    /// The seed of draws.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// What to print.
    #[arg(long, default_value = "json")]
    pub format: Format,
    /// What several criteria become where no rubric says it.
    #[arg(long, default_value = "mean")]
    pub criteria: Criteria,
    /// Decimal places to which scores are rounded before they are compared, where no rubric says it.
    #[arg(long, value_name = "0-3", default_value = "3", value_parser = parse_places)]
    pub places: Places,
    /// Also write the public record of the ranking, signed; needs a rubric.
    #[arg(long, value_name = "FILE", requires_all = ["signing_key", "origin", "rubric"])]
    pub bundle: Option<PathBuf>,
    /// The signing key: a file of 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
    /// The record's name, such as winner.example/2026/desk-review.
    #[arg(long, value_name = "NAME")]
    pub origin: Option<String>,
    /// The key of a witness who will cosign the record; may be given several times.
    #[arg(long, value_name = "KEY")]
    pub witness: Vec<String>,
}

/// How reviews become scores.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Aggregator {
    /// Crossed random effects: judges' leniency is taken off.
    Reml,
    /// The mean.
    Mean,
    /// The mean without the highest and the lowest.
    Trimmed,
    /// The median.
    Median,
    /// Per-judge z-scores.
    Z,
    /// Judges' leniencies as fixed numbers.
    Fixed,
}

/// What to print.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Everything, at full precision.
    Json,
    /// One row an entry.
    Csv,
    /// One page to read and print.
    Html,
}

/// What several criteria become.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Criteria {
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

impl From<Aggregator> for Method {
    fn from(aggregator: Aggregator) -> Self {
        match aggregator {
            Aggregator::Reml => Self::Reml,
            Aggregator::Mean => Self::Mean,
            Aggregator::Trimmed => Self::Trimmed,
            Aggregator::Median => Self::Median,
            Aggregator::Z => Self::Z,
            Aggregator::Fixed => Self::Fixed,
        }
    }
}

fn parse_places(text: &str) -> Result<Places, String> {
    text.parse()
        .ok()
        .and_then(Places::new)
        .ok_or_else(|| "0 to 3".to_owned())
}

/// What a column is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Role {
    /// It names entries.
    Entry,
    /// It names judges.
    Judge,
    /// It names criteria.
    Criterion,
    /// It says when a judge scored.
    Order,
    /// It holds marks.
    Score,
}

fn parse_column(text: &str) -> Result<(Role, String), String> {
    let (role, name) = text.split_once('=').ok_or("ROLE=NAME is needed")?;
    Ok((Role::from_str(role, true)?, name.to_owned()))
}

fn columns(named: &[(Role, String)]) -> Columns {
    let mut columns = Columns::default();
    for (role, name) in named {
        match role {
            Role::Entry => columns.entry = Some(name.clone()),
            Role::Judge => columns.judge = Some(name.clone()),
            Role::Criterion => columns.criterion = Some(name.clone()),
            Role::Order => columns.order = Some(name.clone()),
            Role::Score => columns.scores.push(name.clone()),
        }
    }
    columns
}

/// Seconds of each phase.
struct Phases {
    since: Instant,
    seconds: BTreeMap<String, f64>,
}

impl Phases {
    fn end(&mut self, phase: &str) {
        self.seconds
            .insert(phase.to_owned(), self.since.elapsed().as_secs_f64());
        self.since = Instant::now();
    }
}

/// Reads, ranks and prints; exits with 1 when nothing in the sheet could be ranked.
///
/// # Errors
/// When a file cannot be read, or the rubric or the quotas contradict themselves or the scores.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut phases = Phases {
        since: Instant::now(),
        seconds: BTreeMap::new(),
    };
    let (cells, guessed) = files::read_table(&args.scores)?;
    let mut loaded = sheet::load_by(&cells, &columns(&args.columns));
    loaded.problems.splice(0..0, guessed);
    if loaded.rows.is_empty() {
        output::print_problems("nothing in this sheet could be ranked", &loaded.problems)?;
        return Ok(ExitCode::FAILURE);
    }
    let combine = match args.criteria {
        Criteria::Mean => sheet::Combine::Mean,
        Criteria::Sum => sheet::Combine::Sum,
    };
    let table = Table::of(&loaded, combine);
    let seed = seed(args.seed);
    let ruled = match &args.rubric {
        Some(path) => match rubric::read(path, args, &loaded, seed)? {
            Ok(ruled) => Some(ruled),
            Err(misfits) => {
                output::print_problems("the sheet does not fit the rubric", &misfits)?;
                return Ok(ExitCode::FAILURE);
            }
        },
        None => None,
    };
    phases.end("read");
    let (report, model) = analyse(args, &loaded, &table, ruled.as_ref(), seed, &mut phases)?;
    let shortlist = match (&args.quota, report.top) {
        (Some(path), Some(top)) => Some(shortlist::under_quotas(path, top, &report, &model)?),
        (Some(_), None) => bail!("quotas need --top, or a rubric that awards places"),
        (None, Some(top)) => Some(shortlist::without_quotas(top, &report, &model)?),
        (None, None) => None,
    };
    if let (Some(path), Some(ruled)) = (&args.bundle, &ruled) {
        files::write_bundle(path, &ruled.input, args)?;
    }
    phases.end("shortlist");
    let report = Report {
        seconds: phases.seconds,
        ..report
    };
    output::print(&report, shortlist.as_ref(), args.format)?;
    Ok(ExitCode::SUCCESS)
}

/// A ranking under a rubric, exact to the decimal.
pub(crate) struct Ruled {
    pub(crate) input: RankingInput,
    pub(crate) ranking: Ranking,
    pub(crate) method: Method,
    /// How many places the rubric awards.
    pub(crate) top: Option<u32>,
}

fn analyse(
    args: &Args,
    loaded: &Loaded,
    table: &Table,
    ruled: Option<&Ruled>,
    seed: Seed,
    phases: &mut Phases,
) -> anyhow::Result<(Report, Model)> {
    let model = match ruled {
        Some(ruled) => rubric::model(&ruled.input)?,
        None => Model::fitted(
            table.entries.clone(),
            table.judges.clone(),
            table.scores.clone(),
            None,
        ),
    };
    let top = args.top.or(ruled.and_then(|ruled| ruled.top));
    phases.end("fit");
    let standings = model.standings(top, &seed);
    phases.end("uncertainty");
    let aggregator = match (args.aggregator, ruled) {
        (Some(aggregator), _) => aggregator.into(),
        (None, Some(ruled)) => ruled.method,
        (None, None) => Method::Reml,
    };
    let places = ruled.map_or(args.places, |ruled| ruled.input.rubric.rounding().result);
    let parts = Parts {
        table,
        model: &model,
        standings: &standings,
        aggregator,
        places,
        top,
    };
    let mut report = Report::of(&parts);
    report.keep_extras(&loaded.extras);
    report.problems.clone_from(&loaded.problems);
    if let Some(ruled) = ruled {
        report.adopt(&ruled.ranking);
    }
    phases.end("report");
    report.alarms = alarms(&Evidence {
        table,
        model: &model,
        standings: &standings,
        agreement: &report.agreement,
        design: &report.design,
        top,
        places,
        kinships: kinships(loaded, &model),
    });
    phases.end("alarms");
    Ok((report, model))
}

/// A number as a seed: its eight bytes at the end.
fn seed(number: u64) -> Seed {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Seed(bytes)
}

/// The key in a file of 64 hexadecimal digits.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub(crate) fn read_key(path: &std::path::Path) -> anyhow::Result<[u8; 32]> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the key {}", path.display()))?;
    let mut bytes = [0; 32];
    if hex::decode_to_slice(text.trim(), &mut bytes).is_err() {
        bail!(
            "{} does not hold 64 hexadecimal digits; `openssl rand -hex 32` makes some",
            path.display()
        );
    }
    Ok(bytes)
}
