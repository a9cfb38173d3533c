//! A small set of connections to the relay.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use winner_platform::{Clock, RealTime};

use super::config::{RelayConfig, Route, RouteError, TimeOuts};
use super::connection::{Connection, Offered};
use super::mail::OutgoingMail;
use super::outcome::BeforeDot;

/// The relay, and the idle connections to it.
pub struct Relay {
    name: Arc<str>,
    route: Route,
    time_outs: TimeOuts,
    idle_for: Duration,
    keep: AtomicUsize,
    idle: Mutex<Vec<Connection>>,
    clock: Clock,
}

impl Relay {
    /// Its name, as proofs of attempts tell it.
    pub fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// A relay as configured; connects only when a message is to be sent.
    ///
    /// # Errors
    /// [`RouteError`] where the configuration cannot be used.
    pub fn new(config: &RelayConfig, clock: Clock) -> Result<Self, RouteError> {
        Ok(Self {
            name: Arc::from(format!("{}:{}", config.host, config.port)),
            route: Route::new(config)?,
            time_outs: config.time_outs(),
            idle_for: Duration::from_millis(config.idle_timeout_ms),
            keep: AtomicUsize::new(config.connections),
            idle: Mutex::new(Vec::new()),
            clock,
        })
    }

    /// Says everything of a message but its final dot, on an idle connection or a new one.
    ///
    /// A connection that had been idle may have been closed meanwhile. Nothing of the message has
    /// been taken then, so it is offered once more, at once, on a new one.
    ///
    /// # Errors
    /// [`BeforeDot`]: the message is not out.
    pub async fn offer(&self, mail: &OutgoingMail) -> Result<Offered, BeforeDot> {
        if let Some(connection) = self.take_idle() {
            match connection.offer(mail).await {
                Err(BeforeDot::Broken { .. } | BeforeDot::Answered { code: 421, .. }) => {}
                ended => return ended,
            }
        }
        Connection::open(&self.route, self.time_outs)
            .await?
            .offer(mail)
            .await
    }

    /// Keeps a connection for the next message.
    pub fn put_back(&self, mut connection: Connection) {
        connection.used_at = Some(self.clock.real());
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.keep.load(Ordering::Relaxed) {
            idle.push(connection);
        }
    }

    /// So many idle connections are kept from now on; what is over is closed.
    pub fn keep(&self, connections: usize) {
        self.keep.store(connections, Ordering::Relaxed);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.truncate(connections);
    }

    /// Says goodbye on every idle connection.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        futures::future::join_all(idle.into_iter().map(Connection::quit)).await;
    }

    fn take_idle(&self) -> Option<Connection> {
        let now = self.clock.real();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| is_fresh(connection.used_at, now, self.idle_for));
        idle.pop()
    }
}

fn is_fresh(used_at: Option<RealTime>, now: RealTime, limit: Duration) -> bool {
    used_at.is_none_or(|used_at| now.since(used_at) < limit)
}
