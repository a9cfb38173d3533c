//! Writes that a caller may repeat: the request's id is claimed before anything else is looked at,
//! and the answer is kept in the transaction of the effects.

use serde::Serialize;
use tonic::Response;
use winner_messaging::{Claim, Origin, RequestGuard, Unit};
use winner_platform::auth::Actor;

use crate::context::Context;
use crate::refusal::Refusal;

/// What the claim found.
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
pub(crate) async fn start<R: Serialize, M: prost::Message + Default>(
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

/// The unit and the guard of a fresh request; a repeated one returns its answer at once.
macro_rules! fresh {
    ($context:expr, $actor:expr, $method:literal, $request:expr) => {
        match $crate::grpc::once::start($context, $actor, $method, &$request.request_id, $request)
            .await?
        {
            $crate::grpc::once::Start::Fresh(unit, guard) => (unit, guard),
            $crate::grpc::once::Start::Replayed(response) => {
                return Ok(tonic::Response::new(response));
            }
        }
    };
}
pub(super) use fresh;
