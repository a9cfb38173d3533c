//! The pull loop: survives whatever the broker, the connection and the dependencies do.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::{MessagesError, MessagesErrorKind, Stream};
use async_nats::jetstream::message::AckKind;
use async_nats::jetstream::{self, Message};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;
use tracing::Instrument as _;
use winner_platform::lifecycle::Shutdown;

use crate::consumer::delivery::Kept;
use crate::consumer::inlet::Inlet;
use crate::consumer::lanes::Lanes;
use crate::consumer::parking;
use crate::consumer::verdict::Verdict;
use crate::reaction::Reactions;
use crate::{metrics, points, spans};

/// Messages asked for at once; few enough to be applied within the broker's patience.
const BATCH: usize = 32;
const HEARTBEAT: Duration = Duration::from_secs(5);
const EXPIRES: Duration = Duration::from_secs(30);
/// After so many errors in a row the consumer is bound anew.
const ERRORS_TO_REBIND: i32 = 5;

/// Why pulling stopped.
enum End {
    Stopped,
    Rebind,
}

/// Pulls until `shutdown`. What is in hand at its soft stage is finished.
pub(super) async fn run<R: Reactions>(
    inlet: Arc<Inlet<R>>,
    jetstream: jetstream::Context,
    stream: String,
    shutdown: Shutdown,
) -> Result<(), Infallible> {
    let pulling = inlet.pull_forever(&jetstream, &stream, &shutdown);
    tokio::select! {
        biased;
        () = shutdown.hard.cancelled() => {}
        () = pulling => {}
    }
    Ok(())
}

impl<R: Reactions> Inlet<R> {
    async fn pull_forever(
        &self,
        jetstream: &jetstream::Context,
        stream: &str,
        shutdown: &Shutdown,
    ) {
        let mut failures = 0;
        while !shutdown.soft.is_cancelled() {
            match self.bind(jetstream, stream).await {
                Ok(messages) => match self.pull(messages, shutdown, &mut failures).await {
                    End::Stopped => return,
                    End::Rebind => metrics::rebound(&self.spec),
                },
                Err(error) => tracing::warn!(
                    consumer = self.spec.name,
                    stream,
                    error = error.as_ref() as &dyn std::error::Error,
                    "inbox.unbound"
                ),
            }
            failures += 1;
            tokio::select! {
                () = tokio::time::sleep(self.backoff(failures)) => {}
                () = shutdown.soft.cancelled() => {}
            }
        }
    }

    async fn bind(
        &self,
        jetstream: &jetstream::Context,
        stream: &str,
    ) -> Result<Stream, Box<dyn std::error::Error + Send + Sync>> {
        let consumer: PullConsumer = jetstream
            .get_consumer_from_stream(self.spec.durable(), stream)
            .await?;
        Ok(consumer
            .stream()
            .max_messages_per_batch(BATCH)
            .heartbeat(HEARTBEAT)
            .expires(EXPIRES)
            .messages()
            .await?)
    }

    /// Works on what comes until the stream of messages ends or the process stops; what is worked on
    /// then is taken to its end, what waits behind it will be delivered again.
    async fn pull(&self, mut messages: Stream, shutdown: &Shutdown, failures: &mut i32) -> End {
        let mut lanes = Lanes::new(usize::from(self.config.side_by_side));
        let mut working = FuturesUnordered::new();
        let work = async |message: Message| {
            points::hit("inbox.pull.after").await;
            self.receive(&message, shutdown).await;
            message
        };
        let mut errors = 0;
        let mut resume = Instant::now();
        let end = loop {
            // What is in hand goes on while nothing more is pulled.
            let pulled = async {
                tokio::time::sleep_until(resume).await;
                messages.next().await
            };
            let item = tokio::select! {
                biased;
                () = shutdown.soft.cancelled() => break End::Stopped,
                Some(done) = working.next() => {
                    if let Some(next) = lanes.leave(aggregate_of(&done)) {
                        working.push(work(next));
                    }
                    continue;
                }
                item = pulled, if lanes.has_room() => item,
            };
            match item {
                None => break End::Rebind,
                Some(Ok(message)) => {
                    errors = 0;
                    *failures = 0;
                    let aggregate = aggregate_of(&message).to_owned();
                    if let Some(message) = lanes.enter(&aggregate, message) {
                        working.push(work(message));
                    }
                }
                Some(Err(error)) => {
                    tracing::warn!(
                        consumer = self.spec.name,
                        error = &error as &dyn std::error::Error,
                        "inbox.pull_failed"
                    );
                    errors += 1;
                    if is_last(&error) || errors >= ERRORS_TO_REBIND {
                        break End::Rebind;
                    }
                    resume = Instant::now() + self.backoff(errors);
                }
            }
        };
        while working.next().await.is_some() {}
        end
    }

