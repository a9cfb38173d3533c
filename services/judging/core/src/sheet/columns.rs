//! What columns are called, and what their cells hold.

/// What a column of entries may be called.
pub(super) const ENTRY: [&str; 10] = [
    "entry",
    "entri",
    "proposal",
    "peserta",
    "submission",
    "inovasi",
    "applicant",
    "pendaftar",
    "project",
    "proyek",
];
/// ... of judges.
pub(super) const JUDGE: [&str; 7] = [
    "judge", "juri", "reviewer", "rater", "penilai", "referee", "asesor",
];
/// ... of criteria.
pub(super) const CRITERION: [&str; 4] = ["criterion", "criteria", "kriteria", "aspek"];
/// ... of marks.
pub(super) const SCORE: [&str; 5] = ["score", "nilai", "skor", "mark", "rating"];
/// What a column may be called that says when a judge scored, as a number or a date that begins with the year.
pub(super) const ORDER: [&str; 5] = ["order", "urutan", "sequence", "time", "waktu"];

/// Words that say no more than that a column names something.
const NAMING: [&str; 7] = ["no", "id", "name", "nama", "kode", "code", "nomor"];
/// Columns of numbers that are no marks.
const NO_MARKS: [&str; 19] = [
    "no",
    "nomor",
    "id",
    "rank",
    "ranking",
    "peringkat",
    "total",
    "jumlah",
    "sum",
    "average",
    "rata rata",
    "rerata",
    "mean",
    "median",
    "year",
    "tahun",
    "weight",
    "bobot",
    "nilai akhir",
];

/// A column's name as it is compared: lower case, words by single spaces.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The column called by one of `options`: exactly, or with a word like `id` or `nama` beside.
pub(super) fn called(header: &[String], options: &[&str]) -> Option<usize> {
    let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
    let is = |name: &str| options.contains(&name);
    names.iter().position(|name| is(name)).or_else(|| {
        names.iter().position(|name| {
            let words: Vec<&str> = name.split(' ').filter(|w| !NAMING.contains(w)).collect();
            matches!(words[..], [word] if is(word))
        })
    })
}

/// Columns of numbers: those of marks, and others that are left as they are.
pub(super) struct Numbers {
    pub(super) marks: Vec<usize>,
    pub(super) others: Vec<usize>,
}

/// The columns of a sheet that hold marks: at least half of what is in them is numbers, and their name is none of a rank, a
/// total or a year. Where judges are numbered (`J1`, `Juri 2`), nothing else is a judge.
pub(super) fn mark_columns(
    header: &[String],
    body: &[Vec<String>],
    used: &[Option<usize>],
) -> Numbers {
    let numeric: Vec<usize> = (0..header.len())
        .filter(|column| !used.contains(&Some(*column)) && !header[*column].trim().is_empty())
        .filter(|column| is_of_numbers(body, *column))
        .collect();
    let numbered = |column: &usize| is_numbered_judge(&plain(&header[*column]));
    let by_number = numeric.iter().filter(|column| numbered(column)).count() > 1;
    let (marks, others) = numeric.into_iter().partition(|column| {
        if by_number {
            numbered(column)
        } else {
            !NO_MARKS.contains(&plain(&header[*column]).as_str())
        }
    });
    Numbers { marks, others }
}

fn is_of_numbers(body: &[Vec<String>], column: usize) -> bool {
    let filled = body
        .iter()
        .filter_map(|cells| cells.get(column))
        .map(|cell| cell.trim())
        .filter(|text| !is_blank(text));
    let (all, numbers) = filled.fold((0, 0), |(all, numbers), text| {
        (all + 1, numbers + usize::from(number(text).is_some()))
    });
    numbers > 0 && 2 * numbers >= all
}

/// `j1`, `judge 12`, `juri3`: a word for a judge, or its first letter, and a number.
fn is_numbered_judge(name: &str) -> bool {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_judge = word == "j" || JUDGE.contains(&word.trim_end());
    is_judge && word.len() < name.len()
}

/// A name with its stray spaces mended: none around, single ones within.
pub(super) fn mended(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell says that there is no mark.
pub(super) fn is_blank(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "" | "-"
            | "–"
            | "—"
            | "."
            | "na"
            | "n/a"
            | "#n/a"
            | "nan"
            | "null"
            | "none"
            | "abstain"
            | "abstained"
            | "absen"
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
