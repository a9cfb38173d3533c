//! The call: the edition is created and opened, people accept their offices, governments publish their
//! problems.

use anyhow::{Context, Result, ensure};
use tokio::time::Instant;
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::challenge_service_client::ChallengeServiceClient;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::types::v1::LocalizedText;

use super::{edition, invitations};
use crate::demo::Stage;
use crate::demo::cast::Government;
use crate::demo::told::Told;
use crate::demo::waiting::each;

pub(super) async fn open(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-02-01 08:00 +7))
        .await?;
    create(stage).await?;
    let began = Instant::now();
    let offers = invitations::offices(stage);
    invitations::offer_and_accept(stage, &offers).await?;
    told.counts.offices = offers.len();
    let line = format!("{} offices offered by mail and accepted", offers.len());
    told.step(stage, began, "offices accepted", offers.len(), line);

    let began = Instant::now();
    let governments = &stage.cast.governments;
    let bar = stage
        .progress
        .bar("challenges published", governments.len());
    each(bar, governments.iter().map(|g| publish(stage, g))).await?;
    let count = governments.len();
    told.counts.challenges = count;
    let line = format!("{count} challenges published by local governments");
    told.step(stage, began, "challenges published", count, line);
    Ok(())
}

async fn create(stage: &Stage) -> Result<()> {
    let chair = stage.api.sign_in(&stage.cast.chair).await?;
    let mut editions = EditionServiceClient::new(stage.api.intake.clone());
    let request = pb::CreateEditionRequest {
        definition: Some(stage.definition.clone()),
        request_id: stage.api.request_id(),
    };
    editions
        .create_edition(chair.ask(request))
        .await
        .context("the edition is not created")?;
    // Creating it made the caller its chair: a new token says so.
    let chair = stage.api.sign_in(&stage.cast.chair).await?;
    let request = pb::OpenEditionRequest {
        name: edition(stage),
        request_id: stage.api.request_id(),
    };
    let opened = editions
        .open_edition(chair.ask(request))
        .await?
        .into_inner();
    stage.progress.step(format!(
        "edition {} is open, version {}",
        opened.name, opened.version
    ));
    Ok(())
}

async fn publish(stage: &Stage, government: &Government) -> Result<()> {
    let official = stage.api.session(&government.official).await?;
    let text = |id: &str| {
        Some(LocalizedText {
            id: id.to_owned(),
            en: String::new(),
        })
    };
    let problem = &government.problem;
    let mut challenges = ChallengeServiceClient::new(stage.api.intake.clone());
    let request = pb::CreateChallengeRequest {
        parent: edition(stage),
        challenge: Some(pb::Challenge {
            region_code: government.region.as_str().to_owned(),
            issue_id: government.issue_id.clone(),
            title: text(&problem.title),
            description: text(&problem.description),
            offer: text(&problem.offer),
            capacity: 2,
            ..Default::default()
        }),
        challenge_id: government.challenge_id.to_string(),
        request_id: stage.api.request_id(),
    };
    let draft = challenges
        .create_challenge(official.ask(request))
        .await?
        .into_inner();
    let request = pb::PublishChallengeRequest {
        name: draft.name,
        request_id: stage.api.request_id(),
    };
    let published = challenges
        .publish_challenge(official.ask(request))
        .await?
        .into_inner();
    ensure!(
        published.state() == pb::ChallengeState::Published,
        "{} is a draft",
        published.name
    );
    Ok(())
}
