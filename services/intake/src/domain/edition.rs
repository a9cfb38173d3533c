//! The rules of an edition, as intake uses them.
//!
//! An edition's definition arrives as a message; [`check::check`] turns it into [`EditionRules`] or
//! says everything that is wrong with it. Whoever holds `EditionRules` need not check again.

pub mod check;
mod lists;
mod problems;
mod rounds;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::deadline::Window;
use super::form::Form;
use super::ids::{CriterionId, EditionId, IssueId, RoundId, WaveId};
use super::region::RegionCode;

pub use problems::FieldProblem;

/// What an edition is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A competition that counts.
    Real,
    /// A rehearsal.
    Test,
}

/// The rules of one version of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionRules {
    /// The edition.
    pub edition: EditionId,
    /// What it is run for.
    pub purpose: Purpose,
    /// The priority issues.
    pub issues: BTreeSet<IssueId>,
    /// The provinces that take part.
    pub provinces: BTreeMap<RegionCode, ProvinceRules>,
    /// The waves.
    pub waves: BTreeMap<WaveId, WaveRules>,
    /// What a submission is asked.
    pub form: Form,
    /// What screening checks.
    pub screening: BTreeSet<CriterionId>,
    /// The rounds, in order.
    pub rounds: Vec<RoundId>,
}

/// What an edition says of a province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvinceRules {
    /// The issues it validated.
    pub issues: BTreeSet<IssueId>,
    /// The wave it belongs to.
    pub wave: WaveId,
}

/// What an edition says of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaveRules {
    /// When challenges may be published.
    pub challenges: Window,
    /// When submissions are taken.
    pub submissions: Window,
}

/// A region or an issue that does not belong here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The region's province takes no part.
    #[error("this region's province takes no part in the edition")]
    ProvinceNotPartOfEdition,
    /// The province has not validated the issue.
    #[error("this province has not validated the issue")]
    IssueNotValidated,
}

impl EditionRules {
    /// The wave of a region, where its province has validated the issue.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn place(&self, region: RegionCode, issue: &IssueId) -> Result<&WaveId, PlaceError> {
        let province = self
            .provinces
            .get(&region.province())
            .ok_or(PlaceError::ProvinceNotPartOfEdition)?;
        if province.issues.contains(issue) {
            Ok(&province.wave)
        } else {
            Err(PlaceError::IssueNotValidated)
        }
    }

    /// Why this version may not follow `earlier` in an edition that is open: what people rely on
    /// stays.
    pub fn breaks_with(&self, earlier: &Self) -> Vec<FieldProblem> {
        let mut problems = problems::Problems::default();
        if self.edition != earlier.edition {
            problems.add("edition_id", "EDITION_CHANGED", "an edition keeps its id");
        }
        if self.purpose != earlier.purpose {
            problems.add("purpose", "PURPOSE_CHANGED", "an edition keeps its purpose");
        }
        for wave in earlier
            .waves
            .keys()
            .filter(|wave| !self.waves.contains_key(wave))
        {
            problems.add(
                "waves",
                "WAVE_REMOVED",
                format!("the wave `{wave}` must stay"),
            );
        }
        for (region, province) in &earlier.provinces {
            match self.provinces.get(region) {
                Some(now) if now.wave == province.wave => {}
                _ => problems.add(
                    "provinces",
                    "PROVINCE_MOVED",
                    format!(
                        "the province `{region}` must stay in the wave `{}`",
                        province.wave
                    ),
                ),
            }
        }
        problems.into_vec()
    }
}
