//! Challenges and the submissions proposed for them.

use anyhow::Result;
use plotters::prelude::Rectangle;
use serde::Serialize;

use crate::demo::report::canvas::Ink;
use crate::demo::report::figure::{Axis, Figure, Head, Mark, axes};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::{ChallengeStory, MatchStory, Story};

/// Fit is shown in points of a hundred; bars are this wide.
const BIN: usize = 4;

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
        all.iter().map(|m| points(m)).min(),
        all.iter().map(|m| points(m)).max(),
    ) else {
        return Ok(Figure::new(
            "kecocokan",
            title,
            Text::new("Belum ada pasangan.", "There is no match yet."),
        ));
    };
    let first = bin(lowest);
    let mut bins = vec![(0usize, 0usize); bin(highest) - first + 1];
    for one in &all {
        if let Some((proposed, accepted)) = bins.get_mut(bin(points(one)) - first) {
            *proposed += 1;
            *accepted += usize::from(one.accepted);
        }
    }
    let from = |n: usize| (first + n) * BIN;
    let tallest = bins.iter().map(|b| b.0).max().unwrap_or(0);
    let x = Axis {
        range: from(0) as f64..from(bins.len()) as f64,
        name: Text::new("kecocokan, 0 sampai 100", "fit, 0 to 100"),
        labels: (12, 6),
        decimals: 0,
    };
    let y = Axis {
        range: 0.0..tallest as f64 * 1.05,
        name: Text::new("pasangan", "matches"),
        labels: (6, 5),
        decimals: 0,
    };
    let rows = bins.iter().enumerate().map(|(n, (proposed, accepted))| {
        vec![
            Text::same(format!("{}\u{2013}{}", from(n), from(n + 1) - 1)),
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
                    let (left, right) = (from(n) as f64, from(n + 1) as f64);
                    let inset = BIN as f64 * inset;
                    Rectangle::new(
                        [(left + inset, 0.0), (right - inset, height as f64)],
                        ink.fill(),
                    )
                };
                chart.draw_series(
                    bins.iter()
                        .enumerate()
                        .map(|(n, b)| bar(n, b.0, 0.06, Ink::Sky)),
                )?;
                chart.draw_series(
                    bins.iter()
                        .enumerate()
                        .map(|(n, b)| bar(n, b.1, 0.28, Ink::Deep)),
                )?;
                Ok(())
            },
        )
}

fn says(story: &Story, all: &[&MatchStory]) -> Text {
    let mean = |accepted: bool| {
        let these: Vec<_> = all.iter().filter(|m| m.accepted == accepted).collect();
        these
            .iter()
            .map(|m| m.score_micro as f64 / 1e4)
            .sum::<f64>()
            / these.len().max(1) as f64
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
        let (yes, no) = (l.decimal(yes, 0), l.decimal(no, 0));
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

/// Fit in points of a hundred; what is outside is taken to the nearest end.
fn points(one: &MatchStory) -> usize {
    usize::try_from(one.score_micro.clamp(0, 1_000_000) / 10_000).unwrap_or(0)
}

/// The bar of a fit; a whole hundred belongs to the last.
fn bin(points: usize) -> usize {
    points.min(99) / BIN
}

/// Challenges of one province.
#[derive(Debug, Serialize)]
pub(in crate::demo::report) struct Group {
    province: Text,
    challenges: Vec<Challenge>,
}

#[derive(Debug, Serialize)]
struct Challenge {
    title: String,
    government: String,
    issue: Text,
    tally: Text,
    matches: Vec<Match>,
}

#[derive(Debug, Serialize)]
struct Match {
    title: String,
    points: usize,
    /// What the fit is made of, in points.
    parts: String,
    accepted: bool,
}

/// Every challenge with its matches, by province.
pub(in crate::demo::report) fn groups(story: &Story) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut sorted: Vec<&ChallengeStory> = story.challenges.iter().collect();
    sorted.sort_by_key(|c| province_of(&c.region_code));
    for of_one in sorted.chunk_by(|a, b| province_of(&a.region_code) == province_of(&b.region_code))
    {
        let code = of_one.first().map_or("", |c| province_of(&c.region_code));
        let name = story
            .provinces
            .iter()
            .find(|p| p.id == code)
            .map_or_else(|| Text::same(code), Text::from);
        groups.push(Group {
            province: name,
            challenges: of_one.iter().map(|c| challenge(story, c)).collect(),
        });
    }
    groups
}

/// The province of a region: what stands before the first point of its code.
fn province_of(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

fn challenge(story: &Story, of: &ChallengeStory) -> Challenge {
    let accepted = of.matches.iter().filter(|m| m.accepted).count();
    Challenge {
        title: of.title.clone(),
        government: of.government.clone(),
        issue: story
            .issues
            .iter()
            .find(|i| i.id == of.issue_id)
            .map_or_else(|| Text::same(&of.issue_id), Text::from),
        tally: Text::said(|l| match l {
            Language::Indonesian => format!(
                "{} diusulkan, {} diterima",
                l.whole(of.matches.len()),
                l.whole(accepted)
            ),
            Language::English => format!(
                "{} proposed, {} accepted",
                l.whole(of.matches.len()),
                l.whole(accepted)
            ),
        }),
        matches: of
            .matches
            .iter()
            .map(|m| Match {
                title: m.title.clone(),
                points: points(m),
                parts: m
                    .parts
                    .iter()
                    .map(|(what, micro)| format!("{what}\u{a0}{}", micro / 10_000))
                    .collect::<Vec<_>>()
                    .join(" \u{b7} "),
                accepted: m.accepted,
            })
            .collect(),
    }
}
