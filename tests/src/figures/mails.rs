//! From an event to mails at a sink, by two copies of notification, beside a raw client that hands the
//! same sink mails of the same size.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::audience;
use crate::figures::mails::sink::Sink;
use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::site::until;

mod raw;
mod sink;

/// People, each the only member of a team whose submission is eligible.
const PEOPLE: u64 = 20_000;
/// Copies of notification.
const COPIES: u32 = 2;
/// Connections of each copy, and of the raw client for each copy.
const CONNECTIONS: u64 = 16;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let people = size.of(PEOPLE, 200);
    let mut rig = Rig::start(program, "bench_mails").await?;
    let sink = Sink::start()?;
    let fleet = &mut rig.edition.site.installation.fleet;
    for (name, value) in [
        ("PORT", u64::from(sink.port())),
        ("CONNECTIONS", CONNECTIONS),
    ] {
        fleet.set_environment(
            &format!("WINNER_NOTIFICATION__SMTP__{name}"),
            &value.to_string(),
        );
    }
    rig.edition.site.start("judging", 1).await?;
    rig.edition.site.start("notification", COPIES).await?;
    audience::seat(&rig.database, people).await?;
    let raw = raw::send(sink.port(), CONNECTIONS * u64::from(COPIES), people).await?;
    let ours = announce(&rig, people).await?;
    let (ours, raw) = (
        people as f64 / ours.as_secs_f64(),
        people as f64 / raw.as_secs_f64(),
    );
    Ok(vec![row(
        &format!("event → rendered → SMTP sink, {people} mails, {COPIES} copies"),
        &format!(
            "{ours:.0}/s, raw client {raw:.0}/s: {:.0} %",
            100.0 * ours / raw
        ),
    )])
}

/// From the event until the last message is sent.
async fn announce(rig: &Rig, people: u64) -> Result<Duration> {
    let began = Instant::now();
    audience::announce(&rig.database, 1).await?;
    until("every mail to be sent", async || {
        let sent: i64 =
            sqlx::query_scalar("select count(*) from notification.messages where state = 'sent'")
                .fetch_one(&rig.database)
                .await?;
        Ok((u64::try_from(sent)? == people).then_some(()))
    })
    .await?;
    Ok(began.elapsed())
}
