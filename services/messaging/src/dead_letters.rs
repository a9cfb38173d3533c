//! Events that failed for their own sake, and what an operator does with them.
//!
//! The operator's commands only mark what is to be done, in Postgres; the consumer itself does it,
//! where its reactions are, and survives being killed in between.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;
use winner_platform::time::RealTime;

use crate::counter::Counter;

/// One dead letter.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its own id.
    pub id: Uuid,
    /// Which consumer of this service could not apply it.
    pub consumer: String,
    /// The event's id; `None` when even the envelope was unreadable.
    pub event_id: Option<Uuid>,
    /// The aggregate, type and id.
    pub aggregate: Option<(String, String)>,
    /// The event's place among its aggregate's.
    pub counter: Option<Counter>,
    /// The subject it came on.
    pub subject: String,
    /// Its headers.
    pub headers: serde_json::Value,
    /// Its data.
    pub payload: Vec<u8>,
    /// Why, as a code.
    pub cause: String,
    /// Where it stands.
    pub state: State,
    /// Real time at which it died.
    pub died_at: RealTime,
    /// How many later events of the aggregate wait behind it.
    pub held: i64,
}

/// Where a dead letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Waits for a person.
    Open,
    /// To be applied again, and then what it held up.
    Replay,
    /// To be passed over, and then what it held up applied.
    Skip,
    /// Was applied in the end.
    Applied,
    /// Was passed over.
    Skipped,
}

/// Dead letters that are not settled, oldest first; a page of `limit` after the id `after`.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    pool: &PgPool,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<DeadLetter>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select   d.id, d.consumer, d.event_id, d.aggregate_type, d.aggregate_id, d.epoch, d.count,
                    d.subject, d.headers, d.payload, d.cause, d.state as "state: State", d.died_at,
                    (select count(*)
                     from   held_events h
                     where  h.consumer = d.consumer
                     and    h.aggregate_type = d.aggregate_type
                     and    h.aggregate_id = d.aggregate_id) as "held!"
           from     dead_letters d
           where    d.state in ('open', 'replay', 'skip')
           and      ($1::uuid is null or d.id > $1)
           order by d.id
           limit    $2"#,
        after,
        limit,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeadLetter {
            id: row.id,
            consumer: row.consumer,
            event_id: row.event_id,
            aggregate: row.aggregate_type.zip(row.aggregate_id),
            counter: row
                .epoch
                .zip(row.count)
                .map(|(epoch, count)| Counter { epoch, count }),
            subject: row.subject,
            headers: row.headers,
            payload: row.payload,
            cause: row.cause,
            state: row.state,
            died_at: real(row.died_at),
            held: row.held,
        })
        .collect())
}

fn real(at: OffsetDateTime) -> RealTime {
    RealTime::from_offset(at)
}

/// Asks the consumer to apply a dead letter again, and behind it in order what it held up. `id`
/// `None` asks for every open one. Returns how many were asked for. One that fails again is open
/// again.
///
/// # Errors
/// When the database refuses.
pub async fn request_replay(pool: &PgPool, id: Option<Uuid>) -> Result<u64, sqlx::Error> {
    ask(pool, id, State::Replay).await
}

/// Asks the consumer to pass over a dead letter as if it had been applied, and to apply what it
/// held up. For events whose effect a person has made by hand.
///
/// # Errors
/// When the database refuses.
pub async fn request_skip(pool: &PgPool, id: Uuid) -> Result<u64, sqlx::Error> {
    ask(pool, Some(id), State::Skip).await
}

async fn ask(pool: &PgPool, id: Option<Uuid>, state: State) -> Result<u64, sqlx::Error> {
    let asked = sqlx::query!(
        "update dead_letters
         set    state = $2
         where  state = 'open'
         and    ($1::uuid is null or id = $1)",
        id,
        state as State,
    )
    .execute(pool)
    .await?;
    Ok(asked.rows_affected())
}
