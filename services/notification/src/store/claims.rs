//! Claims: who may send what, until when, and whether the point of no return is crossed.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::postgres::types::PgInterval;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;
use winner_platform::BusinessTime;
use winner_platform::telemetry::Cause;

use super::editions::mode;
use super::messages::Recipient;
use super::{Unreadable, states};
use crate::domain::channel::Channel;
use crate::domain::delivery::DeliveryRules;
use crate::domain::language::Text;
use crate::domain::message::{Fence, State};
use crate::domain::notice::Notice;
use crate::domain::reason::Reason;
use crate::templates::EditionFace;

/// A message that this process, and no other, may send until its lease ends.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The message.
    pub message_id: Uuid,
    /// The token of the claim.
    pub fence: Fence,
    /// Whom it is for.
    pub recipient: Recipient,
    /// What it says; `None` where a newer version of the service wrote it.
    pub notice: Option<Notice>,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// W3C trace context of the event that caused it.
    pub traceparent: Option<String>,
    /// After this nobody has use for it.
    pub useful_until: Option<BusinessTime>,
    /// What mails show of its edition; empty where it has none.
    pub edition: EditionFace,
    /// How its edition delivers; `None` where it has none.
    pub rules: Option<DeliveryRules>,
    /// Why it must not be sent, as its carrier found; `None` where nothing stands in its way.
    pub obstacle: Option<Reason>,
}

impl Claim {
    /// What it is sent for, as its spans say; `None` outside a trace.
    pub fn cause(&self) -> Option<Cause<'_>> {
        let traceparent = self.traceparent.as_deref()?;
        Some(Cause {
            traceparent,
            redelivered: self.attempt > 1,
        })
    }
}

/// Claims up to `limit` messages of a channel whose turn has come, skipping those that others are
/// claiming.
///
/// # Errors
/// The database's.
pub async fn claim(
    pool: &PgPool,
    channel: Channel,
    limit: i64,
    lease: Duration,
) -> Result<Vec<Claim>, sqlx::Error> {
    // Index messages_due.
    let rows = sqlx::query!(
        r#"
        WITH due AS (
            SELECT   message_id
            FROM     notification.messages
            WHERE    state = 'queued'
            AND      channel = $3
            AND      not_before <= clock_timestamp()
            ORDER BY not_before
            LIMIT    $1
            FOR      UPDATE SKIP LOCKED
        ),
        claimed AS (
            UPDATE    notification.messages AS m
            SET       state       = 'sending',
                      reason      = NULL,
                      attempt     = m.attempt + 1,
                      fence       = nextval('notification.fences'),
                      phase       = 'claimed',
                      lease_until = clock_timestamp() + $2
            FROM      due
            WHERE     m.message_id = due.message_id
            RETURNING m.message_id, m.edition_id, m.recipient_kind, m.recipient_id, m.notice,
                      m.attempt, m.fence, m.useful_until, m.traceparent
        ),
        begun AS (
            INSERT INTO notification.message_attempts (message_id, number, fence, phase)
            SELECT message_id, attempt, fence, 'claimed' FROM claimed
        )
        SELECT    c.message_id, c.edition_id, c.recipient_kind, c.recipient_id, c.notice,
                  c.attempt, c.fence AS "fence!", c.useful_until, c.traceparent,
                  e.title AS "title?: Json<Text>",
                  e.rounds AS "rounds?: Json<BTreeMap<String, Text>>",
                  e.data_notice AS "data_notice?", e.delivery_mode AS "delivery_mode?",
                  e.redirect_to AS "redirect_to?", e.test AS "test?"
        FROM      claimed AS c
        LEFT JOIN notification.editions AS e ON e.edition_id = c.edition_id
        "#,
        limit,
        interval(lease)?,
        channel.code(),
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let recipient =
                Recipient::read(&row.recipient_kind, row.recipient_id).ok_or(Unreadable {
                    message_id: row.message_id,
                    column: "recipient_kind",
                })?;
            let rules = row.delivery_mode.map(|code| DeliveryRules {
                mode: mode(&code, row.redirect_to.unwrap_or_default()),
                test: row.test.unwrap_or(true),
            });
            Ok(Claim {
                message_id: row.message_id,
                fence: Fence(row.fence),
                recipient,
                notice: serde_json::from_value(row.notice).ok(),
                attempt: row.attempt,
                traceparent: row.traceparent,
                useful_until: row.useful_until.map(BusinessTime::from_offset),
                edition: EditionFace {
                    edition_id: row.edition_id,
                    title: row.title.map(|title| title.0).unwrap_or_default(),
                    data_notice: row.data_notice.unwrap_or_default(),
                    rounds: row.rounds.map(|rounds| rounds.0).unwrap_or_default(),
                },
                rules,
                obstacle: None,
            })
        })
        .collect()
}

