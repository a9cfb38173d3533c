//! How somebody hands in another's text as their own: the place and some words are changed.

use winner_intake::domain::region::RegionCode;

use super::Proposal;

/// Words that a copyist changes, and into what.
const CHANGED: &[(&str, &str)] = &[
    ("warga", "masyarakat"),
    ("setiap", "tiap"),
    ("Setiap", "Tiap"),
    ("Sebanyak", "Sejumlah"),
    ("bersama", "dengan"),
    ("mencapai", "menyentuh"),
    ("pelatihan", "pembekalan"),
    ("kegiatan", "program"),
    ("memulai", "merintis"),
    ("memperoleh", "mendapat"),
    ("keluarga", "rumah tangga"),
];
/// How many words change at most.
const MOST_CHANGES: usize = 6;

/// The proposal as a team elsewhere hands it in.
pub(crate) fn reworded(original: &Proposal, from: RegionCode, to: RegionCode) -> Proposal {
    let mut left = MOST_CHANGES;
    let mut text = |text: &str| {
        let moved = text.replace(from.name(), to.name());
        let words: Vec<&str> = moved
            .split(' ')
            .map(|word| match CHANGED.iter().find(|(old, _)| *old == word) {
                Some((_, new)) if left > 0 => {
                    left -= 1;
                    new
                }
                _ => word,
            })
            .collect();
        words.join(" ")
    };
    let (summary, impact) = (text(&original.summary), text(&original.impact));
    Proposal {
        title: format!("Gerakan {}", text(&original.title)),
        summary: format!("{summary} Kami siap memulai tahun ini juga."),
        impact,
        beneficiaries: original.beneficiaries,
        funds: original.funds + 15_000_000,
    }
}
