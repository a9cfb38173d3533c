//! Takes receipts. Each is kept before anything else, because it may come before the answer to its message
//! is recorded, twice, or about a message that nobody knows; then it is held against the messages there
//! are, and what is known of a message only grows.

use std::collections::HashMap;

use uuid::Uuid;
use winner_messaging::{Ledger, Origin};

use crate::commands::conclude::ConcludeError;
use crate::commands::fate;
use crate::domain::channel::Channel;
use crate::domain::evidence::Evidence;
use crate::domain::message::State;
use crate::store::claims::InFlight;
use crate::store::receipts::{self, Heard, Waiting};
use crate::store::states::{self, Change};

/// Receipts looked at in one transaction: as many looked at means that there may be more.
pub const FULL: usize = 200;

/// Keeps receipts of one provider. `false` where too many wait for their messages already: the provider
/// must come again.
///
/// # Errors
/// The database's.
pub async fn receive(
    ledger: &Ledger,
    channel: Channel,
    route: &str,
    heard: Vec<Heard>,
) -> Result<bool, sqlx::Error> {
    let heard: Vec<(Uuid, Heard)> = heard
        .into_iter()
        .map(|one| (ledger.ids().uuid(), one))
        .collect();
    receipts::keep(ledger.pool(), channel, route, &heard).await
}

/// Holds receipts that wait against the messages there are. Says how many were looked at.
///
/// # Errors
/// [`ConcludeError`]: nothing was recorded.
pub async fn settle(ledger: &Ledger) -> Result<usize, ConcludeError> {
    let mut unit = ledger
        .begin(Origin::job("message.receive", ledger.ids()))
        .await?;
    let limit = i64::try_from(FULL).unwrap_or(i64::MAX);
    let waiting = receipts::look(unit.conn(), limit).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let messages: Vec<Uuid> = waiting.iter().filter_map(|one| one.message_id).collect();
    let locked = receipts::lock_messages(unit.conn(), &messages).await?;
    let mut known: HashMap<Uuid, (InFlight, bool)> = locked
        .into_iter()
        .map(|message| (message.message_id, (message, false)))
        .collect();
    let (mut settled, mut again) = (Vec::new(), Vec::new());
    for one in &waiting {
        let id = one.receipt_id;
        if hold(one, &mut known) {
            settled.push(id);
        } else {
            again.push(id);
        }
    }
    let moved: Vec<InFlight> = known
        .into_values()
        .filter_map(|(message, changed)| changed.then_some(message))
        .collect();
    let changes: Vec<Change> = moved.iter().map(change).collect();
    states::save(unit.conn(), &changes, ledger.clock().business()).await?;
    receipts::put_back(unit.conn(), &settled, &again).await?;
    let told = moved.iter().map(|message| (message.into(), &message.state));
    fate::tell_all(&mut unit, told).await?;
    unit.commit().await?;
    for message in &moved {
        let state = states::code(&message.state);
        tracing::info!(message_id = %message.message_id, state, "message.received");
    }
    Ok(waiting.len())
}

/// Holds a receipt against its message, which it may change. Says whether it is done with.
fn hold(one: &Waiting, known: &mut HashMap<Uuid, (InFlight, bool)>) -> bool {
    let Some((message, changed)) = one.message_id.and_then(|id| known.get_mut(&id)) else {
        return false;
    };
    if one.outdated {
        return true;
    }
    match message.state.clone().receive(one.receipt) {
        Ok(state) => {
            message.state = state;
            *changed = true;
            true
        }
        // In a sender's hands, or before them, it has not reported yet.
        Err(State::Claimed(_) | State::Committing(_) | State::Queued(_) | State::Held(_)) => false,
        Err(_) => true,
    }
}

fn change(message: &InFlight) -> Change {
    Change {
        message_id: message.message_id,
        state: message.state.clone(),
        phase: None,
        evidence: Evidence::default(),
    }
}
