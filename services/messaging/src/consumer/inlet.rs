//! One consumer: what it does with one event, wherever the event comes from.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_proto::event::{AggregateDescriptor, Visibility};

use crate::config::NodeConfig;
use crate::consumer::ConsumerSpec;
use crate::consumer::cursor::{self, Cursor};
use crate::consumer::delivery::Kept;
use crate::consumer::parking::Parked;
use crate::consumer::pull;
use crate::consumer::verdict::{Failure, Verdict};
use crate::counter::Place;
use crate::event_log::SharedLog;
use crate::ledger::{Ledger, Origin};
use crate::naming::Naming;
use crate::reaction::Reactions;
use crate::received::Received;
use crate::{metrics, points};

/// A consumer whose reactions' type is forgotten, so that a node can have several.
pub(crate) trait Consuming: Send {
    /// Pulls from each stream the consumer needs, and settles dead letters when asked to.
    fn start(
        self: Box<Self>,
        jetstream: &jetstream::Context,
        contracts: &'static [AggregateDescriptor],
        tasks: &Tasks,
        shutdown: &Shutdown,
    );
}

/// One consumer of one service.
pub(crate) struct Inlet<R> {
    pub(super) spec: ConsumerSpec,
    pub(super) ledger: Ledger,
    pub(super) reactions: R,
    pub(super) log: SharedLog,
    pub(super) config: Arc<NodeConfig>,
    pub(super) naming: Naming,
}

/// How an event is to be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As the one after what was seen.
    Next,
    /// By fetching the aggregate's state: what was seen may have been undone, or is missing for good.
    State,
}

/// What applying an event came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// Its effects are there now.
    Done,
    /// They were there already.
    Seen,
    /// A dead letter of its aggregate is open.
    Parked,
    /// The cursor is elsewhere than it was.
    Moved,
}

impl<R: Reactions> Inlet<R> {
    pub(crate) fn new(
        spec: ConsumerSpec,
        ledger: Ledger,
        reactions: R,
        log: SharedLog,
        config: Arc<NodeConfig>,
    ) -> Self {
        Self {
            spec,
            ledger,
            reactions,
            log,
            naming: config.naming(),
            config,
        }
    }

    /// Decides about one event and does it. `kept` is what would be kept of its message;
    /// `delivered` counts the deliveries, this one included.
    pub(super) async fn take(&self, event: &Received, kept: &Kept, delivered: i64) -> Verdict {
        let cursor = match cursor::peek(self.ledger.pool(), self.spec.name, event).await {
            Ok(cursor) => cursor,
            Err(error) => return self.unapplied(event, kept, error.into()).await,
        };
        points::hit("inbox.peek.after").await;
        match (cursor.counter.place(event.counter), cursor.parked) {
            (Place::Seen, _) => {
                metrics::received(&self.spec, "seen");
                Verdict::Ack
            }
            (_, true) => self.hold(event, kept).await,
            (Place::Next, false) => self.next(event, kept).await,
            (Place::Ahead, false) => self.early(event, kept, cursor, delivered).await,
        }
    }

    async fn next(&self, event: &Received, kept: &Kept) -> Verdict {
        match self.apply(event, How::Next).await {
            Ok(Applied::Done) => {
                metrics::received(&self.spec, "applied");
                Verdict::Ack
            }
            Ok(Applied::Seen) => Verdict::Ack,
            Ok(Applied::Parked) => self.hold(event, kept).await,
            // Another copy of the service was here: look again.
            Ok(Applied::Moved) => Verdict::Later(self.shortly()),
            Err(failure) => self.unapplied(event, kept, failure).await,
        }
    }

    /// An event that came before others of its aggregate: put back a few times, because they are
    /// most likely on their way; then they are fetched.
    async fn early(
        &self,
        event: &Received,
        kept: &Kept,
        cursor: Cursor,
        delivered: i64,
    ) -> Verdict {
        let restored = event.counter.epoch > cursor.counter.epoch && cursor.counter.epoch > 0;
        if !restored && delivered <= i64::from(self.config.early_naks) {
            metrics::received(&self.spec, "early");
            return Verdict::Later(self.shortly());
        }
        self.catch_up(event, kept, cursor.counter).await
    }

    /// Applies `event` in a transaction of its own: effects, their events, and the cursor.
    pub(super) async fn apply(&self, event: &Received, how: How) -> Result<Applied, Failure> {
        points::hit("inbox.prepare.before").await;
        let prepared = match how {
            How::Next => self.reactions.prepare(event).await?,
            How::State => self.reactions.prepare_state(event).await?,
        };
        points::hit("inbox.prepare.after").await;
        let mut unit = self.ledger.begin(Origin::event(event)).await?;
        points::hit("inbox.begin.after").await;
        let cursor = cursor::lock(unit.conn(), self.spec.name, event).await?;
        points::hit("inbox.lock.after").await;
        if event.counter <= cursor.counter {
            return Ok(Applied::Seen);
        }
        if cursor.parked {
            return Ok(Applied::Parked);
        }
        if how == How::Next && !cursor.counter.continues_with(event.counter) {
            return Ok(Applied::Moved);
        }
        points::hit("inbox.apply.before").await;
        self.reactions.apply(&mut unit, event, prepared).await?;
        points::hit("inbox.apply.after").await;
        cursor::advance(unit.conn(), self.spec.name, event).await?;
        points::hit("inbox.cursor.after").await;
        points::hit("inbox.commit.before").await;
        unit.commit().await?;
        points::hit("inbox.commit.after").await;
        metrics::took_effect(&self.spec, event, self.ledger.clock().business());
        Ok(Applied::Done)
    }

    /// The aggregate of an event, for the queries about parking.
    pub(super) fn aggregate(event: &Received) -> Parked {
        Parked {
            aggregate_type: event.aggregate.clone(),
            aggregate_id: event.aggregate_id.clone(),
        }
    }

    /// 50 to 200 ms: until what is missing, or another copy's commit, has most likely arrived.
    pub(super) fn shortly(&self) -> Duration {
        let span = Duration::from_millis(125);
        // A quarter of jitter twice spreads over the whole range.
        let ids = self.ledger.ids();
        ids.jittered(ids.jittered(span))
            .clamp(Duration::from_millis(50), Duration::from_millis(200))
    }

    /// The pause after so many failures.
    pub(super) fn backoff(&self, failures: i32) -> Duration {
        let doublings = failures.clamp(1, 20).unsigned_abs() - 1;
        let millis = self
            .config
            .retry_ms
            .saturating_mul(2_u64.saturating_pow(doublings))
            .min(self.config.retry_max_ms);
        self.ledger.ids().jittered(Duration::from_millis(millis))
    }
}

impl<R: Reactions> Consuming for Inlet<R> {
    fn start(
        self: Box<Self>,
        jetstream: &jetstream::Context,
        contracts: &'static [AggregateDescriptor],
        tasks: &Tasks,
        shutdown: &Shutdown,
    ) {
        let inlet: Arc<Self> = Arc::from(self);
        for side in [Visibility::Public, Visibility::Internal] {
            if inlet.spec.aggregates_among(contracts, side).is_empty() {
                continue;
            }
            let stream = inlet.naming.stream(inlet.spec.producer, side);
            tasks.spawn(
                inlet.spec.name,
                pull::run(
                    Arc::clone(&inlet),
                    jetstream.clone(),
                    stream,
                    shutdown.clone(),
                ),
            );
        }
        tasks.spawn("dead_letters", inlet.revive_until(shutdown.clone()));
    }
}
