//! Teams draft and submit, most of them in time; what is late or incomplete is refused with the reason.
//! Then the waves close, and intake says how many submissions were accepted.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use time::OffsetDateTime;
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::types::v1::{Choices, Value, value::Kind};

use super::{Told, edition};
use crate::demo::Stage;
use crate::demo::cast::{Fate, Team};
use crate::demo::waiting::until;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-02-10 09:00 +7))
        .await?;
    for team in &stage.cast.teams {
        draft(stage, team).await?;
    }
    stage
        .progress
        .step(format!("{} teams have drafted", stage.cast.teams.len()));
    incomplete(stage, told).await?;
    for wave in stage.definition.waves.clone() {
        let deadline = deadline(&wave)?;
        let teams = || {
            stage
                .cast
                .teams
                .iter()
                .filter(|t| t.wave_id == wave.wave_id)
        };
        stage.clock.set(deadline - time::Duration::hours(2)).await?;
        for team in teams().filter(|t| t.fate != Fate::Late) {
            submit(stage, team)
                .await
                .with_context(|| format!("{} in time", team.organisation))?;
            told.accepted += 1;
        }
        // A deadline without a fraction covers its whole second: a second later is too late.
        stage
            .clock
            .set(deadline + time::Duration::seconds(1))
            .await?;
        for team in teams().filter(|t| t.fate == Fate::Late) {
            match submit(stage, team).await {
                Ok(()) => bail!("{} was accepted after the deadline", team.organisation),
                Err(error) => refused(&error, tonic::Code::FailedPrecondition)?,
            }
            told.refused_late += 1;
        }
    }
    stage.progress.step(format!(
        "{} submissions accepted in time, {} refused as late, {} as incomplete",
        told.accepted, told.refused_late, told.refused_incomplete,
    ));
    close(stage, told).await
}

fn deadline(wave: &pb::WaveDefinition) -> Result<OffsetDateTime> {
    let closes = wave.submissions.as_ref().and_then(|w| w.closes_at.as_ref());
    let at = closes
        .and_then(|d| d.at.as_ref())
        .context("a wave without a deadline")?;
    Ok(OffsetDateTime::from_unix_timestamp(at.seconds)?)
}

async fn draft(stage: &Stage, team: &Team) -> Result<()> {
    let applicant = stage.api.sign_in(&team.applicant).await?;
    let request = pb::CreateOrganisationRequest {
        organisation: Some(pb::Organisation {
            display_name: team.organisation.clone(),
            legal_form: pb::LegalForm::NotIncorporated.into(),
            region_code: team.region_code.clone(),
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
    let mut submissions = SubmissionServiceClient::new(stage.api.intake.clone());
    let chosen = stage
        .cast
        .governments
        .iter()
        .find(|g| g.issue_id == team.issue_id)
        .map(|g| format!("{}/challenges/{}", edition(stage), g.challenge_id));
    let request = pb::CreateSubmissionRequest {
        parent: edition(stage),
        submission: Some(pb::Submission {
            organisation: organisation.name,
            region_code: team.region_code.clone(),
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
    [
        ("ringkasan", Kind::Text(proposal.summary.clone())),
        ("dampak", Kind::Text(proposal.impact.clone())),
        ("penerima-manfaat", Kind::Integer(proposal.beneficiaries)),
        ("kebutuhan-dana", Kind::Rupiah(proposal.funds)),
        ("tahap", Kind::Choices(choice)),
    ]
    .into_iter()
    .map(|(field, kind)| (field.to_owned(), Value { kind: Some(kind) }))
    .collect()
}

fn name(stage: &Stage, team: &Team) -> String {
    format!("{}/submissions/{}", edition(stage), team.submission_id)
}

async fn submit(stage: &Stage, team: &Team) -> Result<()> {
    let applicant = stage.api.sign_in(&team.applicant).await?;
    let mut submissions = SubmissionServiceClient::new(stage.api.intake.clone());
    let draft = pb::GetSubmissionRequest {
        name: name(stage, team),
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
    let receipt = submissions
        .submit(applicant.ask(request))
        .await?
        .into_inner()
        .receipt;
    let receipt = receipt.context("accepted without a receipt")?;
    ensure!(!receipt.number.is_empty(), "a receipt without a number");
    Ok(())
}

/// A draft without a required answer cannot be submitted, and every missing field is named.
async fn incomplete(stage: &Stage, told: &mut Told) -> Result<()> {
    let team = stage.cast.teams.first().context("no team")?;
    let applicant = stage.api.sign_in(&team.applicant).await?;
    let mut submissions = SubmissionServiceClient::new(stage.api.intake.clone());
    let request = pb::CreateSubmissionRequest {
        parent: edition(stage),
        submission: Some(pb::Submission {
            organisation: format!("organisations/{}", team.organisation_id),
            region_code: team.region_code.clone(),
            issue_id: team.issue_id.clone(),
            title: "Belum lengkap (contoh)".to_owned(),
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
        ..Default::default()
    };
    let draft = submissions
        .create_submission(applicant.ask(request))
        .await?
        .into_inner();
    let request = pb::SubmitRequest {
        name: draft.name,
        etag: draft.etag,
        request_id: stage.api.request_id(),
    };
    match submissions.submit(applicant.ask(request)).await {
        Ok(_) => bail!("a draft without answers was accepted"),
        Err(status) => {
            let code = status.code();
            ensure!(
                matches!(
                    code,
                    tonic::Code::InvalidArgument | tonic::Code::FailedPrecondition
                ),
                "a draft without answers was refused with {code:?}",
            );
        }
    }
    told.refused_incomplete += 1;
    Ok(())
}

fn refused(error: &anyhow::Error, expected: tonic::Code) -> Result<()> {
    let code = error
        .downcast_ref::<tonic::Status>()
        .map(tonic::Status::code);
    ensure!(
        code == Some(expected),
        "refused otherwise than it must be: {error:#}"
    );
    Ok(())
}

/// Waits until intake has counted every wave.
async fn close(stage: &Stage, told: &Told) -> Result<()> {
    let last = stage
        .definition
        .waves
        .iter()
        .map(deadline)
        .collect::<Result<Vec<_>>>()?;
    let last = last.into_iter().max().context("no wave")?;
    stage.clock.set(last + time::Duration::minutes(5)).await?;
    let waves = until("the waves to close", async || {
        let request = pb::ListWavesRequest {
            parent: edition(stage),
        };
        let mut editions = EditionServiceClient::new(stage.api.intake.clone());
        let waves = editions.list_waves(request).await?.into_inner().waves;
        let closed = waves.iter().all(|w| w.state() == pb::WaveState::Closed);
        Ok(closed.then_some(waves))
    })
    .await?;
    let counted: i32 = waves.iter().map(|w| w.accepted_count).sum();
    ensure!(
        usize::try_from(counted) == Ok(told.accepted),
        "{} receipts were given, {counted} submissions were counted",
        told.accepted,
    );
    stage.progress.step(format!(
        "{} waves closed, {counted} submissions counted",
        waves.len()
    ));
    Ok(())
}
