//! What an operator watches: how old the outbox is, what the relay does, how far consumers lag,
//! and what has died.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::PullConsumer;
use opentelemetry::metrics::{Counter, Gauge, Meter};
use opentelemetry::{KeyValue, global};
use tokio_util::sync::CancellationToken;
use winner_proto::event::{AggregateDescriptor, Visibility};

use crate::config::NodeConfig;
use crate::consumer::ConsumerSpec;
use crate::ledger::Ledger;

/// From this age on an unpublished event is told of in the log, too.
const STALLED: Duration = Duration::from_secs(30);

/// Made when first used, which is after telemetry has started.
static INSTRUMENTS: LazyLock<Instruments> =
    LazyLock::new(|| Instruments::new(&global::meter("winner-messaging")));

struct Instruments {
    published: Counter<u64>,
    blocked: Counter<u64>,
    received: Counter<u64>,
    redelivered: Counter<u64>,
    dead_letters: Counter<u64>,
    probed: Counter<u64>,
    rebound: Counter<u64>,
    outbox_age: Gauge<f64>,
    outbox_rows: Gauge<i64>,
    lag: Gauge<u64>,
    pending_acks: Gauge<u64>,
    open_dead_letters: Gauge<i64>,
}

impl Instruments {
    fn new(meter: &Meter) -> Self {
        let counter = |name: &'static str, help: &'static str| {
            meter.u64_counter(name).with_description(help).build()
        };
        Self {
            published: counter("relay.published", "Events the broker acknowledged."),
            blocked: counter(
                "relay.blocked",
                "Times an event blocked its aggregate, by code.",
            ),
            received: counter(
                "inbox.received",
                "Events looked at, by what became of them.",
            ),
            redelivered: counter("inbox.redelivered", "Messages delivered more than once."),
            dead_letters: counter(
                "inbox.dead_letters",
                "Events that became dead letters, by cause.",
            ),
            probed: counter("inbox.probed", "Times a consumer waited for what was away."),
            rebound: counter("inbox.rebound", "Times a consumer was bound anew."),
            outbox_age: meter
                .f64_gauge("outbox.oldest_age")
                .with_unit("s")
                .with_description("Age of the oldest event that is not published.")
                .build(),
            outbox_rows: meter
                .i64_gauge("outbox.rows")
                .with_description("Events that are not published.")
                .build(),
            lag: meter
                .u64_gauge("consumer.lag")
                .with_description("Messages not delivered yet.")
                .build(),
            pending_acks: meter
                .u64_gauge("consumer.pending_acks")
                .with_description("Messages delivered and not acknowledged.")
                .build(),
            open_dead_letters: meter
                .i64_gauge("dead_letters.open")
                .with_description("Dead letters that wait for a person.")
                .build(),
        }
    }
}

fn consumer_labels(spec: &ConsumerSpec) -> [KeyValue; 2] {
    [
        KeyValue::new("service", spec.owner),
        KeyValue::new("consumer", spec.name),
    ]
}

pub(crate) fn published(service: &'static str, events: usize) {
    INSTRUMENTS.published.add(
        u64::try_from(events).unwrap_or(u64::MAX),
        &[KeyValue::new("service", service)],
    );
}

pub(crate) fn blocked(service: &'static str, code: &'static str) {
    INSTRUMENTS.blocked.add(
        1,
        &[
            KeyValue::new("service", service),
            KeyValue::new("code", code),
        ],
    );
}

pub(crate) fn received(spec: &ConsumerSpec, outcome: &'static str) {
    let [service, consumer] = consumer_labels(spec);
    INSTRUMENTS
        .received
        .add(1, &[service, consumer, KeyValue::new("outcome", outcome)]);
}

pub(crate) fn redelivered(spec: &ConsumerSpec) {
    INSTRUMENTS.redelivered.add(1, &consumer_labels(spec));
}

pub(crate) fn dead_letter(spec: &ConsumerSpec, cause: &str) {
    let [service, consumer] = consumer_labels(spec);
    INSTRUMENTS.dead_letters.add(
        1,
        &[service, consumer, KeyValue::new("cause", cause.to_owned())],
    );
}

pub(crate) fn probed(spec: &ConsumerSpec) {
    INSTRUMENTS.probed.add(1, &consumer_labels(spec));
}

pub(crate) fn rebound(spec: &ConsumerSpec) {
    INSTRUMENTS.rebound.add(1, &consumer_labels(spec));
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
    let labels = [KeyValue::new("service", service)];
    INSTRUMENTS.outbox_age.record(outbox.age_seconds, &labels);
    INSTRUMENTS.outbox_rows.record(outbox.rows, &labels);
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
        INSTRUMENTS
            .open_dead_letters
            .record(count, &consumer_labels(spec));
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
                let [service, name] = consumer_labels(spec);
                let labels = [service, name, KeyValue::new("stream", stream)];
                INSTRUMENTS.lag.record(info.num_pending, &labels);
                INSTRUMENTS.pending_acks.record(
                    u64::try_from(info.num_ack_pending).unwrap_or_default(),
                    &labels,
                );
            }
            Err(error) => tracing::debug!(consumer = spec.name, %error, "consumer.not_measured"),
        }
    }
}
