//! `Submit`: never refused for load, and tried again inside the server while the database cannot
//! decide. The arrival stays what it was at the first byte's end.

use std::time::Duration;

use tonic::Response;
use winner_messaging::RequestGuard;
use winner_messaging::Unit;
use winner_platform::BusinessTime;
use winner_platform::auth::Actor;
use winner_proto::intake::v1::{SubmitRequest, SubmitResponse};

use crate::commands::submit::{Submit, submit};
use crate::context::{Caller, Context};
use crate::domain::names;
use crate::grpc::once::{Start, finish, start};
use crate::grpc::parse;
use crate::messages;
use crate::points;
use crate::refusal::Refusal;

/// The pause before the second attempt; each further one is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// However long a request waited before it was looked at, it is looked at for this long: what is in
/// time is decided by its arrival and by the lock of its wave, not by this.
const SHORTEST_TIME: Duration = Duration::from_secs(5);

/// Submits, and tries again for as long as a submission may take, where a lock, a statement or a
/// connection failed. An attempt whose commit was not confirmed is found by the next one, by the
/// request's id.
///
/// # Errors
/// What the rules say; [`Refusal::Unavailable`] when the time is over and nothing was decided.
pub(super) async fn until_decided(
    context: &Context,
    actor: &Actor,
    caller: Caller,
    arrived: BusinessTime,
    request: &SubmitRequest,
) -> Result<Response<SubmitResponse>, Refusal> {
    let attempts = async {
        let mut pause = FIRST_PAUSE;
        loop {
            match attempt(context, actor, caller, arrived, request).await {
                Err(refusal) if refusal.is_transient() => {
                    tracing::warn!(cause = %refusal, "submit.attempt_failed");
                    tokio::time::sleep(context.ids.jittered(pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                decided => return decided,
            }
        }
    };
    match tokio::time::timeout(time_left(context, arrived), attempts).await {
        Ok(decided) => decided,
        Err(elapsed) => Err(Refusal::Unavailable("database", elapsed.into())),
    }
}

/// What is left of the time that a submission may take, counted from its arrival because the wave
/// closes so long after its deadline; never less than an attempt needs.
fn time_left(context: &Context, arrived: BusinessTime) -> Duration {
    let waited = context.now().since(arrived);
    let left = context.settings.submit_max_duration.saturating_sub(waited);
    left.max(SHORTEST_TIME)
}

async fn attempt(
    context: &Context,
    actor: &Actor,
    caller: Caller,
    arrived: BusinessTime,
    request: &SubmitRequest,
) -> Result<Response<SubmitResponse>, Refusal> {
    points::hit("submit.begin.before").await;
    let (mut unit, guard): (Unit, RequestGuard) =
        match start(context, actor, "Submit", &request.request_id, request).await? {
            Start::Fresh(unit, guard) => (unit, guard),
            Start::Replayed(response) => return Ok(Response::new(response)),
        };
    points::hit("submit.begin.after").await;
    let (edition, submission) = parse::name("name", names::parse_submission(&request.name))?;
    let etag = parse::etag("etag", &request.etag)?;
    let command = Submit {
        edition,
        submission,
        etag,
        arrived,
    };
    let receipt = submit(context, &mut unit, caller, &command).await?;
    let response = SubmitResponse {
        receipt: Some(messages::receipt(&receipt)),
    };
    let answered = finish(unit, guard, response).await?;
    points::hit("submit.committed.after").await;
    Ok(answered)
}
