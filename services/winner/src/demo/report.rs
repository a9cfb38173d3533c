//! The report of a demo: one HTML file that needs nothing else, in Indonesian and in English, for a screen, a phone and paper.

mod canvas;
mod figure;
mod figures;
mod page;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use anyhow::Result;

use super::story::Story;

/// Writes the report. It depends on the story alone: the same story gives the same bytes.
///
/// # Errors
/// When a chart cannot be drawn or the page cannot be composed.
pub(crate) fn render(story: &Story) -> Result<String> {
    page::compose(&page::Page::of(story)?)
}
