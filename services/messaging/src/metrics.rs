//! What an operator watches: how old the outbox is, what the relay does, how far consumers lag,
//! and what has died.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::PullConsumer;
use opentelemetry::StringValue;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use winner_platform::{BusinessTime, metrics};
use winner_proto::event::{AggregateDescriptor, Visibility};

use crate::config::NodeConfig;
use crate::consumer::ConsumerSpec;
use crate::ledger::Ledger;
use crate::received::Received;

/// From this age on an unpublished event is told of in the log, too.
const STALLED: Duration = Duration::from_secs(30);

metrics! {
    /// Events the broker acknowledged.
    PUBLISHED: Counter = "winner.relay.published", "{event}", ["winner.service"];
    /// Times an event blocked its aggregate, by what the broker said.
    BLOCKED: Counter = "winner.relay.blocked", "{event}", ["winner.service", "error.type"];
    /// Events looked at, by what became of them.
    RECEIVED: Counter = "winner.inbox.received", "{event}", ["winner.service", "winner.consumer", "winner.outcome"];
    /// Messages delivered more than once.
    REDELIVERED: Counter = "winner.inbox.redelivered", "{message}", ["winner.service", "winner.consumer"];
    /// Events that became dead letters, by cause.
    DEAD: Counter = "winner.inbox.dead_letters", "{event}", ["winner.service", "winner.consumer", "error.type"];
    /// Times a consumer waited for what was away.
    PROBED: Counter = "winner.inbox.probed", "{probe}", ["winner.service", "winner.consumer"];
    /// Times a consumer was bound anew.
    REBOUND: Counter = "winner.inbox.rebound", "{bind}", ["winner.service", "winner.consumer"];
    /// How long after it happened an event had its effect here.
    DELAY: Delays = "winner.event.delay", "s", ["winner.service", "winner.consumer"];
    /// Age of the oldest event that is not published.
    OUTBOX_AGE: Seconds = "winner.outbox.oldest_age", "s", ["winner.service"];
    /// Events that are not published.
    OUTBOX_EVENTS: Gauge = "winner.outbox.events", "{event}", ["winner.service"];
    /// Messages not delivered yet.
    LAG: Gauge = "winner.consumer.lag", "{message}", ["winner.service", "winner.consumer", "winner.stream"];
    /// Messages delivered and not acknowledged.
    PENDING_ACKS: Gauge = "winner.consumer.pending_acks", "{message}", ["winner.service", "winner.consumer", "winner.stream"];
    /// Dead letters that wait for a person.
    OPEN_DEAD_LETTERS: Gauge = "winner.dead_letters.open", "{event}", ["winner.service", "winner.consumer"];
    /// Connections of a service's pool to its database, idle and used.
    CONNECTIONS: Gauge = "db.client.connection.count", "{connection}", ["db.client.connection.pool.name", "db.client.connection.state"];
    /// Connections that the pool may have.
    MOST_CONNECTIONS: Gauge = "db.client.connection.max", "{connection}", ["db.client.connection.pool.name"];
}

fn of(spec: &ConsumerSpec) -> [StringValue; 2] {
    [spec.owner.into(), spec.name.into()]
}

pub(crate) fn published(service: &'static str, events: usize) {
    PUBLISHED.add(u64::try_from(events).unwrap_or(u64::MAX), [service.into()]);
}

pub(crate) fn blocked(service: &'static str, code: &'static str) {
    BLOCKED.add(1, [service.into(), code.into()]);
}

pub(crate) fn received(spec: &ConsumerSpec, outcome: &'static str) {
    RECEIVED.add(1, [spec.owner.into(), spec.name.into(), outcome.into()]);
}

pub(crate) fn redelivered(spec: &ConsumerSpec) {
    REDELIVERED.add(1, of(spec));
}

pub(crate) fn dead_letter(spec: &ConsumerSpec, cause: &str) {
    DEAD.add(
        1,
        [spec.owner.into(), spec.name.into(), cause.to_owned().into()],
    );
}

pub(crate) fn probed(spec: &ConsumerSpec) {
    PROBED.add(1, of(spec));
}

pub(crate) fn rebound(spec: &ConsumerSpec) {
    REBOUND.add(1, of(spec));
}

