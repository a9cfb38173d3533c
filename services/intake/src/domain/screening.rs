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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edition::check::check;
    use crate::fixtures::{DEADLINE, at, definition};
    use proptest::prelude::*;

    fn decision(verdict: Verdict, lengkap: Finding, layak: Finding) -> Decision {
        let findings = [("lengkap", lengkap), ("layak", layak)]
            .map(|(id, finding)| (CriterionId::parse(id).unwrap(), finding));
        Decision {
            verdict,
            findings: findings.into(),
            reason: "Surat izin tidak ada.".to_owned(),
        }
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        prop_oneof![
            Just(Verdict::Eligible),
            Just(Verdict::Ineligible),
            Just(Verdict::NeedsCorrection)
        ]
    }

    fn finding() -> impl Strategy<Value = Finding> {
        prop_oneof![
            Just(Finding::Met),
            Just(Finding::NotMet),
            Just(Finding::Unclear)
        ]
    }

    proptest! {
        #[test]
        fn a_verdict_never_contradicts_its_findings(verdict in verdict(), one in finding(), two in finding()) {
            let rules = check(&definition("contoh")).unwrap();
            let all_met = one == Finding::Met && two == Finding::Met;
            let one_not_met = one == Finding::NotMet || two == Finding::NotMet;
            let fits = match verdict {
                Verdict::Eligible => all_met,
                Verdict::Ineligible => one_not_met,
                Verdict::NeedsCorrection => !all_met,
            };
            let decided = Screening::Pending.decide(&rules, decision(verdict, one, two));
            prop_assert_eq!(decided.is_ok(), fits);
        }
    }

    #[test]
    fn what_was_announced_stays() {
        let rules = check(&definition("contoh")).unwrap();
        let eligible = decision(Verdict::Eligible, Finding::Met, Finding::Met);
        let decided = Screening::Pending.decide(&rules, eligible.clone()).unwrap();
        let announced = decided.announce(at(DEADLINE)).unwrap();
        assert_eq!(announced.clone().announce(at(DEADLINE)), None);
        assert_eq!(
            announced.decide(&rules, eligible),
            Err(ScreeningError::Announced)
        );
    }

    #[test]
    fn a_pending_screening_has_nothing_to_announce() {
        assert_eq!(Screening::Pending.announce(at(DEADLINE)), None);
    }

    #[test]
    fn every_criterion_needs_a_finding_and_a_refusal_its_reason() {
        let rules = check(&definition("contoh")).unwrap();
        let mut partial = decision(Verdict::Eligible, Finding::Met, Finding::Met);
        partial.findings.pop_first();
        let refused = Screening::Pending.decide(&rules, partial);
        assert!(matches!(refused, Err(ScreeningError::Findings(missing)) if missing.len() == 1));
        let mut silent = decision(Verdict::Ineligible, Finding::NotMet, Finding::Met);
        silent.reason.clear();
        assert_eq!(
            Screening::Pending.decide(&rules, silent),
            Err(ScreeningError::ReasonMissing)
        );
    }
}
