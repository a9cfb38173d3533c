//! How many SMS a text is, and where it is cut.
//!
//! One SMS holds 160 septets or 140 octets; each of several gives up seven septets or six octets to the
//! header that joins them (3GPP TS 23.040, 9.2.3.24.1). A character is never cut in two: neither the two
//! septets of the extension table nor the two halves of a surrogate pair.

use super::alphabet;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM 7-bit default alphabet and its extension table.
    Gsm7,
    /// UTF-16, big end first. What the alphabet lacks makes the whole text need it.
    Ucs2,
}

impl Alphabet {
    /// The name people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }

    /// What one SMS holds alone, in septets or UTF-16 units.
    pub const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// What each of several holds.
    pub const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
}

/// More parts than a header can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text needs {parts} SMS; 255 can be joined")]
pub struct TooLong {
    /// How many it would need.
    pub parts: usize,
}

/// A text cut into SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    /// How it is written.
    pub alphabet: Alphabet,
    /// What each SMS holds, without its header: a septet an octet, or UTF-16 with the big end first.
    pub parts: Vec<Vec<u8>>,
    /// Septets or UTF-16 units in all.
    pub units: usize,
}

/// Cuts a text into SMS.
///
/// # Errors
/// [`TooLong`] above 255 parts.
pub fn cut(text: &str) -> Result<Segments, TooLong> {
    let written: Option<Vec<Vec<u8>>> = text
        .chars()
        .map(|character| {
            let mut codes = Vec::with_capacity(2);
            alphabet::septets(character)?.write(&mut codes);
            Some(codes)
        })
        .collect();
    let (alphabet, characters, octets_a_unit) = match written {
        Some(characters) => (Alphabet::Gsm7, characters, 1),
        None => (Alphabet::Ucs2, text.chars().map(utf16).collect(), 2),
    };
    let units = characters.iter().map(Vec::len).sum::<usize>() / octets_a_unit;
    let room = if units <= alphabet.alone() {
        alphabet.alone()
    } else {
        alphabet.joined()
    };
    let parts = fill(&characters, room * octets_a_unit);
    if parts.len() > 255 {
        return Err(TooLong { parts: parts.len() });
    }
    Ok(Segments {
        alphabet,
        parts,
        units,
    })
}

/// Fills parts of `room` octets with whole characters. Even no text is one SMS.
fn fill(characters: &[Vec<u8>], room: usize) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut free = room;
    for character in characters {
        if character.len() > free {
            parts.push(Vec::new());
            free = room;
        }
        free -= character.len();
        if let Some(part) = parts.last_mut() {
            part.extend(character);
        }
    }
    parts
}

fn utf16(character: char) -> Vec<u8> {
    let mut units = [0; 2];
    character
        .encode_utf16(&mut units)
        .iter()
        .flat_map(|unit| unit.to_be_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(text: &str) -> (Alphabet, usize) {
        let segments = cut(text).unwrap();
        (segments.alphabet, segments.parts.len())
    }

    #[test]
    fn an_sms_holds_160_and_each_of_several_153() {
        assert_eq!(count(""), (Alphabet::Gsm7, 1));
        assert_eq!(count(&"a".repeat(160)), (Alphabet::Gsm7, 1));
        assert_eq!(count(&"a".repeat(161)), (Alphabet::Gsm7, 2));
        assert_eq!(count(&"a".repeat(306)), (Alphabet::Gsm7, 2));
        assert_eq!(count(&"a".repeat(307)), (Alphabet::Gsm7, 3));
    }

    #[test]
    fn one_foreign_character_costs_more_than_half() {
        let text = format!("{}\u{2019}", "a".repeat(70));
        assert_eq!(count(&text), (Alphabet::Ucs2, 2));
        assert_eq!(count(&text[..70]), (Alphabet::Gsm7, 1));
    }

    #[test]
    fn an_extension_character_is_never_cut_in_two() {
        let text = format!("{}€{}", "a".repeat(152), "b".repeat(10));
        let parts = cut(&text).unwrap().parts;
        assert_eq!(parts[0].len(), 152);
        assert_eq!(parts[1][..2], [alphabet::ESCAPE, 0x65]);
    }

    #[test]
    fn a_surrogate_pair_is_never_cut_in_two() {
        let text = format!("{}\u{1f600}{}", "ж".repeat(66), "ж".repeat(10));
        let parts = cut(&text).unwrap().parts;
        assert_eq!(parts[0].len(), 132);
        assert_eq!(parts[1][..2], [0xd8, 0x3d]);
    }

    #[test]
    fn more_than_255_cannot_be_joined() {
        assert!(cut(&"a".repeat(153 * 255)).is_ok());
        assert_eq!(cut(&"a".repeat(153 * 255 + 1)), Err(TooLong { parts: 256 }));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled_by_cutting(text in "(?s).{0,700}") {
            let segments = cut(&text).unwrap();
            let whole: Vec<u8> = segments.parts.concat();
            if segments.alphabet == Alphabet::Ucs2 {
                let expected: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
                prop_assert_eq!(&whole, &expected);
            }
            let octets = if segments.alphabet == Alphabet::Gsm7 { 1 } else { 2 };
            prop_assert_eq!(whole.len(), segments.units * octets);
            let most = if segments.parts.len() == 1 { segments.alphabet.alone() } else { segments.alphabet.joined() };
            prop_assert!(segments.parts.iter().all(|part| part.len() <= most * octets));
        }
    }
}
