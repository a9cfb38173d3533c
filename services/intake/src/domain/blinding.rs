//! Takes out of a text what says whose it is: addresses, numbers, links, and the names given.
//!
//! A help, not a promise: a team can still betray itself in ways no program sees.

/// What stands where something was taken out.
const BLANK: &str = "[…]";
/// The shortest single word that counts as a name; shorter ones are everyday words too often.
const SHORTEST_NAME: usize = 6;
/// A run of digits this long is a telephone or identity number.
const MOST_DIGITS: usize = 8;

/// The text without addresses, long numbers, links, and without the `names`, however they are
/// capitalised or spaced.
pub fn blind(text: &str, names: &[String]) -> String {
    let without_contacts = contacts_out(text);
    let mut blinded = without_contacts;
    for name in names {
        blinded = name_out(&blinded, name);
    }
    blinded
}

fn contacts_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let lower = word.to_lowercase();
        let address = word
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        let link = lower.contains("://") || lower.starts_with("www.");
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let money = is_amount(word);
        if address || link || (digits > MOST_DIGITS && !money) {
            out.push_str(BLANK);
            out.push_str(piece.get(word.len()..).unwrap_or_default());
        } else {
            out.push_str(piece);
        }
    }
    out
}

/// An amount of money: `Rp…`, or groups of three digits.
fn is_amount(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let mut groups = core.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let grouped = !first.is_empty()
        && first.len() <= 3
        && groups.clone().count() > 0
        && groups.all(|group| group.len() == 3);
    core.get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("rp"))
        || (grouped && core.starts_with(|c: char| c.is_ascii_digit()))
}

fn words(text: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((
                    from,
                    at,
                    text.get(from..at).unwrap_or_default().to_lowercase(),
                ));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn name_out(text: &str, name: &str) -> String {
    let wanted: Vec<String> = words(name).into_iter().map(|(_, _, word)| word).collect();
    let telling = match wanted.as_slice() {
        [] => false,
        [only] => only.chars().count() >= SHORTEST_NAME,
        _ => true,
    };
    if !telling {
        return text.to_owned();
    }
    let found = words(text);
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(window) = found.get(at..at + wanted.len()) {
        let same = window.iter().map(|(_, _, word)| word).eq(wanted.iter());
        if let (true, Some((from, ..)), Some((_, to, _))) = (same, window.first(), window.last()) {
            out.push_str(text.get(copied..*from).unwrap_or_default());
            out.push_str(BLANK);
            copied = *to;
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_numbers_and_links_go_and_amounts_stay() {
        let text = "Hubungi siti@contoh.test atau 081234567890, lihat https://contoh.test; biaya Rp1.500.000.000 pada 2026.";
        assert_eq!(
            blind(text, &[]),
            "Hubungi […] atau […] lihat […] biaya Rp1.500.000.000 pada 2026."
        );
    }

    #[test]
    fn names_go_however_they_are_written() {
        let names = [
            "Air Bersih Nusantara".to_owned(),
            "Siti Aminah".to_owned(),
            "Air".to_owned(),
        ];
        assert_eq!(
            blind(
                "AIR bersih  nusantara (Siti-Aminah) menyalurkan air.",
                &names
            ),
            "[…] ([…]) menyalurkan air."
        );
    }

    proptest! {
        #[test]
        fn a_text_without_the_name_keeps_every_word(text in "[a-z ]{0,80}") {
            prop_assert_eq!(blind(&text, &["Tidak Ada Disini".to_owned()]), text);
        }
    }
}
