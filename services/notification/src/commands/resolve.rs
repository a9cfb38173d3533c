//! An organiser settles a message whose fate is unknown: it went out, it is to be sent again, or it is
//! not to be sent.

use uuid::Uuid;
use winner_messaging::once::Begun;
use winner_messaging::{Ledger, OutboxError, RequestError};
use winner_proto::notification::v1 as wire;

use crate::commands::fate::{self, About};
use crate::domain::evidence::Evidence;
use crate::domain::message::{Resolution, State};
use crate::queries::message;
use crate::store::claims;
use crate::store::states::{self, Change};

/// What to settle.
#[derive(Debug)]
pub struct Resolve<'a> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The message.
    pub message_id: Uuid,
    /// How.
    pub resolution: Resolution,
    /// The request as it came, for retries.
    pub request: &'a wire::ResolveMessageRequest,
}

/// Why a message was not settled.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// There is no such message in this edition.
    #[error("there is no such message")]
    NotFound,
    /// Its fate is known.
    #[error("the message is not unknown")]
    NotUnknown,
    /// The request cannot be taken.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The database's.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
    /// An event could not be written.
    #[error("an event could not be written")]
    Outbox(#[from] OutboxError),
}

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.MessageService/ResolveMessage";

/// Settles an unknown message. A retry returns the same answer.
///
/// # Errors
/// [`ResolveError`]
pub async fn resolve(ledger: &Ledger, cmd: Resolve<'_>) -> Result<wire::Message, ResolveError> {
    let request_id = &cmd.request.request_id;
    let begun = ledger
        .begin_request(cmd.caller, METHOD, request_id, cmd.request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(message) => return Ok(message),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let locked = claims::lock_one(unit.conn(), cmd.edition_id, cmd.message_id).await?;
    let found = locked.ok_or(ResolveError::NotFound)?;
    let State::Unknown(unknown) = found.state.clone() else {
        return Err(ResolveError::NotUnknown);
    };
    let state = unknown.settle(cmd.resolution);
    let change = Change {
        message_id: cmd.message_id,
        state: state.clone(),
        phase: None,
        evidence: Evidence::default(),
    };
    states::save(unit.conn(), &[change], ledger.clock().business()).await?;
    fate::tell_all(&mut unit, [(About::from(&found), &state)]).await?;
    let answer = message::read(unit.conn(), cmd.edition_id, cmd.message_id)
        .await?
        .ok_or(ResolveError::NotFound)?;
    let answer = unit.finish_request(guard, answer).await?;
    tracing::info!(
        message_id = %cmd.message_id,
        edition_id = cmd.edition_id,
        state = states::code(&state),
        "message.resolved"
    );
    Ok(answer)
}
