//! From what is announced of one submission to the first byte of its mail, at a steady rate.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::crowd::seated;
use super::watched::{Watched, doubled};
use crate::audience;
use crate::figures::load::Latencies;
use crate::figures::rig::Size;
use crate::figures::row;

/// Announcements a second.
const RATE: u64 = 500;
/// Commits a second, each with its share of them.
const COMMITS: u64 = 50;
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) async fn measure(program: &Path, size: Size) -> Result<String> {
    let people = size.of(20 * RATE, 200);
    let sink = Watched::start().await?;
    let settings = [("SMTP__PORT", sink.port().to_string())];
    let mut rig = seated(program, "bench_prompt", people, &settings).await?;
    // Events that are written by SQL do not wake the relay, as the service's own commits do.
    let fleet = &mut rig.edition.site.installation.fleet;
    fleet.set_environment("WINNER_INTAKE__MESSAGING__RELAY_POLL_MS", "5");
    let intake = winner::stack::fleet::CopyId::new("intake", 1);
    fleet.stop(&intake)?;
    rig.edition.site.start("intake", 1).await?;

    let began = tokio::time::Instant::now();
    let share = RATE / COMMITS;
    let mut intended = Vec::new();
    for turn in 0..people / share {
        let at = began + Duration::from_secs_f64(turn as f64 / COMMITS as f64);
        tokio::time::sleep_until(at).await;
        audience::tell(&rig.database, turn * share + 1, share).await?;
        intended.push(at.into_std());
    }
    let waiting = Instant::now();
    while u64::try_from(sink.count())? < people {
        ensure!(
            waiting.elapsed() < PATIENCE,
            "{} of {people} mails",
            sink.count()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let arrivals = sink.arrivals();
    let messages: Vec<(String, i64)> = sqlx::query_as(
        "select message_id::text, (right(recipient_id::text, 12))::bigint
         from   notification.messages
         where  template = 'outcome_announced'",
    )
    .fetch_all(&rig.database)
    .await?;
    let people_of: HashMap<String, i64> = messages.into_iter().collect();
    let latencies = arrivals
        .iter()
        .map(|arrival| {
            let person = people_of.get(&arrival.message);
            let person = usize::try_from(*person.context("a mail to nobody")?)?;
            let turn = (person - 1) / usize::try_from(share)?;
            Ok(arrival.began.saturating_duration_since(intended[turn]))
        })
        .collect::<Result<_>>()?;
    Ok(row(
        &format!("announced → first byte of its mail, {RATE}/s, {people} mails"),
        &format!(
            "{}; {} doubled",
            Latencies::new(latencies),
            doubled(&arrivals)
        ),
    ))
}
