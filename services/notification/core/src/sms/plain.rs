//! Ordinary text as the GSM alphabet can write it, and what that cost.
//!
//! No Indonesian network promises to carry Unicode, and one foreign character more than halves what an
//! SMS holds. So typographic dashes, quotes and spaces become plain ones, accents that the alphabet
//! lacks are taken off, and what nobody sees (zero-width characters, marks of direction) goes. Emoji go
//! too. What has no likeness becomes a question mark, and is told.

mod likeness;

use super::alphabet;
use likeness::{Likeness, likeness};

/// A text in the GSM alphabet, and what it cost to get there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plain {
    /// The text; every character of it is in the alphabet.
    pub text: String,
    /// Characters that became similar ones, each once, in order.
    pub replaced: Vec<(char, &'static str)>,
    /// Characters that were dropped though a reader would have seen them (emoji), each once.
    pub dropped: Vec<char>,
    /// Characters that became a question mark, each once: a reader misses something.
    pub lost: Vec<char>,
}

impl Plain {
    /// Nothing that a reader would have seen is missing.
    pub const fn is_faithful(&self) -> bool {
        self.dropped.is_empty() && self.lost.is_empty()
    }
}

/// Writes a text in the GSM alphabet. Line ends become one line feed each, other control characters
/// go, and so does white space at the end of lines and of the text.
pub fn plain(text: &str) -> Plain {
    let mut plain = Plain::default();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // CR LF is one line end, and so is CR.
            '\r' => {
                if characters.peek() == Some(&'\n') {
                    continue;
                }
                plain.end_line();
            }
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => plain.end_line(),
            '\t' => plain.text.push(' '),
            seen if alphabet::has(seen) => plain.text.push(seen),
            foreign => plain.write_alike(foreign),
        }
    }
    let kept = plain.text.trim_matches([' ', '\n']).len();
    let begin = plain.text.len() - plain.text.trim_start_matches([' ', '\n']).len();
    plain.text.drain(..begin);
    plain.text.truncate(kept);
    plain
}

impl Plain {
    fn end_line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    fn write_alike(&mut self, foreign: char) {
        match likeness(foreign) {
            Likeness::Similar(similar) => {
                self.text.push_str(similar);
                note(&mut self.replaced, (foreign, similar));
            }
            Likeness::Unseen => {}
            Likeness::Emoji => {
                // The space before it would stand alone, or twice.
                if self.text.ends_with(' ') {
                    self.text.pop();
                }
                note(&mut self.dropped, foreign);
            }
            Likeness::None => {
                self.text.push('?');
                note(&mut self.lost, foreign);
            }
        }
    }
}

fn note<T: PartialEq>(list: &mut Vec<T>, entry: T) {
    if !list.contains(&entry) {
        list.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sms::segments::{Alphabet, cut};

    fn text(ordinary: &str) -> String {
        plain(ordinary).text
    }

    #[test]
    fn typographic_dashes_quotes_and_dots_become_plain_ones() {
        let ordinary =
            "\u{201c}Halo\u{201d} \u{2013} it\u{2019}s 5\u{2011}6\u{2026} \u{2022} \u{ab}ya\u{bb}";
        assert_eq!(text(ordinary), "\"Halo\" - it's 5-6... - \"ya\"");
    }

    #[test]
    fn accents_of_the_alphabet_stay_and_others_are_taken_off() {
        assert_eq!(text("éèàùìòäöüñøåÆßÇ"), "éèàùìòäöüñøåÆßÇ");
        assert_eq!(text("çáíóúâêîôûëïčšžőĀŁœ"), "caiouaeioueicszoALoe");
        // e, then a combining acute accent.
        assert_eq!(text("cafe\u{301}"), "cafe");
        assert_eq!(text("Nguyễn Thị Đặng"), "Nguyen Thi Dang");
    }

    #[test]
    fn what_nobody_sees_goes_without_a_word() {
        let ordinary =
            "a\u{200b}b\u{200d}c\u{feff}d\u{ad}e\u{202e}f\u{2067}g\u{200f}h\0i\u{1b}j\u{7f}k";
        let plain = plain(ordinary);
        assert_eq!(plain.text, "abcdefghijk");
        assert!(plain.is_faithful());
        assert_eq!(plain.replaced, []);
    }

    #[test]
    fn spaces_of_every_width_are_spaces() {
        assert_eq!(text("1\u{a0}000\u{202f}000\u{3000}x\ty"), "1 000 000 x y");
    }

    #[test]
    fn line_ends_are_line_feeds() {
        assert_eq!(text("a \r\nb\rc\u{2028}d\n\n"), "a\nb\nc\nd");
    }

    #[test]
    fn emoji_go_and_are_told() {
        let plain = plain(
            "Selamat \u{1f389}\u{fe0f}! Tim \u{1f469}\u{1f3fd}\u{200d}\u{1f33e} menang \u{2705}",
        );
        assert_eq!(plain.text, "Selamat! Tim menang");
        assert!(plain.dropped.contains(&'\u{1f389}'));
        assert!(!plain.is_faithful());
        assert!(plain.lost.is_empty());
    }

    #[test]
    fn letters_without_likeness_are_lost_and_told_once() {
        let plain = plain("Ж и Ж");
        assert_eq!(plain.text, "? ? ?");
        assert_eq!(plain.lost, ['Ж', 'и']);
    }

    #[test]
    fn a_plain_text_stays_what_it_is() {
        let ordinary = "WiNNER: Proposal A1B2-C3D4 diterima. [info] https://winner.test/s/x~y";
        assert_eq!(
            plain(ordinary),
            Plain {
                text: ordinary.to_owned(),
                ..Plain::default()
            }
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_gsm_afterwards(ordinary in "(?s).{0,300}") {
            let plain = plain(&ordinary);
            prop_assert!(plain.text.chars().all(alphabet::has));
            prop_assert_eq!(cut(&plain.text).unwrap().alphabet, Alphabet::Gsm7);
        }

        #[test]
        fn twice_is_as_good_as_once(ordinary in "(?s).{0,300}") {
            let once = text(&ordinary);
            prop_assert_eq!(text(&once), once);
        }
    }
}
