//! From a commit to the handler of another service, beside a bare publish to its receipt, through the
//! same stream, the same consumer and the same users of the broker. Producer and consumer are both in
//! this process, so that one clock measures.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use async_nats::jetstream::consumer::PullConsumer;
use futures::StreamExt as _;
use winner_messaging::{
    ConsumerSpec, Ledger, Node, Origin, ReactionError, Reactions, Received, Unit, event_log,
};
use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_proto::event::Visibility;
use winner_proto::intake::v1::SubmissionSubmitted;

use crate::figures::handler::times::Times;
use crate::figures::load::{Latencies, at_rate};
use crate::figures::relay::{broker, config, ledger};
use crate::figures::rig::{Rig, Size};
use crate::figures::row;
use crate::figures::submit::only;

mod times;

/// Events a second: what is aimed at, and what a consumer that commits each event by itself keeps up
/// with on a slow disk.
const RATES: [u32; 2] = [500, 50];
/// How long each lasts.
const SECONDS: u64 = 15;
/// Statements are prepared and pools are full before anything counts.
const WARM: u64 = 200;

pub(crate) async fn measure(program: &Path, size: Size) -> Result<Vec<String>> {
    let mut rig = Rig::start(program, "bench_handler").await?;
    rig.edition.site.installation.fleet.stop(&only("intake"))?;
    let mut rows = Vec::new();
    for rate in RATES {
        let amount = size.of(u64::from(rate) * SECONDS, u64::from(rate) / 2);
        let load = Load { rate, amount };
        let bare = bare(&rig, load).await?;
        let (ours, took) = commit_to_handler(&rig, load).await?;
        rows.push(row(
            &format!("commit → handler, {rate}/s, fsync always"),
            &format!(
                "{ours}, {:.0}/s handled; bare JetStream {bare}: p50 {:.2} ×",
                amount as f64 / took.as_secs_f64(),
                ours.ms(500) / bare.ms(500)
            ),
        ));
    }
    Ok(rows)
}

#[derive(Clone, Copy)]
struct Load {
    /// A second.
    rate: u32,
    /// In all.
    amount: u64,
}

async fn bare(rig: &Rig, load: Load) -> Result<Latencies> {
    let naming = rig.edition.site.installation.realm().naming().clone();
    let publisher = async_nats::jetstream::new(broker(rig, "intake").await?);
    let reader = async_nats::jetstream::new(broker(rig, "matching").await?);
    let stream = naming.stream("intake", Visibility::Public);
    let consumer: PullConsumer = reader
        .get_consumer_from_stream(spec()?.durable(), stream)
        .await?;
    let mut messages = consumer.messages().await?;
    let times = Times::default();
    let receiving = async {
        while let Some(message) = messages.next().await {
            let message = message?;
            times.received(message.subject.to_string());
            message.ack().await.map_err(anyhow::Error::from_boxed)?;
        }
        bail!("the consumer ended")
    };
    let payload = serde_json::to_vec(&event(0))?;
    let sending = async {
        let publish = |n| {
            let (publisher, times, payload) = (publisher.clone(), times.clone(), payload.clone());
            let id = format!("bare-{}-{n}", load.rate);
            let subject = naming.subject("intake", "submission", "submitted", 1, &id);
            async move {
                let mut headers = async_nats::HeaderMap::new();
                headers.insert("Nats-Msg-Id", subject.as_str());
                times.sent(subject.clone(), Instant::now());
                let ack = publisher
                    .publish_with_headers(subject, headers, payload.into())
                    .await?;
                ack.await?;
                Ok(())
            }
        };
        at_rate(load.rate.into(), |n, _| n >= load.amount, publish).await?;
        times.latencies(load.amount).await
    };
    tokio::select! {
        ended = receiving => ended,
        latencies = sending => latencies,
    }
}

/// The latencies, and the time from the first commit until the last event was handled.
async fn commit_to_handler(rig: &Rig, load: Load) -> Result<(Latencies, Duration)> {
    let (intake, matching) = (ledger(rig, "intake").await?, ledger(rig, "matching").await?);
    let times = Times::default();
    let (tasks, _crashes) = Tasks::new();
    let shutdown = Shutdown::new();
    let client = broker(rig, "intake").await?;
    Node::new(config(rig), intake.clone(), client, "intake").start(&tasks, &shutdown);
    let log = event_log::client("intake", rig.edition.site.channel("intake")?);
    let client = broker(rig, "matching").await?;
    Node::new(config(rig), matching, client, "matching")
        .consume(&spec()?, Stopwatch(times.clone()), log)
        .start(&tasks, &shutdown);
    let warm = Load {
        rate: 50,
        amount: WARM,
    };
    let run = format!("warm-{}", load.rate);
    commit(&intake, &times, &run, warm).await?;
    times.latencies(WARM).await?;
    times.clear();
    let began = Instant::now();
    commit(&intake, &times, &format!("bench-{}", load.rate), load).await?;
    let latencies = times.latencies(load.amount).await?;
    let took = began.elapsed();
    shutdown.soft.cancel();
    tasks.close();
    tasks.wait().await;
    Ok((latencies, took))
}

async fn commit(intake: &Ledger, times: &Times, run: &str, load: Load) -> Result<()> {
    let one = |n| {
        let (intake, times) = (intake.clone(), times.clone());
        let id = format!("{run}-{n}");
        async move {
            let mut unit = intake.begin(Origin::request(id.as_str())).await?;
            unit.append(&id, Some("contoh-2026"), &event(n)).await?;
            unit.commit().await?;
            times.sent(id, Instant::now());
            Ok(())
        }
    };
    at_rate(load.rate.into(), |n, _| n >= load.amount, one).await?;
    Ok(())
}

fn spec() -> Result<ConsumerSpec> {
    winner::registry::consumers()
        .into_iter()
        .find(|spec| {
            (spec.owner, spec.producer) == ("matching", "intake")
                && spec.aggregates.contains(&"submission")
        })
        .context("matching does not read submissions")
}

fn event(n: u64) -> SubmissionSubmitted {
    SubmissionSubmitted {
        edition_id: "contoh-2026".to_owned(),
        submission_id: format!("00000000-0000-4000-8000-{n:012}"),
        wave_id: "gelombang-1".to_owned(),
        region_code: "36.73".to_owned(),
        issue_id: "sampah".to_owned(),
        version: 1,
        content_hash: "0".repeat(64),
        edition_version: 1,
        ..SubmissionSubmitted::default()
    }
}

/// Notes when an event comes to the first line that a service itself wrote.
struct Stopwatch(Times);

impl Reactions for Stopwatch {
    type Prepared = ();

    async fn prepare(&self, event: &Received) -> Result<(), ReactionError> {
        self.0.received(event.aggregate_id.clone());
        Ok(())
    }

    async fn apply(&self, _: &mut Unit, _: &Received, (): ()) -> Result<(), ReactionError> {
        Ok(())
    }
}
