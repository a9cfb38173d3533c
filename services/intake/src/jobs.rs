//! What happens with time. Every copy runs every job; locks and states in the database make each
//! step happen once.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::commands::close_wave;
use crate::commands::expire_invitations as ending;
use crate::context::Context;

/// Closes waves whose deadline has passed, until `stop`.
pub(crate) async fn close_waves(
    context: Context,
    every: Duration,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let mut ticks = ticks(every, &context);
    while tick(&mut ticks, &stop).await {
        let due = match close_wave::due(&context).await {
            Ok(due) => due,
            Err(cause) => {
                tracing::warn!(%cause, "job.close_waves_failed");
                continue;
            }
        };
        for wave in due {
            // One that fails is tried again at the next turn, and keeps no other from closing.
            if let Err(cause) = close_wave::close_wave(&context, &wave.edition, &wave.wave).await {
                tracing::warn!(edition = %wave.edition, wave = %wave.wave, %cause, "job.close_wave_failed");
            }
        }
    }
    Ok(())
}

/// Ends invitations that ran out, until `stop`.
pub(crate) async fn expire_invitations(
    context: Context,
    every: Duration,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    let mut ticks = ticks(every, &context);
    while tick(&mut ticks, &stop).await {
        match ending::expire_invitations(&context).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "invitations.expired"),
            Err(cause) => tracing::warn!(%cause, "job.expire_invitations_failed"),
        }
    }
    Ok(())
}

fn ticks(every: Duration, context: &Context) -> tokio::time::Interval {
    // Copies that start together do not look together for ever.
    let mut ticks = tokio::time::interval(context.ids.jittered(every));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn tick(ticks: &mut tokio::time::Interval, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        _ = ticks.tick() => true,
    }
}
