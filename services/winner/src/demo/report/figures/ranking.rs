//! The published ranking with its uncertainty: all of it in one picture, and row by row.

use anyhow::Result;
use plotters::prelude::PathElement;
use plotters::series::LineSeries;
use serde::Serialize;

use crate::demo::report::canvas::Ink;
use crate::demo::report::figure::{Axis, Figure, Mark, axes};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::{RankedStory, Story, Titled};

fn points(thousandths: i64) -> f64 {
    thousandths as f64 / 1_000.0
}

/// All scores with their 90 % intervals. The numbers behind it are the ranking itself, so it has no table of its own.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new("Skor dan rentang 90%", "Scores and 90% intervals");
    let rows = &story.ranking;
    let (Some(first), Some((low, high))) = (rows.first(), ends(rows)) else {
        return Ok(Figure::new(
            "skor",
            title,
            Text::new(
                "Belum ada peringkat yang diumumkan.",
                "No ranking has been published yet.",
            ),
        ));
    };
    let (low, high) = (points(low), points(high));
    let air = (high - low).max(0.1) * 0.04;
    let x = Axis {
        range: 0.0..rows.len() as f64 + 1.0,
        name: Text::new("urutan, 1 = terbaik", "order, 1 = best"),
        labels: (10, 5),
        decimals: 0,
    };
    let y = Axis {
        range: low - air..high + air,
        name: Text::new("skor, poin", "score, points"),
        labels: (7, 6),
        decimals: 1,
    };
    Figure::new("skor", title, says(rows, first))
        .key(
            Mark::Line,
            Ink::Deep,
            Text::new("skor yang diumumkan", "published score"),
        )
        .key(
            Mark::Bar,
            Ink::Sky,
            Text::new("rentang 90%", "90% interval"),
        )
        .draw(
            |layout| layout.pick(340, 300),
            |area, layout| {
                let mut chart = axes(area, layout, &x, &y)?;
                let at = |n: usize| n as f64 + 1.0;
                let thin = layout.pick(11, 6);
                chart.draw_series(rows.iter().enumerate().map(|(n, row)| {
                    let ends = [
                        (at(n), points(row.low_thousandths)),
                        (at(n), points(row.high_thousandths)),
                    ];
                    PathElement::new(ends, Ink::Sky.line(thin))
                }))?;
                let scores = rows
                    .iter()
                    .enumerate()
                    .map(|(n, row)| (at(n), points(row.score_thousandths)));
                chart.draw_series(LineSeries::new(scores, Ink::Deep.line(22)))?;
                Ok(())
            },
        )
}

/// The lowest and the highest end of all intervals.
fn ends(rows: &[RankedStory]) -> Option<(i64, i64)> {
    let low = rows
        .iter()
        .map(|r| r.low_thousandths.min(r.score_thousandths))
        .min()?;
    let high = rows
        .iter()
        .map(|r| r.high_thousandths.max(r.score_thousandths))
        .max()?;
    Some((low, high))
}

fn says(rows: &[RankedStory], first: &RankedStory) -> Text {
    let near = rows
        .iter()
        .skip(1)
        .filter(|r| r.high_thousandths >= first.low_thousandths)
        .count();
    let pairs: Vec<_> = rows
        .iter()
        .map(|r| (r.score_thousandths as f64, r.quality_thousandths as f64))
        .collect();
    let correlation = super::correlation(&pairs);
    Text::said(|l| {
        let (count, near, score) = (
            l.whole(rows.len()),
            l.whole(near),
            l.thousandths(first.score_thousandths),
        );
        let (title, correlation) = (&first.title, l.decimal(correlation, 2));
        match l {
            Language::Indonesian => format!(
                "{count} proposal diperingkat. Teratas: \u{201c}{title}\u{201d} dengan {score}; rentang {near} proposal lain menyentuh rentangnya. \
                 Skor sejalan dengan mutu yang ditanamkan (korelasi {correlation})."
            ),
            Language::English => format!(
                "{count} submissions are ranked. At the top: \u{201c}{title}\u{201d} with {score}; the intervals of {near} others touch its own. \
                 Scores follow the quality that was planted (correlation {correlation})."
            ),
        }
    })
}

/// A row of the ranking.
#[derive(Debug, Serialize)]
pub(in crate::demo::report) struct Row {
    rank: u32,
    title: String,
    region_code: String,
    issue_id: String,
    /// Province, issue, reviews and planted quality.
    about: Text,
    score: Text,
    interval: Text,
    tie_break: String,
    /// Where the interval begins, how wide it is, and where the score lies: per cent of the widest range.
    left: String,
    width: String,
    dot: String,
}

/// Every row, best first.
pub(in crate::demo::report) fn rows(story: &Story) -> Vec<Row> {
    let (low, high) = ends(&story.ranking).unwrap_or_default();
    let per_cent = |from: i64, to: i64| {
        format!(
            "{:.1}",
            (to - from) as f64 * 100.0 / (high - low).max(1) as f64
        )
    };
    let name = |all: &[Titled], id: &str| {
        all.iter()
            .find(|t| t.id == id)
            .map_or_else(|| Text::same(id), Text::from)
    };
    let row = |r: &RankedStory| {
        let (province, issue) = (
            name(&story.provinces, &r.region_code),
            name(&story.issues, &r.issue_id),
        );
        Row {
            rank: r.rank,
            title: r.title.clone(),
            region_code: r.region_code.clone(),
            issue_id: r.issue_id.clone(),
            about: Text::said(|l| {
                let quality = l.thousandths(r.quality_thousandths);
                match l {
                    Language::Indonesian => format!(
                        "{} \u{b7} {} \u{b7} {} ulasan \u{b7} mutu {quality}",
                        province.id, issue.id, r.reviews
                    ),
                    Language::English => format!(
                        "{} \u{b7} {} \u{b7} {} reviews \u{b7} quality {quality}",
                        province.en, issue.en, r.reviews
                    ),
                }
            }),
            score: Text::thousandths(r.score_thousandths),
            interval: Text::said(|l| {
                format!(
                    "{}\u{2013}{}",
                    l.thousandths(r.low_thousandths),
                    l.thousandths(r.high_thousandths)
                )
            }),
            tie_break: r.tie_break.clone(),
            left: per_cent(low, r.low_thousandths),
            width: per_cent(r.low_thousandths, r.high_thousandths),
            dot: per_cent(low, r.score_thousandths),
        }
    };
    story.ranking.iter().map(row).collect()
}
