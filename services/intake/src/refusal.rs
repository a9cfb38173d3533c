//! Why a use case does not do what it was asked. `grpc::status` turns this into what callers see.

use winner_messaging::{OutboxError, RequestError};

use crate::store::{self, StoreError};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: String,
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

/// Why a use case does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No valid proof of who calls.
    #[error("unauthenticated")]
    Unauthenticated,
    /// There is none, or the caller may not know of it.
    #[error("no such {0}")]
    NotFound(&'static str, String),
    /// The caller may not.
    #[error("denied: {0}")]
    Denied(&'static str),
    /// Fields of the request are wrong: all of them.
    #[error("invalid fields")]
    Invalid(Vec<Fault>),
    /// The state of something does not allow it.
    #[error("{reason}")]
    Precondition {
        reason: &'static str,
        subject: String,
        text: String,
    },
    /// Somebody else changed it meanwhile.
    #[error("{reason}")]
    Conflict {
        reason: &'static str,
        text: String,
        fields: Vec<String>,
    },
    /// The id is taken.
    #[error("exists: {0}")]
    Exists(&'static str, String),
    /// The request id cannot be used.
    #[error("request id")]
    RequestId {
        reason: &'static str,
        text: &'static str,
    },
    /// Something outside is not there now.
    #[error("{0} is unavailable")]
    Unavailable(
        &'static str,
        #[source] Box<dyn std::error::Error + Send + Sync>,
    ),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our own mistake.
    #[error("a mistake of ours")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Refusal {
    /// One field is wrong.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give errors and literals alike"
    )]
    pub(crate) fn field(field: impl Into<String>, code: &'static str, text: impl ToString) -> Self {
        Self::Invalid(vec![Fault {
            field: field.into(),
            code,
            text: text.to_string(),
        }])
    }

    /// The state of something does not allow it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give errors and literals alike"
    )]
    pub(crate) fn precondition(
        reason: &'static str,
        subject: impl Into<String>,
        text: impl ToString,
    ) -> Self {
        Self::Precondition {
            reason,
            subject: subject.into(),
            text: text.to_string(),
        }
    }

    /// The caller has seen an older state.
    pub(crate) fn stale() -> Self {
        let text = "it was changed meanwhile: read it again".to_owned();
        Self::Conflict {
            reason: "ETAG_MISMATCH",
            text,
            fields: Vec::new(),
        }
    }

    /// Our own mistake.
    pub(crate) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// Another attempt may succeed: a lock, a statement or a connection failed, not the request.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::Database(error))
    }
}

impl From<OutboxError> for Refusal {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<RequestError> for Refusal {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Store(error) => error.into(),
            RequestError::RequestId => Self::field("request_id", "INVALID_REQUEST_ID", error),
            RequestError::DifferentBody(_) => Self::RequestId {
                reason: "REQUEST_ID_REUSED",
                text: "this request id was used before for another request",
            },
            other => Self::internal(other),
        }
    }
}

/// A unique key refused a row: the caller asks for what exists.
pub(crate) fn or_exists<T>(
    result: Result<T, StoreError>,
    refusal: impl FnOnce() -> Refusal,
) -> Result<T, Refusal> {
    match result {
        Err(StoreError::Database(error)) if store::is_duplicate(&error) => Err(refusal()),
        other => Ok(other?),
    }
}
