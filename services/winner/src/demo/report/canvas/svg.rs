//! plotters' back end: writes each mark as an SVG element.

use std::fmt::{self, Write as _};

use plotters::style::FontStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::{Ink, PX};
use crate::demo::report::words::Text;

/// The back end: writes each mark as an element.
pub(in crate::demo::report) struct Canvas<'a> {
    pub(super) size: (u32, u32),
    pub(super) body: &'a mut String,
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
