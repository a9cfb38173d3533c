//! What people and events make matching do: one file a use case.

pub mod answer_match;
pub mod confirm_panel;
pub mod declare_conflict;
pub mod plan_panel;
pub mod propose_matches;
pub mod repair_panels;
pub mod update_judge;

use prost::Message;
use serde::Serialize;
use winner_messaging::{Claim, Ledger, Origin, RequestGuard, Unit};
use winner_platform::auth::Actor;

use crate::errors::Error;

/// A claimed request: already answered, or to be done in this unit.
pub(crate) enum Begun<M> {
    /// It was done before; this was the answer.
    Answered(M),
    /// Do it, then [`finish`].
    Fresh(Unit, RequestGuard),
}

/// Claims a request before any other check.
pub(crate) async fn begin<R: Serialize, M: Message + Default>(
    ledger: &Ledger,
    actor: &Actor,
    method: &str,
    request_id: &str,
    request: &R,
) -> Result<Begun<M>, Error> {
    let mut unit = ledger.begin(Origin::request(request_id)).await?;
    Ok(match unit.claim_request(&actor.key(), method, request_id, request).await? {
        Claim::Replayed(bytes) => Begun::Answered(M::decode(bytes.as_slice())?),
        Claim::Fresh(guard) => Begun::Fresh(unit, guard),
    })
}

/// Keeps the answer and makes everything true.
pub(crate) async fn finish<M: Message>(
    mut unit: Unit,
    guard: RequestGuard,
    answer: M,
) -> Result<M, Error> {
    unit.complete_request(guard, &answer).await?;
    unit.commit().await?;
    Ok(answer)
}
