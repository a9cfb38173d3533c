//! What intake knows, as the contracts write it.

use std::collections::HashMap;

use pbjson_types::Timestamp;
use winner_platform::BusinessTime;
use winner_proto::intake::v1 as intake;
use winner_proto::options::v1 as options;
use winner_proto::types::v1 as types;

use crate::domain::challenge::{self, Challenge, Text};
use crate::domain::deadline::Window;
use crate::domain::edition::Purpose;
use crate::domain::ids::PersonId;
use crate::domain::membership::State as MembershipState;
use crate::domain::names;
use crate::domain::office::Office;
use crate::domain::organisation::{LegalForm, Nib};
use crate::domain::receipt::Receipt;
use crate::domain::region::RegionCode;
use crate::domain::screening::{Decision, Finding, Screening, Verdict};
use crate::domain::submission::{State, content::ContentHash};
use crate::domain::zone::Zone;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::memberships::MembershipRow;
use crate::store::organisations::OrganisationRow;
use crate::store::persons::PersonRow;
use crate::store::screenings::ScreeningRow;
use crate::store::submissions::SubmissionRow;
use crate::store::waves::WaveRow;

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

/// A person with what they are.
pub(crate) fn person(row: &PersonRow, held: &[MembershipRow]) -> intake::Person {
    let details = &row.details;
    intake::Person {
        name: names::person(row.id),
        display_name: details.display_name.clone(),
        email: details
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        phone: details
            .phone
            .as_ref()
            .map(|phone| phone.as_str().to_owned())
            .unwrap_or_default(),
        language: details.language.clone(),
        memberships: held.iter().map(membership).collect(),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
        region_code: details
            .region
            .map(RegionCode::as_str)
            .unwrap_or_default()
            .to_owned(),
        employer: details.employer.clone().unwrap_or_default(),
    }
}

/// A membership, without the address invited.
pub(crate) fn membership(row: &MembershipRow) -> intake::Membership {
    let membership = &row.membership;
    let (state, person) = match &membership.state {
        MembershipState::Invited { .. } => (intake::MembershipState::Invited, None),
        MembershipState::Granted { person } => (intake::MembershipState::Granted, Some(*person)),
        MembershipState::Revoked { person } => (intake::MembershipState::Revoked, *person),
        MembershipState::Expired => (intake::MembershipState::Expired, None),
    };
    intake::Membership {
        name: names::membership(membership.id),
        office: office_message(membership.seat.office()).into(),
        edition: membership
            .seat
            .edition()
            .map(names::edition)
            .unwrap_or_default(),
        scope: membership.seat.scope().unwrap_or_default(),
        person: person
            .map(|id: PersonId| names::person(id))
            .unwrap_or_default(),
        state: state.into(),
        email: String::new(),
        expire_time: row.expires.map(timestamp),
        create_time: Some(timestamp(membership.created)),
    }
}

