//! Figures that a service counts in its tables now and then: how many of what stand where. An operator reads trends
//! from them, not moments, so they are counted once a minute, by every copy.

use std::convert::Infallible;
use std::fmt::Display;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ledger::Ledger;

/// How often.
const EVERY: Duration = Duration::from_mins(1);

/// Lets `count` count until `stop`. What cannot be counted now is counted a minute later.
///
/// # Errors
/// Never.
pub async fn keep<F, E>(ledger: Ledger, stop: CancellationToken, count: F) -> Result<(), Infallible>
where
    F: AsyncFn(&Ledger) -> Result<(), E>,
    E: Display,
{
    loop {
        if let Err(error) = count(&ledger).await {
            tracing::warn!(%error, "figures.not_counted");
        }
        tokio::select! {
            () = tokio::time::sleep(ledger.ids().jittered(EVERY)) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}
