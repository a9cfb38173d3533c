//! Writes that a caller may repeat: the request's id is claimed before anything else is looked at,
//! and the answer is kept in the transaction of the effects.

use serde::Serialize;
use tonic::Response;
use winner_messaging::{Claim, Origin, RequestGuard, Unit};
use winner_platform::auth::Actor;

use crate::context::Context;
use crate::refusal::Refusal;

/// What the claim found.
#[expect(
    clippy::large_enum_variant,
    reason = "matched where it is made, never kept"
)]
pub(crate) enum Start<M> {
    /// Nobody did this yet.
    Fresh(Unit, RequestGuard),
    /// It was done: the answer given then.
    Replayed(M),
}

/// Claims a request in a new unit.
///
/// # Errors
/// [`Refusal::Invalid`] for an id that cannot be one, [`Refusal::RequestId`] for one that was used
/// for another request.
pub(crate) async fn start<R: Serialize + Sync, M: prost::Message + Default>(
    context: &Context,
    actor: &Actor,
    method: &'static str,
    request_id: &str,
    request: &R,
) -> Result<Start<M>, Refusal> {
    let mut unit = context.ledger.begin(Origin::request(request_id)).await?;
    match unit
        .claim_request(&actor.key(), method, request_id, request)
        .await?
    {
        Claim::Fresh(guard) => Ok(Start::Fresh(unit, guard)),
        Claim::Replayed(bytes) => {
            let response = M::decode(bytes.as_slice()).map_err(Refusal::internal)?;
            Ok(Start::Replayed(response))
        }
    }
}

/// Keeps the answer and makes everything true.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn finish<M: prost::Message>(
    mut unit: Unit,
    guard: RequestGuard,
    response: M,
) -> Result<Response<M>, Refusal> {
    unit.complete_request(guard, &response).await?;
    unit.commit().await?;
    Ok(Response::new(response))
}

/// The same where the answer holds personal data: what is kept is `kept`, which only names the
/// resource; a repeated request reads the resource again.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn finish_keeping<M: prost::Message>(
    mut unit: Unit,
    guard: RequestGuard,
    kept: &M,
    response: M,
) -> Result<Response<M>, Refusal> {
    unit.complete_request(guard, kept).await?;
    unit.commit().await?;
    Ok(Response::new(response))
}

/// The unit and the guard of a fresh request; a repeated one returns its answer at once, or what
/// `again` makes of what was kept.
macro_rules! fresh {
    ($context:expr, $actor:expr, $method:literal, $request:expr) => {
        fresh!($context, $actor, $method, $request, |kept| Ok(kept))
    };
    ($context:expr, $actor:expr, $method:literal, $request:expr, |$kept:ident| $again:expr) => {
        match $crate::grpc::once::start($context, $actor, $method, &$request.request_id, $request)
            .await?
        {
            $crate::grpc::once::Start::Fresh(unit, guard) => (unit, guard),
            $crate::grpc::once::Start::Replayed($kept) => {
                let answer: Result<_, tonic::Status> = $again;
                return answer.map(tonic::Response::new);
            }
        }
    };
}
pub(super) use fresh;
