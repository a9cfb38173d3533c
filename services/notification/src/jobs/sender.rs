//! Takes messages whose turn has come, a batch at a time, a little ahead of the free connections, so
//! that claims and contacts are asked for by the batch and no connection waits for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_platform::Shutdown;

use super::contacts::contacts;
use super::courier::{Courier, Parcel};
use super::wake::Wake;
use crate::commands::conclude::Ended;
use crate::directory::{Directory, Reach};
use crate::domain::channel::Channel;
use crate::domain::message::BrokenOff;
use crate::domain::reason::Reason;
use crate::points;
use crate::store::claims::{self, Claim};

/// The longest pause while the relay, intake or the database is in trouble.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The first one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// What woke us may be committed a moment later.
const SETTLE: Duration = Duration::from_millis(10);

/// What brings messages over one channel.
pub trait Carrier: Send + Sync + 'static {
    /// The channel.
    fn channel(&self) -> Channel;

    /// Where claims are kept.
    fn ledger(&self) -> &Ledger;

    /// Sends one claimed message and says how it ended; says nothing where the claim is another's by now.
    fn deliver(
        &self,
        claim: Claim,
        reach: Option<Reach>,
    ) -> impl Future<Output = Option<Ended>> + Send;

    /// How many attempts in a row failed for the next server's sake.
    fn trouble(&self) -> u32;

    /// Why some of these messages must not be sent, by message: looked up for the whole batch, once it is
    /// known how people are reached.
    fn obstacles(
        &self,
        _claims: &[Claim],
        _found: &HashMap<Uuid, Reach>,
    ) -> impl Future<Output = Result<HashMap<Uuid, Reason>, sqlx::Error>> + Send {
        async { Ok(HashMap::new()) }
    }

    /// Lets go of idle connections, at the end.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// Sends what waits for one channel.
pub struct Sending<C> {
    /// Brings claimed messages to the next server.
    pub courier: Courier<C>,
    /// How people are reached.
    pub directory: Directory,
    /// Tells that there may be something to do.
    pub wake: Wake,
    /// How many messages are claimed at once; at most [`crate::directory::CONTACTS`].
    pub batch: usize,
    /// How long a claim lasts up to the point of no return.
    pub lease: Duration,
    /// How often the queue is looked at when nothing wakes us.
    pub poll: Duration,
}

impl<C: Carrier> Sending<C> {
    /// Sends until `shutdown`: at its soft stage nothing new is claimed, what has not reached the relay
    /// is given back and the rest is finished; at its hard stage it is let go, and its leases tell
    /// what became of it.
    pub async fn run(self, shutdown: Shutdown) {
        // One batch being sent and one behind it.
        let places = Arc::new(Semaphore::new(2 * self.batch));
        let deliveries = TaskTracker::new();
        let mut blind = 0_u32;
        let channel = self.courier.carrier.channel();
        while let Some(places) = self.places(&places, &shutdown).await {
            let mut trouble = self.trouble(blind);
            if trouble > 0 {
                self.wake.is_busy(channel);
                if !self.pause(trouble, &shutdown).await {
                    break;
                }
                trouble = self.trouble(blind);
            }
            // In trouble, one message finds out whether it is over.
            let limit = if trouble > 0 { 1 } else { self.batch };
            match self.claim(limit).await {
                Ok(claims) if claims.is_empty() => {
                    blind = 0;
                    if trouble == 0 {
                        self.wake.is_idle(channel);
                    }
                    drop(places);
                    self.wait(&shutdown).await;
                }
                Ok(claims) => {
                    self.wake.is_busy(channel);
                    let sent = self.send_all(claims, places, &deliveries, &shutdown).await;
                    blind = if sent { 0 } else { blind + 1 };
                }
                Err(error) => {
                    tracing::warn!(%error, "sender.claim.failed");
                    blind += 1;
                }
            }
        }
        deliveries.close();
        deliveries.wait().await;
        self.courier.carrier.close().await;
    }

    /// Troubles in a row, with the server or with intake and the database.
    fn trouble(&self, blind: u32) -> u32 {
        self.courier.carrier.trouble().max(blind)
    }

    /// Waits for the places of a whole batch; `None` at the stop.
    async fn places(
        &self,
        places: &Arc<Semaphore>,
        shutdown: &Shutdown,
    ) -> Option<OwnedSemaphorePermit> {
        let batch = u32::try_from(self.batch).ok()?;
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => None,
            taken = Arc::clone(places).acquire_many_owned(batch) => taken.ok(),
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Claim>, sqlx::Error> {
        points::hit("sender.claim.before").await;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let carrier = &self.courier.carrier;
        let pool = carrier.ledger().pool();
        let claims = claims::claim(pool, carrier.channel(), limit, self.lease).await?;
        points::hit("sender.claim.after").await;
        Ok(claims)
    }

    /// Sends each claim on a task of its own. Says whether the contacts could be had.
    async fn send_all(
        &self,
        claims: Vec<Claim>,
        mut places: OwnedSemaphorePermit,
        deliveries: &TaskTracker,
        shutdown: &Shutdown,
    ) -> bool {
        let claimed_at = Instant::now();
        let mut found = match contacts(&self.directory, &claims).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "sender.contacts.failed");
                for claim in &claims {
                    let later = BrokenOff::Later(Reason::ContactsUnavailable);
                    self.courier.give_back(claim, later).await;
                }
                return false;
            }
        };
        points::hit("sender.contacts.after").await;
        let mut obstacles = match self.courier.carrier.obstacles(&claims, &found).await {
            Ok(obstacles) => obstacles,
            Err(error) => {
                tracing::warn!(%error, "sender.obstacles.failed");
                for claim in &claims {
                    self.courier.give_back(claim, BrokenOff::Untried).await;
                }
                return false;
            }
        };
        points::hit("sender.obstacles.after").await;
        for mut claim in claims {
            claim.obstacle = obstacles.remove(&claim.message_id);
            let reach = found.remove(&claim.message_id);
            let parcel = Parcel {
                claim,
                reach,
                claimed_at,
                place: places.split(1),
            };
            deliveries.spawn(self.courier.another().bring(parcel, shutdown.clone()));
        }
        true
    }

    async fn wait(&self, shutdown: &Shutdown) {
        tokio::select! {
            () = shutdown.soft.cancelled() => {}
            () = tokio::time::sleep(self.poll) => {}
            () = self.wake.of(self.courier.carrier.channel()).notified() => tokio::time::sleep(SETTLE).await,
        }
    }

    /// Pauses, longer with every failure in a row; says whether to go on.
    async fn pause(&self, failures: u32, shutdown: &Shutdown) -> bool {
        let pause = FIRST_PAUSE
            .saturating_mul(1 << failures.min(10))
            .min(LONGEST_PAUSE);
        let pause = self.courier.carrier.ledger().ids().jittered(pause);
        tokio::select! {
            () = shutdown.soft.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}
