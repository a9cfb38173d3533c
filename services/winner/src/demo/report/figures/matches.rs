//! Challenges and the submissions proposed for them.

mod list;

use anyhow::Result;
use plotters::prelude::Rectangle;

use crate::demo::report::canvas::Ink;
use crate::demo::report::figure::{Axis, Figure, Head, Mark, axes};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::{MatchStory, Story};

pub(in crate::demo::report) use list::{Group, groups};

/// How wide a bar is, in millionths of a point: fit comes in half points where words do not count.
const BIN: i64 = 500_000;

/// How well what was proposed fits, and what of it was accepted.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new(
        "Kecocokan pasangan yang diusulkan",
        "Fit of the matches proposed",
    );
    let all: Vec<&MatchStory> = story.challenges.iter().flat_map(|c| &c.matches).collect();
    let (Some(lowest), Some(highest)) = (
        all.iter().map(|m| bin(m)).min(),
        all.iter().map(|m| bin(m)).max(),
    ) else {
        return Ok(Figure::new(
            "kecocokan",
            title,
            Text::new("Belum ada pasangan.", "There is no match yet."),
        ));
    };
    let mut bins = vec![(0usize, 0usize); highest - lowest + 1];
    for one in &all {
        if let Some((proposed, accepted)) = bins.get_mut(bin(one) - lowest) {
            *proposed += 1;
            *accepted += usize::from(one.accepted);
        }
    }
    let middle = |n: usize| (lowest + n) as f64 * points(BIN);
    let half = points(BIN) / 2.0;
    let tallest = bins.iter().map(|b| b.0).max().unwrap_or(0);
    let x = Axis {
        range: middle(0) - half..middle(bins.len()) - half,
        name: Text::new("kecocokan, poin", "fit, points"),
        labels: (9, 7),
        decimals: 1,
    };
    let y = Axis {
        range: 0.0..tallest as f64 * 1.05,
        name: Text::new("pasangan", "matches"),
        labels: (6, 5),
        decimals: 0,
    };
    let rows = bins.iter().enumerate().map(|(n, (proposed, accepted))| {
        vec![
            Text::said(|l| l.decimal(middle(n), 1)),
            Text::whole(*proposed),
            Text::whole(*accepted),
        ]
    });
    Figure::new("kecocokan", title, says(story, &all))
        .key(Mark::Bar, Ink::Sky, Text::new("diusulkan", "proposed"))
        .key(
            Mark::Bar,
            Ink::Deep,
            Text::new(
                "di antaranya diterima pemerintah daerah",
                "of these, accepted by the government",
            ),
        )
        .table(
            vec![
                Head::words("Kecocokan", "Fit"),
                Head::number("Diusulkan", "Proposed"),
                Head::number("Diterima", "Accepted"),
            ],
            rows.collect(),
        )
        .draw(
            |layout| layout.pick(300, 260),
            |area, layout| {
                let mut chart = axes(area, layout, &x, &y)?;
                let bar = |n: usize, height: usize, inset: f64, ink: Ink| {
                    let side = half * (1.0 - inset);
                    Rectangle::new(
                        [(middle(n) - side, 0.0), (middle(n) + side, height as f64)],
                        ink.fill(),
                    )
                };
                chart.draw_series(
                    bins.iter()
                        .enumerate()
                        .map(|(n, b)| bar(n, b.0, 0.12, Ink::Sky)),
                )?;
                chart.draw_series(
                    bins.iter()
                        .enumerate()
                        .map(|(n, b)| bar(n, b.1, 0.56, Ink::Deep)),
                )?;
                Ok(())
            },
        )
}

fn says(story: &Story, all: &[&MatchStory]) -> Text {
    let mean = |accepted: bool| {
        let these: Vec<_> = all.iter().filter(|m| m.accepted == accepted).collect();
        these.iter().map(|m| points(m.score_micro)).sum::<f64>() / these.len().max(1) as f64
    };
    let accepted = all.iter().filter(|m| m.accepted).count();
    let (yes, no) = (mean(true), mean(false));
    let per = |f: fn(std::vec::IntoIter<usize>) -> Option<usize>| {
        let sizes: Vec<_> = story.challenges.iter().map(|c| c.matches.len()).collect();
        f(sizes.into_iter()).unwrap_or(0)
    };
    let (fewest, most) = (per(Iterator::min), per(Iterator::max));
    Text::said(|l| {
        let (proposed, challenges, accepted) = (
            l.whole(all.len()),
            l.whole(story.challenges.len()),
            l.whole(accepted),
        );
        let (yes, no) = (l.decimal(yes, 1), l.decimal(no, 1));
        match l {
            Language::Indonesian => format!(
                "{proposed} pasangan diusulkan untuk {challenges} tantangan, {fewest} sampai {most} tiap tantangan. Pemerintah daerah menerima \
                 {accepted}; rata-rata kecocokan yang diterima {yes}, yang tidak {no}."
            ),
            Language::English => format!(
                "{proposed} matches were proposed for {challenges} challenges, {fewest} to {most} each. Governments accepted {accepted}; the mean \
                 fit is {yes} where they accepted and {no} where they did not."
            ),
        }
    })
}

/// Fit in points.
fn points(micro: i64) -> f64 {
    micro as f64 / 1e6
}

/// The number of the bar around a fit.
fn bin(one: &MatchStory) -> usize {
    usize::try_from((one.score_micro + BIN / 2) / BIN).unwrap_or(0)
}
