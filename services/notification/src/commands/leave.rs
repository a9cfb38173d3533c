//! Somebody wants no more messages of a kind, or wants them again. Takes effect at once, also for what waits.

use sqlx::PgPool;
use uuid::Uuid;
use winner_notification_core::mail::unsubscribe::Subscription;

use crate::domain::notice::is_informative;
use crate::store::opt_outs::{self, Way};

/// Whoever has the link leaves.
///
/// # Errors
/// The database's.
pub async fn leave(pool: &PgPool, subscription: &Subscription) -> Result<(), sqlx::Error> {
    note(pool, subscription, Way::Link).await
}

/// Whoever wrote to the address of a message leaves what that message was. Says whether there was
/// anything to leave.
///
/// # Errors
/// The database's.
pub async fn leave_by_mail(pool: &PgPool, message_id: Uuid) -> Result<bool, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let found = opt_outs::subscription_of(&mut conn, message_id).await?;
    drop(conn);
    // Nobody leaves what they must get.
    let Some(subscription) = found.filter(|found| is_informative(&found.purpose)) else {
        return Ok(false);
    };
    note(pool, &subscription, Way::Mail).await?;
    Ok(true)
}

/// Whoever has the link comes back.
///
/// # Errors
/// The database's.
pub async fn come_back(pool: &PgPool, subscription: &Subscription) -> Result<(), sqlx::Error> {
    if opt_outs::come_back(pool, subscription).await? {
        tracing::info!(
            person_id = %subscription.person,
            edition_id = subscription.edition,
            purpose = subscription.purpose,
            "subscription.resumed"
        );
    }
    Ok(())
}

async fn note(pool: &PgPool, subscription: &Subscription, way: Way) -> Result<(), sqlx::Error> {
    if opt_outs::leave(pool, subscription, way).await? {
        tracing::info!(
            person_id = %subscription.person,
            edition_id = subscription.edition,
            purpose = subscription.purpose,
            way = way.code(),
            "subscription.left"
        );
    }
    Ok(())
}
