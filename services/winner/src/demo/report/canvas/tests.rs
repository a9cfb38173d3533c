use plotters::prelude::{Rectangle, Text as Words};
use plotters::style::text_anchor::HPos;

use super::ink::INKS;
use super::*;
use crate::demo::report::words::Text;

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
    let drawn = body(|area| Ok(area.draw(&Rectangle::new([(5, 0), (25, 100)], Ink::Blue.fill()))?));
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