    /// Takes one message to its end: acknowledged, put back, or let go at shutdown.
    async fn receive(&self, message: &Message, shutdown: &Shutdown) {
        let delivered = message.info().map_or(1, |info| info.delivered);
        if delivered > 1 {
            metrics::redelivered(&self.spec);
        }
        let kept = Kept::message(&message.message);
        let verdict = match kept.event() {
            Ok(event) => {
                let span = spans::processing(&self.naming, &self.spec, &event, delivered);
                let mut probes = 0;
                loop {
                    let taking = self.take(&event, &kept, delivered).instrument(span.clone());
                    match self.with_progress(message, taking).await {
                        Verdict::Unavailable(dependency) => {
                            probes += 1;
                            let waiting = self.wait_for(&dependency, probes, shutdown);
                            if !self.with_progress(message, waiting).await {
                                break Verdict::Later(Duration::from_millis(self.config.retry_ms));
                            }
                        }
                        verdict => break verdict,
                    }
                }
            }
            Err(error) => {
                tracing::error!(consumer = self.spec.name, subject = kept.subject, %error, "inbox.unreadable");
                self.bury_unreadable(&kept, error.code()).await
            }
        };
        points::hit("inbox.ack.before").await;
        let answer = match verdict {
            Verdict::Ack => AckKind::Ack,
            Verdict::Later(pause) => AckKind::Nak(Some(pause)),
            Verdict::Unavailable(_) => AckKind::Nak(Some(self.backoff(1))),
        };
        if let Err(error) = message.ack_with(answer).await {
            // It will be delivered again, and the cursor knows it.
            tracing::warn!(consumer = self.spec.name, %error, "inbox.ack_lost");
        }
        points::hit("inbox.ack.after").await;
    }

    /// Nothing is pulled while something needed is away: waits, longer each time, until it is worth
    /// probing again. `false` when the process stops.
    async fn wait_for(&self, dependency: &str, probes: i32, shutdown: &Shutdown) -> bool {
        metrics::probed(&self.spec);
        let pause = self.backoff(probes);
        tracing::warn!(
            consumer = self.spec.name,
            dependency,
            probes,
            "inbox.waiting"
        );
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = shutdown.soft.cancelled() => false,
        }
    }

    /// Keeps the broker patient while `work` goes on.
    async fn with_progress<T>(&self, message: &Message, work: impl Future<Output = T>) -> T {
        let mut ticks = tokio::time::interval(self.config.ack_wait() / 3);
        ticks.tick().await;
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => {
                    if let Err(error) = message.ack_with(AckKind::Progress).await {
                        tracing::debug!(%error, "inbox.progress_lost");
                    }
                }
            }
        }
    }

    /// A message that is no event concerns no aggregate: it is kept, and nothing waits for it.
    async fn bury_unreadable(&self, kept: &Kept, cause: &'static str) -> Verdict {
        let id = self.ledger.ids().uuid();
        match parking::bury_unreadable(self.ledger.pool(), id, self.spec.name, kept, cause).await {
            Ok(()) => {
                metrics::dead_letter(&self.spec, cause);
                Verdict::Ack
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "inbox.store_away");
                Verdict::Unavailable("store".to_owned())
            }
        }
    }
}

/// The aggregate's id: the last token of the subject. Aggregates of two types with one id only wait
/// for each other.
fn aggregate_of(message: &Message) -> &str {
    message.subject.rsplit('.').next().unwrap_or_default()
}

/// Whether the stream of messages ends after this error. After the others it goes on, even for ever
/// when the consumer is gone.
fn is_last(error: &MessagesError) -> bool {
    match error.kind() {
        MessagesErrorKind::ConsumerDeleted
        | MessagesErrorKind::PushBasedConsumer
        | MessagesErrorKind::RequestLimitExceeded => true,
        MessagesErrorKind::MissingHeartbeat
        | MessagesErrorKind::NoResponders
        | MessagesErrorKind::Pull
        | MessagesErrorKind::Other => false,
    }
}
