//! An organiser stops a mass mail half sent: every message of an event that has not passed the point of
//! no return.
//!
//! In batches, each a transaction of its own, so that senders and readers of thousands of messages wait for
//! none for long. A request that was broken off goes on under the same id where it stood. What is past the
//! point of no return is marked, and not tried again.

use winner_messaging::once::Begun;
use winner_messaging::{Ledger, Origin, OutboxError, RequestError};
use winner_proto::notification::v1 as wire;

use crate::domain::evidence::Evidence;
use crate::domain::message::State;
use crate::store::states::{self, Change};
use crate::store::stops::{self, Progress, Stop};

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.MessageService/StopMessages";
/// Messages per transaction.
pub const BATCH: i64 = 500;

/// Why messages were not stopped, or not all.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// The request cannot be taken.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The database's. What was stopped is stopped; a retry goes on.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
    /// An event could not be written.
    #[error("an event could not be written")]
    Outbox(#[from] OutboxError),
}

/// Stops messages, and says how many, and what could not be stopped. A retry returns the same answer.
///
/// # Errors
/// [`StopError`]
pub async fn stop(
    ledger: &Ledger,
    asked: &Stop<'_>,
    request: &wire::StopMessagesRequest,
) -> Result<wire::StopMessagesResponse, StopError> {
    let answered = ledger
        .answered_request(asked.caller, METHOD, asked.request_id, request)
        .await?;
    if let Some(answer) = answered {
        return Ok(answer);
    }
    while stop_some(ledger, asked, BATCH).await? {}
    let begun = ledger
        .begin_request(asked.caller, METHOD, asked.request_id, request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let Progress { stopped, .. } = stops::lock(unit.conn(), asked).await?;
    let beyond = stops::beyond(unit.conn(), asked).await?;
    stops::forget(unit.conn(), asked).await?;
    let answer = wire::StopMessagesResponse {
        stopped_count: stopped,
        sending_count: beyond.sending,
        sent_count: beyond.sent,
        unknown_count: beyond.unknown,
    };
    let answer = unit.finish_request(guard, answer).await?;
    tracing::info!(
        event_id = %asked.event_id,
        edition_id = asked.edition_id,
        stopped,
        sending = beyond.sending,
        sent = beyond.sent,
        unknown = beyond.unknown,
        "messages.stopped"
    );
    Ok(answer)
}

/// Stops the next messages, at most `limit`. Says whether there may be more.
///
/// # Errors
/// [`StopError`]
pub async fn stop_some(ledger: &Ledger, asked: &Stop<'_>, limit: i64) -> Result<bool, StopError> {
    let mut unit = ledger.begin(Origin::request(asked.request_id)).await?;
    let mut progress = stops::lock(unit.conn(), asked).await?;
    let found = stops::lock_next(unit.conn(), asked, progress.done_up_to, limit).await?;
    let Some(last) = found.last() else {
        return Ok(false);
    };
    progress.done_up_to = last.message_id;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let (mut changes, mut marked) = (Vec::with_capacity(found.len()), Vec::new());
    for message in found {
        let claimed = matches!(message.state, State::Claimed(_));
        match message.state.stop() {
            Ok(state) => changes.push(Change {
                message_id: message.message_id,
                state,
                phase: claimed.then_some("claimed"),
                evidence: Evidence::default(),
            }),
            Err(State::Committing(_) | State::Unknown(_)) => marked.push(message.message_id),
            Err(_) => {}
        }
    }
    progress.stopped += i64::try_from(changes.len()).unwrap_or_default();
    states::save(unit.conn(), &changes, ledger.clock().business()).await?;
    stops::mark(unit.conn(), &marked).await?;
    stops::note(unit.conn(), asked, progress).await?;
    unit.commit().await?;
    Ok(full)
}
