//! Everything a round's analysis says, with stable names, for JSON, a sheet or a page.
//!
//! Figures are at full precision; ranks are decided by decimals. The names of the members are an
//! interface: they are only ever added to.

mod panel;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::alarms::Alarm;
use crate::decimal::Places;
use crate::ids::EntryId;
use crate::model::{Model, Standing};
use crate::refusal::Refusal;
use crate::sensitivity::{Method, panel, ranks, scores};
use crate::sheet::Problem;
use crate::table::Table;
use crate::tie::TieReason;

pub use panel::{Agreement, Design};
use panel::{agreement, design};

/// How many reviews per entry the prospects reach.
const MOST_REVIEWS: u32 = 10;

/// A round's analysis.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How many reviews.
    pub n: usize,
    /// How many entries.
    pub n_entry: usize,
    /// How many judges.
    pub n_judge: usize,
    /// The method that was asked for.
    pub aggregator: Method,
    /// The method that ranks: the mean where the other was refused.
    pub ranked_by: Method,
    /// The variance of merit.
    pub var_entry: Option<f64>,
    /// The variance of leniency.
    pub var_judge: Option<f64>,
    /// The variance of everything else.
    pub var_resid: Option<f64>,
    /// The overall mean.
    pub mu: Option<f64>,
    /// Its standard error.
    pub se_mu: Option<f64>,
    /// `-2 log` of the restricted likelihood.
    pub reml_crit: Option<f64>,
    /// Why the mixed model does not rank this round, if so.
    pub refusal: Option<RefusalText>,
    /// How many places are awarded.
    pub top: Option<u32>,
    /// The entries, by id.
    pub entries: BTreeMap<String, EntryFigures>,
    /// The judges, by id.
    pub judges: BTreeMap<String, JudgeFigures>,
    /// How far judges agree.
    pub agreement: Agreement,
    /// How the design hangs together.
    pub design: Design,
    /// What a human should look at.
    pub alarms: Vec<Alarm>,
    /// What to mend in the sheet.
    pub problems: Vec<Problem>,
    /// Seconds of each phase, set by whoever has a clock.
    pub seconds: BTreeMap<String, f64>,
}

/// A refusal with its sentences.
#[derive(Debug, Clone, Serialize)]
pub struct RefusalText {
    /// The reason as data.
    #[serde(flatten)]
    pub refusal: Refusal,
    /// The reason in English.
    pub en: String,
    /// The reason in Indonesian.
    pub id: String,
}

impl From<Refusal> for RefusalText {
    fn from(refusal: Refusal) -> Self {
        Self {
            en: refusal.in_english(),
            id: refusal.in_indonesian(),
            refusal,
        }
    }
}

/// An entry's figures.
#[derive(Debug, Clone, Serialize)]
pub struct EntryFigures {
    /// The rank, by the rounded score.
    pub rank: u32,
    /// The score that ranks, before rounding.
    pub score: f64,
    /// The plain mean.
    pub raw: f64,
    /// How many reviews.
    pub reviews: usize,
    /// The predicted effect.
    pub blup: Option<f64>,
    /// The square root of its prediction error variance.
    pub pev_sd: Option<f64>,
    /// `mu + blup`.
    pub merit: Option<f64>,
    /// The standard deviation of its error, the mean's own error included.
    pub merit_sd: Option<f64>,
    /// The 90 % interval of the merit, corrected for estimated variances.
    pub interval: Option<[f64; 2]>,
    /// The expected rank.
    pub expected_rank: Option<f64>,
    /// The probability to be among the awarded places.
    pub p_top_k: Option<f64>,
    /// The rank under every method.
    pub ranks: BTreeMap<Method, u32>,
    /// The best and the worst of them.
    pub rank_range: [u32; 2],
    /// Why the entry stands where it stands although its score was tied.
    pub tie: Option<TieReason>,
    /// Further columns of the sheet.
    pub extra: BTreeMap<String, String>,
}

/// A judge's figures.
#[derive(Debug, Clone, Serialize)]
pub struct JudgeFigures {
    /// The predicted leniency: positive gives more than others do.
    pub blup: Option<f64>,
    /// The square root of its prediction error variance.
    pub pev_sd: Option<f64>,
    /// How many reviews.
    pub reviews: usize,
    /// The mean of the judge's scores.
    pub mean: f64,
}

/// What a report is made from.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The reviews.
    pub table: &'a Table,
    /// The model.
    pub model: &'a Model,
    /// What the model says about each entry.
    pub standings: &'a [Standing],
    /// The method that was asked for.
    pub aggregator: Method,
    /// Places to which scores are rounded before they are compared.
    pub places: Places,
    /// How many places are awarded.
    pub top: Option<u32>,
}

