//! What one submission set in motion: a lane for each service, a bar for each piece of work.

use anyhow::Result;
use plotters::chart::{ChartBuilder, LabelAreaPosition};
use plotters::prelude::Rectangle;
use plotters::style::text_anchor::HPos;

use crate::demo::report::canvas::{Area, Ink, Layout, PX};
use crate::demo::report::figure::{Figure, Head};
use crate::demo::report::words::{Language, Text, shortened};
use crate::demo::story::{SpanStory, Story};

/// One colour a lane; the lane's name stands above it as well.
const INKS: [Ink; 4] = [Ink::Blue, Ink::Orange, Ink::Green, Ink::Deep];

/// The spans of one service, earliest first.
struct Lane<'a> {
    service: &'a str,
    spans: Vec<&'a SpanStory>,
}

impl Lane<'_> {
    fn begins(&self) -> u64 {
        self.spans.iter().map(|s| s.start_micros).min().unwrap_or(0)
    }

    fn ends(&self) -> u64 {
        self.spans.iter().map(|s| end(s)).max().unwrap_or(0)
    }
}

fn end(span: &SpanStory) -> u64 {
    span.start_micros.saturating_add(span.duration_micros)
}

/// Lanes in the order in which the work reached them.
fn lanes(spans: &[SpanStory]) -> Vec<Lane<'_>> {
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for span in spans {
        match lanes.iter_mut().find(|l| l.service == span.service) {
            Some(lane) => lane.spans.push(span),
            None => lanes.push(Lane {
                service: &span.service,
                spans: vec![span],
            }),
        }
    }
    for lane in &mut lanes {
        lane.spans.sort_by_key(|s| s.start_micros);
    }
    lanes.sort_by_key(Lane::begins);
    lanes
}

/// One submission's time line.
///
/// # Errors
/// When drawing fails.
pub(in crate::demo::report) fn figure(story: &Story) -> Result<Figure> {
    let title = Text::new(
        "Satu proposal melintasi layanan",
        "One submission across the services",
    );
    let spans = &story.timeline.spans;
    let lanes = lanes(spans);
    let over = lanes.iter().map(Lane::ends).max().unwrap_or(0);
    if over == 0 {
        let says = Text::new(
            "Jejak proposal tidak direkam.",
            "No submission's trace was recorded.",
        );
        return Ok(Figure::new("jejak-proposal", title, says));
    }
    let rows = i32::try_from(spans.len() + lanes.len())?;
    Figure::new("jejak-proposal", title, says(&lanes, spans, over))
        .table(heads(), spans.iter().map(cells).collect())
        .draw(
            |layout| rows * row(layout) + MARGIN,
            |area, layout| {
                let scale = Scale {
                    over,
                    left: layout.pick(258, 20),
                    layout,
                };
                grid(area, &scale)?;
                let mut top = 0;
                for (n, lane) in lanes.iter().enumerate() {
                    let ink = INKS.get(n % INKS.len()).copied().unwrap_or(Ink::Blue);
                    heading(area, layout, lane, top)?;
                    top += row(layout);
                    for span in &lane.spans {
                        bar(area, &scale, span, top, ink)?;
                        top += row(layout);
                    }
                }
                Ok(())
            },
        )
}

/// Right of the lanes: half of the last label of the time axis, in pixels.
const MARGIN_RIGHT: i32 = 20;

/// Below the lanes: the labels of the time axis, in pixels.
const MARGIN: i32 = 30;

/// From row to row, in pixels.
fn row(layout: Layout) -> i32 {
    layout.pick(21, 34)
}

/// From time to place.
struct Scale {
    /// Microseconds at the right end.
    over: u64,
    /// Pixels at the left that belong to names.
    left: i32,
    layout: Layout,
}

impl Scale {
    /// Tenths of a pixel from the left; room for a duration stays at the right.
    fn x(&self, micros: u64) -> i32 {
        let width = i64::from((self.layout.width() - self.left - MARGIN_RIGHT) * PX);
        let along = i128::from(width) * i128::from(micros) / i128::from(self.over.max(1));
        self.left * PX + i32::try_from(along).unwrap_or(0)
    }
}

fn grid(area: &Area<'_>, scale: &Scale) -> Result<()> {
    let muted = Ink::Muted.text(scale.layout, HPos::Center);
    let label = |ms: &f64| {
        Text::said(|l| format!("{} ms", l.decimal(*ms, usize::from(scale.over < 5_000)))).joined()
    };
    ChartBuilder::on(area)
        .margin_right(MARGIN_RIGHT * PX)
        .set_label_area_size(LabelAreaPosition::Left, scale.left * PX)
        .set_label_area_size(LabelAreaPosition::Bottom, MARGIN * PX)
        .build_cartesian_2d(0.0..scale.over as f64 / 1_000.0, 0.0..1.0)?
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_max_light_lines(1)
        .x_labels(scale.layout.pick(6, 4))
        .x_label_formatter(&label)
        .bold_line_style(Ink::Grid.line(10))
        .light_line_style(Ink::Grid.line(10))
        .axis_style(Ink::Grey.line(10))
        .set_all_tick_mark_size(4 * PX)
        .label_style(muted)
        .draw()?;
    Ok(())
}

