//! Scorecards: what one judge thinks of one entry; and who must not count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decimal::Thousandths;
use crate::ids::{CriterionId, EntryId, JudgeId};

/// A judge's answer on one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A mark on the criterion's scale.
    Given(Thousandths),
    /// The judge declined to mark this criterion. Never a zero.
    Abstained,
}

/// One judge's marks for one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// What was judged.
    pub entry: EntryId,
    /// Who judged it.
    pub judge: JudgeId,
    /// The marks; a criterion left out is treated as an abstention.
    pub marks: BTreeMap<CriterionId, Mark>,
}

/// A judge whose scorecard for one entry must not count, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The entry.
    pub entry: EntryId,
    /// The judge.
    pub judge: JudgeId,
    /// Why.
    pub reason: ExclusionReason,
}

/// Why a scorecard does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionReason {
    /// A conflict of interest was declared or found.
    Conflict,
    /// The judge stepped back.
    Recused,
}
