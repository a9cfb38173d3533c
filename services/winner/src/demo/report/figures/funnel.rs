//! How far submissions came: by province, by issue, and where the two meet.

use std::ops::Add;

use anyhow::Result;
use plotters::prelude::Rectangle;
use plotters::style::text_anchor::HPos;
use serde::Serialize;

use crate::demo::report::canvas::{Area, Ink, Layout, PX};
use crate::demo::report::figure::{Figure, Head};
use crate::demo::report::words::{Language, Text, shortened};
use crate::demo::story::{FunnelCell, Story, Titled};

/// The stages, in order.
const STAGES: [(&str, &str, Ink); 5] = [
    ("Draf", "Drafted", Ink::Grey),
    ("Diterima", "Accepted", Ink::Sky),
    ("Lolos syarat", "Eligible", Ink::Blue),
    ("Dipadankan", "Matched", Ink::Orange),
    ("Diperingkat", "Ranked", Ink::Deep),
];

/// Submissions at each stage.
#[derive(Clone, Copy, Default)]
struct Stages([usize; 5]);

impl From<&FunnelCell> for Stages {
    fn from(cell: &FunnelCell) -> Self {
        Self([
            cell.drafted,
            cell.accepted,
            cell.eligible,
            cell.matched,
            cell.ranked,
        ])
    }
}

impl Add for Stages {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|n| self.0[n] + other.0[n]))
    }
}

fn sum<'a>(cells: impl Iterator<Item = &'a FunnelCell>) -> Stages {
    cells.map(Stages::from).fold(Stages::default(), Add::add)
}

/// The funnel by province.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn by_province(story: &Story) -> Result<Figure> {
    let groups = groups(&story.provinces, |id| {
        sum(story.funnel.iter().filter(|c| c.region_code == id))
    });
    figure(
        "corong-provinsi",
        Text::new("Menurut provinsi", "By province"),
        Head::words("Provinsi", "Province"),
        &groups,
    )
}

/// The funnel by issue.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn by_issue(story: &Story) -> Result<Figure> {
    let groups = groups(&story.issues, |id| {
        sum(story.funnel.iter().filter(|c| c.issue_id == id))
    });
    figure(
        "corong-isu",
        Text::new("Menurut isu", "By issue"),
        Head::words("Isu", "Issue"),
        &groups,
    )
}

/// Groups with their sums, largest first; those without a draft are left out.
fn groups(named: &[Titled], sum: impl Fn(&str) -> Stages) -> Vec<(Text, Stages)> {
    let mut groups: Vec<_> = named.iter().map(|n| (Text::from(n), sum(&n.id))).collect();
    groups.retain(|(_, stages)| stages.0[0] > 0);
    groups.sort_by_key(|(_, stages)| std::cmp::Reverse(stages.0[1]));
    groups
}

fn figure(
    name: &'static str,
    title: Text,
    head: Head,
    groups: &[(Text, Stages)],
) -> Result<Figure> {
    let (Some(most), Some(widest)) = (groups.first(), groups.iter().map(|(_, s)| s.0[0]).max())
    else {
        return Ok(Figure::new(
            name,
            title,
            Text::new("Belum ada proposal.", "There is no submission yet."),
        ));
    };
    let share = |stages: &Stages| stages.0[4] as f64 / stages.0[1].max(1) as f64;
    let steady = groups
        .iter()
        .max_by(|a, b| share(&a.1).total_cmp(&share(&b.1)))
        .unwrap_or(most);
    let says = Text::said(|l| match l {
        Language::Indonesian => format!(
            "Terbanyak dari {}: {} proposal diterima tepat waktu. Yang paling banyak sampai ke peringkat, menurut bagian: {} ({} dari yang diterima).",
            most.0.id,
            l.whole(most.1.0[1]),
            steady.0.id,
            l.percent(share(&steady.1))
        ),
        Language::English => format!(
            "Most came from {}: {} submissions accepted in time. The largest part reached the ranking from {} ({} of those accepted).",
            most.0.en,
            l.whole(most.1.0[1]),
            steady.0.en,
            l.percent(share(&steady.1))
        ),
    });
    let heads = std::iter::once(head)
        .chain(STAGES.map(|(id, en, _)| Head::number(id, en)))
        .collect();
    let rows = groups.iter().map(|(name, stages)| {
        std::iter::once(name.clone())
            .chain(stages.0.map(Text::whole))
            .collect()
    });
    let columns = |layout: Layout| layout.pick(3, 1);
    Figure::new(name, title, says)
        .table(heads, rows.collect())
        .draw(
            |layout| i32::try_from(groups.len().div_ceil(columns(layout))).unwrap_or(0) * PANEL,
            |area, layout| {
                let columns = columns(layout);
                let panels = area.split_evenly((groups.len().div_ceil(columns), columns));
                groups
                    .iter()
                    .zip(&panels)
                    .try_for_each(|(group, panel)| bars(panel, layout, group, widest))
            },
        )
}

