//! How many connections each copy of this service may have.

use std::time::Duration;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::claims::interval;
use crate::domain::shares::{Others, share};

/// What a copy asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Who asks.
    pub holder: Uuid,
    /// So many it may be using now; it gets no fewer.
    pub held: u32,
    /// So many it could use.
    pub wanted: u32,
    /// So many all copies may have together.
    pub limit: u32,
    /// For so long it gets them, unless it asks again.
    pub lease: Duration,
}

/// Renews the share of one copy; says how many connections it may have now, and how many it should come
/// down to, for the others' sake, before it asks again.
///
/// # Errors
/// The database's: the share of before holds until its lease ends.
pub async fn renew(pool: &PgPool, asked: Asked) -> Result<(u32, u32), sqlx::Error> {
    let mut tx = pool.begin().await?;
    // One copy after the other; there are few, and they come every few seconds.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('notification.connection_shares'))")
        .execute(&mut *tx)
        .await?;
    let others = others(&mut tx, asked.holder).await?;
    let share = share(asked.limit, &others);
    let fair = share.min(asked.wanted);
    let granted = asked
        .held
        .max(fair)
        .min(asked.limit.saturating_sub(others.held));
    sqlx::query!(
        r#"
        INSERT INTO notification.connection_shares (holder, connections, until)
        VALUES      ($1, $2, clock_timestamp() + $3)
        ON CONFLICT (holder)
        DO UPDATE   SET connections = excluded.connections, until = excluded.until
        "#,
        asked.holder,
        i32::try_from(granted).unwrap_or(i32::MAX),
        interval(asked.lease)?,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok((granted, fair))
}

async fn others(conn: &mut PgConnection, holder: Uuid) -> Result<Others, sqlx::Error> {
    sqlx::query!("DELETE FROM notification.connection_shares WHERE until < clock_timestamp()")
        .execute(&mut *conn)
        .await?;
    let row = sqlx::query!(
        r#"
        SELECT coalesce(sum(connections), 0)          AS "held!",
               count(*)                               AS "count!",
               count(*) FILTER (WHERE holder < $1)    AS "before!"
        FROM   notification.connection_shares
        WHERE  holder <> $1
        "#,
        holder,
    )
    .fetch_one(conn)
    .await?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Others {
        held: number(row.held),
        count: number(row.count),
        before: number(row.before),
    })
}

/// Gives a copy's share back.
///
/// # Errors
/// The database's: it is free when its lease ends.
pub async fn give_back(pool: &PgPool, holder: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM notification.connection_shares WHERE holder = $1",
        holder,
    )
    .execute(pool)
    .await?;
    Ok(())
}
