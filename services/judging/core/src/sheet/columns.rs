//! What columns are called, and what their cells hold.

/// What a column of entries may be called.
pub(super) const ENTRY: [&str; 6] = [
    "entry",
    "entri",
    "proposal",
    "peserta",
    "submission",
    "inovasi",
];
/// ... of judges.
pub(super) const JUDGE: [&str; 5] = ["judge", "juri", "reviewer", "rater", "penilai"];
/// ... of criteria.
pub(super) const CRITERION: [&str; 3] = ["criterion", "kriteria", "aspek"];
/// ... of marks.
pub(super) const SCORE: [&str; 4] = ["score", "nilai", "skor", "mark"];

/// The columns of a wide sheet that hold marks: numbers or nothing, and a number somewhere.
pub(super) fn judge_columns(
    header: &[String],
    body: &[Vec<String>],
    used: &[Option<usize>],
) -> Vec<usize> {
    let numbers = |column: usize| {
        let mut any = false;
        let all = body
            .iter()
            .filter_map(|cells| cells.get(column))
            .all(|cell| {
                let text = cell.trim();
                let number = number(text).is_some();
                any |= number;
                number || is_blank(text)
            });
        all && any
    };
    (0..header.len())
        .filter(|column| !used.contains(&Some(*column)) && !header[*column].trim().is_empty())
        .filter(|column| numbers(*column))
        .collect()
}

/// A name with its stray spaces mended: none around, single ones within.
pub(super) fn mended(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell says that there is no mark.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "" | "-" | "na" | "n/a" | "null" | "none" | "abstain"
    )
}

/// A number and whether its decimal point was a comma.
pub(super) fn number(text: &str) -> Option<(f64, String, bool)> {
    let comma = text.contains(',') && !text.contains('.');
    let plain = if comma {
        text.replacen(',', ".", 1)
    } else {
        text.to_owned()
    };
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let starts_as_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let value: f64 = plain.parse().ok().filter(|_| starts_as_number)?;
    value.is_finite().then_some((value, plain, comma))
}
