//! States as rows: read into the domain's types, written back after a transition.

use sqlx::PgConnection;
use uuid::Uuid;
use winner_platform::BusinessTime;

use super::Unreadable;
use super::claims::{InFlight, interval};
use crate::domain::channel::Channel;
use crate::domain::evidence::Evidence;
use crate::domain::message::{
    BeforeCommit, Bounced, Committing, Fence, Held, Queued, Sending, Sent, State, Unknown,
};
use crate::domain::reason::Reason;

/// The columns that hold a state.
#[derive(Debug)]
pub(super) struct StateRow {
    pub(super) message_id: Uuid,
    pub(super) edition_id: String,
    pub(super) template: String,
    pub(super) channel: String,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    pub(super) attempt: i32,
    pub(super) fence: Option<i64>,
    pub(super) phase: Option<String>,
    pub(super) stopped: bool,
}

impl StateRow {
    pub(super) fn in_flight(self) -> Result<InFlight, sqlx::Error> {
        let state = self.read()?;
        let channel = Channel::from_code(&self.channel).ok_or(Unreadable {
            message_id: self.message_id,
            column: "channel",
        })?;
        Ok(InFlight {
            message_id: self.message_id,
            edition_id: self.edition_id,
            template: self.template,
            channel,
            state,
            attempts: u32::try_from(self.attempt).unwrap_or_default(),
            stopped: self.stopped,
        })
    }

    fn read(&self) -> Result<State, Unreadable> {
        let unreadable = |column| Unreadable {
            message_id: self.message_id,
            column,
        };
        let attempt = u32::try_from(self.attempt).map_err(|_| unreadable("attempt"))?;
        let fence = || self.fence.map(Fence).ok_or_else(|| unreadable("fence"));
        let reason = || self.reason.as_deref().and_then(Reason::from_code);
        let needed = || reason().ok_or_else(|| unreadable("reason"));
        Ok(match (self.state.as_str(), self.phase.as_deref()) {
            ("held", _) => State::Held(Held {
                reason: needed()?,
                attempts: attempt,
            }),
            ("queued", _) => State::Queued(Queued {
                attempts: attempt,
                reason: reason(),
                wait: std::time::Duration::ZERO,
            }),
            ("sending", Some("claimed")) => {
                State::Claimed(Sending::<BeforeCommit>::restore(attempt, fence()?))
            }
            ("sending", Some("committing")) => {
                State::Committing(Sending::<Committing>::restore(attempt, fence()?))
            }
            ("unknown", _) => State::Unknown(Unknown {
                attempt,
                fence: fence()?,
                reason: needed()?,
            }),
            ("sent", _) => State::Sent(Sent { status_code: None }),
            ("delivered", _) => State::Delivered,
            ("bounced", _) => State::Bounced(Bounced { reason: needed()? }),
            ("failed", _) => State::Failed(needed()?),
            ("suppressed", _) => State::Suppressed(needed()?),
            ("cancelled", _) => State::Cancelled,
            ("expired", _) => State::Expired,
            _ => return Err(unreadable("state")),
        })
    }
}

/// A message's new state, and what the attempt that led there left behind.
#[derive(Debug, Clone)]
pub struct Change {
    /// The message.
    pub message_id: Uuid,
    /// Its new state.
    pub state: State,
    /// How far the attempt got; `None` where no attempt ended.
    pub phase: Option<&'static str>,
    /// What proves that attempt.
    pub evidence: Evidence,
}

/// A state's code, as stored.
pub const fn code(state: &State) -> &'static str {
    match state {
        State::Held(_) => "held",
        State::Queued(_) => "queued",
        State::Claimed(_) | State::Committing(_) => "sending",
        State::Unknown(_) => "unknown",
        State::Sent(_) => "sent",
        State::Delivered => "delivered",
        State::Bounced(_) => "bounced",
        State::Failed(_) => "failed",
        State::Suppressed(_) => "suppressed",
        State::Cancelled => "cancelled",
        State::Expired => "expired",
    }
}

