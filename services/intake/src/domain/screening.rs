//! Screening: is a submission complete and eligible? Deciding is not announcing.

use std::collections::BTreeMap;

use winner_platform::BusinessTime;

use super::edition::EditionRules;
use super::ids::CriterionId;

/// What screening found as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Complete and eligible.
    Eligible,
    /// Not eligible.
    Ineligible,
    /// May be corrected by the team.
    NeedsCorrection,
}

impl Verdict {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::NeedsCorrection => "needs_correction",
        }
    }

    /// From the stored form.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Eligible, Self::Ineligible, Self::NeedsCorrection]
            .into_iter()
            .find(|v| v.code() == code)
    }
}

/// What a criterion came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Met.
    Met,
    /// Not met.
    NotMet,
    /// Cannot be said from what was handed in.
    Unclear,
}

impl Finding {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Unclear => "unclear",
        }
    }

    /// From the stored form.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Met, Self::NotMet, Self::Unclear]
            .into_iter()
            .find(|f| f.code() == code)
    }
}

/// A decision, held back until it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was found as a whole.
    pub verdict: Verdict,
    /// What was found per criterion.
    pub findings: BTreeMap<CriterionId, Finding>,
    /// Why, for the team.
    pub reason: String,
}

/// Where a screening stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screening {
    /// Nobody has decided.
    Pending,
    /// Decided; only the organisers know.
    Decided(Decision),
    /// The team has been told.
    Announced(Decision, BusinessTime),
}

/// Why a decision was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreeningError {
    /// The team has been told already.
    #[error("the outcome was announced: it can no longer be changed here")]
    Announced,
    /// The edition does not check these, or they are missing.
    #[error("every criterion of the edition needs a finding, and no other")]
    Findings(Vec<CriterionId>),
    /// The verdict contradicts the findings.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A verdict against the team needs a reason for it.
    #[error("a verdict other than eligible needs a reason of 1 to 2000 characters")]
    ReasonMissing,
}

impl Screening {
    /// Decides, or decides anew before the announcement.
    ///
    /// # Errors
    /// [`ScreeningError`].
    pub fn decide(self, rules: &EditionRules, decision: Decision) -> Result<Self, ScreeningError> {
        if matches!(self, Self::Announced(..)) {
            return Err(ScreeningError::Announced);
        }
        let wrong: Vec<CriterionId> = rules
            .screening
            .iter()
            .filter(|criterion| !decision.findings.contains_key(criterion))
            .chain(
                decision
                    .findings
                    .keys()
                    .filter(|criterion| !rules.screening.contains(criterion)),
            )
            .cloned()
            .collect();
        if !wrong.is_empty() {
            return Err(ScreeningError::Findings(wrong));
        }
        let all_met = decision
            .findings
            .values()
            .all(|finding| *finding == Finding::Met);
        let one_not_met = decision
            .findings
            .values()
            .any(|finding| *finding == Finding::NotMet);
        match decision.verdict {
            Verdict::Eligible if !all_met => {
                return Err(ScreeningError::Contradiction(
                    "eligible needs every criterion met",
                ));
            }
            Verdict::Ineligible if !one_not_met => {
                return Err(ScreeningError::Contradiction(
                    "ineligible needs a criterion not met",
                ));
            }
            Verdict::NeedsCorrection if all_met => {
                return Err(ScreeningError::Contradiction(
                    "a correction needs something to correct",
                ));
            }
            Verdict::Eligible | Verdict::Ineligible | Verdict::NeedsCorrection => {}
        }
        let reason = decision.reason.trim().chars().count();
        if reason > 2_000 || (decision.verdict != Verdict::Eligible && reason == 0) {
            return Err(ScreeningError::ReasonMissing);
        }
        Ok(Self::Decided(decision))
    }

    /// Tells the team. `None` where there is nothing to tell: pending, or told before.
    pub fn announce(self, now: BusinessTime) -> Option<Self> {
        match self {
            Self::Decided(decision) => Some(Self::Announced(decision, now)),
            Self::Pending | Self::Announced(..) => None,
        }
    }
}
