//! Draws what plotters computes as SVG that follows the page: colours are names that the style sheet gives (by day, by night, on paper),
//! words are in both languages, and what a style sheet can say once is not repeated at every mark.

mod ink;
mod svg;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea as _};
use serde::Serialize;

pub(super) use ink::Ink;
pub(super) use svg::Canvas;

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

#[cfg(test)]
mod tests;