/// Records that the final dots of these claims will be written now, and extends their leases to cover
/// the answers. Returns the claims for which that holds; the others have lost their lease and must
/// break off.
///
/// Outside a transaction it is committed before it returns: whoever finds such a message later knows that
/// it may be out.
///
/// # Errors
/// The database's. The caller must break off then, too.
pub async fn cross(
    conn: impl PgExecutor<'_>,
    claims: &[(Uuid, Fence)],
    lease: Duration,
) -> Result<Vec<Fence>, sqlx::Error> {
    let ids: Vec<Uuid> = claims.iter().map(|(id, _)| *id).collect();
    let fences: Vec<i64> = claims.iter().map(|(_, fence)| fence.0).collect();
    let crossed = sqlx::query_scalar!(
        r#"
        WITH crossing AS (
            SELECT   m.message_id
            FROM     notification.messages AS m
            JOIN     unnest($1::uuid[], $2::bigint[]) AS c (message_id, fence)
            ON       c.message_id = m.message_id AND c.fence = m.fence
            WHERE    m.state = 'sending'
            AND      m.phase = 'claimed'
            AND      m.lease_until > clock_timestamp()
            ORDER BY m.message_id
            FOR      UPDATE OF m
        ),
        crossed AS (
            UPDATE    notification.messages AS m
            SET       phase = 'committing', lease_until = clock_timestamp() + $3
            FROM      crossing
            WHERE     m.message_id = crossing.message_id
            RETURNING m.message_id, m.attempt, m.fence
        ),
        noted AS (
            UPDATE notification.message_attempts AS a
            SET    phase = 'committing'
            FROM   crossed
            WHERE  a.message_id = crossed.message_id
            AND    a.number = crossed.attempt
        )
        SELECT fence AS "fence!" FROM crossed
        "#,
        &ids,
        &fences,
        interval(lease)?,
    )
    .fetch_all(conn)
    .await?;
    Ok(crossed.into_iter().map(Fence).collect())
}

/// A message, locked, as transitions need it.
#[derive(Debug, Clone)]
pub struct InFlight {
    /// The message.
    pub message_id: Uuid,
    /// Its edition; empty for none.
    pub edition_id: String,
    /// Its template's id.
    pub template: String,
    /// Its channel.
    pub channel: Channel,
    /// Where it stands.
    pub state: State,
    /// How many attempts were begun.
    pub attempts: u32,
    /// An organiser wants no further attempt.
    pub stopped: bool,
}

/// Locks those of these messages that a report could still be about.
///
/// # Errors
/// The database's.
pub async fn lock_in_flight(
    conn: &mut PgConnection,
    messages: &[Uuid],
) -> Result<Vec<InFlight>, sqlx::Error> {
    let rows = sqlx::query_as!(
        states::StateRow,
        r#"
        SELECT   message_id, edition_id, template, channel, state, reason, attempt, fence, phase,
                 stopped
        FROM     notification.messages
        WHERE    message_id = ANY ($1)
        AND      state IN ('sending', 'unknown')
        ORDER BY message_id
        FOR      UPDATE
        "#,
        messages,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(states::StateRow::in_flight).collect()
}

/// Locks messages whose lease has run out, skipping those that others are looking at.
///
/// # Errors
/// The database's.
pub async fn lock_lapsed(
    conn: &mut PgConnection,
    limit: i64,
) -> Result<Vec<InFlight>, sqlx::Error> {
    // Index messages_leased.
    let rows = sqlx::query_as!(
        states::StateRow,
        r#"
        SELECT   message_id, edition_id, template, channel, state, reason, attempt, fence, phase,
                 stopped
        FROM     notification.messages
        WHERE    state = 'sending'
        AND      lease_until < clock_timestamp()
        ORDER BY lease_until
        LIMIT    $1
        FOR      UPDATE SKIP LOCKED
        "#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(states::StateRow::in_flight).collect()
}

/// A duration as Postgres takes it.
pub(super) fn interval(duration: Duration) -> Result<PgInterval, sqlx::Error> {
    PgInterval::try_from(Duration::from_micros(
        u64::try_from(duration.as_micros()).unwrap_or(u64::MAX / 2),
    ))
    .map_err(sqlx::Error::Encode)
}
