//! `Submit` through gRPC with auth, beside pgbench running the same statements on the same Postgres,
//! taking turns. Intake alone runs; its relay drains the outbox of both.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use winner::stack::fleet::CopyId;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;

use crate::figures::load::{at_rate, in_flight};
use crate::figures::rig::{Rig, Size};
use crate::figures::{pgbench, process, row};

/// How long a copy may take until it is ready.
const READY: Duration = Duration::from_secs(60);
/// Open load, requests a second.
const RATE: f64 = 200.0;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let mut rig = Arc::new(Rig::start(program, "bench_submit").await?);
    let amount = size.of(8_000, 64);
    let mut rows = Vec::new();
    // Neither side begins cold.
    pgbench::submits(&rig, 8, size.of(2_000, 64)).await?;
    through_grpc(program, &rig, 1, 8, size.of(2_000, 64)).await?;
    for (copies, named) in [(1, "1 copy"), (2, "2 copies")] {
        if copies == 2 {
            let mut ours = Arc::into_inner(rig).context("a request is still under way")?;
            let fleet = &mut ours.edition.site.installation.fleet;
            let second = CopyId::new("intake", 2);
            fleet.start(&second)?;
            fleet.wait_ready(&second, READY).await?;
            rig = Arc::new(ours);
        }
        for width in [8, 32] {
            let raw = pgbench::submits(&rig, width, amount).await?;
            let ours = through_grpc(program, &rig, copies, width, amount).await?;
            rows.push(row(
                &format!("`Submit`, {width} in flight, {named}"),
                &format!(
                    "{:.0}/s, pgbench {raw:.0}/s: {:.0} %; CPU a request: intake {:.2} ms, Postgres {:.2} ms",
                    ours.rate,
                    100.0 * ours.rate / raw,
                    ours.service.as_secs_f64() * 1e3,
                    ours.postgres.as_secs_f64() * 1e3
                ),
            ));
        }
    }
    let time = Duration::from_secs(size.of(20, 1));
    let first = rig.drafts(size.of(5_000, 400)).await?;
    let work = submitting(&rig, 2, 16, first)?;
    let latencies = at_rate(RATE, |_, elapsed| elapsed >= time, work).await?;
    rows.push(row(
        "`Submit`, 200/s open loop, 2 copies",
        &latencies.to_string(),
    ));
    Ok(rows)
}

struct Throughput {
    rate: f64,
    service: Duration,
    postgres: Duration,
}

async fn through_grpc(
    program: &Path,
    rig: &Arc<Rig>,
    copies: u32,
    width: u64,
    amount: u64,
) -> Result<Throughput> {
    let first = rig.drafts(amount).await?;
    let services = process::find(program, "intake");
    let spent = || {
        (
            process::processor_time(&services),
            process::processor_time(&process::postgres()),
        )
    };
    let work = submitting(rig, copies, width, first)?;
    let before = spent();
    let took = in_flight(width, amount, work).await?;
    let after = spent();
    let requests = u32::try_from(amount)?;
    Ok(Throughput {
        rate: f64::from(requests) / took.as_secs_f64(),
        service: after.0.saturating_sub(before.0) / requests,
        postgres: after.1.saturating_sub(before.1) / requests,
    })
}

type Submitting = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Submits the nth draft from `first` on, by one of so many connections.
pub(crate) fn submitting(
    rig: &Arc<Rig>,
    copies: u32,
    connections: u64,
    first: u64,
) -> Result<impl Fn(u64) -> Submitting + Clone + Send + use<>> {
    let clients: Arc<Vec<_>> = Arc::new(
        rig.channels("intake", copies, connections)?
            .into_iter()
            .map(SubmissionServiceClient::new)
            .collect(),
    );
    let rig = Arc::clone(rig);
    Ok(move |n: u64| {
        let request = rig.submit(first + n);
        let mut client = clients[usize::try_from(n % connections).unwrap_or_default()].clone();
        let submitted: Submitting = Box::pin(async move {
            client.submit(request).await?;
            Ok(())
        });
        submitted
    })
}

/// The copy that a role has when it has one.
pub(crate) fn only(role: &str) -> CopyId {
    CopyId::new(role, 1)
}
