//! Intake, started, draining its outbox, beside bare publishes of the same messages into the
//! same stream by the same user, under the broker's two ways to sync.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt as _, stream};
use sqlx::PgPool;
use winner_messaging::{Ledger, NodeConfig};
use winner_platform::clock::Clock;
use winner_platform::ids::Ids;
use winner_platform::pg::PgConfig;
use winner_platform::time::BusinessTime;
use winner_proto::event::Visibility;

use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::figures::submit::only;

/// Unacknowledged bare publishes: as many as the relay has singly.
const WINDOW: usize = 256;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let mut rig = Rig::start(program, "bench_relay").await?;
    let events = size.of(100_000, 1_000);
    let always = compare(&mut rig, events, "fsync always").await?;
    rig.edition.site.installation.fleet.stop(&only("intake"))?;
    sync_as_the_broker_likes(&rig).await?;
    let default = compare(&mut rig, events, "default fsync").await?;
    Ok(vec![always, default])
}

async fn compare(rig: &mut Rig, events: u64, sync: &str) -> Result<String> {
    let drained = events as f64 / drain(rig, events).await?.as_secs_f64();
    let bare = events as f64 / publish(rig, events).await?.as_secs_f64();
    Ok(row(
        &format!("relay draining {events} rows, {sync}"),
        &format!(
            "{drained:.0}/s, bare publish {bare:.0}/s: {:.0} %",
            100.0 * drained / bare
        ),
    ))
}

/// Fills intake's outbox with events as of submissions, ten of each.
pub(crate) async fn fill(database: &PgPool, events: u64) -> Result<()> {
    sqlx::query(
        "insert into intake.outbox
             (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition,
              business_time, correlation, traceparent, payload)
         select gen_random_uuid(), 'submission', a.id, 1, c, 'submitted', 1, 'public', 'contoh-2026',
                now(), 'bench-' || a.id, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
                convert_to('{\"editionId\":\"' || repeat('x', 400) || '\"}', 'utf8')
         from   generate_series(1, 10) as c
         cross join (select gen_random_uuid()::text as id
                     from   generate_series(1, $1::bigint / 10)) as a
         order by c",
    )
    .bind(i64::try_from(events)?)
    .execute(database)
    .await?;
    sqlx::query("analyze intake.outbox")
        .execute(database)
        .await?;
    Ok(())
}

pub(crate) fn config(rig: &Rig) -> NodeConfig {
    let naming = rig.edition.site.installation.realm().naming();
    NodeConfig {
        subject_root: naming.root.clone(),
        stream_prefix: naming.prefix.clone(),
        ..NodeConfig::default()
    }
}

/// The ledger of a service of the installation, as the service's own role.
pub(crate) async fn ledger(rig: &Rig, service: &str) -> Result<Ledger> {
    let realm = rig.edition.site.installation.realm();
    let config = PgConfig {
        url: Some(realm.postgres_url(service)?),
        url_file: None,
        max_connections: 24,
        acquire_timeout_ms: 5_000,
        statement_timeout_ms: 10_000,
        lock_timeout_ms: 5_000,
        idle_in_transaction_timeout_ms: 30_000,
    };
    let pool = winner_platform::pg::connect(&config, service).await?;
    let now = BusinessTime::parse_rfc3339("2027-02-10T02:00:00Z")?;
    Ok(Ledger::new(pool, Ids::system(), Clock::manual(now)))
}

pub(crate) async fn broker(rig: &Rig, user: &str) -> Result<async_nats::Client> {
    let realm = rig.edition.site.installation.realm();
    realm.nats_login(user)?.connect().await
}

/// From the start of intake's process until the outbox is empty; then it is stopped again.
async fn drain(rig: &mut Rig, events: u64) -> Result<Duration> {
    let fleet = &mut rig.edition.site.installation.fleet;
    fleet.stop(&only("intake"))?;
    fill(&rig.database, events).await?;
    let began = Instant::now();
    fleet.start(&only("intake"))?;
    loop {
        let drained: bool = sqlx::query_scalar("select not exists (select from intake.outbox)")
            .fetch_one(&rig.database)
            .await?;
        if drained {
            break;
        }
        ensure!(
            began.elapsed() < Duration::from_secs(120),
            "not drained in time"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = began.elapsed();
    fleet.stop(&only("intake"))?;
    Ok(took)
}

/// As many messages like the last one of the relay, each with an id of its own.
async fn publish(rig: &Rig, events: u64) -> Result<Duration> {
    let jetstream = async_nats::jetstream::new(broker(rig, "intake").await?);
    let naming = rig.edition.site.installation.realm().naming();
    let mut stream = async_nats::jetstream::new(broker(rig, "operator").await?)
        .get_stream(naming.stream("intake", Visibility::Public))
        .await?;
    let last = stream.info().await?.state.last_sequence;
    let sample = stream.get_raw_message(last).await?;
    let headers: Vec<(&str, &str)> = sample
        .headers
        .iter()
        .filter_map(|(name, values)| {
            let name: &str = name.as_ref();
            Some((name, values.first()?.as_str()))
        })
        .filter(|(name, _)| !name.starts_with("Nats-"))
        .collect();
    let began = Instant::now();
    let mut acks = stream::iter(0..events)
        .map(|n| {
            let mut own = async_nats::HeaderMap::new();
            for (name, value) in &headers {
                own.insert(*name, *value);
            }
            own.insert("Nats-Msg-Id", format!("{last}-{n:030}"));
            let (jetstream, payload) = (jetstream.clone(), sample.payload.clone());
            let id = format!("00000000-0000-4000-8000-{n:012}");
            let subject = naming.subject("intake", "submission", "submitted", 1, &id);
            async move {
                let ack = jetstream
                    .publish_with_headers(subject, own, payload)
                    .await?;
                ack.await
            }
        })
        .buffer_unordered(WINDOW);
    while let Some(ack) = acks.next().await {
        ack.context("a bare publish failed")?;
    }
    Ok(began.elapsed())
}

/// Starts the broker again without `sync_interval`.
async fn sync_as_the_broker_likes(rig: &Rig) -> Result<()> {
    let stack = &rig.edition.site.stack;
    let file = stack.folder().join("nats.json");
    let mut config: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    config["jetstream"]
        .as_object_mut()
        .context("the broker's configuration has no jetstream")?
        .remove("sync_interval");
    stack.kill_nats().await?;
    std::fs::write(&file, serde_json::to_vec(&config)?)?;
    stack.revive_nats().await
}