impl Report {
    /// Puts the parts together; alarms, problems, extras and seconds are added by the caller.
    pub fn of(parts: &Parts<'_>) -> Self {
        let Parts { table, model, .. } = parts;
        let fit = model.fit.as_ref().ok();
        let refused = parts.aggregator == Method::Reml && model.refusal.is_some();
        let by_method = scores(model, parts.aggregator).filter(|_| !refused);
        let ranked_by = if by_method.is_some() {
            parts.aggregator
        } else {
            Method::Mean
        };
        let means = scores(model, Method::Mean).unwrap_or_default();
        let deciding = by_method.unwrap_or_else(|| means.clone());
        let own_ranks = ranks(&deciding, parts.places);
        let panel = panel(model, parts.places);
        let reviews = counts(
            model.entries.len(),
            model.scores.iter().map(|score| score.entry),
        );
        let entries = model.entries.iter().enumerate().map(|(i, entry)| {
            let ranks: BTreeMap<Method, u32> = panel
                .iter()
                .map(|(method, ranks)| (*method, ranks[i]))
                .collect();
            let best = ranks.values().copied().min().unwrap_or(own_ranks[i]);
            let worst = ranks.values().copied().max().unwrap_or(own_ranks[i]);
            let standing = parts.standings.get(i);
            let figures = EntryFigures {
                rank: own_ranks[i],
                score: deciding[i],
                raw: means[i],
                reviews: reviews[i],
                blup: fit.map(|fit| fit.entries[i].blup),
                pev_sd: fit.map(|fit| fit.entries[i].pev_sd),
                merit: standing.map(|standing| standing.merit),
                merit_sd: standing.map(|standing| standing.merit_sd),
                interval: standing.map(|standing| [standing.low, standing.high]),
                expected_rank: standing.map(|standing| standing.expected_rank),
                p_top_k: standing.and_then(|standing| standing.top),
                ranks,
                rank_range: [best, worst],
                tie: None,
                extra: BTreeMap::new(),
            };
            (entry.to_string(), figures)
        });
        Self {
            n: model.scores.len(),
            n_entry: model.entries.len(),
            n_judge: model.judges.len(),
            aggregator: parts.aggregator,
            ranked_by,
            var_entry: fit.map(|fit| fit.variances.entry),
            var_judge: fit.map(|fit| fit.variances.judge),
            var_resid: fit.map(|fit| fit.variances.error),
            mu: fit.map(|fit| fit.mu),
            se_mu: fit.map(|fit| fit.se_mu),
            reml_crit: fit.map(|fit| fit.reml_crit),
            refusal: model.refusal.clone().map(RefusalText::from),
            top: parts.top,
            entries: entries.collect(),
            judges: judge_figures(model),
            agreement: agreement(table, model),
            design: design(model),
            alarms: Vec::new(),
            problems: Vec::new(),
            seconds: BTreeMap::new(),
        }
    }

    /// The entries in the order of their ranks, then of their ids.
    pub fn ranked(&self) -> Vec<(&String, &EntryFigures)> {
        let mut ranked: Vec<_> = self.entries.iter().collect();
        ranked.sort_by_key(|(_, figures)| figures.rank);
        ranked
    }

    /// Adds the further columns of the sheet.
    pub fn keep_extras(&mut self, extras: &BTreeMap<String, BTreeMap<String, String>>) {
        for (entry, columns) in extras {
            if let Some(figures) = self.entries.get_mut(entry) {
                figures.extra.clone_from(columns);
            }
        }
    }

    /// Replaces ranks by those of an exact ranking under a rubric.
    pub fn adopt(&mut self, rows: &[crate::ranking::Row]) {
        for row in rows {
            if let Some(figures) = self.entries.get_mut(row.entry.as_str()) {
                figures.rank = row.rank;
                figures.score = row.score.to_f64();
                figures.tie.clone_from(&row.tie);
            }
        }
    }
}

fn counts(levels: usize, of: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut counts = vec![0; levels];
    for level in of {
        counts[level] += 1;
    }
    counts
}

fn judge_figures(model: &Model) -> BTreeMap<String, JudgeFigures> {
    let fit = model.fit.as_ref().ok();
    let reviews = counts(
        model.judges.len(),
        model.scores.iter().map(|score| score.judge),
    );
    let mut sums = vec![0.0; model.judges.len()];
    for score in &model.scores {
        sums[score.judge] += score.total;
    }
    let figures = model.judges.iter().enumerate().map(|(j, judge)| {
        let figures = JudgeFigures {
            blup: fit.map(|fit| fit.judges[j].blup),
            pev_sd: fit.map(|fit| fit.judges[j].pev_sd),
            reviews: reviews[j],
            mean: sums[j] / reviews[j] as f64,
        };
        (judge.to_string(), figures)
    });
    figures.collect()
}

/// The entries by position, best first by rank, for what needs the model's order.
pub fn order(entries: &[EntryId], report: &Report) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|i| {
        report
            .entries
            .get(entries[*i].as_str())
            .map(|figures| figures.rank)
    });
    order
}
