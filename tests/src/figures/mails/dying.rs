//! A relay that dies: midway under a limit, and before anything was sent.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::crowd::seated;
use super::watched::{Watched, doubled};
use crate::audience;
use crate::figures::rig::{Rig, Size};
use crate::figures::row;

/// People who are told.
const PEOPLE: u64 = 5_000;
/// Mails a second that the relay allows.
const LIMIT: u64 = 50;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(10);
const LOOK: Duration = Duration::from_millis(20);

/// The relay dies when half is sent, and the standby takes the rest.
pub(crate) async fn midway(program: &Path, size: Size) -> Result<String> {
    let people = size.of(PEOPLE, 200);
    let (first, second) = (Watched::start().await?, Watched::start().await?);
    let settings = [
        ("SMTP__PORT", first.port().to_string()),
        ("SMTP__MESSAGES_PER_SECOND", LIMIT.to_string()),
        ("SMTP_STANDBY__HOST", "127.0.0.1".to_owned()),
        ("SMTP_STANDBY__PORT", second.port().to_string()),
    ];
    let rig = seated(program, "bench_dying", people, &settings).await?;
    let began = Instant::now();
    audience::announce(&rig.database, 1).await?;
    let half = usize::try_from(people / 2)?;
    reached(|| first.count(), half).await?;
    let mut arrivals = first.arrivals();
    drop(first);
    settled(&rig, people).await?;
    let took = began.elapsed();
    let taken_before = arrivals.len();
    arrivals.extend(second.arrivals());
    let minimum = Duration::from_secs_f64(people as f64 / LIMIT as f64);
    Ok(row(
        &format!("{people} results at {LIMIT}/s, the relay dies after {taken_before}"),
        &format!(
            "{:.1} s: {:.2} × the {:.0} s of the limit; {} doubled, {}",
            took.as_secs_f64(),
            took.as_secs_f64() / minimum.as_secs_f64(),
            minimum.as_secs_f64(),
            doubled(&arrivals),
            states(&rig).await?,
        ),
    ))
}

/// The first relay is dead from the beginning.
pub(crate) async fn from_the_start(program: &Path, size: Size) -> Result<String> {
    let people = size.of(PEOPLE, 200);
    let (first, second) = (Watched::start().await?, Watched::start().await?);
    let settings = [
        ("SMTP__PORT", first.port().to_string()),
        ("SMTP_STANDBY__HOST", "127.0.0.1".to_owned()),
        ("SMTP_STANDBY__PORT", second.port().to_string()),
    ];
    let rig = seated(program, "bench_dead", people, &settings).await?;
    drop(first);
    let began = Instant::now();
    audience::announce(&rig.database, 1).await?;
    reached(|| second.count(), usize::try_from(people * 99 / 100)?).await?;
    let took = began.elapsed();
    settled(&rig, people).await?;
    Ok(row(
        &format!("{people} results, the first of two relays dead"),
        &format!(
            "99 % by the other after {:.1} s; {} doubled, {}",
            took.as_secs_f64(),
            doubled(&second.arrivals()),
            states(&rig).await?,
        ),
    ))
}

async fn reached(count: impl Fn() -> usize, wanted: usize) -> Result<()> {
    let began = Instant::now();
    while count() < wanted {
        ensure!(
            began.elapsed() < PATIENCE,
            "{} of {wanted} mails after {} s",
            count(),
            PATIENCE.as_secs()
        );
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Waits until what became of every message is known, or known not to be.
async fn settled(rig: &Rig, people: u64) -> Result<()> {
    let began = Instant::now();
    loop {
        let ended: i64 = sqlx::query_scalar(
            "select count(*) from notification.messages where state in ('sent', 'unknown')",
        )
        .fetch_one(&rig.database)
        .await?;
        if u64::try_from(ended)? == people {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{ended} of {people} settled");
        tokio::time::sleep(LOOK).await;
    }
}

/// How many messages are in each state.
async fn states(rig: &Rig) -> Result<String> {
    let states: Vec<String> = sqlx::query_scalar(
        "select count(*) || ' ' || state from notification.messages group by state order by state",
    )
    .fetch_all(&rig.database)
    .await?;
    Ok(states.join(", "))
}
