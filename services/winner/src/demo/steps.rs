//! The edition, stage by stage. Each step says what came of it.

mod call;
mod invitations;
mod judging;
mod matching;
mod messages;
mod panel;
mod publishing;
mod scoring;
mod screening;
mod submissions;
mod waves;
mod webhooks;

use anyhow::Result;

use super::Stage;
use super::told::Told;

/// What the teams are told by SMS, too: the outcome of screening and the result.
pub(crate) const BY_SMS: [&str; 2] = ["outcome_announced", "result_published"];

/// Plays the whole edition.
///
/// # Errors
/// When a step does not come out as it must.
pub(crate) async fn all(stage: &Stage) -> Result<Told> {
    let mut told = Told::default();
    call::open(stage, &mut told).await?;
    let subscription = webhooks::subscribe(stage).await?;
    submissions::play(stage, &mut told).await?;
    waves::play(stage, &mut told).await?;
    screening::play(stage, &mut told).await?;
    matching::play(stage, &mut told).await?;
    judging::play(stage, &mut told).await?;
    publishing::play(stage, &mut told).await?;
    messages::settle(stage, &mut told).await?;
    webhooks::settle(stage, &subscription, &mut told).await?;
    Ok(told)
}

/// `editions/{edition}` of the demo.
fn edition(stage: &Stage) -> String {
    format!("editions/{}", stage.definition.edition_id)
}

/// An answer, or `None` where it is only too early for it.
fn not_yet<T>(
    answer: Result<tonic::Response<T>, tonic::Status>,
    early: &[tonic::Code],
) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if early.contains(&status.code()) => {
            tracing::debug!(reason = status.message(), "demo.not_yet");
            Ok(None)
        }
        Err(status) => Err(status.into()),
    }
}
