//! Records that points of no return are crossed, as many in one commit as wait for it.
//!
//! Each message has its own point, but a commit a message is what a disk is slowest at. While one commit
//! is under way those that come meanwhile gather, and go together in the next.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::domain::message::Fence;
use crate::store::claims;

/// Most points in one commit.
const BATCH: usize = 200;

/// A point could not be recorded; whether it was is not known. The caller breaks off.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CrossingError {
    /// The database's.
    #[error("the point of no return could not be recorded")]
    Store(#[source] Arc<sqlx::Error>),
    /// Nobody records any more: the process ends.
    #[error("points of no return are recorded no more")]
    Ended,
}

/// Where points of no return are recorded. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Crossing(mpsc::Sender<Asked>);

#[derive(Debug)]
struct Asked {
    claim: (Uuid, Fence),
    answer: oneshot::Sender<Result<bool, CrossingError>>,
}

impl Crossing {
    /// The crossing, and what must run for it: it ends when every clone is gone. Claims that crossed have
    /// leases of `lease`.
    pub fn new(pool: PgPool, lease: Duration) -> (Self, impl Future<Output = ()> + Send) {
        let (asking, asked) = mpsc::channel(BATCH);
        (Self(asking), record(pool, lease, asked))
    }

    /// Records that this claim crosses now, durably before it returns. `false` where the claim is
    /// another's by now.
    ///
    /// # Errors
    /// [`CrossingError`]: the caller breaks off.
    pub async fn cross(&self, claim: (Uuid, Fence)) -> Result<bool, CrossingError> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { claim, answer };
        let heard = self.0.send(asked).await;
        heard.map_err(|_| CrossingError::Ended)?;
        answered.await.map_err(|_| CrossingError::Ended)?
    }
}

async fn record(pool: PgPool, lease: Duration, mut asked: mpsc::Receiver<Asked>) {
    let mut batch = Vec::with_capacity(BATCH);
    while asked.recv_many(&mut batch, BATCH).await > 0 {
        let claims: Vec<_> = batch.iter().map(|asked: &Asked| asked.claim).collect();
        let crossed = claims::cross(&pool, &claims, lease)
            .await
            .map_err(|error| CrossingError::Store(Arc::new(error)));
        for Asked { claim, answer } in batch.drain(..) {
            let told = crossed.clone().map(|crossed| crossed.contains(&claim.1));
            if answer.send(told).is_err() {
                // Its sender was stopped: it writes no dot, and the lease tells.
                tracing::debug!(message_id = %claim.0, "message.cross.unheard");
            }
        }
    }
}
