//! Makes events wait, so that a relay finds many at once.

use std::time::Duration;

use anyhow::Result;
use sqlx::PgPool;
use tokio::task::JoinSet;

/// How long the relays of a service are kept from their turn, and how long they are then let be.
const HOLD: Duration = Duration::from_millis(600);
const RELEASE: Duration = Duration::from_millis(300);

/// Holds the lock of a service's relays by turns with them, until it is dropped.
#[derive(Debug)]
pub(super) struct Crowd(#[expect(dead_code, reason = "its end ends the task")] JoinSet<()>);

impl Crowd {
    /// Begins to hold up the relays of a service.
    pub(super) fn of(service: &'static str, admin: &PgPool) -> Self {
        let admin = admin.clone();
        let mut holding = JoinSet::new();
        holding.spawn(async move {
            while hold(&admin, service).await.is_ok() {
                tokio::time::sleep(RELEASE).await;
            }
        });
        Self(holding)
    }
}

/// The lock of `messaging`'s relay, held for a while.
#[expect(
    clippy::disallowed_methods,
    reason = "the administrator has no checked queries"
)]
async fn hold(admin: &PgPool, service: &str) -> Result<()> {
    let mut tx = admin.begin().await?;
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('relay of ' || $1, 0))")
        .bind(service)
        .execute(&mut *tx)
        .await?;
    tokio::time::sleep(HOLD).await;
    tx.rollback().await?;
    Ok(())
}
