//! Offices, and seats: an office at the place where it is held.

use std::fmt;

use super::ids::{EditionId, OrganisationId};
use super::region::RegionCode;

/// What a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    /// Grants and revokes offices, approves.
    Chair,
    /// The secretariat.
    Organiser,
    /// Screens submissions.
    Screener,
    /// Reads everything, changes nothing.
    Auditor,
    /// Acts for a local government.
    Official,
    /// Belongs to an organisation.
    Member,
    /// Judges submissions.
    Judge,
    /// Advises finalists.
    Mentor,
}

impl Office {
    /// Every office.
    pub const ALL: [Self; 8] = [
        Self::Chair,
        Self::Organiser,
        Self::Screener,
        Self::Auditor,
        Self::Official,
        Self::Member,
        Self::Judge,
        Self::Mentor,
    ];

    /// As in tokens, policies and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Organiser => "organiser",
            Self::Screener => "screener",
            Self::Auditor => "auditor",
            Self::Official => "official",
            Self::Member => "member",
            Self::Judge => "judge",
            Self::Mentor => "mentor",
        }
    }

    /// From the stored form.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|office| office.code() == code)
    }
}

impl fmt::Display for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An office of an edition that has no narrower scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionOffice {
    /// See [`Office::Chair`].
    Chair,
    /// See [`Office::Organiser`].
    Organiser,
    /// See [`Office::Screener`].
    Screener,
    /// See [`Office::Auditor`].
    Auditor,
    /// See [`Office::Judge`].
    Judge,
    /// See [`Office::Mentor`].
    Mentor,
}

/// An office at the place where it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// In a whole edition.
    Edition(EditionOffice, EditionId),
    /// For one government in an edition.
    Official(EditionId, RegionCode),
    /// In an organisation.
    Member(OrganisationId),
}

/// An office, an edition and a scope that do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatError {
    /// The office is held in an edition.
    #[error("this office is held in an edition")]
    EditionRequired,
    /// Membership of an organisation belongs to no edition.
    #[error("membership of an organisation belongs to no edition")]
    EditionNotAllowed,
    /// The scope is not a region or an organisation as the office needs it.
    #[error(
        "an official's scope is a region code, a member's an organisation's id, others have none"
    )]
    WrongScope,
}

impl Seat {
    /// Puts an office where it is held.
    ///
    /// # Errors
    /// [`SeatError`].
    pub fn new(office: Office, edition: Option<EditionId>, scope: &str) -> Result<Self, SeatError> {
        let office = match office {
            Office::Member => {
                if edition.is_some() {
                    return Err(SeatError::EditionNotAllowed);
                }
                let organisation = OrganisationId::parse(scope);
                return organisation
                    .map(Self::Member)
                    .map_err(|_| SeatError::WrongScope);
            }
            Office::Official => {
                let edition = edition.ok_or(SeatError::EditionRequired)?;
                let region = RegionCode::parse(scope).map_err(|_| SeatError::WrongScope)?;
                return Ok(Self::Official(edition, region));
            }
            Office::Chair => EditionOffice::Chair,
            Office::Organiser => EditionOffice::Organiser,
            Office::Screener => EditionOffice::Screener,
            Office::Auditor => EditionOffice::Auditor,
            Office::Judge => EditionOffice::Judge,
            Office::Mentor => EditionOffice::Mentor,
        };
        let edition = edition.ok_or(SeatError::EditionRequired)?;
        if scope.is_empty() {
            Ok(Self::Edition(office, edition))
        } else {
            Err(SeatError::WrongScope)
        }
    }

    /// The office.
    pub const fn office(&self) -> Office {
        match self {
            Self::Edition(EditionOffice::Chair, _) => Office::Chair,
            Self::Edition(EditionOffice::Organiser, _) => Office::Organiser,
            Self::Edition(EditionOffice::Screener, _) => Office::Screener,
            Self::Edition(EditionOffice::Auditor, _) => Office::Auditor,
            Self::Edition(EditionOffice::Judge, _) => Office::Judge,
            Self::Edition(EditionOffice::Mentor, _) => Office::Mentor,
            Self::Official(..) => Office::Official,
            Self::Member(_) => Office::Member,
        }
    }

    /// The edition, where it belongs to one.
    pub const fn edition(&self) -> Option<&EditionId> {
        match self {
            Self::Edition(_, edition) | Self::Official(edition, _) => Some(edition),
            Self::Member(_) => None,
        }
    }

    /// The scope as stored: a region code, an organisation's id, or nothing.
    pub fn scope(&self) -> Option<String> {
        match self {
            Self::Edition(..) => None,
            Self::Official(_, region) => Some(region.to_string()),
            Self::Member(organisation) => Some(organisation.to_string()),
        }
    }
}
