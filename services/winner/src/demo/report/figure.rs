//! A figure: a title, a sentence that says what one sees, the drawing for wide and for narrow screens, and the numbers behind it.

use std::ops::Range;

use anyhow::Result;
use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::Cartesian2d;
use plotters::style::text_anchor::HPos;
use serde::Serialize;

use super::canvas::{self, Area, Canvas, Drawing, Ink, Layout, PX};
use super::words::Text;

/// A figure of the report.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    /// Its anchor in the page.
    pub(super) name: &'static str,
    pub(super) title: Text,
    /// What one sees, computed from the data; also the text alternative.
    pub(super) says: Text,
    pub(super) keys: Vec<Key>,
    /// Absent where there is nothing to draw.
    pub(super) wide: Option<Drawing>,
    pub(super) narrow: Option<Drawing>,
    pub(super) table: Table,
}

/// What a mark stands for.
#[derive(Debug, Serialize)]
pub(super) struct Key {
    ink: Ink,
    mark: Mark,
    label: Text,
}

/// The shape of a key's mark, as in the drawing.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    Bar,
    Line,
    Dot,
    Triangle,
}

/// Numbers behind a figure.
#[derive(Debug, Default, Serialize)]
pub(super) struct Table {
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Vec<Text>>,
}

/// The head of a column.
#[derive(Debug, Serialize)]
pub(super) struct Head {
    label: Text,
    /// Set to the right, digits of one width.
    number: bool,
}

impl Head {
    pub(super) fn words(id: &str, en: &str) -> Self {
        Self {
            label: Text::new(id, en),
            number: false,
        }
    }

    pub(super) fn number(id: &str, en: &str) -> Self {
        Self {
            label: Text::new(id, en),
            number: true,
        }
    }
}

impl Figure {
    /// A figure without a drawing yet.
    pub(super) fn new(name: &'static str, title: Text, says: Text) -> Self {
        Self {
            name,
            title,
            says,
            keys: Vec::new(),
            wide: None,
            narrow: None,
            table: Table::default(),
        }
    }

    pub(super) fn key(mut self, mark: Mark, ink: Ink, label: Text) -> Self {
        self.keys.push(Key { ink, mark, label });
        self
    }

    pub(super) fn table(mut self, heads: Vec<Head>, rows: Vec<Vec<Text>>) -> Self {
        self.table = Table { heads, rows };
        self
    }

    /// Draws it in both layouts; the height, in pixels, may differ.
    ///
    /// # Errors
    /// When the painter fails.
    pub(super) fn draw(
        mut self,
        height: impl Fn(Layout) -> i32,
        paint: impl Fn(&Area<'_>, Layout) -> Result<()>,
    ) -> Result<Self> {
        let draw = |layout| canvas::draw(layout, height(layout), |area| paint(area, layout));
        self.wide = Some(draw(Layout::Wide)?);
        self.narrow = Some(draw(Layout::Narrow)?);
        Ok(self)
    }
}

/// An axis in numbers.
pub(super) struct Axis {
    pub(super) range: Range<f64>,
    pub(super) name: Text,
    /// How many labels, at most, in each layout.
    pub(super) labels: (usize, usize),
    pub(super) decimals: usize,
}

/// A chart with two axes in numbers.
pub(super) type Plot<'a, 'b> =
    ChartContext<'a, Canvas<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws the axes with their names: the vertical one's above it, so that nobody tilts their head.
///
/// # Errors
/// When drawing fails.
pub(super) fn axes<'a, 'b>(
    area: &'a Area<'b>,
    layout: Layout,
    x: &Axis,
    y: &Axis,
) -> Result<Plot<'a, 'b>> {
    let text = |side| Ink::Muted.text(layout, side);
    let (width, height) = area.dim_in_pixel();
    let (width, height) = (i32::try_from(width)?, i32::try_from(height)?);
    let left = layout.pick(44, 40) * PX;
    area.draw_text(&y.name.joined(), &text(HPos::Left), (0, 8 * PX))?;
    area.draw_text(
        &x.name.joined(),
        &text(HPos::Right),
        (width - 4 * PX, height - 8 * PX),
    )?;
    let mut chart = ChartBuilder::on(area)
        .margin_top(26 * PX)
        .margin_bottom(20 * PX)
        .margin_right(16 * PX)
        .set_label_area_size(LabelAreaPosition::Left, left)
        .set_label_area_size(LabelAreaPosition::Bottom, 22 * PX)
        .build_cartesian_2d(x.range.clone(), y.range.clone())?;
    let label = |axis: &Axis, value: f64| Text::said(|l| l.decimal(value, axis.decimals)).joined();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .y_max_light_lines(1)
        .light_line_style(Ink::Grid.line(10))
        .bold_line_style(Ink::Grid.line(10))
        .axis_style(Ink::Grey.line(10))
        .set_all_tick_mark_size(4 * PX)
        .label_style(text(HPos::Left))
        .x_labels(layout.pick(x.labels.0, x.labels.1))
        .y_labels(layout.pick(y.labels.0, y.labels.1))
        .x_label_formatter(&|value| label(x, *value))
        .y_label_formatter(&|value| label(y, *value))
        .draw()?;
    Ok(chart)
}
