//! What `winner rank` prints.

use std::io::Write as _;

use serde::Serialize;
use winner_judging_core::page;
use winner_judging_core::report::Report;
use winner_judging_core::sheet::Problem;

use crate::rank::Format;
use crate::rank::shortlist::Listed;

/// The report with the shortlist beside it.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    shortlist: Option<&'a Listed>,
}

/// Prints the report.
pub(crate) fn print(
    report: &Report,
    shortlist: Option<&Listed>,
    format: Format,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &Whole { report, shortlist })?;
            writeln!(out)?;
        }
        Format::Csv => write!(out, "{}", page::csv(report))?,
        Format::Html => {
            let cut = shortlist.map(|listed| page::Cut {
                taken: &listed.taken,
                swaps: &listed.swaps,
                band: &listed.band,
            });
            write!(out, "{}", page::html(report, cut.as_ref()))?;
        }
    }
    Ok(())
}

/// Prints why there is no ranking: a line a cell.
pub(crate) fn print_problems(why: &str, problems: &[Problem]) -> anyhow::Result<()> {
    let mut out = std::io::stderr().lock();
    writeln!(out, "{why}:")?;
    for problem in problems {
        let (indonesian, english) = problem.kind.sentences();
        writeln!(out, "{}: {english} ({indonesian})", problem.cell)?;
    }
    Ok(())
}
