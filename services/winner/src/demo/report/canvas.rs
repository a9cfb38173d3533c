//! Draws what plotters computes as SVG that follows the page: colours are names that the style sheet gives (by day, by night, on paper),
//! words are in both languages, and what a style sheet can say once is not repeated at every mark.

use std::fmt::{self, Write as _};

use plotters::coord::Shift;
use plotters::prelude::{Color, DrawingArea, IntoDrawingArea as _, RGBColor, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, TextStyle};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use serde::Serialize;

use super::words::Text;

/// plotters computes in whole numbers; in tenths of a pixel, hundreds of bars side by side are still evenly wide.
pub(super) const PX: i32 = 10;

/// A drawing is made twice: for a screen of any width, and for a phone held upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Wide,
    Narrow,
}

impl Layout {
    /// One value for each.
    pub(super) fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    /// In pixels.
    pub(super) fn width(self) -> i32 {
        self.pick(760, 330)
    }
}

/// What a mark is drawn with. The style sheet has a class `f-` (filled), `l-` (line) and `t-` (text) for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub(super) enum Ink {
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
const INKS: [(Ink, &str); 15] = [
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
    pub(super) fn color(self) -> RGBColor {
        RGBColor(self as u8, 0, 0)
    }

    pub(super) fn fill(self) -> ShapeStyle {
        self.color().filled()
    }

    /// A line of this width, in tenths of a pixel.
    pub(super) fn line(self, tenths: u32) -> ShapeStyle {
        Color::stroke_width(&self.color(), tenths)
    }

    /// Text, anchored at a side of its place and in the middle of its height.
    pub(super) fn text(self, layout: Layout, side: HPos) -> TextStyle<'static> {
        let mut style = TextStyle::from(("sans-serif", layout.pick(13 * PX, 12 * PX)));
        style.color = self.color().to_backend_color();
        style.pos(Pos::new(side, VPos::Center))
    }

    /// The same, in bold.
    pub(super) fn bold(self, layout: Layout, side: HPos) -> TextStyle<'static> {
        let mut style = self.text(layout, side);
        style.font = style.font.style(FontStyle::Bold);
        style
    }

    fn of(color: BackendColor) -> &'static str {
        INKS.get(usize::from(color.rgb.0))
            .map_or("text", |(_, name)| name)
    }
}

/// The body of an SVG picture and its size in pixels.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Drawing {
    width: i32,
    height: i32,
    body: String,
}

/// Where plotters draws.
pub(super) type Area<'a> = DrawingArea<Canvas<'a>, Shift>;

/// Draws a picture of a height in pixels.
///
/// # Errors
/// When the painter fails.
pub(super) fn draw(
    layout: Layout,
    height: i32,
    paint: impl FnOnce(&Area<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Drawing> {
    let mut body = String::new();
    let width = layout.width();
    let size = (u32::try_from(width * PX)?, u32::try_from(height * PX)?);
    paint(
        &Canvas {
            size,
            body: &mut body,
        }
        .into_drawing_area(),
    )?;
    Ok(Drawing {
        width,
        height,
        body,
    })
}

/// The back end: writes each mark as an element.
pub(super) struct Canvas<'a> {
    size: (u32, u32),
    body: &'a mut String,
}

type Drawn = Result<(), DrawingErrorKind<fmt::Error>>;

/// Tenths of a pixel as pixels.
struct Tenths(i32);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = (if self.0 < 0 { "-" } else { "" }, self.0.abs());
        match n % PX {
            0 => write!(f, "{sign}{}", n / PX),
            tenth => write!(f, "{sign}{}.{tenth}", n / PX),
        }
    }
}

/// Text as SVG holds it.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            _ => f.write_char(c),
        })
    }
}

