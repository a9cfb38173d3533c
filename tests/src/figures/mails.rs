//! From an event to mails at a sink, by two copies of notification, beside a raw client that hands the
//! same sink mails of the same size.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::audience;
use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::site::until;
use crowd::{CONNECTIONS, COPIES, seated};
use postfix::Postfix;
use sink::Sink;

mod crowd;
mod dying;
#[path = "../../../services/notification/tests/support/postfix.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "it is made for tests, which may panic"
)]
mod postfix;
mod prompt;
mod raw;
mod sink;
mod watched;

/// People, each the only member of a team whose submission is eligible.
const PEOPLE: u64 = 20_000;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let people = size.of(PEOPLE, 200);
    let sink = Sink::start()?;
    let settings = [("SMTP__PORT", sink.port().to_string())];
    let rig = seated(program, "bench_mails", people, &settings).await?;
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

/// The same into a real Postfix, which keeps each mail.
pub(crate) async fn into_postfix(program: &Path, size: Size) -> Result<Vec<String>> {
    let people = size.of(PEOPLE / 4, 200);
    let postfix = Postfix::start("").await;
    let port = postfix.address.port();
    let settings = [("SMTP__PORT", port.to_string())];
    let rig = seated(program, "bench_postfix", people, &settings).await?;
    let connections = CONNECTIONS * u64::from(COPIES);
    let before = raw::send(port, connections, people).await?;
    let ours = announce(&rig, people).await?;
    let after = raw::send(port, connections, people).await?;
    let rate = |took: Duration| people as f64 / took.as_secs_f64();
    let (ours, raw) = (rate(ours), rate(before).max(rate(after)));
    Ok(vec![row(
        &format!("event → rendered → Postfix, {people} mails, {COPIES} copies"),
        &format!(
            "{ours:.0}/s, raw client {:.0}/s before and {:.0}/s after: {:.0} %",
            rate(before),
            rate(after),
            100.0 * ours / raw
        ),
    )])
}

/// What a relay that dies costs, midway and from the start.
pub(crate) async fn relays(program: &Path, size: Size) -> Result<Vec<String>> {
    Ok(vec![
        dying::from_the_start(program, size).await?,
        dying::midway(program, size).await?,
    ])
}

/// How soon a mail begins.
pub(crate) async fn prompt(program: &Path, size: Size) -> Result<Vec<String>> {
    Ok(vec![prompt::measure(program, size).await?])
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
