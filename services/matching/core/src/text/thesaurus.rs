//! Words that mean the same to a public servant, and words that the stemmer
//! cuts wrongly. Small on purpose: each line is a decision people can read.

/// Words whose stem is given here instead of by the algorithm, which over-stems them.
pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    ("belajar", "ajar"),
    ("kesehatan", "sehat"),
    ("nelayan", "nelayan"),
    ("pelayanan", "layan"),
    ("pemasaran", "pasar"),
    ("pembelajaran", "ajar"),
    ("pendidikan", "didik"),
    ("pengangguran", "pengangguran"),
    ("pengelolaan", "kelola"),
    ("pengolahan", "olah"),
    ("perikanan", "ikan"),
    ("pertanian", "tani"),
];

/// Words that stand for another, before stemming.
pub(super) const SAME: &[(&str, &str)] = &[
    ("balita", "anak"),
    ("bocah", "anak"),
    ("difabel", "disabilitas"),
    ("dusun", "desa"),
    ("kampung", "desa"),
    ("limbah", "sampah"),
    ("medis", "kesehatan"),
    ("murid", "siswa"),
    ("pelajar", "siswa"),
    ("petambak", "nelayan"),
    ("petani", "tani"),
    ("puskesmas", "kesehatan"),
    ("umkm", "usaha"),
    ("wirausaha", "usaha"),
];

/// The entry of a sorted list.
pub(super) fn look_up(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.binary_search_by_key(&word, |e| e.0)
        .ok()
        .map(|i| list[i].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_they_can_be_searched() {
        for (word, stem) in SAME {
            assert_eq!(look_up(SAME, word), Some(*stem), "{word} is out of order");
        }
        for (word, stem) in EXCEPTIONS {
            assert_eq!(
                look_up(EXCEPTIONS, word),
                Some(*stem),
                "{word} is out of order"
            );
        }
    }
}
