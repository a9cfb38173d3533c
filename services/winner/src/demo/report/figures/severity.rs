//! What the ranking engine makes of each judge's severity, against what it was made to be.

use anyhow::Result;
use plotters::prelude::{Circle, PathElement, TriangleMarker};
use plotters::series::DashedLineSeries;

use crate::demo::report::canvas::{Ink, PX};
use crate::demo::report::figure::{Axis, Figure, Head, Mark, axes};
use crate::demo::report::words::{Language, Text};
use crate::demo::story::{JudgeStory, Story};

/// Half a 90 % interval, in standard deviations.
const HALF_90: f64 = 1.645;

/// In points of the rubric.
struct Estimate {
    planted: f64,
    estimated: f64,
    half: f64,
}

impl Estimate {
    fn of(judge: &JudgeStory) -> Option<Self> {
        Some(Self {
            planted: judge.planted_thousandths as f64 / 1_000.0,
            estimated: judge.estimated_thousandths? as f64 / 1_000.0,
            half: judge.error_thousandths.unwrap_or(0) as f64 / 1_000.0 * HALF_90,
        })
    }

    fn holds_the_truth(&self) -> bool {
        (self.estimated - self.planted).abs() <= self.half
    }
}

/// Severity against truth.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new(
        "Kemurahan juri: taksiran dan kenyataan",
        "Leniency of the judges: estimate and truth",
    );
    let known: Vec<Estimate> = story.judges.iter().filter_map(Estimate::of).collect();
    let ends = known
        .iter()
        .flat_map(|e| [e.planted, e.estimated - e.half, e.estimated + e.half]);
    let reach = ends.map(f64::abs).fold(0.0, f64::max);
    if known.is_empty() || reach == 0.0 {
        let says = Text::new(
            "Kemurahan juri tidak ditaksir: datanya belum cukup.",
            "No judge's leniency was estimated: there is too little data.",
        );
        return Ok(Figure::new("kemurahan", title, says).table(heads(), rows(story)));
    }
    let axis = |id: &str, en: &str| Axis {
        range: -reach * 1.05..reach * 1.05,
        name: Text::new(id, en),
        labels: (9, 5),
        decimals: 1,
    };
    let x = axis("sebenarnya, poin", "truth, points");
    let y = axis(
        "taksiran, poin (positif: lebih murah nilai)",
        "estimate, points (positive: scores higher)",
    );
    Figure::new("kemurahan", title, says(story, &known))
        .key(
            Mark::Dot,
            Ink::Blue,
            Text::new(
                "taksiran dengan rentang 90% yang memuat kenyataan",
                "estimate whose 90% interval holds the truth",
            ),
        )
        .key(
            Mark::Triangle,
            Ink::Orange,
            Text::new("... yang tidak memuatnya", "... whose interval does not"),
        )
        .key(
            Mark::Line,
            Ink::Grey,
            Text::new("taksiran = kenyataan", "estimate = truth"),
        )
        .table(heads(), rows(story))
        .draw(
            |layout| layout.pick(420, 330),
            |area, layout| {
                let mut chart = axes(area, layout, &x, &y)?;
                chart.draw_series(DashedLineSeries::new(
                    [(-reach, -reach), (reach, reach)],
                    6 * PX,
                    4 * PX,
                    Ink::Grey.line(15),
                ))?;
                let ink = |e: &Estimate| {
                    if e.holds_the_truth() {
                        Ink::Blue
                    } else {
                        Ink::Orange
                    }
                };
                chart.draw_series(known.iter().map(|e| {
                    PathElement::new(
                        [
                            (e.planted, e.estimated - e.half),
                            (e.planted, e.estimated + e.half),
                        ],
                        ink(e).line(15),
                    )
                }))?;
                let (inside, outside): (Vec<_>, Vec<_>) =
                    known.iter().partition(|e| e.holds_the_truth());
                chart.draw_series(
                    inside
                        .iter()
                        .map(|e| Circle::new((e.planted, e.estimated), 4 * PX, Ink::Blue.fill())),
                )?;
                chart.draw_series(outside.iter().map(|e| {
                    TriangleMarker::new((e.planted, e.estimated), 6 * PX, Ink::Orange.fill())
                }))?;
                Ok(())
            },
        )
}

fn says(story: &Story, known: &[Estimate]) -> Text {
    let held = known.iter().filter(|e| e.holds_the_truth()).count();
    let unknown = story.judges.len() - known.len();
    let pairs: Vec<_> = known.iter().map(|e| (e.planted, e.estimated)).collect();
    let correlation = super::correlation(&pairs);
    Text::said(|l| {
        let (held, all, unknown) = (l.whole(held), l.whole(known.len()), l.whole(unknown));
        let correlation = l.decimal(correlation, 2);
        match l {
            Language::Indonesian => format!(
                "Dari skor saja, rentang 90% memuat kemurahan yang sebenarnya pada {held} dari {all} juri (korelasi {correlation}); {unknown} juri \
                 tidak ditaksir."
            ),
            Language::English => format!(
                "From the scores alone, the 90% interval holds the true leniency of {held} of {all} judges (correlation {correlation}); {unknown} \
                 judges were not estimated."
            ),
        }
    })
}

fn heads() -> Vec<Head> {
    vec![
        Head::words("Juri", "Judge"),
        Head::number("Sebenarnya", "Truth"),
        Head::number("Taksiran", "Estimate"),
        Head::number("Simpangan baku", "Standard deviation"),
    ]
}

fn rows(story: &Story) -> Vec<Vec<Text>> {
    let known =
        |value: Option<i64>| value.map_or_else(|| Text::same("\u{2013}"), Text::thousandths);
    let row = |j: &JudgeStory| {
        vec![
            Text::same(&j.label),
            Text::thousandths(j.planted_thousandths),
            known(j.estimated_thousandths),
            known(j.error_thousandths),
        ]
    };
    story.judges.iter().map(row).collect()
}
