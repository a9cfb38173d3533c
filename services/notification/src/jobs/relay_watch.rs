//! Tells the other copies of this service which relays do not answer, and hears what they tell.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, sleep};
use winner_platform::Shutdown;

use super::relays::Relays;
use crate::domain::route_health::News;
use crate::store::relays_down;

/// So often it is looked at what the others tell.
const EVERY: Duration = Duration::from_secs(1);

/// Watches until `shutdown`. Where there is but one relay, nobody has to know: it is tried in any case.
pub async fn run(relays: Arc<Relays>, pool: PgPool, shutdown: Shutdown) {
    if relays.ways().len() < 2 {
        return shutdown.soft.cancelled().await;
    }
    loop {
        tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => return,
            () = relays.told.notified() => {}
            () = sleep(EVERY) => {}
        }
        if let Err(error) = exchange(&relays, &pool).await {
            tracing::warn!(%error, "relay.watch.failed");
        }
    }
}

async fn exchange(relays: &Relays, pool: &PgPool) -> Result<(), sqlx::Error> {
    for way in relays.ways() {
        let Some(news) = way.take_news() else {
            continue;
        };
        let told = match news {
            News::Down(wait) => relays_down::tell(pool, &way.relay.name(), wait).await,
            News::Answers => relays_down::answers(pool, &way.relay.name()).await,
        };
        if let Err(error) = told {
            way.keep_news(news);
            return Err(error);
        }
    }
    let down = relays_down::all(pool).await?;
    for way in relays.ways() {
        let told = down.iter().find(|(route, _)| **route == *way.relay.name());
        match told {
            Some((_, wait)) => way.health().heard_down(*wait, Instant::now()),
            None => way.health().heard_answers(),
        }
    }
    Ok(())
}
