//! Books SMS against the caps and records their points of no return, as many in one transaction as wait
//! for it. What is booked has crossed, and what has crossed is booked: the two are one commit, and all
//! copies of this service book one after another.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use time::UtcOffset;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;
use winner_notification_core::sms::caps::{Capped, Caps, NumberHash};
use winner_notification_core::sms::hours::Hours;

use super::crossing::CrossingError;
use crate::domain::message::Fence;
use crate::domain::reason::Reason;
use crate::store::claims;
use crate::store::sms_uses::{self, Use};

/// Most SMS in one commit.
const BATCH: usize = 200;
/// Jakarta, whose days the money is counted by.
const WIB: i8 = 7;

/// What became of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// The point of no return is crossed, and the SMS counts.
    Crossed,
    /// The claim is another's by now.
    Lost,
    /// A cap keeps it back for so long.
    Capped(Duration),
    /// Nothing is sent to this number.
    Suppressed(Reason),
}

/// An SMS that is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct Booking {
    /// The message.
    pub message_id: Uuid,
    /// The token of its claim.
    pub fence: Fence,
    /// Its number.
    pub number: NumberHash,
    /// What it costs, in rupiah.
    pub rupiah: u64,
}

#[derive(Debug)]
struct Asked {
    booking: Booking,
    answer: oneshot::Sender<Result<Booked, CrossingError>>,
}

/// Where SMS are booked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bookings(mpsc::Sender<Asked>);

impl Bookings {
    /// The bookings, and what must run for them: it ends when every clone is gone. Claims that crossed
    /// have leases of `lease`.
    pub fn new(
        pool: PgPool,
        caps: Caps,
        lease: Duration,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (asking, asked) = mpsc::channel(BATCH);
        (Self(asking), record(pool, caps, lease, asked))
    }

    /// Books one, durably before it returns.
    ///
    /// # Errors
    /// [`CrossingError`]: whether it was booked is not known. The caller breaks off.
    pub async fn book(&self, booking: Booking) -> Result<Booked, CrossingError> {
        let (answer, answered) = oneshot::channel();
        let heard = self.0.send(Asked { booking, answer }).await;
        heard.map_err(|_| CrossingError::Ended)?;
        answered.await.map_err(|_| CrossingError::Ended)?
    }
}

async fn record(pool: PgPool, caps: Caps, lease: Duration, mut asked: mpsc::Receiver<Asked>) {
    let mut batch = Vec::with_capacity(BATCH);
    while asked.recv_many(&mut batch, BATCH).await > 0 {
        let bookings: Vec<Booking> = batch.iter().map(|asked| asked.booking).collect();
        let booked = book(&pool, &caps, lease, &bookings)
            .await
            .map_err(|error| CrossingError::Store(Arc::new(error)));
        for (place, Asked { booking, answer }) in batch.drain(..).enumerate() {
            let told = booked
                .clone()
                .map(|booked| booked.get(place).copied().unwrap_or(Booked::Lost));
            if answer.send(told).is_err() {
                // Its sender was stopped: it sends nothing, and the lease tells.
                tracing::debug!(message_id = %booking.message_id, "message.book.unheard");
            }
        }
    }
}

/// Why a booking is refused.
#[derive(Debug, Clone, Copy)]
enum Refused {
    Suppressed(Reason),
    Capped(Capped),
}

/// What became of each booking, in their order.
async fn book(
    pool: &PgPool,
    caps: &Caps,
    lease: Duration,
    bookings: &[Booking],
) -> Result<Vec<Booked>, sqlx::Error> {
    let mut tx = sms_uses::begin(pool).await?;
    let numbers: Vec<NumberHash> = bookings.iter().map(|one| one.number).collect();
    let lately = sms_uses::lately(&mut tx, &numbers).await?;
    let (mut book, now) = (lately.book, lately.now);
    let wib = UtcOffset::from_hms(WIB, 0, 0).unwrap_or(UtcOffset::UTC);
    let verdicts: Vec<Result<(), Refused>> = bookings
        .iter()
        .map(|one| match lately.suppressed.get(&one.number) {
            Some(reason) => Err(Refused::Suppressed(*reason)),
            None => book
                .book(caps, one.number, one.rupiah, now)
                .map_err(Refused::Capped),
        })
        .collect();
    let free: Vec<&Booking> = bookings
        .iter()
        .zip(&verdicts)
        .filter_map(|(one, verdict)| verdict.is_ok().then_some(one))
        .collect();
    let claims: Vec<_> = free.iter().map(|one| (one.message_id, one.fence)).collect();
    let crossed = claims::cross(&mut *tx, &claims, lease).await?;
    let uses: Vec<Use> = free
        .iter()
        .filter(|one| crossed.contains(&one.fence))
        .map(|one| Use {
            fence: one.fence,
            number: one.number,
            rupiah: one.rupiah,
        })
        .collect();
    if !uses.is_empty() {
        sms_uses::note(&mut tx, &uses, now, now.to_offset(wib).date()).await?;
    }
    tx.commit().await?;
    let until = |moment: time::OffsetDateTime| Duration::try_from(moment - now).unwrap_or_default();
    Ok(bookings
        .iter()
        .zip(verdicts)
        .map(|(one, verdict)| match verdict {
            Ok(()) if crossed.contains(&one.fence) => Booked::Crossed,
            Ok(()) => Booked::Lost,
            Err(Refused::Suppressed(reason)) => Booked::Suppressed(reason),
            Err(Refused::Capped(Capped::Number { until: free })) => Booked::Capped(until(free)),
            Err(Refused::Capped(Capped::Cost)) => {
                tracing::error!(message_id = %one.message_id, "texting.day_spent");
                Booked::Capped(until(Hours::next_day(now, wib)))
            }
        })
        .collect())
}
