//! Teams found their organisations, draft, and submit.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use tokio::time::Instant;
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::types::v1::{Choices, Value, value::Kind};

use super::{edition, invitations};
use crate::demo::Stage;
use crate::demo::cast::{Fate, Team};
use crate::demo::told::Told;
use crate::demo::waiting::each;
use crate::stack::otlp::SpanId;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-02-10 09:00 +7))
        .await?;
    let began = Instant::now();
    let teams = &stage.cast.teams;
    let bar = stage.progress.bar("teams draft", teams.len());
    each(bar, teams.iter().map(|team| draft(stage, team))).await?;
    told.counts.drafted = teams.len();
    let line = format!("{} teams have drafted", teams.len());
    told.step(stage, began, "teams drafted", teams.len(), line);
    // A judge may join a team's organisation at any time: what is theirs is closed to them from then on.
    invitations::offer_and_accept(stage, &invitations::memberships(stage)).await
}

async fn draft(stage: &Stage, team: &Team) -> Result<()> {
    let applicant = stage.api.session(&team.applicant).await?;
    let request = pb::CreateOrganisationRequest {
        organisation: Some(pb::Organisation {
            display_name: team.organisation.clone(),
            legal_form: pb::LegalForm::NotIncorporated.into(),
            region_code: team.region.as_str().to_owned(),
            ..Default::default()
        }),
        organisation_id: team.organisation_id.to_string(),
        request_id: stage.api.request_id(),
    };
    let mut identities = IdentityServiceClient::new(stage.api.intake.clone());
    let organisation = identities
        .create_organisation(applicant.ask(request))
        .await?
        .into_inner();
    // The membership that this made is in the next token.
    let applicant = stage.api.sign_in(&team.applicant).await?;
    invitations::introduce(stage, &team.applicant).await?;
    let mut submissions = SubmissionServiceClient::new(stage.api.intake.clone());
    let chosen = team.chosen.map(|at| {
        let challenge = stage.cast.governments[at].challenge_id;
        format!("{}/challenges/{challenge}", edition(stage))
    });
    let request = pb::CreateSubmissionRequest {
        parent: edition(stage),
        submission: Some(pb::Submission {
            organisation: organisation.name,
            region_code: team.region.as_str().to_owned(),
            issue_id: team.issue_id.clone(),
            title: team.proposal.title.clone(),
            challenges: chosen.into_iter().collect(),
            ..Default::default()
        }),
        submission_id: team.submission_id.to_string(),
        request_id: stage.api.request_id(),
    };
    let draft = submissions
        .create_submission(applicant.ask(request))
        .await?
        .into_inner();
    let answers = answers(team);
    let request = pb::UpdateSubmissionRequest {
        name: draft.name,
        base_versions: answers.keys().map(|field| (field.clone(), 0)).collect(),
        answers: answers.into_iter().collect(),
        title: String::new(),
        request_id: stage.api.request_id(),
    };
    submissions
        .update_submission(applicant.ask(request))
        .await?;
    Ok(())
}

fn answers(team: &Team) -> BTreeMap<String, Value> {
    let proposal = &team.proposal;
    let choice = Choices {
        choice_ids: vec!["berjalan".to_owned()],
    };
    let impact = Kind::Text(proposal.impact.clone());
    let impact = (team.fate != Fate::Incomplete).then_some(("dampak", impact));
    [
        ("ringkasan", Kind::Text(proposal.summary.clone())),
        ("penerima-manfaat", Kind::Integer(proposal.beneficiaries)),
        ("kebutuhan-dana", Kind::Rupiah(proposal.funds)),
        ("tahap", Kind::Choices(choice)),
    ]
    .into_iter()
    .chain(impact)
    .map(|(field, kind)| (field.to_owned(), Value { kind: Some(kind) }))
    .collect()
}

/// Submits a draft as it stands.
///
/// # Errors
/// The service's refusal, as a [`tonic::Status`] at the root of the error.
pub(super) async fn submit(stage: &Stage, team: &Team) -> Result<()> {
    let applicant = stage.api.session(&team.applicant).await?;
    let mut submissions = SubmissionServiceClient::new(stage.api.intake.clone());
    let draft = pb::GetSubmissionRequest {
        name: format!("{}/submissions/{}", edition(stage), team.submission_id),
    };
    let draft = submissions
        .get_submission(applicant.ask(draft))
        .await?
        .into_inner();
    let request = pb::SubmitRequest {
        name: draft.name,
        etag: draft.etag,
        request_id: stage.api.request_id(),
    };
    let mut request = applicant.ask(request);
    if let Some(trace) = stage.traced(team) {
        let parent = SpanId::from_u64(1).traceparent(trace).parse()?;
        request.metadata_mut().insert("traceparent", parent);
    }
    let receipt = submissions.submit(request).await?.into_inner().receipt;
    let receipt = receipt.context("accepted without a receipt")?;
    ensure!(!receipt.number.is_empty(), "a receipt without a number");
    Ok(())
}
