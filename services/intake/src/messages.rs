//! What intake knows, as the contracts write it.

mod people;
mod submissions;

use pbjson_types::Timestamp;
use winner_platform::BusinessTime;
use winner_proto::intake::v1 as intake;
use winner_proto::options::v1 as options;
use winner_proto::types::v1 as types;

use crate::domain::challenge::{self, Challenge, Text};
use crate::domain::deadline::Window;
use crate::domain::edition::Purpose;
use crate::domain::names;
use crate::domain::office::Office;
use crate::domain::screening::Verdict;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::waves::WaveRow;

pub(crate) use people::{membership, organisation, person};
pub(crate) use submissions::{receipt, screening, submission};

/// A moment.
pub(crate) fn timestamp(at: BusinessTime) -> Timestamp {
    let (seconds, nanos) = at.to_timestamp();
    Timestamp { seconds, nanos }
}

/// A text in two languages.
pub(crate) fn localized(text: &Text) -> types::LocalizedText {
    types::LocalizedText {
        id: text.id.clone(),
        en: text.en.clone(),
    }
}

/// A window.
pub(crate) fn window(window: &Window) -> types::Window {
    types::Window {
        opens_at: Some(timestamp(window.opens)),
        closes_at: Some(types::Deadline {
            at: Some(timestamp(window.closes.at)),
            whole_second: window.closes.whole_second,
        }),
    }
}

/// An office.
pub(crate) const fn office_message(office: Office) -> options::Office {
    match office {
        Office::Chair => options::Office::Chair,
        Office::Organiser => options::Office::Organiser,
        Office::Screener => options::Office::Screener,
        Office::Auditor => options::Office::Auditor,
        Office::Official => options::Office::Official,
        Office::Member => options::Office::Member,
        Office::Judge => options::Office::Judge,
        Office::Mentor => options::Office::Mentor,
    }
}

/// A verdict.
pub(crate) const fn verdict_message(verdict: Verdict) -> intake::ScreeningVerdict {
    match verdict {
        Verdict::Eligible => intake::ScreeningVerdict::Eligible,
        Verdict::Ineligible => intake::ScreeningVerdict::Ineligible,
        Verdict::NeedsCorrection => intake::ScreeningVerdict::NeedsCorrection,
    }
}

/// An edition.
pub(crate) fn edition(row: &EditionRow) -> intake::Edition {
    let purpose = match row.purpose {
        Purpose::Real => intake::EditionPurpose::Real,
        Purpose::Test => intake::EditionPurpose::Test,
    };
    let state = match row.state {
        EditionState::Draft => intake::EditionState::Draft,
        EditionState::Open => intake::EditionState::Open,
        EditionState::Closed => intake::EditionState::Closed,
    };
    intake::Edition {
        name: names::edition(&row.id),
        title: Some(localized(&row.title)),
        purpose: purpose.into(),
        state: state.into(),
        version: row.version,
        sha256: hex::encode(&row.sha256),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
    }
}

/// A wave.
pub(crate) fn wave(row: &WaveRow) -> intake::Wave {
    let state = match row.closing {
        None => intake::WaveState::Open,
        Some(_) => intake::WaveState::Closed,
    };
    intake::Wave {
        name: names::wave(&row.edition, &row.wave),
        state: state.into(),
        submissions: Some(window(&row.submissions)),
        accepted_count: row.closing.map_or(0, |closing| closing.accepted),
        root_hash: row
            .closing
            .map(|closing| closing.root.to_string())
            .unwrap_or_default(),
    }
}

/// A challenge.
pub(crate) fn challenge(row: &Challenge) -> intake::Challenge {
    let (state, published) = match row.state {
        challenge::State::Draft => (intake::ChallengeState::Draft, None),
        challenge::State::Published(at) => (intake::ChallengeState::Published, Some(at)),
        challenge::State::Withdrawn => (intake::ChallengeState::Withdrawn, None),
    };
    let problem = &row.problem;
    intake::Challenge {
        name: names::challenge(&row.edition, row.id),
        region_code: row.region.to_string(),
        issue_id: problem.issue.to_string(),
        title: Some(localized(&problem.title)),
        description: Some(localized(&problem.description)),
        offer: Some(localized(&problem.offer)),
        capacity: problem.capacity,
        state: state.into(),
        publish_time: published.map(timestamp),
        etag: row.etag.to_string(),
    }
}
