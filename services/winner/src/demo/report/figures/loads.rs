//! How many scorecards each judge filled in.

use anyhow::Result;
use plotters::prelude::Rectangle;
use plotters::series::DashedLineSeries;

use crate::demo::report::canvas::{Ink, PX};
use crate::demo::report::figure::{Axis, Figure, Head, Mark, axes};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::Story;

/// The loads of the panel.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new("Beban juri", "Loads of the judges");
    let loads: Vec<usize> = story.judges.iter().map(|j| j.load).collect();
    let (Some(least), Some(most)) = (loads.iter().min(), loads.iter().max()) else {
        return Ok(Figure::new(
            "beban",
            title,
            Text::new("Belum ada juri.", "There is no judge yet."),
        ));
    };
    let total: usize = loads.iter().sum();
    let mean = total as f64 / loads.len() as f64;
    let says = Text::said(|l| {
        let (judges, total, least, most) = (
            l.whole(loads.len()),
            l.whole(total),
            l.whole(*least),
            l.whole(*most),
        );
        let mean = l.decimal(mean, 1);
        match l {
            Language::Indonesian => format!(
                "{judges} juri mengisi {total} kartu skor: paling sedikit {least}, paling banyak {most}, rata-rata {mean} tiap juri."
            ),
            Language::English => format!(
                "{judges} judges filled in {total} scorecards: {least} at least, {most} at most, {mean} on average."
            ),
        }
    });
    let end = loads.len() as f64 + 0.5;
    let x = Axis {
        range: 0.5..end,
        name: Text::new(
            "juri, menurut urutan undangan",
            "judge, in the order of invitation",
        ),
        labels: (12, 8),
        decimals: 0,
    };
    let y = Axis {
        range: 0.0..(*most).max(1) as f64 * 1.1,
        name: Text::new("kartu skor", "scorecards"),
        labels: (6, 5),
        decimals: 0,
    };
    Figure::new("beban", title, says)
        .key(
            Mark::Bar,
            Ink::Blue,
            Text::new("kartu skor seorang juri", "a judge's scorecards"),
        )
        .key(Mark::Line, Ink::Orange, Text::new("rata-rata", "average"))
        .table(
            vec![
                Head::words("Juri", "Judge"),
                Head::number("Kartu skor", "Scorecards"),
            ],
            story
                .judges
                .iter()
                .map(|j| vec![Text::same(&j.label), Text::whole(j.load)])
                .collect(),
        )
        .draw(
            |layout| layout.pick(260, 230),
            |area, layout| {
                let mut chart = axes(area, layout, &x, &y)?;
                chart.draw_series(loads.iter().enumerate().map(|(n, load)| {
                    let at = n as f64 + 1.0;
                    Rectangle::new(
                        [(at - 0.38, 0.0), (at + 0.38, *load as f64)],
                        Ink::Blue.fill(),
                    )
                }))?;
                chart.draw_series(DashedLineSeries::new(
                    [(0.5, mean), (end, mean)],
                    8 * PX,
                    4 * PX,
                    Ink::Orange.line(20),
                ))?;
                Ok(())
            },
        )
}