/// An organisation.
pub(crate) fn organisation(row: &OrganisationRow) -> intake::Organisation {
    let legal_form = match row.legal_form {
        LegalForm::Pt => intake::LegalForm::Pt,
        LegalForm::PtPerorangan => intake::LegalForm::PtPerorangan,
        LegalForm::Cv => intake::LegalForm::Cv,
        LegalForm::Koperasi => intake::LegalForm::Koperasi,
        LegalForm::Yayasan => intake::LegalForm::Yayasan,
        LegalForm::Perkumpulan => intake::LegalForm::Perkumpulan,
        LegalForm::Firma => intake::LegalForm::Firma,
        LegalForm::PersekutuanPerdata => intake::LegalForm::PersekutuanPerdata,
        LegalForm::Bumdes => intake::LegalForm::Bumdes,
        LegalForm::NotIncorporated => intake::LegalForm::NotIncorporated,
    };
    intake::Organisation {
        name: names::organisation(row.id),
        display_name: row.display_name.clone(),
        legal_form: legal_form.into(),
        nib: row
            .nib
            .as_ref()
            .map(Nib::as_str)
            .unwrap_or_default()
            .to_owned(),
        region_code: row.region.to_string(),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
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

/// A receipt, with its moment in three zones.
pub(crate) fn receipt(receipt: &Receipt) -> intake::Receipt {
    intake::Receipt {
        number: receipt.number.to_string(),
        submission: names::submission(&receipt.edition, receipt.submission),
        version: receipt.version,
        content_hash: ContentHash::to_string(&receipt.content_hash),
        arrive_time: Some(timestamp(receipt.arrived)),
        arrived_wib: Zone::Wib.write(receipt.arrived),
        arrived_wita: Zone::Wita.write(receipt.arrived),
        arrived_wit: Zone::Wit.write(receipt.arrived),
    }
}

/// A submission with its receipt, where it has one.
pub(crate) fn submission(row: &SubmissionRow, proof: Option<&Receipt>) -> intake::Submission {
    let proposal = &row.proposal;
    let state = match row.state {
        State::Draft => intake::SubmissionState::Draft,
        State::Submitted => intake::SubmissionState::Submitted,
        State::Withdrawn => intake::SubmissionState::Withdrawn,
    };
    let outcome = match row.outcome {
        None => intake::Outcome::Unspecified,
        Some(Verdict::Eligible) => intake::Outcome::Eligible,
        Some(Verdict::Ineligible) => intake::Outcome::Ineligible,
        Some(Verdict::NeedsCorrection) => intake::Outcome::NeedsCorrection,
    };
    let answers: HashMap<_, _> = proposal
        .answers
        .iter()
        .map(|(id, answer)| {
            let value = Some(answer.value.clone());
            (
                id.to_string(),
                types::Answer {
                    value,
                    version: answer.version,
                },
            )
        })
        .collect();
    let challenge = |id: &_| names::challenge(&proposal.edition, *id);
    intake::Submission {
        name: names::submission(&proposal.edition, proposal.id),
        organisation: names::organisation(proposal.organisation),
        wave_id: proposal.wave.to_string(),
        region_code: proposal.region.to_string(),
        issue_id: proposal.issue.to_string(),
        title: proposal.title.clone(),
        challenges: proposal.challenges.iter().map(challenge).collect(),
        answers,
        state: state.into(),
        version: row.version,
        receipt: proof.map(receipt),
        outcome: outcome.into(),
        create_time: Some(timestamp(row.created)),
        etag: row.etag.to_string(),
    }
}

/// A screening, pending or decided.
pub(crate) fn screening(
    edition: &crate::domain::ids::EditionId,
    row: &ScreeningRow,
) -> intake::Screening {
    let (decision, announced): (Option<&Decision>, _) = match &row.screening {
        Screening::Pending => (None, None),
        Screening::Decided(decision) => (Some(decision), None),
        Screening::Announced(decision, at) => (Some(decision), Some(*at)),
    };
    let verdict = decision.map_or(intake::ScreeningVerdict::Unspecified, |d| {
        verdict_message(d.verdict)
    });
    let finding = |finding: Finding| match finding {
        Finding::Met => intake::CriterionFinding::Met,
        Finding::NotMet => intake::CriterionFinding::NotMet,
        Finding::Unclear => intake::CriterionFinding::Unclear,
    };
    let findings = decision.into_iter().flat_map(|decision| &decision.findings);
    intake::Screening {
        name: names::screening(edition, row.submission),
        submission_version: row.version,
        verdict: verdict.into(),
        findings: findings
            .map(|(id, found)| (id.to_string(), finding(*found).into()))
            .collect(),
        reason: decision
            .map(|decision| decision.reason.clone())
            .unwrap_or_default(),
        decide_time: row.decided.map(timestamp),
        announce_time: announced.map(timestamp),
        edition_version: row.edition_version.unwrap_or_default(),
    }
}
