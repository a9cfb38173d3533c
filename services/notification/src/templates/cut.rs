//! Brings what people wrote to one line of a sane length.
//!
//! A title may hold line breaks, marks that turn the direction of writing, or a megabyte. None of it may
//! reach a subject, a sentence or a bill.

use winner_notification_core::sms::alphabet;
use winner_notification_core::sms::plain::plain;

/// One line without control characters and without marks of direction.
///
/// Reads no more than a few times `longest` characters of what it is given.
fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let few = text.chars().take(longest.saturating_mul(4) + 64);
    for character in few.filter(|it| !turns_direction(*it)) {
        if character.is_whitespace() || character.is_control() {
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
        } else {
            line.push(character);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Marks that turn the direction of all that follows, in the rest of a sentence too.
const fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// At most `longest` characters, for mails and their subjects.
pub(super) fn for_mail(text: &str, longest: usize) -> String {
    cut(&one_line(text, longest), longest, "…", |_| 1)
}

/// At most `longest` septets of the GSM alphabet.
pub(super) fn for_sms(text: &str, longest: usize) -> String {
    let line = plain(&one_line(text, longest)).text;
    cut(&line, longest, "...", |character| {
        alphabet::septets(character).map_or(1, alphabet::Septets::count)
    })
}

/// As many whole words as fit, and `rest` where something is missing. A word that alone is too long is cut
/// itself.
fn cut(line: &str, longest: usize, rest: &str, cost: impl Fn(char) -> usize) -> String {
    let costs = |text: &str| text.chars().map(&cost).sum::<usize>();
    if costs(line) <= longest {
        return line.to_owned();
    }
    let room = longest.saturating_sub(costs(rest));
    let mut used = 0;
    let fits = line.char_indices().find(|(_, character)| {
        used += cost(*character);
        used > room
    });
    let end = fits.map_or(line.len(), |(at, _)| at);
    let kept = &line[..end];
    // Half a word is left out unless it is all there is.
    let whole = match kept.rfind(' ') {
        Some(space) if !line[end..].starts_with(' ') && space > 0 => &kept[..space],
        _ => kept,
    };
    let whole = whole.trim_end_matches([' ', ',', ';', ':', '-', '–', '.']);
    format!("{whole}{rest}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_title_is_cut_at_a_word() {
        assert_eq!(
            for_mail("Sampah di pasar Terong", 22),
            "Sampah di pasar Terong"
        );
        assert_eq!(for_mail("Sampah di pasar Terong", 21), "Sampah di pasar…");
        assert_eq!(for_mail("Sampah di pasar Terong", 16), "Sampah di pasar…");
        assert_eq!(for_mail("Sampah di pasar Terong", 15), "Sampah di…");
        assert_eq!(
            for_sms("Sampah di pasar – Terong", 21),
            "Sampah di pasar..."
        );
    }

    #[test]
    fn a_word_that_alone_is_too_long_is_cut_itself() {
        assert_eq!(for_mail(&"x".repeat(1_000_000), 5), "xxxx…");
        assert_eq!(for_sms(&"[".repeat(1_000_000), 9), "[[[...");
    }

    #[test]
    fn line_breaks_and_marks_of_direction_are_gone() {
        assert_eq!(for_mail(" a\r\nBcc: x@y\0z\t ", 50), "a Bcc: x@y z");
        assert_eq!(for_mail("\u{202e}moc.live\u{2066}\u{200f}", 50), "moc.live");
        assert_eq!(
            for_sms("caf\u{e9} \u{1f600}\u{200f}\n baru", 50),
            "café baru"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_it_may_be(text in ".{0,300}", longest in 4_usize..60) {
            prop_assert!(for_mail(&text, longest).chars().count() <= longest);
            let sms = for_sms(&text, longest);
            let septets: usize = sms.chars().map(|it| alphabet::septets(it).unwrap().count()).sum();
            prop_assert!(septets <= longest);
        }
    }
}
