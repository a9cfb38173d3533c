//! What the commands of an organiser about one message share: the request takes effect once, the message
//! is locked, its new state is saved, told and answered.

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;
use winner_messaging::once::Begun;
use winner_messaging::{Ledger, OutboxError, RequestError, RequestGuard, Unit};
use winner_proto::notification::v1 as wire;

use crate::commands::fate::{self, About};
use crate::domain::evidence::Evidence;
use crate::domain::message::State;
use crate::queries::message;
use crate::store::claims::InFlight;
use crate::store::decisions;
use crate::store::states::{self, Change};

/// A request about one message.
#[derive(Debug)]
pub struct Asked<'a, R> {
    /// Who asks, as a key for retries.
    pub caller: &'a str,
    /// The edition.
    pub edition_id: &'a str,
    /// The message.
    pub message_id: Uuid,
    /// Makes a retry harmless.
    pub request_id: &'a str,
    /// The request as it came, for retries.
    pub request: &'a R,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such message in this edition.
    #[error("there is no such message")]
    NotFound,
    /// Its fate is known, so there is nothing to settle.
    #[error("the message is not unknown")]
    NotUnknown,
    /// It is past the point of no return, or will not go out anyway.
    #[error("the message cannot be stopped")]
    NotStoppable,
    /// It waits, may be out, or has arrived.
    #[error("the message cannot be sent again")]
    NotResendable,
    /// Its recipient's address could not be asked for.
    #[error("the recipient's address could not be asked for")]
    Contacts(#[from] crate::directory::DirectoryError),
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

/// What became of beginning.
#[derive(Debug)]
pub enum Opened {
    /// It was done before; this was the answer.
    Answered(wire::Message),
    /// Decide, then [`Open::become_now`].
    Fresh(Open),
}

/// A message that is locked until a decision about it is made.
#[derive(Debug)]
pub struct Open {
    unit: Unit,
    guard: RequestGuard,
    found: InFlight,
}

/// Claims a request and locks its message.
///
/// # Errors
/// [`ChangeError`]
pub async fn open<R: Serialize + Sync>(
    ledger: &Ledger,
    method: &'static str,
    asked: &Asked<'_, R>,
) -> Result<Opened, ChangeError> {
    let begun = ledger
        .begin_request(asked.caller, method, asked.request_id, asked.request)
        .await?;
    let (mut unit, guard) = match begun {
        Begun::Answered(message) => return Ok(Opened::Answered(message)),
        Begun::Fresh(unit, guard) => (unit, guard),
    };
    let locked = decisions::lock_one(unit.conn(), asked.edition_id, asked.message_id).await?;
    let found = locked.ok_or(ChangeError::NotFound)?;
    Ok(Opened::Fresh(Open { unit, guard, found }))
}

impl Open {
    /// The message as it stands.
    pub const fn found(&self) -> &InFlight {
        &self.found
    }

    /// The connection, for what belongs to the decision.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.unit.conn()
    }

    /// Makes the decision true, and answers with the message.
    ///
    /// # Errors
    /// [`ChangeError`]
    pub async fn become_now(
        self,
        ledger: &Ledger,
        state: State,
    ) -> Result<wire::Message, ChangeError> {
        let Self {
            mut unit,
            guard,
            found,
        } = self;
        let (edition_id, message_id) = (found.edition_id.clone(), found.message_id);
        if matches!(state, State::Queued(_)) {
            decisions::let_go_again(unit.conn(), message_id).await?;
        }
        let change = Change {
            message_id,
            state: state.clone(),
            // A claim that is taken away ends its attempt; any other attempt has ended before.
            phase: matches!(found.state, State::Claimed(_)).then_some("claimed"),
            evidence: Evidence::default(),
        };
        states::save(unit.conn(), &[change], ledger.clock().business()).await?;
        fate::tell_all(&mut unit, [(About::from(&found), &state)]).await?;
        let answer = message::read(unit.conn(), &edition_id, message_id)
            .await?
            .ok_or(ChangeError::NotFound)?;
        let answer = unit.finish_request(guard, answer).await?;
        tracing::info!(%message_id, edition_id, state = states::code(&state), "message.decided");
        Ok(answer)
    }
}
