//! Everybody is told, by mail and some by SMS: waits until no message waits any more and every one that was
//! sent has arrived.

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
    let settled = until("every mail and SMS to be sent", async || {
        let count = stage.mailbox.count()?;
        arrived.store(count, Ordering::Relaxed);
        if count < expected.mails + outside {
            return Ok(None);
        }
        let all = messages(stage).await?;
        let done = all.len() >= expected.mails + expected.texts && all.iter().all(is_settled);
        Ok(done.then_some(all))
    });
    told.messages = settled.await.with_context(|| {
        format!(
            "{} mails were expected, {} are there",
            expected.mails + outside,
            arrived.load(Ordering::Relaxed)
        )
    })?;
    let are = |state: pb::MessageState| told.messages.iter().filter(move |m| m.state() == state);
    let mails_sent = are(pb::MessageState::Sent).count() + outside;
    let texts_delivered = are(pb::MessageState::Delivered).count();
    let unknown = are(pb::MessageState::Unknown).count();
    let (mails, texts) = (stage.mailbox.count()?, stage.outside.texts().len());
    ensure!(
        (mails, texts) == (mails_sent, texts_delivered),
        "{mails_sent} mails were sent, {mails} arrived; {texts_delivered} SMS, {texts} arrived"
    );
    told.counts.mails = mails;
    told.counts.texts = texts;
    told.counts.unknown = unknown;
    let line = format!("{mails} mails and {texts} SMS sent and received, {unknown} unknown");
    told.step(
        stage,
        began,
        "last mails and SMS arrived",
        mails + texts,
        line,
    );
    Ok(())
}

/// A mail is sent, an SMS delivered by the word of its receipt; or nobody knows.
fn is_settled(message: &pb::Message) -> bool {
    match message.state() {
        pb::MessageState::Unknown => true,
        pb::MessageState::Sent => message.channel() == pb::Channel::Email,
        state => state == pb::MessageState::Delivered,
    }
}

/// How many messages of the edition there must be.
struct Expected {
    mails: usize,
    texts: usize,
}

/// One to everybody whom each event concerns, and by SMS what [`super::BY_SMS`] names.
fn expected(stage: &Stage, told: &Told) -> Expected {
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
    let answers = told.matches.iter().map(|m| told_to(&m.submission_id));
    let results = told.rows.iter().map(|row| told_to(&row.submission_id));
    let results: usize = results.sum();
    let receipts_and_outcomes = 2 * teams;
    let mails = counts.offices
        + receipts_and_outcomes
        + counts.matches_proposed
        + answers.sum::<usize>()
        + told.seated_judges
        + counts.replaced
        + results;
    Expected {
        mails,
        texts: teams + results,
    }
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
