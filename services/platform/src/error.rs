//! The one way an RPC fails: a reason for machines, a sentence for people, `google.rpc` details,
//! and, when the fault is ours, a cause that goes to the log and never to the caller.

mod status;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use tonic::Code;

pub use status::details;

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path of the field, as in `answers.budget`.
    pub field: String,
    /// What to change, for people.
    pub description: String,
    /// UPPER_SNAKE_CASE, for machines.
    pub reason: Cow<'static, str>,
}

impl FieldViolation {
    /// A violation of `field` with its reason and what to change.
    pub fn new(
        field: impl Into<String>,
        reason: impl Into<Cow<'static, str>>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            description: description.into(),
            reason: reason.into(),
        }
    }
}

/// Why an RPC fails, before it becomes a [`tonic::Status`].
///
/// Each service maps its own errors to this in one place; [`From`] does the rest.
pub struct ApiError {
    code: Code,
    reason: Cow<'static, str>,
    message: Cow<'static, str>,
    metadata: Vec<(String, String)>,
    detail: Detail,
    retry_after: Option<Duration>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The `google.rpc` detail that goes with the `ErrorInfo`.
enum Detail {
    None,
    BadRequest(Vec<FieldViolation>),
    Resource { kind: String, name: String },
    Precondition(Vec<PreconditionViolation>),
}

struct PreconditionViolation {
    reason: String,
    subject: String,
    description: String,
}

impl ApiError {
    fn new(
        code: Code,
        reason: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code,
            reason: reason.into(),
            message: message.into(),
            metadata: Vec::new(),
            detail: Detail::None,
            retry_after: None,
            source: None,
        }
    }

    /// `INVALID_ARGUMENT`: every field that is wrong, at once.
    pub fn invalid(violations: Vec<FieldViolation>) -> Self {
        let mut error = Self::new(
            Code::InvalidArgument,
            "INVALID_FIELDS",
            "The request has invalid fields.",
        );
        error.detail = Detail::BadRequest(violations);
        error
    }

    /// `INVALID_ARGUMENT` for one field.
    pub fn invalid_field(
        field: impl Into<String>,
        reason: impl Into<Cow<'static, str>>,
        description: impl Into<String>,
    ) -> Self {
        Self::invalid(vec![FieldViolation::new(field, reason, description)])
    }

    /// `NOT_FOUND`: there is no such resource, or the caller may not know of it.
    pub fn not_found(resource_type: impl Into<String>, name: impl Into<String>) -> Self {
        let mut error = Self::new(Code::NotFound, "NOT_FOUND", "There is no such resource.");
        error.detail = Detail::Resource {
            kind: resource_type.into(),
            name: name.into(),
        };
        error
    }

    /// `PERMISSION_DENIED`: the caller is known and may not. The reason must not tell what exists.
    pub fn denied(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::PermissionDenied, reason, "You may not do this.")
    }

    /// `UNAUTHENTICATED`: no valid token came with the request.
    pub fn unauthenticated() -> Self {
        Self::new(
            Code::Unauthenticated,
            "UNAUTHENTICATED",
            "The request carries no valid token for this service.",
        )
    }

    /// `FAILED_PRECONDITION`: the state of `subject` does not allow it; retrying will not help.
    pub fn precondition(
        reason: impl Into<Cow<'static, str>>,
        subject: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let (reason, description) = (reason.into(), description.into());
        let mut error = Self::new(
            Code::FailedPrecondition,
            reason.clone(),
            Cow::Owned(description.clone()),
        );
        error.detail = Detail::Precondition(vec![PreconditionViolation {
            reason: reason.into_owned(),
            subject: subject.into(),
            description,
        }]);
        error
    }

    /// `ABORTED`: somebody else changed it meanwhile; read again and repeat.
    pub fn conflict(
        reason: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Code::Aborted, reason, description)
    }

    /// `ALREADY_EXISTS`: a resource of that name exists.
    pub fn already_exists(resource_type: impl Into<String>, name: impl Into<String>) -> Self {
        let mut error = Self::new(
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "The resource exists already.",
        );
        error.detail = Detail::Resource {
            kind: resource_type.into(),
            name: name.into(),
        };
        error
    }

    /// `RESOURCE_EXHAUSTED`: too much at once; retry after a pause (one second unless told
    /// otherwise by [`Self::retry_after`]).
    pub fn exhausted(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            Code::ResourceExhausted,
            reason,
            "Too much at once; try again shortly.",
        )
        .retry_after(Duration::from_secs(1))
    }

    /// `RESOURCE_EXHAUSTED` for a request that is too large ever to be taken.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            Code::ResourceExhausted,
            "REQUEST_TOO_LARGE",
            format!("The request is larger than {limit_bytes} bytes."),
        )
    }

    /// `UNAVAILABLE`: `dependency` cannot be reached; retry after a pause.
    pub fn unavailable(
        dependency: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let mut error = Self::new(
            Code::Unavailable,
            "DEPENDENCY_UNAVAILABLE",
            "A part this request needs cannot be reached; try again shortly.",
        )
        .retry_after(Duration::from_secs(1))
        .with_metadata("dependency", dependency);
        error.source = Some(source.into());
        error
    }

    /// `DEADLINE_EXCEEDED`: the time the caller gave is over.
    pub fn deadline_exceeded() -> Self {
        Self::new(
            Code::DeadlineExceeded,
            "DEADLINE_EXCEEDED",
            "The time for this request is over.",
        )
    }

    /// `CANCELLED`: the server stops.
    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "CANCELLED", "The request was cancelled.")
    }

    /// `UNIMPLEMENTED`: nobody answers such a method here.
    pub fn unknown_method() -> Self {
        Self::new(
            Code::Unimplemented,
            "UNKNOWN_METHOD",
            "There is no such method.",
        )
    }

    /// `INTERNAL`: our fault. `source` is logged once, when this becomes a status.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            Code::Internal,
            "INTERNAL",
            "Something went wrong on our side; it has been logged.",
        );
        error.source = Some(source.into());
        error
    }

    /// The same error with a sentence of its own for people. It must name nobody.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// The same error with one more entry in the metadata of its `ErrorInfo`.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// The same error, telling the caller when to try again.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// The status code this becomes.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The reason for machines.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            .field("reason", &self.reason)
            .field("message", &self.message)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests;
