//! Requests that take effect once: insert first, and the second of two equal ones waits for the
//! first to end.
//!
//! Only successes are stored, because the claim and the answer are written in the transaction of
//! the effects: a refusal rolls both back, and the same id may be tried again.

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use winner_platform::error::ApiError;
use winner_platform::pg::database_error;

use crate::points;
use crate::unit::Unit;

/// What claiming a request found.
#[derive(Debug)]
pub enum Claim {
    /// Nobody did this yet: do it, then [`Unit::complete_request`].
    Fresh(RequestGuard),
    /// It was done: these are the bytes of the answer given then.
    Replayed(Vec<u8>),
}

/// The right, and the duty, to answer a claimed request in this unit.
#[derive(Debug)]
#[must_use = "a claimed request is answered by `complete_request` before the unit commits"]
pub struct RequestGuard {
    caller: String,
    method: String,
    request_id: String,
}

/// Why a request was not claimed.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The caller used the id before, for something else.
    #[error("request id {0} was used before with another body")]
    DifferentBody(String),
    /// The id is empty or over 128 bytes.
    #[error("a request id has 1 to 128 bytes")]
    RequestId,
    /// A unit was committed with a claim it never answered: a mistake of the service.
    #[error("request id {0} was claimed and never answered")]
    Unanswered(String),
    /// The answer kept is of another type: a mistake of the service.
    #[error("the answer kept does not read back")]
    Decode(#[from] prost::DecodeError),
    /// The request has no JSON form.
    #[error("the request has no JSON form")]
    Encode(#[source] serde_json::Error),
    /// The database refused.
    #[error("the request cannot be claimed")]
    Store(#[from] sqlx::Error),
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::DifferentBody(_) => Self::invalid_field(
                "request_id",
                "REQUEST_ID_REUSED",
                "This request id was used before for another request: choose a new one.",
            ),
            RequestError::RequestId => Self::invalid_field(
                "request_id",
                "INVALID_REQUEST_ID",
                "A request id has 1 to 128 bytes.",
            ),
            RequestError::Store(error) => database_error(error),
            other => Self::internal(other),
        }
    }
}

impl Unit {
    /// Claims `request_id` for this caller and method before anything else is done. Waits while
    /// another unit holds the same claim.
    ///
    /// # Errors
    /// [`RequestError::DifferentBody`] when the id was used for another request; see there for the
    /// others.
    pub fn claim_request<'a, R: Serialize>(
        &'a mut self,
        caller: &'a str,
        method: &'a str,
        request_id: &'a str,
        request: &R,
    ) -> impl Future<Output = Result<Claim, RequestError>> + Send + use<'a, R> {
        // Before the future, so that it may be sent whether or not the request may be shared.
        let hash = body_hash(request);
        async move { self.claim(caller, method, request_id, hash?).await }
    }

    pub(crate) async fn claim(
        &mut self,
        caller: &str,
        method: &str,
        request_id: &str,
        hash: BodyHash,
    ) -> Result<Claim, RequestError> {
        if request_id.is_empty() || request_id.len() > 128 {
            return Err(RequestError::RequestId);
        }
        points::hit("request.claim.before").await;
        let inserted = sqlx::query!(
            "insert into requests (caller, method, request_id, body_hash)
             values ($1, $2, $3, $4)
             on conflict (caller, method, request_id) do nothing",
            caller,
            method,
            request_id,
            &hash[..],
        )
        .execute(self.conn())
        .await?
        .rows_affected();
        points::hit("request.claim.after").await;
        if inserted == 1 {
            return Ok(Claim::Fresh(RequestGuard {
                caller: caller.to_owned(),
                method: method.to_owned(),
                request_id: request_id.to_owned(),
            }));
        }
        answered(self.conn(), caller, method, request_id, hash)
            .await?
            .ok_or_else(|| RequestError::Unanswered(request_id.to_owned()))
            .map(Claim::Replayed)
    }

    /// Keeps the answer with the claim, in the same transaction as the effects.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn complete_request<M: prost::Message>(
        &mut self,
        guard: RequestGuard,
        response: &M,
    ) -> Result<(), RequestError> {
        sqlx::query!(
            "update requests
             set    response = $4
             where  caller = $1
             and    method = $2
             and    request_id = $3",
            guard.caller,
            guard.method,
            guard.request_id,
            response.encode_to_vec(),
        )
        .execute(self.conn())
        .await?;
        points::hit("request.complete.after").await;
        Ok(())
    }
}

/// The answer given before to the same request, when there was one.
pub(crate) async fn answered(
    conn: &mut PgConnection,
    caller: &str,
    method: &str,
    request_id: &str,
    hash: BodyHash,
) -> Result<Option<Vec<u8>>, RequestError> {
    let earlier = sqlx::query!(
        "select body_hash, response
         from   requests
         where  caller = $1
         and    method = $2
         and    request_id = $3",
        caller,
        method,
        request_id,
    )
    .fetch_optional(conn)
    .await?;
    match earlier {
        Some(earlier) if earlier.body_hash != hash => {
            Err(RequestError::DifferentBody(request_id.to_owned()))
        }
        Some(earlier) => Ok(earlier.response),
        None => Ok(None),
    }
}

/// What tells two requests apart.
pub(crate) type BodyHash = [u8; 32];

/// The hash of what was asked: canonical JSON without the id, keys sorted.
pub(crate) fn body_hash<R: Serialize>(request: &R) -> Result<BodyHash, RequestError> {
    let mut body = serde_json::to_value(request).map_err(RequestError::Encode)?;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
        fields.remove("request_id");
    }
    body.sort_all_objects();
    let text = serde_json::to_vec(&body).map_err(RequestError::Encode)?;
    Ok(Sha256::digest(text).into())
}