/// The height of one group, in pixels: its name, five bars, a gap.
const PANEL: i32 = 24 + 5 * 18 + 16;

/// As many characters of a bold name as fit a panel.
const NAME: usize = 28;

/// One group: a bar for each stage, its name before it, its number after it.
fn bars(
    panel: &Area<'_>,
    layout: Layout,
    (name, stages): &(Text, Stages),
    widest: usize,
) -> Result<()> {
    let width = i32::try_from(panel.dim_in_pixel().0)?;
    let (from, to) = (100 * PX, width - 44 * PX);
    let name = Text::new(shortened(&name.id, NAME), shortened(&name.en, NAME));
    panel.draw_text(
        &name.joined(),
        &Ink::Text.bold(layout, HPos::Left),
        (0, 10 * PX),
    )?;
    for (n, ((id, en, ink), count)) in (0..).zip(STAGES.iter().zip(stages.0)) {
        let top = (24 + n * 18) * PX;
        let end = from
            + i32::try_from(
                i64::from(to - from) * i64::try_from(count)? / i64::try_from(widest.max(1))?,
            )?;
        panel.draw_text(
            &Text::new(*id, *en).joined(),
            &Ink::Muted.text(layout, HPos::Right),
            (from - 6 * PX, top + 7 * PX),
        )?;
        panel.draw(&Rectangle::new(
            [(from, top), (end, top + 14 * PX)],
            ink.fill(),
        ))?;
        panel.draw_text(
            &Text::whole(count).joined(),
            &Ink::Text.text(layout, HPos::Left),
            (end + 5 * PX, top + 7 * PX),
        )?;
    }
    Ok(())
}

/// Where provinces and issues meet: how many submissions were accepted.
#[derive(Debug, Serialize)]
pub(in crate::demo::report) struct Matrix {
    provinces: Vec<Province>,
    rows: Vec<MatrixRow>,
}

#[derive(Debug, Serialize)]
struct Province {
    name: Text,
    short: String,
}

#[derive(Debug, Serialize)]
struct MatrixRow {
    issue: Text,
    cells: Vec<MatrixCell>,
    total: Text,
}

#[derive(Debug, Serialize)]
struct MatrixCell {
    count: Text,
    /// Share of the largest cell, in per cent.
    heat: usize,
}

/// The table of accepted submissions.
pub(in crate::demo::report) fn matrix(story: &Story) -> Matrix {
    let accepted = |issue: &str, province: &str| {
        sum(story
            .funnel
            .iter()
            .filter(|c| c.issue_id == issue && c.region_code == province))
        .0[1]
    };
    let largest = story
        .funnel
        .iter()
        .map(|c| c.accepted)
        .max()
        .unwrap_or(0)
        .max(1);
    let rows = story.issues.iter().map(|issue| {
        let counts: Vec<_> = story
            .provinces
            .iter()
            .map(|p| accepted(&issue.id, &p.id))
            .collect();
        MatrixRow {
            issue: Text::from(issue),
            total: Text::whole(counts.iter().sum()),
            cells: counts
                .iter()
                .map(|&n| MatrixCell {
                    count: Text::whole(n),
                    heat: n * 100 / largest,
                })
                .collect(),
        }
    });
    let provinces = story.provinces.iter().map(|p| Province {
        name: Text::from(p),
        short: super::map::short(&p.id).to_owned(),
    });
    Matrix {
        provinces: provinces.collect(),
        rows: rows.collect(),
    }
}