/// Why a message stands in its state.
pub const fn reason(state: &State) -> Option<Reason> {
    match state {
        State::Held(held) => Some(held.reason),
        State::Queued(queued) => queued.reason,
        State::Unknown(unknown) => Some(unknown.reason),
        State::Failed(reason) | State::Suppressed(reason) => Some(*reason),
        State::Bounced(bounced) => Some(bounced.reason),
        State::Cancelled => Some(Reason::Organiser),
        State::Expired => Some(Reason::TooLate),
        State::Claimed(_) | State::Committing(_) | State::Sent(_) | State::Delivered => None,
    }
}

/// Writes the new states of locked messages, in one statement each for messages and attempts.
///
/// Only for messages that leave the hands of a sender: a claim is written by [`super::claims`].
///
/// # Errors
/// The database's.
pub async fn save(
    conn: &mut PgConnection,
    changes: &[Change],
    now: BusinessTime,
) -> Result<(), sqlx::Error> {
    let mut columns = Columns::default();
    for change in changes {
        columns.push(change)?;
    }
    sqlx::query!(
        r#"
        UPDATE notification.messages AS m
        SET    state        = n.state,
               reason       = n.reason,
               lease_until  = NULL,
               not_before   = clock_timestamp() + n.wait,
               sent_at      = CASE WHEN n.state = 'sent' THEN $5::timestamptz ELSE m.sent_at END,
               delivered_at = CASE WHEN n.state = 'delivered' THEN $5::timestamptz ELSE m.delivered_at END,
               provider_id  = coalesce(n.provider_id, m.provider_id),
               content_hash = coalesce(n.content_hash, m.content_hash)
        FROM   unnest($1::uuid[], $2::text[], $3::text[], $4::interval[], $6::text[], $7::bytea[])
               AS n (message_id, state, reason, wait, provider_id, content_hash)
        WHERE  m.message_id = n.message_id
        "#,
        &columns.ids,
        &columns.states,
        &columns.reasons as &[Option<String>],
        &columns.waits,
        now.as_offset(),
        &columns.providers as &[Option<String>],
        &columns.hashes as &[Option<Vec<u8>>],
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        UPDATE notification.message_attempts AS a
        SET    phase        = n.phase,
               status_code  = coalesce(n.status_code, a.status_code),
               reason       = n.reason,
               route        = coalesce(n.route, a.route),
               answer       = coalesce(n.answer, a.answer),
               content_hash = coalesce(n.content_hash, a.content_hash),
               ended_at     = clock_timestamp()
        FROM   unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bytea[])
               AS n (message_id, phase, status_code, reason, route, answer, content_hash)
        JOIN   notification.messages AS m ON m.message_id = n.message_id
        WHERE  a.message_id = n.message_id
        AND    a.number = m.attempt
        AND    n.phase IS NOT NULL
        "#,
        &columns.ids,
        &columns.phases as &[Option<String>],
        &columns.codes as &[Option<i32>],
        &columns.reasons as &[Option<String>],
        &columns.routes as &[Option<String>],
        &columns.answers as &[Option<String>],
        &columns.hashes as &[Option<Vec<u8>>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    states: Vec<String>,
    reasons: Vec<Option<String>>,
    waits: Vec<sqlx::postgres::types::PgInterval>,
    phases: Vec<Option<String>>,
    codes: Vec<Option<i32>>,
    routes: Vec<Option<String>>,
    answers: Vec<Option<String>>,
    providers: Vec<Option<String>>,
    hashes: Vec<Option<Vec<u8>>>,
}

impl Columns {
    fn push(&mut self, change: &Change) -> Result<(), sqlx::Error> {
        let wait = match &change.state {
            State::Queued(queued) => queued.wait,
            _ => std::time::Duration::ZERO,
        };
        self.ids.push(change.message_id);
        self.states.push(code(&change.state).to_owned());
        self.reasons
            .push(reason(&change.state).map(|reason| reason.code().to_owned()));
        self.waits.push(interval(wait)?);
        self.phases.push(change.phase.map(str::to_owned));
        let evidence = &change.evidence;
        self.codes.push(evidence.status_code.map(i32::from));
        self.routes
            .push(evidence.route.as_deref().map(str::to_owned));
        self.answers.push(evidence.answer.clone());
        self.providers.push(evidence.provider_id.clone());
        self.hashes
            .push(evidence.content_hash.map(|hash| hash.to_vec()));
        Ok(())
    }
}
