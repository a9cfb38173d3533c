//! Bytes as text: UTF-8, UTF-16 with or without its mark, and what Windows wrote before.

/// Windows-1252 from 0x80 to 0x9f; what it leaves undefined is kept as control characters.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// Whether the file was not Unicode, so that letters beyond English are a guess.
    pub guessed: bool,
}

/// Reads a file's text. Halves of characters in UTF-16 become the replacement character.
pub fn decode(bytes: &[u8]) -> Decoded {
    let known = |text: String| Decoded {
        text,
        guessed: false,
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return known(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => return known(utf16(rest, u16::from_be_bytes)),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => {
            return known(utf16(bytes, u16::from_le_bytes));
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            return known(utf16(bytes, u16::from_be_bytes));
        }
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => known(text.to_owned()),
        Err(_) => Decoded {
            text: bytes.iter().map(|byte| windows(*byte)).collect(),
            guessed: true,
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_spreadsheets_are_read() {
        let text = "entri;nilai\nKopi “Gayo” €;7,5\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [&[0xff, 0xfe], little.as_slice()].concat(),
            [&[0xfe, 0xff], big.as_slice()].concat(),
            little,
            big,
        ] {
            assert_eq!(
                decode(&bytes),
                Decoded {
                    text: text.to_owned(),
                    guessed: false
                }
            );
        }
        let windows = decode(b"entri;nilai\nKopi \x93Gayo\x94 \x80;7,5\n");
        assert_eq!(
            windows,
            Decoded {
                text: text.to_owned(),
                guessed: true
            }
        );
    }
}