/// Events say their time in business time. Where that was shifted since, on a rehearsal, the delay is wrong by so much.
pub(crate) fn took_effect(spec: &ConsumerSpec, event: &Received, now: BusinessTime) {
    DELAY.record(now.since(event.time).as_secs_f64(), of(spec));
}

/// Measures what only asking can tell, until `stop`.
pub(crate) async fn watch(
    service: &'static str,
    ledger: Ledger,
    jetstream: jetstream::Context,
    contracts: &'static [AggregateDescriptor],
    specs: Vec<ConsumerSpec>,
    config: Arc<NodeConfig>,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let period = Duration::from_millis(config.measure_ms);
    loop {
        tokio::select! {
            () = tokio::time::sleep(ledger.ids().jittered(period)) => {}
            () = stop.cancelled() => return Ok(()),
        }
        measure_pool(service, ledger.pool());
        if let Err(error) = measure_tables(service, &ledger, &specs).await {
            tracing::debug!(%error, "messaging.not_measured");
        }
        if crate::node::is_connected(&jetstream.client()) {
            for spec in &specs {
                measure_lag(&jetstream, contracts, spec, &config).await;
            }
        }
    }
}

fn measure_pool(service: &'static str, pool: &PgPool) {
    let idle = i64::try_from(pool.num_idle()).unwrap_or(i64::MAX);
    let used = i64::from(pool.size()).saturating_sub(idle).max(0);
    CONNECTIONS.record(idle, [service.into(), "idle".into()]);
    CONNECTIONS.record(used, [service.into(), "used".into()]);
    let most = i64::from(pool.options().get_max_connections());
    MOST_CONNECTIONS.record(most, [service.into()]);
}

async fn measure_tables(
    service: &'static str,
    ledger: &Ledger,
    specs: &[ConsumerSpec],
) -> Result<(), sqlx::Error> {
    let outbox = sqlx::query!(
        r#"select count(*) as "rows!",
                  coalesce(extract(epoch from clock_timestamp() - min(written_at)), 0)::float8
                      as "age_seconds!"
           from   outbox"#
    )
    .fetch_one(ledger.pool())
    .await?;
    OUTBOX_AGE.record(outbox.age_seconds, [service.into()]);
    OUTBOX_EVENTS.record(outbox.rows, [service.into()]);
    if outbox.age_seconds > STALLED.as_secs_f64() {
        tracing::error!(
            service,
            age_seconds = outbox.age_seconds,
            rows = outbox.rows,
            "outbox.stalled"
        );
    }
    let open: HashMap<String, i64> = sqlx::query!(
        r#"select   consumer, count(*) as "open!"
           from     dead_letters
           where    state in ('open', 'replay', 'skip')
           group by consumer"#
    )
    .fetch_all(ledger.pool())
    .await?
    .into_iter()
    .map(|row| (row.consumer, row.open))
    .collect();
    for spec in specs {
        let count = open.get(spec.name).copied().unwrap_or(0);
        OPEN_DEAD_LETTERS.record(count, of(spec));
    }
    Ok(())
}

async fn measure_lag(
    jetstream: &jetstream::Context,
    contracts: &[AggregateDescriptor],
    spec: &ConsumerSpec,
    config: &NodeConfig,
) {
    for side in [Visibility::Public, Visibility::Internal] {
        if spec.aggregates_among(contracts, side).is_empty() {
            continue;
        }
        let stream = config.naming().stream(spec.producer, side);
        let found: Result<PullConsumer, _> = jetstream
            .get_consumer_from_stream(spec.durable(), &stream)
            .await;
        match found {
            Ok(consumer) => {
                let info = consumer.cached_info();
                let which: [StringValue; 3] = [spec.owner.into(), spec.name.into(), stream.into()];
                let pending = i64::try_from(info.num_pending).unwrap_or(i64::MAX);
                LAG.record(pending, which.clone());
                let unanswered = i64::try_from(info.num_ack_pending).unwrap_or(i64::MAX);
                PENDING_ACKS.record(unanswered, which);
            }
            Err(error) => tracing::debug!(consumer = spec.name, %error, "consumer.not_measured"),
        }
    }
}
