//! Ties: the rules that break them, and the sentence that says which one did.

use serde::{Deserialize, Serialize};

use crate::ids::{CriterionId, EntryId};

/// One rule of a rubric's ordered tie policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum TieBreak {
    /// The higher mean mark on one criterion goes first.
    Criterion {
        /// The criterion.
        id: CriterionId,
    },
    /// Who wins more of the comparisons by judges who scored both goes first (a draw is half a win).
    HeadToHead,
    /// The smaller variance of the judges' totals goes first.
    LowerSpread,
    /// The entry with more counted reviews goes first.
    MoreReviews,
    /// A draw by SHA-256 of the seed and the entry's id. Honest only when the seed's hash was published
    /// before the scores opened.
    SeededDraw,
}

/// Why an entry that was tied on its score stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TieReason {
    /// The other entries with the same score, by id.
    pub tied_with: Vec<EntryId>,
    /// The rule that separated this entry from the last of them; `None` when no rule did and the rank is
    /// shared.
    pub settled_by: Option<TieBreak>,
    /// What this entry had under that rule, such as `8.500`; empty when the rank is shared.
    pub value: String,
    /// The reason in English.
    pub en: String,
    /// The reason in Indonesian.
    pub id: String,
}

impl TieReason {
    /// The reason for an entry separated by `rule`, under which it had `value`.
    pub(crate) fn settled(tied_with: Vec<EntryId>, rule: &TieBreak, value: String) -> Self {
        let (en, id) = (rule.in_english(), rule.in_indonesian());
        let count = tied_with.len();
        Self {
            en: format!("tied with {count} other(s); decided by {en}: {value}"),
            id: format!("nilai sama dengan {count} entri lain; ditentukan oleh {id}: {value}"),
            tied_with,
            settled_by: Some(rule.clone()),
            value,
        }
    }

    /// The reason for an entry that no rule separated from `sharing` others.
    pub(crate) fn shared(tied_with: Vec<EntryId>, sharing: usize) -> Self {
        Self {
            en: format!("equal on every declared rule: the rank is shared with {sharing} other(s)"),
            id: format!(
                "sama menurut semua aturan yang ditetapkan: peringkat dibagi dengan {sharing} entri lain"
            ),
            tied_with,
            settled_by: None,
            value: String::new(),
        }
    }
}

impl TieBreak {
    fn in_english(&self) -> String {
        match self {
            Self::Criterion { id } => format!("the mean mark on `{id}`"),
            Self::HeadToHead => "the share of head-to-head comparisons won".to_owned(),
            Self::LowerSpread => "the smaller spread (variance) of the judges' totals".to_owned(),
            Self::MoreReviews => "the number of reviews".to_owned(),
            Self::SeededDraw => "the draw by the published seed".to_owned(),
        }
    }

    fn in_indonesian(&self) -> String {
        match self {
            Self::Criterion { id } => format!("rata-rata nilai kriteria `{id}`"),
            Self::HeadToHead => "porsi perbandingan langsung yang dimenangkan".to_owned(),
            Self::LowerSpread => "sebaran (ragam) nilai juri yang lebih kecil".to_owned(),
            Self::MoreReviews => "jumlah penilaian".to_owned(),
            Self::SeededDraw => "undian dengan benih yang diumumkan".to_owned(),
        }
    }
}
