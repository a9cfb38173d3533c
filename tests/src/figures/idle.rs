//! How long each role takes from its start until it is ready, and what memory it holds when idle.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use winner::registry::SERVICES;
use winner::stack::fleet::{CopyId, Fleet};

use crate::figures::load::Latencies;
use crate::figures::rig::{Rig, Size};
use crate::figures::submit::only;
use crate::figures::{process, row};

/// How long a role may take until it is ready, on a busy machine.
const READY: Duration = Duration::from_secs(60);

/// How often a starting role is asked whether it is ready: as exact as the times are.
const ASKED: Duration = Duration::from_millis(2);

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let mut rig = Rig::start(program, "bench_idle").await?;
    let fleet = &mut rig.edition.site.installation.fleet;
    // The first start of each does not count: its ports are new, its file may not be in memory.
    for service in SERVICES.iter().filter(|service| service.name != "intake") {
        ready_after(fleet, &only(service.name)).await?;
    }
    let mut starts = Vec::new();
    for service in SERVICES {
        let mut times = Vec::new();
        for _ in 0..size.of(10, 1) {
            fleet.stop(&only(service.name))?;
            times.push(ready_after(fleet, &only(service.name)).await?);
        }
        starts.push(Latencies::new(times));
    }
    tokio::time::sleep(Duration::from_secs(size.of(30, 1))).await;
    let mut rows = Vec::new();
    for (service, starts) in SERVICES.iter().zip(starts) {
        let pids = process::find(program, service.name);
        let (resident, proportional) = process::memory(*pids.first().context("it has ended")?);
        rows.push(row(
            &format!("{}: start to ready, idle memory", service.name),
            &format!(
                "median {:.0} ms, max {:.0} ms; RSS {:.1} MiB, PSS {:.1} MiB",
                starts.ms(500),
                starts.ms(1000),
                resident as f64 / 1024.0,
                proportional as f64 / 1024.0
            ),
        ));
    }
    Ok(rows)
}

/// Starts a copy; returns how long it took until it said SERVING.
async fn ready_after(fleet: &mut Fleet, id: &CopyId) -> Result<Duration> {
    let began = Instant::now();
    fleet.start(id)?;
    while !fleet.is_ready(id).await? {
        ensure!(began.elapsed() < READY, "{id} is not ready");
        tokio::time::sleep(ASKED).await;
    }
    Ok(began.elapsed())
}