impl Canvas<'_> {
    fn write(&mut self, element: fmt::Arguments<'_>) -> Drawn {
        self.body
            .write_fmt(element)
            .map_err(DrawingErrorKind::DrawingError)
    }

    fn path<S: BackendStyle>(
        &mut self,
        points: impl IntoIterator<Item = BackendCoord>,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let mut way = String::new();
        for (n, (x, y)) in points.into_iter().enumerate() {
            write!(
                way,
                "{}{} {}",
                if n == 0 { 'M' } else { 'L' },
                Tenths(x),
                Tenths(y)
            )
            .map_err(DrawingErrorKind::DrawingError)?;
        }
        let ink = Ink::of(style.color());
        if fill {
            return self.write(format_args!("<path class=\"f-{ink}\" d=\"{way}Z\"/>"));
        }
        let width = i32::try_from(style.stroke_width()).unwrap_or(PX);
        match width {
            PX => self.write(format_args!("<path class=\"l-{ink}\" d=\"{way}\"/>")),
            _ => self.write(format_args!(
                "<path class=\"l-{ink}\" stroke-width=\"{}\" d=\"{way}\"/>",
                Tenths(width)
            )),
        }
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect(at, (at.0 + PX, at.1 + PX), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.path([from, to], style, false)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path(path, style, false)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path(path, style, true)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (x, y) = (from.0.min(to.0), from.1.min(to.1));
        let (width, height) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
        self.write(format_args!(
            "<rect class=\"{}-{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            if fill { 'f' } else { 'l' },
            Ink::of(style.color()),
            Tenths(x),
            Tenths(y),
            Tenths(width),
            Tenths(height)
        ))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.write(format_args!(
            "<circle class=\"{}-{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            if fill { 'f' } else { 'l' },
            Ink::of(style.color()),
            Tenths(center.0),
            Tenths(center.1),
            Tenths(i32::try_from(radius).unwrap_or(PX))
        ))
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let Pos { h_pos, v_pos } = style.anchor();
        let side = match h_pos {
            HPos::Left => "",
            HPos::Center => " m",
            HPos::Right => " e",
        };
        let weight = if matches!(style.style(), FontStyle::Bold) {
            " b"
        } else {
            ""
        };
        // Where the base line lies below the anchor, in shares of the font's size.
        let below = match v_pos {
            VPos::Top => 0.8,
            VPos::Center => 0.35,
            VPos::Bottom => -0.2,
        };
        #[expect(clippy::cast_possible_truncation, reason = "a font has tens of pixels")]
        let y = Tenths(at.1 + (style.size() * below) as i32);
        let (x, ink) = (Tenths(at.0), Ink::of(style.color()));
        let Text { id, en } = Text::split(text);
        if id == en {
            return self.write(format_args!(
                "<text class=\"t-{ink}{side}{weight}\" x=\"{x}\" y=\"{y}\">{}</text>",
                Escaped(&id)
            ));
        }
        for (language, said) in [("id", id), ("en", en)] {
            self.write(format_args!(
                "<text class=\"t-{ink}{side}{weight}\" lang=\"{language}\" x=\"{x}\" y=\"{y}\">{}</text>",
                Escaped(&said)
            ))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use plotters::prelude::{Rectangle, Text as Words};

    use super::*;

    fn body(paint: impl FnOnce(&Area<'_>) -> anyhow::Result<()>) -> String {
        draw(Layout::Narrow, 20, paint).unwrap().body
    }

    #[test]
    fn every_ink_is_at_the_place_of_its_number() {
        for (n, (ink, _)) in INKS.into_iter().enumerate() {
            assert_eq!(usize::from(ink as u8), n);
        }
    }

    #[test]
    fn a_mark_names_its_ink_and_leaves_the_colour_to_the_page() {
        let drawn =
            body(|area| Ok(area.draw(&Rectangle::new([(5, 0), (25, 100)], Ink::Blue.fill()))?));
        assert_eq!(
            drawn,
            r#"<rect class="f-blue" x="0.5" y="0" width="2" height="10"/>"#
        );
    }

    #[test]
    fn a_word_is_written_in_both_languages_and_a_name_once() {
        let say = |text: Text| {
            body(|area| {
                Ok(area.draw(&Words::new(
                    text.joined(),
                    (0, 0),
                    Ink::Text.text(Layout::Narrow, HPos::Left),
                ))?)
            })
        };
        let word = say(Text::new("Juri", "Judge"));
        assert!(
            word.contains(r#"lang="id""#) && word.contains(">Juri<"),
            "{word}"
        );
        assert!(
            word.contains(r#"lang="en""#) && word.contains(">Judge<"),
            "{word}"
        );
        assert_eq!(say(Text::same("a<b & c")).matches("<text").count(), 1);
        assert!(say(Text::same("a<b & c")).contains("a&lt;b &amp; c"));
    }
}
