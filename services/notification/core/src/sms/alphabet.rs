//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, once GSM 03.38).

/// The default alphabet by code, 0x00 to 0x7F; U+FFFD where the escape to the extension table stands.
const DEFAULT: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{fffd}', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// The extension table: character and code after the escape. The page break is left out: no telephone
/// shows one.
const EXTENSION: [(char, u8); 9] = [
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

/// Leads to the extension table.
pub const ESCAPE: u8 = 0x1b;

/// A character as the alphabet writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Septets {
    /// One septet of the default alphabet.
    One(u8),
    /// The escape, then this code.
    Escaped(u8),
}

impl Septets {
    /// How many septets it takes.
    pub const fn count(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Escaped(_) => 2,
        }
    }

    /// Appends its codes, one octet a septet.
    pub fn write(self, codes: &mut Vec<u8>) {
        match self {
            Self::One(code) => codes.push(code),
            Self::Escaped(code) => codes.extend([ESCAPE, code]),
        }
    }
}

/// The codes of a character; `None` where the alphabet has none.
pub fn septets(character: char) -> Option<Septets> {
    if character == '\u{fffd}' {
        return None;
    }
    // Most characters of a text stand where ASCII has them.
    let ascii = u8::try_from(character)
        .ok()
        .filter(|code| DEFAULT.get(usize::from(*code)) == Some(&character));
    if let Some(code) = ascii {
        return Some(Septets::One(code));
    }
    let place = DEFAULT.iter().position(|known| *known == character);
    if let Some(code) = place.and_then(|place| u8::try_from(place).ok()) {
        return Some(Septets::One(code));
    }
    EXTENSION
        .iter()
        .find(|(known, _)| *known == character)
        .map(|(_, code)| Septets::Escaped(*code))
}

/// Whether the alphabet has this character.
pub fn has(character: char) -> bool {
    septets(character).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_character() {
        for (code, character) in DEFAULT.iter().enumerate() {
            if usize::from(ESCAPE) == code {
                assert!(!has(*character));
                continue;
            }
            let code = u8::try_from(code).unwrap();
            assert_eq!(septets(*character), Some(Septets::One(code)), "{character}");
        }
    }

    #[test]
    fn brackets_and_the_euro_cost_two() {
        for character in "^{}\\[~]|€".chars() {
            assert_eq!(septets(character).unwrap().count(), 2, "{character}");
        }
    }

    #[test]
    fn what_only_looks_like_ascii_is_not_in_it() {
        for character in ['`', '\u{1b}', '\u{c}', '\t', '\0', 'ç', '–', '’', 'Ā'] {
            assert!(!has(character), "{character:?}");
        }
    }
}
