//! What people and services read of intake: one noun a file. Each checks what the caller may see;
//! what they may not see is not there.

pub(crate) mod blinded_entry;
pub(crate) mod challenges;
pub(crate) mod contacts;
pub(crate) mod editions;
pub(crate) mod matching_text;
pub(crate) mod memberships;
pub(crate) mod organisations;
pub(crate) mod persons;
pub(crate) mod recipients;
pub(crate) mod screenings;
pub(crate) mod sealed;
pub(crate) mod submissions;

use crate::domain::office::Office;

/// Offices that read everything that was handed in to their edition.
pub(crate) const SECRETARIAT: [Office; 4] = [
    Office::Chair,
    Office::Organiser,
    Office::Screener,
    Office::Auditor,
];
