//! What the texts of one issue are composed from.
//!
//! Every sentence leaves places in braces that are filled anew for every text; between two of them stand
//! few words, so that two texts with the same sentence still share little.

use super::{air_bersih, kemiskinan, kesehatan, pendidikan, perkawinan_anak, sampah, stunting};

/// The sentences of an issue.
pub(super) struct Parts {
    /// The issue's id in the example edition.
    pub(super) issue: &'static str,
    /// Why something must be done.
    pub(super) problems: &'static [&'static str],
    /// What is done.
    pub(super) solutions: &'static [Solution],
    /// How.
    pub(super) activities: &'static [&'static str],
    /// What came of it.
    pub(super) results: &'static [&'static str],
    /// What governments ask for.
    pub(super) needs: &'static [Need],
}

/// What a team does.
pub(super) struct Solution {
    /// In a title.
    pub(super) name: &'static str,
    /// In a sentence.
    pub(super) how: &'static str,
}

/// What a government asks for.
pub(super) struct Need {
    /// The title.
    pub(super) title: &'static str,
    /// The problem in a sentence.
    pub(super) text: &'static str,
}

const ALL: [&Parts; 7] = [
    &kemiskinan::PARTS,
    &kesehatan::PARTS,
    &air_bersih::PARTS,
    &pendidikan::PARTS,
    &stunting::PARTS,
    &perkawinan_anak::PARTS,
    &sampah::PARTS,
];

/// The parts of an issue; those of the first for an issue of another edition.
pub(super) fn of(issue: &str) -> &'static Parts {
    ALL.into_iter()
        .find(|parts| parts.issue == issue)
        .unwrap_or(ALL[0])
}
