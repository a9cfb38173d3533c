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

use anyhow::Result;

use super::Stage;
use super::told::Told;

/// Plays the whole edition.
///
/// # Errors
/// When a step does not come out as it must.
pub(crate) async fn all(stage: &Stage) -> Result<Told> {
    let mut told = Told::default();
    call::open(stage, &mut told).await?;
    submissions::play(stage, &mut told).await?;
    waves::play(stage, &mut told).await?;
    screening::play(stage, &mut told).await?;
    matching::play(stage, &mut told).await?;
    judging::play(stage, &mut told).await?;
    publishing::play(stage, &mut told).await?;
    messages::settle(stage, &mut told).await?;
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