fn heading(area: &Area<'_>, layout: Layout, lane: &Lane<'_>, top: i32) -> Result<()> {
    let height = row(layout);
    let band = [
        (0, (top + 2) * PX),
        (layout.width() * PX, (top + height - 2) * PX),
    ];
    area.draw(&Rectangle::new(band, Ink::Faint.fill()))?;
    let middle = (top + height / 2) * PX;
    let about = Text::said(|l| {
        let (count, from) = (l.whole(lane.spans.len()), l.micros(lane.begins()));
        match l {
            Language::Indonesian => format!("{count} langkah, mulai {from}"),
            Language::English => format!("{count} steps, from {from}"),
        }
    });
    area.draw_text(
        lane.service,
        &Ink::Text.bold(layout, HPos::Left),
        (6 * PX, middle),
    )?;
    area.draw_text(
        &about.joined(),
        &Ink::Muted.text(layout, HPos::Right),
        ((layout.width() - 6) * PX, middle),
    )?;
    Ok(())
}

/// A span: its name, its bar, its duration on the side where there is room.
fn bar(area: &Area<'_>, scale: &Scale, span: &SpanStory, top: i32, ink: Ink) -> Result<()> {
    let layout = scale.layout;
    let (left, right) = (
        scale.x(span.start_micros),
        scale.x(end(span)).max(scale.x(span.start_micros) + 2 * PX),
    );
    let (name_at, bar_at) = layout.pick((row(layout) / 2, row(layout) / 2), (10, 25));
    let name = shortened(&plain(&span.name), layout.pick(34, 48));
    area.draw_text(
        &name,
        &Ink::Text.text(layout, HPos::Left),
        (layout.pick(6, 2) * PX, (top + name_at) * PX),
    )?;
    let middle = (top + bar_at) * PX;
    area.draw(&Rectangle::new(
        [(left, middle - 5 * PX), (right, middle + 5 * PX)],
        ink.fill(),
    ))?;
    let took = Text::said(|l| l.micros(span.duration_micros)).joined();
    let room_at_right = right + 64 * PX < layout.width() * PX;
    if room_at_right {
        area.draw_text(
            &took,
            &Ink::Muted.text(layout, HPos::Left),
            (right + 5 * PX, middle),
        )?;
    } else if left - 64 * PX > scale.left * PX {
        area.draw_text(
            &took,
            &Ink::Muted.text(layout, HPos::Right),
            (left - 5 * PX, middle),
        )?;
    } else {
        area.draw_text(
            &took,
            &Ink::OnHeat.text(layout, HPos::Right),
            (right - 5 * PX, middle),
        )?;
    }
    Ok(())
}

/// Without what every name shares: the package of an RPC, the root and the version of a subject.
fn plain(name: &str) -> String {
    match name.rsplit_once(".v1.") {
        Some((_package, method)) if method.contains('/') => method.to_owned(),
        _ => name.replace("winner.", "").replace(".v1.*", ""),
    }
}

fn says(lanes: &[Lane<'_>], spans: &[SpanStory], over: u64) -> Text {
    let first = spans.iter().min_by_key(|s| s.start_micros);
    let last = spans.iter().max_by_key(|s| end(s));
    let (Some(first), Some(last)) = (first, last) else {
        return Text::default();
    };
    Text::said(|l| {
        let (services, steps, over) = (l.whole(lanes.len()), l.whole(spans.len()), l.micros(over));
        let reached = |after: &str| {
            let others = lanes.iter().skip(1);
            others
                .map(|lane| {
                    [
                        ", ",
                        lane.service,
                        " ",
                        after,
                        " ",
                        &l.micros(lane.begins()),
                    ]
                    .concat()
                })
                .collect::<String>()
        };
        match l {
            Language::Indonesian => format!(
                "{steps} langkah di {services} layanan dalam {over}. Dimulai di {} (\u{201c}{}\u{201d}){}; berakhir di {} (\u{201c}{}\u{201d}).",
                first.service,
                plain(&first.name),
                reached("setelah"),
                last.service,
                plain(&last.name)
            ),
            Language::English => format!(
                "{steps} steps in {services} services within {over}. It began in {} (\u{201c}{}\u{201d}){}; it ended in {} (\u{201c}{}\u{201d}).",
                first.service,
                plain(&first.name),
                reached("after"),
                last.service,
                plain(&last.name)
            ),
        }
    })
}

fn heads() -> Vec<Head> {
    vec![
        Head::words("Layanan", "Service"),
        Head::words("Langkah", "Step"),
        Head::number("Mulai", "Start"),
        Head::number("Lama", "Duration"),
    ]
}

fn cells(span: &SpanStory) -> Vec<Text> {
    vec![
        Text::same(&span.service),
        Text::same(&span.name),
        Text::said(|l| l.micros(span.start_micros)),
        Text::said(|l| l.micros(span.duration_micros)),
    ]
}
