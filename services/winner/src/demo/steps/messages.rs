//! Everybody is told by mail: waits until no message waits any more and every one that was sent has arrived.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use tokio::time::Instant;
use winner_proto::notification::v1 as pb;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;

use super::{edition, invitations};
use crate::demo::Stage;
use crate::demo::cast::Planted;
use crate::demo::told::Told;
use crate::demo::waiting::until;

pub(super) async fn settle(stage: &Stage, told: &mut Told) -> Result<()> {
    let began = Instant::now();
    let expected = expected(stage, told);
    // Invitations to an organisation are of no edition.
    let outside = invitations::memberships(stage).len();
    let arrived = AtomicUsize::new(0);
    let settled = until("every mail to be sent", async || {
        let count = stage.mailbox.count()?;
        arrived.store(count, Ordering::Relaxed);
        if count < expected + outside {
            return Ok(None);
        }
        let all = messages(stage).await?;
        let settled = [pb::MessageState::Sent, pb::MessageState::Unknown];
        let done = all.len() >= expected && all.iter().all(|m| settled.contains(&m.state()));
        Ok(done.then_some(all))
    });
    told.messages = settled.await.with_context(|| {
        format!(
            "{} mails were expected, {} are there",
            expected + outside,
            arrived.load(Ordering::Relaxed)
        )
    })?;
    let sent = told.messages.iter();
    let sent = sent.filter(|m| m.state() == pb::MessageState::Sent).count();
    told.counts.unknown = told.messages.len() - sent;
    told.counts.mails = stage.mailbox.count()?;
    ensure!(
        told.counts.mails == sent + outside,
        "{} mails were sent, {} arrived",
        sent + outside,
        told.counts.mails
    );
    let counts = &told.counts;
    let line = format!(
        "{} mails sent and received, {} unknown",
        counts.mails, counts.unknown
    );
    let mails = counts.mails;
    told.step(stage, began, "last mails arrived", mails, line);
    Ok(())
}

/// How many messages of the edition there must be: one to everybody whom each event concerns.
fn expected(stage: &Stage, told: &Told) -> usize {
    let counts = &told.counts;
    let cast = &stage.cast;
    let joined = |team: usize| {
        let planted = cast.conflicts.iter();
        planted
            .filter(|c| c.kind == Planted::Member && c.team == team)
            .count()
    };
    // A judge who joined a team's organisation hears what the team hears.
    let told_to = |submission: &str| {
        let team = cast.team_of(submission);
        team.map_or(0, |(at, _)| 1 + joined(at))
    };
    let teams = cast.in_time().count() + (0..cast.teams.len()).map(joined).sum::<usize>();
    let receipts_and_outcomes = 2 * teams;
    let answers = told.matches.iter().map(|m| told_to(&m.submission_id));
    let results = told.rows.iter().map(|row| told_to(&row.submission_id));
    counts.offices
        + receipts_and_outcomes
        + counts.matches_proposed
        + answers.sum::<usize>()
        + told.seated_judges
        + counts.replaced
        + results.sum::<usize>()
}

async fn messages(stage: &Stage) -> Result<Vec<pb::Message>> {
    let chair = stage.api.session(&stage.cast.chair).await?;
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListMessagesRequest {
            parent: edition(stage),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = MessageServiceClient::new(stage.api.notification.clone())
            .list_messages(chair.ask(request))
            .await?
            .into_inner();
        all.extend(page.messages);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}
