//! Submissions, receipts and screenings, as the contracts write them.

use std::collections::HashMap;

use winner_proto::intake::v1 as intake;
use winner_proto::types::v1 as types;

use super::{timestamp, verdict_message};
use crate::domain::ids::EditionId;
use crate::domain::names;
use crate::domain::receipt::Receipt;
use crate::domain::screening::{Decision, Finding, Screening, Verdict};
use crate::domain::submission::State;
use crate::domain::zone::Zone;
use crate::store::screenings::ScreeningRow;
use crate::store::submissions::SubmissionRow;

/// A receipt, with its moment in three zones.
pub(crate) fn receipt(receipt: &Receipt) -> intake::Receipt {
    intake::Receipt {
        number: receipt.number.to_string(),
        submission: names::submission(&receipt.edition, receipt.submission),
        version: receipt.version,
        content_hash: receipt.content_hash.to_string(),
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
pub(crate) fn screening(edition: &EditionId, row: &ScreeningRow) -> intake::Screening {
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
