//! Finds messages whose sender did not report before its lease ran out, and decides by the phase that
//! was recorded: before the point of no return they wait for their turn again, past it they are unknown.

use winner_messaging::{Ledger, Origin};

use crate::commands::conclude::ConcludeError;
use crate::commands::fate;
use crate::domain::evidence::Evidence;
use crate::domain::message::State;
use crate::points;
use crate::store::claims;
use crate::store::states::{self, Change};

/// Messages per transaction: as many settled means that there may be more.
pub const FULL: usize = 200;

/// Settles lapsed leases; says how many.
///
/// # Errors
/// [`ConcludeError`]: nothing was recorded.
pub async fn reap(ledger: &Ledger) -> Result<usize, ConcludeError> {
    let mut unit = ledger
        .begin(Origin::job("message.reap", ledger.ids()))
        .await?;
    let lapsed = claims::lock_lapsed(unit.conn(), i64::try_from(FULL).unwrap_or(i64::MAX)).await?;
    let mut changes = Vec::with_capacity(lapsed.len());
    let mut told = Vec::new();
    for message in lapsed {
        let (state, phase) = match message.state.clone() {
            State::Claimed(sending) => (State::Queued(sending.lapse()), "claimed"),
            State::Committing(sending) => (State::Unknown(sending.lapse()), "committing"),
            _ => continue,
        };
        tracing::warn!(
            message_id = %message.message_id,
            state = states::code(&state),
            "message.lease.lapsed"
        );
        changes.push(Change {
            message_id: message.message_id,
            state: state.clone(),
            phase: Some(phase),
            evidence: Evidence::default(),
        });
        told.push((message, state));
    }
    if changes.is_empty() {
        return Ok(0);
    }
    states::save(unit.conn(), &changes, ledger.clock().business()).await?;
    points::hit("reap.save.after").await;
    let changed = told.iter().map(|(message, state)| (message.into(), state));
    fate::tell_all(&mut unit, changed).await?;
    unit.commit().await?;
    points::hit("reap.commit.after").await;
    Ok(changes.len())
}
