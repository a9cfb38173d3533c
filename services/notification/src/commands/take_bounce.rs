//! Takes what came back over a mail's return path: the message hears of it, and where nobody reads at an
//! address any more, or somebody complains, nothing more is written there.

use uuid::Uuid;
use winner_messaging::{Ledger, Origin, OutboxError, Unit};
use winner_notification_core::mail::bounce::{Bounce, Kind, Status};

use crate::commands::fate;
use crate::domain::evidence::Evidence;
use crate::domain::message::State;
use crate::domain::returned::{self, LATEST};
use crate::store::bounces::{self, Heard};
use crate::store::claims::InFlight;
use crate::store::mail_addresses;
use crate::store::states::{self, Change};

/// Why it could not be taken; it may be taken again.
#[derive(Debug, thiserror::Error)]
pub enum TakeBounceError {
    /// The database's.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
    /// An event could not be written.
    #[error("an event could not be written")]
    Outbox(#[from] OutboxError),
}

/// Takes a report about a message. While the message is in a sender's hands it is kept, and
/// [`hear_again`] takes it up; the address is not written to any more at once.
///
/// # Errors
/// [`TakeBounceError`]: nothing was recorded.
pub async fn take_bounce(
    ledger: &Ledger,
    message_id: Uuid,
    bounce: &Bounce,
) -> Result<(), TakeBounceError> {
    if bounce.kind == Kind::NotABounce {
        tracing::info!(%message_id, "bounce.none");
        return Ok(());
    }
    let mut unit = begin(ledger).await?;
    let Some(message) = bounces::lock_message(unit.conn(), message_id).await? else {
        tracing::info!(%message_id, "bounce.message.gone");
        return Ok(());
    };
    let applied = !is_in_hands(&message.state);
    let heard = Heard {
        bounce_id: ledger.ids().uuid(),
        message_id,
        kind: bounce.kind,
        status: bounce.status.map(|status| status.to_string()),
        applied,
    };
    bounces::keep(unit.conn(), &heard).await?;
    if applied {
        tell(&mut unit, ledger, message, &[(bounce.kind, bounce.status)]).await?;
    }
    suppress(&mut unit, message_id, bounce.kind).await?;
    unit.commit().await?;
    tracing::info!(%message_id, kind = bounces::code(bounce.kind), status = heard.status, "bounce.taken");
    Ok(())
}

/// Lets messages hear of reports that came while they were in a sender's hands; says of how many.
///
/// # Errors
/// [`TakeBounceError`]: the rest is looked at again.
pub async fn hear_again(ledger: &Ledger, limit: i64) -> Result<usize, TakeBounceError> {
    let waiting = bounces::waiting(ledger.pool(), limit).await?;
    for message_id in &waiting {
        let mut unit = begin(ledger).await?;
        let found = bounces::lock_message(unit.conn(), *message_id).await?;
        let Some(message) = found.filter(|message| !is_in_hands(&message.state)) else {
            continue;
        };
        let heard = bounces::take(unit.conn(), *message_id).await?;
        tell(&mut unit, ledger, message, &heard).await?;
        unit.commit().await?;
    }
    Ok(waiting.len())
}

async fn begin(ledger: &Ledger) -> Result<Unit, sqlx::Error> {
    ledger.begin(Origin::job("bounce.take", ledger.ids())).await
}

const fn is_in_hands(state: &State) -> bool {
    matches!(state, State::Claimed(_) | State::Committing(_))
}

async fn tell(
    unit: &mut Unit,
    ledger: &Ledger,
    message: InFlight,
    heard: &[(Kind, Option<Status>)],
) -> Result<(), TakeBounceError> {
    let mut state = message.state.clone();
    let mut changed = false;
    for (kind, status) in heard {
        let Some(receipt) = returned::receipt(*kind, *status) else {
            continue;
        };
        state = match state.receive(receipt) {
            Ok(state) => {
                changed = true;
                state
            }
            Err(state) => state,
        };
    }
    if !changed {
        return Ok(());
    }
    let change = Change {
        message_id: message.message_id,
        state: state.clone(),
        phase: None,
        evidence: Evidence::default(),
    };
    states::save(unit.conn(), &[change], ledger.clock().business()).await?;
    fate::tell_all(unit, [((&message).into(), &state)]).await?;
    Ok(())
}

async fn suppress(unit: &mut Unit, message_id: Uuid, kind: Kind) -> Result<(), sqlx::Error> {
    let softly = if kind == Kind::Soft {
        mail_addresses::came_back_softly(unit.conn(), message_id, LATEST).await?
    } else {
        Vec::new()
    };
    let Some(reason) = returned::suppression(kind, &softly) else {
        return Ok(());
    };
    if mail_addresses::suppress(unit.conn(), message_id, reason).await? {
        tracing::info!(%message_id, reason = reason.code(), "address.suppressed");
    }
    Ok(())
}
