//! The shortlist of `winner rank`: the best, under quotas, with who is too close to call.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use winner_judging_core::model::Model;
use winner_judging_core::quota::{Candidate, Quota, Shortlist, Swap, shortlist};
use winner_judging_core::report::{Report, order};
use winner_judging_core::uncertainty::indifference_band;

use crate::rank_files::read_yaml;

/// Who is in, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    /// Who is taken, best first.
    pub(crate) taken: Vec<String>,
    /// Who is in or out because of a quota.
    pub(crate) swaps: Vec<Swap>,
    /// Entries on both sides of the cut whose order is nearly a coin toss: to be deliberated.
    pub(crate) band: Vec<String>,
}

/// The best `top` entries that keep the quotas in a file.
pub(crate) fn under_quotas(
    path: &Path,
    top: u32,
    report: &Report,
    model: &Model,
) -> anyhow::Result<Listed> {
    let quotas: Vec<Quota> =
        serde_json::from_value(read_yaml(path, false)?).with_context(|| {
            format!(
                "{} is not a list of column, value, floor and cap",
                path.display()
            )
        })?;
    listed(top, &quotas, report, model)
}

/// The best `top` entries.
pub(crate) fn without_quotas(top: u32, report: &Report, model: &Model) -> anyhow::Result<Listed> {
    listed(top, &[], report, model)
}

fn listed(top: u32, quotas: &[Quota], report: &Report, model: &Model) -> anyhow::Result<Listed> {
    let ranked = report.ranked();
    let candidates: Vec<Candidate> = ranked
        .iter()
        .map(|(entry, figures)| Candidate {
            entry: (*entry).clone(),
            columns: figures.extra.clone(),
        })
        .collect();
    let size = (top as usize).min(candidates.len());
    let Shortlist { taken, swaps } = shortlist(&candidates, quotas, size)?;
    let band = match &model.fit {
        Ok(fit) => indifference_band(&fit.posterior, &order(&model.entries, report), size),
        Err(_) => Vec::new(),
    };
    let band = band
        .into_iter()
        .map(|entry| model.entries[entry].to_string())
        .collect();
    Ok(Listed { taken, swaps, band })
}
