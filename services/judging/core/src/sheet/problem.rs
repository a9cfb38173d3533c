//! What may be wrong with a sheet, cell by cell, in words.

use serde::Serialize;

/// What a cell's trouble is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProblemKind {
    /// The sheet lacks a column, so it cannot be read.
    MissingColumn {
        /// Which.
        column: String,
    },
    /// No mark: taken as an abstention.
    Blank,
    /// Not a number: left out.
    NotANumber {
        /// What is there.
        text: String,
    },
    /// A comma was read as the decimal point.
    DecimalComma {
        /// What is there.
        text: String,
    },
    /// The same judge marks the same entry on the same criterion again: the first mark is kept.
    Duplicate {
        /// Where the first one is.
        first: String,
        /// Whether the second mark is another number: somebody has to say which counts.
        differs: bool,
    },
    /// Beyond any scale: left out.
    TooLarge {
        /// What is there.
        text: String,
    },
    /// A column of numbers that was not taken for marks.
    NotMarks {
        /// Its name.
        column: String,
    },
    /// The file was not in Unicode: it was read as Windows writes western text.
    OldEncoding,
    /// There is no row under the names of the columns.
    NoRows,
    /// No judge is named, and the rubric needs one.
    NoJudge,
    /// No criterion is named, and the rubric has several.
    NoCriterion,
    /// The rubric has no such criterion.
    UnknownCriterion {
        /// What the sheet calls it.
        criterion: String,
    },
    /// The mark is not on the criterion's scale.
    OffScale {
        /// The mark.
        text: String,
    },
    /// The name has stray spaces, which were mended.
    StraySpaces {
        /// The name as mended.
        name: String,
    },
    /// No name of an entry: the row was left out.
    NoEntry,
    /// The name differs from another only by upper and lower case; they were kept apart.
    SimilarName {
        /// The other name.
        other: String,
    },
}

/// Something to mend in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The cell, such as `C7`.
    pub cell: String,
    /// What is wrong, and what was done about it.
    #[serde(flatten)]
    pub kind: ProblemKind,
}

impl ProblemKind {
    /// What is wrong and what was done, in Indonesian and in English.
    pub fn sentences(&self) -> (String, String) {
        match self {
            Self::MissingColumn { column } => (
                format!("kolom `{column}` tidak ditemukan"),
                format!("there is no column `{column}`"),
            ),
            Self::Blank => (
                "kosong: dianggap abstain, bukan nol".to_owned(),
                "blank: taken as an abstention, not as zero".to_owned(),
            ),
            Self::NotANumber { text } => (
                format!("`{text}` bukan angka: dilewati"),
                format!("`{text}` is not a number: left out"),
            ),
            Self::DecimalComma { text } => (
                format!("`{text}`: koma dibaca sebagai tanda desimal"),
                format!("`{text}`: the comma was read as the decimal point"),
            ),
            Self::Duplicate {
                first,
                differs: false,
            } => (
                format!("penilaian ganda; yang dipakai ada di {first}"),
                format!("the same mark a second time; the one in {first} is kept"),
            ),
            Self::Duplicate { first, .. } => (
                format!(
                    "nilai lain dari juri yang sama; yang dipakai ada di {first}: tentukan mana yang berlaku"
                ),
                format!(
                    "another mark of the same judge; the one in {first} is kept: say which counts"
                ),
            ),
            Self::TooLarge { text } => (
                format!("`{text}` terlalu besar: dilewati"),
                format!("`{text}` is too large: left out"),
            ),
            Self::NotMarks { column } => (
                format!("kolom angka `{column}` tidak dianggap nilai juri"),
                format!("the numbers of column `{column}` were not taken for marks"),
            ),
            Self::OldEncoding => (
                "berkas bukan Unicode: dibaca sebagai Windows-1252".to_owned(),
                "the file is not Unicode: read as Windows-1252".to_owned(),
            ),
            Self::NoRows => (
                "tidak ada baris di bawah nama kolom".to_owned(),
                "there is no row under the names of the columns".to_owned(),
            ),
            Self::NoJudge => (
                "nama juri tidak ada".to_owned(),
                "no judge is named".to_owned(),
            ),
            Self::NoCriterion => (
                "kriteria tidak disebut, padahal rubrik memiliki beberapa".to_owned(),
                "no criterion is named, and the rubric has several".to_owned(),
            ),
            Self::UnknownCriterion { criterion } => (
                format!("rubrik tidak memiliki kriteria `{criterion}`"),
                format!("the rubric has no criterion `{criterion}`"),
            ),
            Self::OffScale { text } => (
                format!("{text} tidak ada pada skala kriteria ini"),
                format!("{text} is not on the scale of this criterion"),
            ),
            Self::StraySpaces { name } => (
                format!("spasi berlebih; dibaca sebagai `{name}`"),
                format!("stray spaces; read as `{name}`"),
            ),
            Self::NoEntry => (
                "nama entri tidak ada: baris dilewati".to_owned(),
                "no entry is named: the row was left out".to_owned(),
            ),
            Self::SimilarName { other } => (
                format!("mirip dengan `{other}`; dianggap entri yang berbeda"),
                format!("differs from `{other}` by case only; kept apart"),
            ),
        }
    }
}
