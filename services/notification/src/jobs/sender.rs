//! Takes messages whose turn has come, as many as there are free connections, and sends them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_platform::Shutdown;

use super::delivery::{Desk, ended};
use crate::commands::conclude::Ended;
use crate::directory::{Directory, DirectoryError, Reach};
use crate::domain::message::BrokenOff;
use crate::domain::reason::Reason;
use crate::points;
use crate::store::claims::{self, Claim};
use crate::store::messages::Recipient;

/// The longest pause while the relay, intake or the database is in trouble.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The first one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// What woke us may be committed a moment later.
const SETTLE: Duration = Duration::from_millis(10);

/// Sends what waits.
pub struct Sending {
    /// What every delivery needs.
    pub desk: Arc<Desk>,
    /// How people are reached.
    pub directory: Directory,
    /// Where reports go.
    pub reports: mpsc::Sender<Ended>,
    /// Tells that there may be something to do.
    pub wake: Arc<Notify>,
    /// How many messages are sent at once.
    pub connections: usize,
    /// How long a claim lasts up to the point of no return.
    pub lease: Duration,
    /// How often the queue is looked at when nothing wakes us.
    pub poll: Duration,
}

impl Sending {
    /// Sends until `shutdown`: at its soft stage nothing new is claimed and what is being sent is
    /// finished; at its hard stage it is let go, and its leases tell what became of it.
    pub async fn run(self, shutdown: Shutdown) {
        let slots = Arc::new(Semaphore::new(self.connections));
        let deliveries = TaskTracker::new();
        let mut blind = 0_u32;
        while let Some(free) = self.free_slots(&slots, &shutdown).await {
            let trouble = self.desk.trouble.load(Ordering::Relaxed).max(blind);
            if trouble > 0 && !self.pause(trouble, &shutdown).await {
                break;
            }
            // In trouble, one message finds out whether it is over.
            let limit = if trouble > 0 { 1 } else { free.len() };
            match self.claim(limit).await {
                Ok(claims) if claims.is_empty() => {
                    blind = 0;
                    drop(free);
                    self.wait(&shutdown).await;
                }
                Ok(claims) => {
                    blind = if self.send_all(claims, free, &deliveries, &shutdown).await {
                        0
                    } else {
                        blind + 1
                    };
                }
                Err(error) => {
                    tracing::warn!(%error, "sender.claim.failed");
                    blind += 1;
                }
            }
        }
        deliveries.close();
        deliveries.wait().await;
        self.desk.relay.close().await;
    }

    /// Waits for a free slot and takes all that are free; `None` at the stop.
    async fn free_slots(
        &self,
        slots: &Arc<Semaphore>,
        shutdown: &Shutdown,
    ) -> Option<Vec<OwnedSemaphorePermit>> {
        let first = tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return None,
            first = Arc::clone(slots).acquire_owned() => first.ok()?,
        };
        let mut free = vec![first];
        while let Ok(next) = Arc::clone(slots).try_acquire_owned() {
            free.push(next);
        }
        Some(free)
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Claim>, sqlx::Error> {
        points::hit("sender.claim.before").await;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let claims = claims::claim(self.desk.ledger.pool(), limit, self.lease).await?;
        points::hit("sender.claim.after").await;
        Ok(claims)
    }

    /// Sends each claim on a task of its own. Says whether the contacts could be had.
    async fn send_all(
        &self,
        claims: Vec<Claim>,
        free: Vec<OwnedSemaphorePermit>,
        deliveries: &TaskTracker,
        shutdown: &Shutdown,
    ) -> bool {
        let mut contacts = match self.contacts(&claims).await {
            Ok(contacts) => contacts,
            Err(error) => {
                tracing::warn!(%error, "sender.contacts.failed");
                for claim in &claims {
                    let later = BrokenOff::Later(Reason::ContactsUnavailable);
                    self.report(ended(claim, later, false, None)).await;
                }
                return false;
            }
        };
        points::hit("sender.contacts.after").await;
        for (claim, slot) in claims.into_iter().zip(free) {
            let reach = contacts.remove(&claim.message_id);
            let (desk, reports) = (Arc::clone(&self.desk), self.reports.clone());
            let hard = shutdown.hard.clone();
            deliveries.spawn(async move {
                let delivery = desk.deliver(claim, reach);
                let Some(Some(end)) = hard.run_until_cancelled(delivery).await else { return };
                if reports.send(end).await.is_err() {
                    tracing::warn!(message_id = %end.message_id, "message.report.unheard");
                }
                points::hit("sender.report.after").await;
                drop(slot);
            });
        }
        true
    }

    /// How the recipients of these claims are reached, by message.
    async fn contacts(&self, claims: &[Claim]) -> Result<HashMap<Uuid, Reach>, DirectoryError> {
        let (mut persons, mut memberships) = (Vec::new(), Vec::new());
        for claim in claims {
            match claim.recipient {
                Recipient::Person(id) => persons.push(id),
                Recipient::Membership(id) => memberships.push(id),
            }
        }
        for ids in [&mut persons, &mut memberships] {
            ids.sort_unstable();
            ids.dedup();
        }
        let (persons, memberships) =
            tokio::try_join!(self.directory.contacts(persons), self.directory.invited(memberships))?;
        Ok(claims
            .iter()
            .filter_map(|claim| {
                let found = match claim.recipient {
                    Recipient::Person(id) => persons.get(&id),
                    Recipient::Membership(id) => memberships.get(&id),
                };
                Some((claim.message_id, found?.clone()))
            })
            .collect())
    }

    async fn report(&self, end: Ended) {
        if self.reports.send(end).await.is_err() {
            tracing::warn!(message_id = %end.message_id, "message.report.unheard");
        }
    }

    async fn wait(&self, shutdown: &Shutdown) {
        tokio::select! {
            () = shutdown.soft.cancelled() => {}
            () = tokio::time::sleep(self.poll) => {}
            () = self.wake.notified() => tokio::time::sleep(SETTLE).await,
        }
    }

    /// Pauses, longer with every failure in a row; says whether to go on.
    async fn pause(&self, failures: u32, shutdown: &Shutdown) -> bool {
        let pause = FIRST_PAUSE.saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE);
        let pause = self.desk.ledger.ids().jittered(pause);
        tokio::select! {
            () = shutdown.soft.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}
