//! The broker is away, events pile up, and it comes back, all while people submit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::figures::load::at_rate;
use crate::figures::relay::fill;
use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::figures::submit::submitting;

/// Requests a second, throughout.
const RATE: f64 = 100.0;
/// How long the broker is away.
const AWAY: Duration = Duration::from_secs(10);

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let rig = Arc::new(Rig::start(program, "bench_outage").await?);
    let mut rows = Vec::new();
    for backlog in [0, size.of(100_000, 500)] {
        rows.push(outage(&rig, size, backlog).await?);
    }
    Ok(rows)
}

/// So many events wait when the broker goes away, beside those of the submissions meanwhile.
async fn outage(rig: &Arc<Rig>, size: Size, backlog: u64) -> Result<String> {
    let first = rig.drafts(size.of(13_500, 4_000)).await?;
    let away = if size.quick { AWAY / 10 } else { AWAY };
    let stack = &rig.edition.site.stack;
    stack.kill_nats().await?;
    if backlog > 0 {
        fill(&rig.database, backlog).await?;
    }
    let drained = AtomicBool::new(false);
    let work = submitting(rig, 1, 16, first)?;
    let submits = at_rate(RATE, |_, _| drained.load(Ordering::SeqCst), work);
    let outage = async {
        tokio::time::sleep(away).await;
        let last: i64 = sqlx::query_scalar("select max(position) from intake.outbox")
            .fetch_one(&rig.database)
            .await?;
        let revived = Instant::now();
        stack.revive_nats().await?;
        let answers = revived.elapsed();
        let caught_up = caught_up(rig, last)
            .await
            .map(|()| (answers, revived.elapsed()));
        drained.store(true, Ordering::SeqCst);
        caught_up
    };
    let (latencies, (answers, took)) = tokio::try_join!(submits, outage)?;
    Ok(row(
        &format!(
            "NATS away for {} s while 100/s submit, {backlog} rows waiting before",
            away.as_secs()
        ),
        &format!(
            "outbox empty {:.1} s after NATS was started again (it answered after {:.1} s); `Submit` {latencies}",
            took.as_secs_f64(),
            answers.as_secs_f64()
        ),
    ))
}

/// Waits until nothing waits that did while the broker was away.
async fn caught_up(rig: &Rig, last: i64) -> Result<()> {
    let began = Instant::now();
    loop {
        let waits: bool =
            sqlx::query_scalar("select exists (select from intake.outbox where position <= $1)")
                .bind(last)
                .fetch_one(&rig.database)
                .await?;
        if !waits {
            return Ok(());
        }
        ensure!(
            began.elapsed() < Duration::from_secs(120),
            "not caught up in time"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
