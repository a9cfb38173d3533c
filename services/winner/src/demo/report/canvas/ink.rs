//! What marks and words are drawn with.

use plotters::prelude::{Color, RGBColor, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, TextStyle};
use plotters_backend::BackendColor;
use serde::Serialize;

use super::{Layout, PX};

/// What a mark is drawn with. The style sheet has a class `f-` (filled), `l-` (line) and `t-` (text) for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub(in crate::demo::report) enum Ink {
    Text,
    Muted,
    Grid,
    Faint,
    Grey,
    Sky,
    Blue,
    Orange,
    Green,
    Deep,
    Heat1,
    Heat2,
    Heat3,
    Heat4,
    OnHeat,
}

/// In the order of their numbers.
pub(super) const INKS: [(Ink, &str); 15] = [
    (Ink::Text, "text"),
    (Ink::Muted, "muted"),
    (Ink::Grid, "grid"),
    (Ink::Faint, "faint"),
    (Ink::Grey, "grey"),
    (Ink::Sky, "sky"),
    (Ink::Blue, "blue"),
    (Ink::Orange, "orange"),
    (Ink::Green, "green"),
    (Ink::Deep, "deep"),
    (Ink::Heat1, "heat1"),
    (Ink::Heat2, "heat2"),
    (Ink::Heat3, "heat3"),
    (Ink::Heat4, "heat4"),
    (Ink::OnHeat, "onheat"),
];

impl Ink {
    /// plotters knows colours as numbers only: the ink's own number stands in the place of red.
    pub(in crate::demo::report) fn color(self) -> RGBColor {
        RGBColor(self as u8, 0, 0)
    }

    pub(in crate::demo::report) fn fill(self) -> ShapeStyle {
        self.color().filled()
    }

    /// A line of this width, in tenths of a pixel.
    pub(in crate::demo::report) fn line(self, tenths: u32) -> ShapeStyle {
        Color::stroke_width(&self.color(), tenths)
    }

    /// Text, anchored at a side of its place and in the middle of its height.
    pub(in crate::demo::report) fn text(self, layout: Layout, side: HPos) -> TextStyle<'static> {
        let mut style = TextStyle::from(("sans-serif", layout.pick(13 * PX, 12 * PX)));
        style.color = self.color().to_backend_color();
        style.pos(Pos::new(side, VPos::Center))
    }

    /// The same, in bold.
    pub(in crate::demo::report) fn bold(self, layout: Layout, side: HPos) -> TextStyle<'static> {
        let mut style = self.text(layout, side);
        style.font = style.font.style(FontStyle::Bold);
        style
    }

    pub(super) fn of(color: BackendColor) -> &'static str {
        INKS.get(usize::from(color.rgb.0))
            .map_or("text", |(_, name)| name)
    }
}
