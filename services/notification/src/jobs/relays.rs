//! The relays that take our mail: the first, and where there is one, a second that stands by.
//!
//! A mail goes by the second only where it is known that the first did not take it: an attempt that fails
//! before its final dot. After the dot nobody offers it to anybody, whatever is or is not heard.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::pace::{NoTurn, Pace};
use crate::domain::route_health::{News, RouteHealth, Weight};
use crate::smtp::{AfterDot, BeforeDot, Connection, Offered, OutgoingMail, Relay};

/// So long a mail that is claimed waits for its turn.
pub const TURN: Duration = Duration::from_secs(30);

/// One relay.
pub struct Way {
    /// It.
    pub relay: Relay,
    /// Its limit.
    pub pace: Pace,
    health: Mutex<RouteHealth<Instant>>,
    news: Mutex<Option<News>>,
}

impl Way {
    /// A relay with its limit.
    pub const fn new(relay: Relay, pace: Pace) -> Self {
        Self {
            relay,
            pace,
            health: Mutex::new(RouteHealth::new()),
            news: Mutex::new(None),
        }
    }

    /// What is known of it.
    pub fn health(&self) -> MutexGuard<'_, RouteHealth<Instant>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the other copies have not been told yet.
    pub fn take_news(&self) -> Option<News> {
        self.news
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// What could not be told; later news count more.
    pub fn keep_news(&self, news: News) {
        self.news
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(news);
    }
}

/// All relays, the first one first.
pub struct Relays {
    ways: Vec<Way>,
    /// A mail is tried for so long at most, once it is its turn.
    patience: Duration,
    /// Rings when there is something to tell the other copies.
    pub told: Notify,
}

/// A mail that was offered to no relay.
#[derive(Debug)]
pub enum NotOffered<'a> {
    /// The limit left no turn.
    NoTurn(NoTurn),
    /// The last relay that was tried, and why not.
    Failed(&'a Way, BeforeDot),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Way({})", self.relay.name())
    }
}

impl Relays {
    /// These relays, the first one first; there is at least one.
    pub fn new(ways: Vec<Way>, patience: Duration) -> Self {
        Self {
            ways,
            patience,
            told: Notify::new(),
        }
    }

    /// Each of them.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// Says everything of a mail but its final dot, to the first relay that lets it.
    ///
    /// # Errors
    /// [`NotOffered`]: the mail is not out.
    pub async fn offer(&self, mail: &OutgoingMail) -> Result<(&Way, Offered), NotOffered<'_>> {
        let turn_by = Instant::now() + TURN;
        let deadline = turn_by + self.patience;
        let mut failed = None;
        for way in self.in_order() {
            if failed.is_some() && Instant::now() >= deadline {
                break;
            }
            way.pace
                .turn(turn_by.max(Instant::now()))
                .await
                .map_err(NotOffered::NoTurn)?;
            let offering = timeout_at(deadline, way.relay.offer(mail));
            let failure = match offering.await {
                Ok(Ok(offered)) => return Ok((way, offered)),
                Ok(Err(failure)) => failure,
                Err(_) => BeforeDot::TooSlow,
            };
            let Some(weight) = weight_before(&failure) else {
                self.hear(way, way.health().answered());
                return Err(NotOffered::Failed(way, failure));
            };
            let news = way.health().failed(weight, Instant::now());
            self.hear(way, news);
            tracing::warn!(route = %way.relay.name(), error = %failure, "relay.failed");
            failed = Some((way, failure));
        }
        Err(match failed {
            Some((way, failure)) => NotOffered::Failed(way, failure),
            None => NotOffered::NoTurn(NoTurn::TooLate),
        })
    }

    /// Learns from how a mail ended that this relay had been offered.
    pub fn learn(&self, way: &Way, outcome: &AfterDot, connection: Option<Connection>) {
        let news = if outcome.concerns_the_relay() {
            way.health().failed(Weight::Slight, Instant::now())
        } else {
            way.health().answered()
        };
        self.hear(way, news);
        if let Some(connection) = connection {
            way.relay.put_back(connection);
        }
    }

    /// So many connections may be kept from now on, to each.
    pub fn keep(&self, connections: usize) {
        for way in &self.ways {
            way.relay.keep(connections);
        }
    }

    /// Says goodbye to all.
    pub async fn close(&self) {
        futures::future::join_all(self.ways.iter().map(|way| way.relay.close())).await;
    }

    /// Those worth trying. Where none is, the first one: somebody has to find out.
    fn in_order(&self) -> Vec<&Way> {
        let now = Instant::now();
        let mut worth: Vec<&Way> = Vec::with_capacity(self.ways.len());
        for way in &self.ways {
            if way.health().may_be_tried(now) {
                worth.push(way);
            }
        }
        if worth.is_empty() {
            worth.extend(self.ways.first());
        }
        worth
    }

    fn hear(&self, way: &Way, news: Option<News>) {
        if let Some(news) = news {
            *way.news.lock().unwrap_or_else(PoisonError::into_inner) = Some(news);
            match news {
                News::Down(wait) => tracing::warn!(route = %way.relay.name(), ?wait, "relay.down"),
                News::Answers => tracing::info!(route = %way.relay.name(), "relay.answers"),
            }
            self.told.notify_one();
        }
    }
}

/// How much a failure before the dot says about the relay; `None` where it says something about the mail.
const fn weight_before(failure: &BeforeDot) -> Option<Weight> {
    if !failure.concerns_the_relay() {
        None
    } else if failure.shuts_everybody_out() {
        Some(Weight::Decisive)
    } else {
        Some(Weight::Slight)
    }
}
