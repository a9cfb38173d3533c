//! Takes receipts: what providers, and mails that come back, say of messages that had gone out.
//!
//! A receipt may come before the answer that it belongs to is committed, twice, out of order, or for
//! nothing of ours. So each is kept by the name that it gives its message, and taken when the message is
//! known and out of its sender's hands: at once, with the sender's report, or a little later.

use uuid::Uuid;
use winner_messaging::{Ledger, Origin, Unit};
use winner_platform::BusinessTime;

use crate::commands::conclude::ConcludeError;
use crate::commands::fate;
use crate::domain::evidence::Evidence;
use crate::domain::heard::Heard;
use crate::store::states::{self, Change};
use crate::store::{claims, receipts};

/// Receipts per transaction.
const BATCH: usize = 500;
/// Receipts wait for their message no longer.
const DAYS: i32 = 7;

/// Takes receipts, and says how many messages they told something new.
///
/// # Errors
/// [`ConcludeError`]: some may not have been taken; all may be given again.
pub async fn receive(ledger: &Ledger, heard: &[Heard]) -> Result<usize, ConcludeError> {
    let mut told = 0;
    for batch in heard.chunks(BATCH) {
        let origin = Origin::job("message.receive", ledger.ids());
        let mut unit = ledger.begin(origin).await?;
        let meant = receipts::meant(unit.conn(), batch).await?;
        claims::lock_all(unit.conn(), &meant).await?;
        receipts::keep(unit.conn(), batch).await?;
        told += join(&mut unit, &meant, ledger.clock().business()).await?;
        unit.commit().await?;
    }
    Ok(told)
}

/// Takes receipts that came just as their sender reported, and forgets what waits in vain. Says how many
/// messages were told something new.
///
/// # Errors
/// [`ConcludeError`]
pub async fn catch_up(ledger: &Ledger) -> Result<usize, ConcludeError> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let left = receipts::left_waiting(ledger.pool(), limit).await?;
    let mut told = 0;
    if !left.is_empty() {
        let origin = Origin::job("message.receive", ledger.ids());
        let mut unit = ledger.begin(origin).await?;
        told = join(&mut unit, &left, ledger.clock().business()).await?;
        unit.commit().await?;
    }
    let forgotten = receipts::forget(ledger.pool(), DAYS, receipts::MOST_WAITING).await?;
    if forgotten > 0 {
        tracing::warn!(forgotten, "receipts.forgotten");
    }
    Ok(told)
}

/// Takes the receipts that wait for these messages. Says how many messages they told something new.
///
/// # Errors
/// [`ConcludeError`]
pub(super) async fn join(
    unit: &mut Unit,
    messages: &[Uuid],
    now: BusinessTime,
) -> Result<usize, ConcludeError> {
    if messages.is_empty() {
        return Ok(0);
    }
    let locked = claims::lock_all(unit.conn(), messages).await?;
    let mut waiting = receipts::take(unit.conn(), messages).await?;
    let (mut changes, mut told) = (Vec::new(), Vec::new());
    for message in locked {
        let Some(heard) = waiting.remove(&message.message_id) else {
            continue;
        };
        let before = message.state.clone();
        let state = heard.into_iter().fold(before.clone(), |state, receipt| {
            match state.receive(receipt) {
                Ok(state) | Err(state) => state,
            }
        });
        if state == before {
            continue;
        }
        tracing::info!(
            message_id = %message.message_id,
            template = message.template,
            state = states::code(&state),
            "message.received"
        );
        changes.push(Change {
            message_id: message.message_id,
            state: state.clone(),
            phase: None,
            evidence: Evidence::default(),
        });
        told.push((message, state));
    }
    if !changes.is_empty() {
        states::save(unit.conn(), &changes, now).await?;
        let fates = told.iter().map(|(message, state)| (message.into(), state));
        fate::tell_all(unit, fates).await?;
    }
    Ok(changes.len())
}
