//! Publishing events one by one: a window of them on the wire, at most one of each aggregate, each
//! with an answer of its own.

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::publish::PublishAck;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use sqlx::PgConnection;
use tokio::time::Instant;

use crate::relay::fate::{Fate, Place};
use crate::relay::window::Window;
use crate::relay::{Relay, store};
use crate::stored::StoredEvent;
use crate::{points, spans};

impl Relay {
    /// Publishes the rows of `chosen` and awaits every answer. Stops publishing, and never stops
    /// awaiting, when the session or the broker is gone, or at `until`.
    pub(super) async fn publish_singly(
        &self,
        conn: &mut PgConnection,
        rows: &[StoredEvent],
        chosen: &[usize],
        until: Instant,
    ) -> Vec<(usize, Fate)> {
        let mut window = Window::new(
            usize::from(self.config.relay_window),
            chosen.iter().map(|&index| (index, rows[index].aggregate())),
        );
        let mut acks = FuturesUnordered::new();
        let mut fates = Vec::with_capacity(chosen.len());
        let over = tokio::time::sleep_until(until);
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
                    Err(error) => fates.push(settled(&mut window, index, Fate::of_failure(&error))),
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
            let fate = match answer {
                Ok(ack) => Fate::Landed(Place {
                    stream: ack.stream,
                    sequence: ack.sequence,
                }),
                Err(error) => Fate::of_failure(&error),
            };
            fates.push(settled(&mut window, index, fate));
        }
    }

    /// Sends an event; what it returns waits for the acknowledgement.
    async fn send(
        &self,
        row: &StoredEvent,
    ) -> Result<impl Future<Output = Result<PublishAck, PublishError>> + Send, PublishError> {
        let message = self.message(row);
        let sending =
            self.jetstream
                .publish_with_headers(message.subject, message.headers, message.payload);
        let span = message.span;
        let sent = tokio::time::timeout(self.ack_timeout(), sending)
            .await
            .unwrap_or_else(|_| Err(PublishError::new(PublishErrorKind::TimedOut)));
        let ack = sent.inspect_err(|_| spans::failed(&span))?;
        Ok(async move { ack.await.inspect_err(|_| spans::failed(&span)) })
    }
}

/// Tells the window what became of an event; one without an answer is the last to depart.
fn settled<K: std::hash::Hash + Eq + Clone>(
    window: &mut Window<K>,
    index: usize,
    fate: Fate,
) -> (usize, Fate) {
    match &fate {
        Fate::Landed(_) => window.acked(index),
        Fate::Refused(_) => window.failed(index),
        Fate::Unknown(_) => {
            window.failed(index);
            window.stop();
        }
    }
    (index, fate)
}
