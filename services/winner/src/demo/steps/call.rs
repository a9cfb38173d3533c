//! The call: the edition is created and opened, people are invited by mail and accept, governments publish
//! their problems.

use anyhow::{Context, Result, ensure};
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::challenge_service_client::ChallengeServiceClient;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::options::v1::Office;
use winner_proto::types::v1::LocalizedText;

use super::{Told, edition};
use crate::demo::cast::Actor;
use crate::demo::waiting::until;
use crate::demo::{Stage, texts};

pub(super) async fn open(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-02-01 08:00 +7))
        .await?;
    create(stage).await?;
    let invited = invite_everybody(stage).await?;
    told.offices = invited.len();
    for (who, membership) in &invited {
        accept(stage, who, membership).await?;
    }
    stage.progress.step(format!(
        "{} offices offered by mail and accepted",
        told.offices
    ));
    for n in 0..stage.cast.governments.len() {
        publish(stage, n).await?;
    }
    told.challenges = stage.cast.governments.len();
    stage.progress.step(format!(
        "{} challenges published by local governments",
        told.challenges
    ));
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

/// Invites everybody and says who was invited to what.
async fn invite_everybody(stage: &Stage) -> Result<Vec<(Actor, String)>> {
    let cast = &stage.cast;
    let mut offers = vec![
        (&cast.organiser, Office::Organiser, String::new()),
        (&cast.screener, Office::Screener, String::new()),
    ];
    offers.extend(
        cast.governments
            .iter()
            .map(|g| (&g.official, Office::Official, g.region_code.clone())),
    );
    offers.extend(
        cast.judges
            .iter()
            .map(|j| (&j.actor, Office::Judge, String::new())),
    );
    let chair = stage.api.session(&cast.chair).await?;
    let mut identities = IdentityServiceClient::new(stage.api.intake.clone());
    let mut invited = Vec::new();
    for (who, office, scope) in offers {
        let request = pb::CreateInvitationRequest {
            membership: Some(pb::Membership {
                office: office.into(),
                edition: edition(stage),
                scope,
                email: who.email.clone(),
                ..Default::default()
            }),
            request_id: stage.api.request_id(),
            ..Default::default()
        };
        let offered = identities.create_invitation(chair.ask(request)).await;
        let offered = offered.with_context(|| format!("{} is not invited", who.subject))?;
        invited.push((who.clone(), offered.into_inner().name));
    }
    Ok(invited)
}

/// Accepts an invitation with the secret of the link in the mail that was really sent.
async fn accept(stage: &Stage, who: &Actor, membership: &str) -> Result<()> {
    let token = until(&format!("the invitation to {}", who.subject), async || {
        let letters = stage.mailbox.letters_to(&who.email)?;
        Ok(letters.iter().find_map(|letter| link_token(&letter.text())))
    })
    .await?;
    let session = stage.api.sign_in(who).await?;
    let request = pb::AcceptInvitationRequest {
        name: membership.to_owned(),
        token,
        request_id: stage.api.request_id(),
    };
    let granted = IdentityServiceClient::new(stage.api.intake.clone())
        .accept_invitation(session.ask(request))
        .await
        .with_context(|| format!("{} cannot accept", who.subject))?
        .into_inner();
    ensure!(
        granted.state() == pb::MembershipState::Granted,
        "{} holds no office",
        who.subject
    );
    stage.api.sign_in(who).await?;
    Ok(())
}

/// The secret of an invitation's link.
fn link_token(text: &str) -> Option<String> {
    let (_, after) = text.split_once("token=")?;
    let token: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '%'))
        .collect();
    (!token.is_empty()).then_some(token)
}

async fn publish(stage: &Stage, n: usize) -> Result<()> {
    let government = &stage.cast.governments[n];
    let official = stage.api.session(&government.official).await?;
    let problem = texts::problem(&government.issue_id);
    let text = |id: String| {
        Some(LocalizedText {
            id,
            en: String::new(),
        })
    };
    let mut challenges = ChallengeServiceClient::new(stage.api.intake.clone());
    let request = pb::CreateChallengeRequest {
        parent: edition(stage),
        challenge: Some(pb::Challenge {
            region_code: government.region_code.clone(),
            issue_id: government.issue_id.clone(),
            title: text(problem.title),
            description: text(problem.description),
            offer: text(problem.offer),
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
