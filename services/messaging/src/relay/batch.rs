//! One batch: lock, read, publish, await every ack, move what landed.

use std::time::Duration;

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::publish::PublishAck;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use sqlx::PgConnection;
use winner_proto::event::Visibility;

use crate::relay::store::{self, Blocked, Landed};
use crate::relay::window::Window;
use crate::relay::{Relay, RelayError};
use crate::stored::StoredEvent;
use crate::{envelope, metrics, points, spans};

/// Nothing departs after a batch has taken this long: other relays wait for the lock.
const BATCH_TIME: Duration = Duration::from_secs(10);

/// What a batch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Another copy is the relay now.
    Busy,
    /// Nothing waits.
    Idle,
    /// Some events landed; more may wait.
    Moved,
    /// Nothing landed: what waits is blocked.
    Stuck,
    /// The broker does not answer.
    BrokerAway,
}

/// What became of one event.
enum Fate {
    Landed(PublishAck),
    /// The broker said no, to this event.
    Refused(&'static str),
    /// No answer: it may have landed.
    Unknown(&'static str),
}

impl Relay {
    /// Runs one batch in one transaction, whose advisory lock makes this the only relay.
    pub(super) async fn batch(&mut self) -> Result<Outcome, RelayError> {
        points::hit("relay.lock.before").await;
        let mut tx = self.ledger.pool().begin().await?;
        if !store::try_lock(&mut tx).await? {
            tx.rollback().await?;
            return Ok(Outcome::Busy);
        }
        points::hit("relay.lock.after").await;
        let rows = store::oldest(&mut tx, i64::from(self.config.relay_window)).await?;
        points::hit("relay.select.after").await;
        if rows.is_empty() {
            tx.commit().await?;
            return Ok(Outcome::Idle);
        }
        self.streams.refresh(&self.jetstream).await;
        let fates = self.publish(&mut tx, &rows).await;
        let outcome = self.settle(&mut tx, &rows, fates).await?;
        points::hit("relay.commit.before").await;
        tx.commit().await?;
        points::hit("relay.commit.after").await;
        Ok(outcome)
    }

    /// Publishes the rows, at most one of each aggregate unacknowledged, and awaits every ack.
    /// Stops publishing, and never stops awaiting, when the session or the broker is gone.
    async fn publish(&self, conn: &mut PgConnection, rows: &[StoredEvent]) -> Vec<(usize, Fate)> {
        let mut window = Window::new(
            rows.iter()
                .map(|row| (&row.aggregate_type, &row.aggregate_id)),
        );
        let mut acks = FuturesUnordered::new();
        let mut fates = Vec::with_capacity(rows.len());
        let over = tokio::time::sleep(BATCH_TIME);
        tokio::pin!(over);
        loop {
            if window.has_ready()
                && let Err(error) = store::still_ours(conn).await
            {
                tracing::warn!(%error, "relay.session_lost");
                window.stop();
            }
            while let Some(index) = window.depart() {
                points::hit("relay.publish.before").await;
                match self.send(&rows[index]).await {
                    Ok(ack) => acks.push(async move { (index, ack.await) }),
                    Err(error) => {
                        window.failed(index);
                        window.stop();
                        fates.push((index, fate(Err(error))));
                    }
                }
                points::hit("relay.publish.after").await;
            }
            let answered = tokio::select! {
                answered = acks.next() => answered,
                () = &mut over, if !over.is_elapsed() => {
                    window.stop();
                    continue;
                }
            };
            let Some((index, answer)) = answered else {
                return fates;
            };
            points::hit("relay.ack.after").await;
            let fate = fate(answer);
            match &fate {
                Fate::Landed(_) => window.acked(index),
                Fate::Refused(_) => window.failed(index),
                Fate::Unknown(_) => {
                    window.failed(index);
                    window.stop();
                }
            }
            fates.push((index, fate));
        }
    }

    /// Sends an event; what it returns waits for the acknowledgement.
    async fn send(
        &self,
        row: &StoredEvent,
    ) -> Result<impl Future<Output = Result<PublishAck, PublishError>> + Send, PublishError> {
        let subject = self.naming.subject(
            self.service,
            &row.aggregate_type,
            &row.name,
            row.version.unsigned_abs(),
            &row.aggregate_id,
        );
        let mut event = row.clone().into_received(self.service);
        let span = spans::publishing(&self.naming, &mut event);
        let headers = envelope::to_nats(&envelope::headers(&event));
        let sending = self
            .jetstream
            .publish_with_headers(subject, headers, event.payload);
        let sent = tokio::time::timeout(self.ack_timeout(), sending)
            .await
            .unwrap_or_else(|_| Err(PublishError::new(PublishErrorKind::TimedOut)));
        let ack = sent.inspect_err(|_| spans::failed(&span))?;
        Ok(async move { ack.await.inspect_err(|_| spans::failed(&span)) })
    }

    /// Writes down what became of the batch.
    async fn settle(
        &self,
        conn: &mut PgConnection,
        rows: &[StoredEvent],
        fates: Vec<(usize, Fate)>,
    ) -> Result<Outcome, RelayError> {
        let mut landed = Vec::new();
        let mut blocked = Vec::new();
        let mut unknown = Vec::new();
        for (index, fate) in fates {
            let row = &rows[index];
            match fate {
                Fate::Landed(ack) => landed.push(self.landed(row, ack)),
                Fate::Refused(code) => blocked.push(self.alarm(row, code)),
                Fate::Unknown(code) => unknown.push((row, code)),
            }
        }
        // When nothing at all got through, the broker is to blame and no event.
        let away = landed.is_empty() && blocked.is_empty() && !unknown.is_empty();
        if !away {
            blocked.extend(unknown.iter().map(|(row, code)| self.alarm(row, code)));
        }
        points::hit("relay.move.before").await;
        if !landed.is_empty() {
            store::keep(conn, &landed).await?;
        }
        if !blocked.is_empty() {
            store::block(conn, &blocked).await?;
        }
        points::hit("relay.move.after").await;
        metrics::published(self.service, landed.len());
        Ok(match (away, landed.is_empty()) {
            (true, _) => Outcome::BrokerAway,
            (false, true) => Outcome::Stuck,
            (false, false) => Outcome::Moved,
        })
    }

    fn landed(&self, row: &StoredEvent, ack: PublishAck) -> Landed {
        Landed {
            id: row.id,
            created: self.streams.created(&ack.stream),
            stream: ack.stream,
            sequence: i64::try_from(ack.sequence).unwrap_or(i64::MAX),
        }
    }

    fn alarm(&self, row: &StoredEvent, code: &'static str) -> Blocked {
        metrics::blocked(self.service, code);
        tracing::error!(
            event = %row.id,
            aggregate = row.aggregate_type,
            aggregate_id = row.aggregate_id,
            counter = %row.counter(),
            public = row.side() == Visibility::Public,
            code,
            "relay.event_blocked"
        );
        Blocked { id: row.id, code }
    }
}

fn fate(answer: Result<PublishAck, PublishError>) -> Fate {
    match answer {
        Ok(ack) => Fate::Landed(ack),
        Err(error) => {
            let fate = match error.kind() {
                PublishErrorKind::StreamNotFound => Fate::Refused("no_stream"),
                PublishErrorKind::MaxPayloadExceeded => Fate::Refused("too_large"),
                PublishErrorKind::WrongLastMessageId
                | PublishErrorKind::WrongLastSequence
                | PublishErrorKind::Other => Fate::Refused("refused"),
                PublishErrorKind::TimedOut => Fate::Unknown("ack_timed_out"),
                PublishErrorKind::BrokenPipe => Fate::Unknown("connection_lost"),
                PublishErrorKind::MaxAckPending => Fate::Unknown("client_full"),
            };
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "relay.publish_failed"
            );
            fate
        }
    }
}
