//! What stands for a character that the GSM alphabet lacks. The idea, not the table, is that of
//! GOV.UK Notify's downgrade to GSM.

/// What becomes of a character that the alphabet lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// These characters of the alphabet look or read like it.
    Similar(&'static str),
    /// Nobody sees it.
    Unseen,
    /// A picture.
    Emoji,
    /// There is none.
    None,
}

/// What stands for `character`, which is not in the alphabet.
pub(super) fn likeness(character: char) -> Likeness {
    match character {
        unseen if is_unseen(unseen) => Likeness::Unseen,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Likeness::Similar(" ")
        }
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{2022}'
        | '\u{b7}'
        | '\u{25cf}'
        | '\u{fe63}'
        | '\u{ff0d}' => Likeness::Similar("-"),
        '\u{2018}'..='\u{201b}'
        | '\u{2032}'
        | '\u{b4}'
        | '`'
        | '\u{2b9}'
        | '\u{2bb}'
        | '\u{2bc}'
        | '\u{2039}'
        | '\u{203a}' => Likeness::Similar("'"),
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => Likeness::Similar("\""),
        '\u{2026}' => Likeness::Similar("..."),
        emoji if is_emoji(emoji) => Likeness::Emoji,
        other => letter(other)
            .or_else(|| sign(other))
            .map_or(Likeness::None, Likeness::Similar),
    }
}

/// Control characters, joiners, marks of direction, variation selectors, combining marks.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}'
                | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        )
}

/// Pictures, and what only completes them.
const fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23fa}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}'
            | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// Letters of the Latin script without the accents that the alphabet lacks.
fn letter(character: char) -> Option<&'static str> {
    Some(match character {
        'Á' | 'À' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' | 'Ǎ' | 'Ȧ' | 'Ạ' | 'Ả' | 'Ấ' | 'Ầ' | 'Ẩ' | 'Ẫ'
        | 'Ậ' | 'Ắ' | 'Ằ' | 'Ẳ' | 'Ẵ' | 'Ặ' => "A",
        'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ȧ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ'
        | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' | 'ª' => "a",
        'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'Ď' | 'Đ' | 'Ð' | 'Ḍ' => "D",
        'ď' | 'đ' | 'ð' | 'ḍ' => "d",
        'È' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' | 'Ẹ' | 'Ẻ' | 'Ẽ' | 'Ế' | 'Ề' | 'Ể' | 'Ễ'
        | 'Ệ' => "E",
        'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            "e"
        }
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' | 'Ǧ' => "G",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' => "g",
        'Ĥ' | 'Ħ' | 'Ḥ' => "H",
        'ĥ' | 'ħ' | 'ḥ' => "h",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'Ỉ' | 'Ị' => "I",
        'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => "i",
        'Ĵ' => "J",
        'ĵ' => "j",
        'Ķ' => "K",
        'ķ' => "k",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'Ń' | 'Ņ' | 'Ň' | 'Ṇ' => "N",
        'ń' | 'ņ' | 'ň' | 'ŉ' | 'ṇ' => "n",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ŏ' | 'Ő' | 'Ơ' | 'Ọ' | 'Ỏ' | 'Ố' | 'Ồ' | 'Ổ' | 'Ỗ' | 'Ộ'
        | 'Ớ' | 'Ờ' | 'Ở' | 'Ỡ' | 'Ợ' => "O",
        'ó' | 'ô' | 'õ' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ'
        | 'ờ' | 'ở' | 'ỡ' | 'ợ' | 'º' => "o",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' | 'Ṣ' => "S",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṣ' => "s",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Ṭ' => "T",
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṭ' => "t",
        'Ù' | 'Ú' | 'Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' | 'Ư' | 'Ụ' | 'Ủ' | 'Ứ' | 'Ừ' | 'Ử'
        | 'Ữ' | 'Ự' => "U",
        'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ử' | 'ữ'
        | 'ự' => "u",
        'Ŵ' => "W",
        'ŵ' => "w",
        'Ý' | 'Ŷ' | 'Ÿ' | 'Ỳ' | 'Ỵ' | 'Ỷ' | 'Ỹ' => "Y",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'Ź' | 'Ż' | 'Ž' | 'Ẓ' => "Z",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        'Œ' => "OE",
        'œ' => "oe",
        'Þ' => "Th",
        'þ' => "th",
        'ẞ' => "SS",
        _ => return None,
    })
}

/// Signs that read like others.
const fn sign(character: char) -> Option<&'static str> {
    Some(match character {
        '×' => "x",
        '÷' => ":",
        '±' => "+/-",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "<>",
        '≈' => "~",
        '→' => "->",
        '←' => "<-",
        '©' => "(c)",
        '®' => "(R)",
        '™' => "(TM)",
        '°' => "o",
        '№' => "No",
        '¹' => "1",
        '²' => "2",
        '³' => "3",
        '¼' => "1/4",
        '½' => "1/2",
        '¾' => "3/4",
        '‰' => "o/oo",
        '¢' => "c",
        '₨' => "Rs",
        '¦' => "|",
        '⁄' => "/",
        '¶' => "\n",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬀ' => "ff",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::alphabet;

    #[test]
    fn what_stands_for_a_character_is_in_the_alphabet() {
        for code in 0..0x3_0000 {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            if let Likeness::Similar(similar) = likeness(character) {
                assert!(similar.chars().all(alphabet::has), "{character} {similar}");
            }
        }
    }

    #[test]
    fn every_letter_of_western_and_eastern_latin_has_a_likeness() {
        for code in 0xc0..0x180 {
            let character = char::from_u32(code).unwrap();
            let known = alphabet::has(character) || likeness(character) != Likeness::None;
            assert!(
                known || matches!(character, 'Ĳ' | 'ĳ' | 'ĸ' | 'Ŋ' | 'ŋ' | 'ſ'),
                "{character}"
            );
        }
    }
}
