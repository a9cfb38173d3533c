//! How a use case fails, and the one place where that becomes an answer to a caller.

use winner_messaging::{OutboxError, ReactionError, RequestError};
use winner_platform::error::ApiError;

use crate::domain::matches::AnswerError;
use crate::domain::planning::PlanError;
use crate::store::StoreError;
use winner_platform::names::BadName;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller may not, or asked for what is not there.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// A resource name has another form than it should.
    #[error("{field} {source}")]
    Name {
        /// The field of the request.
        field: &'static str,
        /// The form expected.
        source: BadName,
    },
    /// A panel cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A match cannot be answered.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event could not be written.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A request id is unusable or was used for something else.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The computation did not end.
    #[error("the computation did not end")]
    Computation(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::Sql(error))
    }
}

impl Error {
    /// A name in `field` that has another form than it should.
    pub fn name(field: &'static str) -> impl FnOnce(BadName) -> Self {
        move |source| Self::Name { field, source }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Name { field, source } => {
                Self::invalid_field(field, "BAD_NAME", source.to_string())
            }
            Error::Plan(PlanError::NoEntrants) => Self::precondition(
                "NO_ELIGIBLE_SUBMISSION",
                "round",
                "No submission is eligible.",
            ),
            Error::Plan(PlanError::NoJudges) => {
                Self::precondition("NO_ACTIVE_JUDGE", "round", "No judge is active.")
            }
            Error::Answer(reason @ AnswerError::NotOpen(_)) => {
                Self::precondition("MATCH_NOT_OPEN", "match", reason.to_string())
            }
            Error::Answer(reason @ AnswerError::TooLate) => {
                Self::precondition("ANSWER_TOO_LATE", "match", reason.to_string())
            }
            Error::Store(error) => error.into(),
            Error::Outbox(error) => error.into(),
            Error::Request(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        ApiError::from(error).into()
    }
}

impl From<Error> for ReactionError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(StoreError::Sql(error))
            | Error::Outbox(OutboxError::Store(error))
            | Error::Request(RequestError::Store(error)) => Self::Store(error),
            other => Self::rejected("not_applicable", other),
        }
    }
}
