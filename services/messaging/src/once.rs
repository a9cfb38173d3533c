//! The two ends of a request that takes effect once: claimed before every other check, answered in the
//! transaction of its effects.

use prost::Message;
use serde::Serialize;

use crate::ledger::{Ledger, Origin};
use crate::request::{Claim, RequestError, RequestGuard, answered, body_hash};
use crate::unit::Unit;

/// A claimed request.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "moved once, from here to the match in the caller"
)]
pub enum Begun<M> {
    /// It was done before; this was the answer.
    Answered(M),
    /// Do it in this unit, then [`Unit::finish_request`].
    Fresh(Unit, RequestGuard),
}

impl Ledger {
    /// Opens a unit and claims the request in it.
    ///
    /// # Errors
    /// As [`Unit::claim_request`]; [`RequestError::Decode`] when the stored answer is of another type.
    pub fn begin_request<'a, R: Serialize, M: Message + Default>(
        &'a self,
        caller: &'a str,
        method: &'a str,
        request_id: &'a str,
        request: &R,
    ) -> impl Future<Output = Result<Begun<M>, RequestError>> + Send + use<'a, R, M> {
        let hash = body_hash(request);
        async move {
            let mut unit = self.begin(Origin::request(request_id)).await?;
            Ok(match unit.claim(caller, method, request_id, hash?).await? {
                Claim::Replayed(bytes) => Begun::Answered(M::decode(bytes.as_slice())?),
                Claim::Fresh(guard) => Begun::Fresh(unit, guard),
            })
        }
    }

    /// The answer given before to the same request, for a command that must ask another service before
    /// it opens a unit: what was done is answered even while that service is away.
    ///
    /// # Errors
    /// [`RequestError::DifferentBody`] when the id was used for another request.
    pub fn answered_request<'a, R: Serialize, M: Message + Default>(
        &'a self,
        caller: &'a str,
        method: &'a str,
        request_id: &'a str,
        request: &R,
    ) -> impl Future<Output = Result<Option<M>, RequestError>> + Send + use<'a, R, M> {
        let hash = body_hash(request);
        async move {
            let mut conn = self.pool().acquire().await?;
            let bytes = answered(&mut conn, caller, method, request_id, hash?).await?;
            Ok(bytes.map(|bytes| M::decode(bytes.as_slice())).transpose()?)
        }
    }
}

impl Unit {
    /// Keeps the answer, makes everything true, and gives the answer back.
    ///
    /// # Errors
    /// When the database does not confirm; a retry with the same request id finds out.
    pub async fn finish_request<M: Message>(
        mut self,
        guard: RequestGuard,
        answer: M,
    ) -> Result<M, RequestError> {
        self.complete_request(guard, &answer).await?;
        self.commit().await?;
        Ok(answer)
    }
}
