//! The ranking is computed, approved by two different people, and published; everybody is told.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail, ensure};
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::result_service_client::ResultServiceClient;
use winner_proto::notification::v1 as notification;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;

use super::{Told, edition, judging};
use crate::demo::Stage;
use crate::demo::waiting::until;

pub(super) async fn play(stage: &Stage, told: &mut Told) -> Result<()> {
    stage
        .clock
        .set(time::macros::datetime!(2027-04-05 09:00 +7))
        .await?;
    let round = judging::round(stage)?;
    let mut results = ResultServiceClient::new(stage.api.judging.clone());
    let chair = stage.api.sign_in(&stage.cast.chair).await?;
    let organiser = stage.api.sign_in(&stage.cast.organiser).await?;
    let request = pb::ComputeRankingRequest {
        round: round.clone(),
        request_id: stage.api.request_id(),
    };
    let ranking = results
        .compute_ranking(organiser.ask(request))
        .await?
        .into_inner();
    let publish = || pb::PublishResultRequest {
        ranking: ranking.name.clone(),
        request_id: stage.api.request_id(),
    };
    for (n, approver) in [&chair, &organiser].into_iter().enumerate() {
        if results.publish_result(chair.ask(publish())).await.is_ok() {
            bail!("a ranking with {n} approvals was published");
        }
        let request = pb::ApproveRankingRequest {
            name: ranking.name.clone(),
            ranking_hash: ranking.ranking_hash.clone(),
            request_id: stage.api.request_id(),
        };
        results.approve_ranking(approver.ask(request)).await?;
    }
    let published = results
        .publish_result(chair.ask(publish()))
        .await?
        .into_inner();
    let request = pb::GetResultRequest {
        name: published.name,
    };
    // Anybody may read it now: no token.
    let seen = results.get_result(request).await?.into_inner();
    ensure!(
        seen.ranking_hash == ranking.ranking_hash,
        "what is published is what was approved"
    );
    told.ranking_hash = seen.ranking_hash;
    told.inputs_hash = seen.inputs_hash;
    told.rows = seen.rows;
    stage.progress.step(format!(
        "provisional result published: {} entries ranked, approved by two",
        told.rows.len(),
    ));
    mails(stage, told).await
}

/// Waits until no message waits any more and every one that was sent lies in the sink.
async fn mails(stage: &Stage, told: &mut Told) -> Result<()> {
    let chair = stage.api.sign_in(&stage.cast.chair).await?;
    let expected = told.offices
        + told.accepted
        + told.eligible
        + told.ineligible
        + told.matches_proposed * 2
        + stage.cast.judges.len()
        + told.replaced
        + told.eligible;
    let last = AtomicUsize::new(0);
    let messages = until("every mail to be sent", async || {
        let all = messages(stage, &chair).await?;
        let settled = |m: &notification::Message| {
            matches!(
                m.state(),
                notification::MessageState::Sent | notification::MessageState::Unknown
            )
        };
        let done = all.len() >= expected && all.iter().all(settled);
        last.store(all.len(), Ordering::Relaxed);
        Ok(done.then_some(all))
    })
    .await
    .with_context(|| {
        format!(
            "{expected} messages were expected, {} are there",
            last.load(Ordering::Relaxed)
        )
    })?;
    let sent = messages
        .iter()
        .filter(|m| m.state() == notification::MessageState::Sent)
        .count();
    told.unknown = messages.len() - sent;
    told.mails = stage.mailbox.count()?;
    ensure!(
        told.mails == sent,
        "{sent} mails were sent, {} arrived",
        told.mails
    );
    stage.progress.step(format!(
        "{} mails sent and received, {} unknown",
        told.mails, told.unknown
    ));
    Ok(())
}

async fn messages(
    stage: &Stage,
    session: &crate::demo::api::Session,
) -> Result<Vec<notification::Message>> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = notification::ListMessagesRequest {
            parent: edition(stage),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let mut service = MessageServiceClient::new(stage.api.notification.clone());
        let page = service
            .list_messages(session.ask(request))
            .await?
            .into_inner();
        all.extend(page.messages);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}
