//! The one place where a refusal becomes what callers see.

use tonic::Status;
use winner_platform::{ApiError, FieldViolation};

use crate::refusal::{Fault, Refusal};

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unauthenticated => Self::unauthenticated(),
            Refusal::NotFound(kind, name) => Self::not_found(kind, name),
            Refusal::Denied(reason) => Self::denied(reason),
            Refusal::Invalid(faults) => Self::invalid(faults.into_iter().map(violation).collect()),
            Refusal::Precondition {
                reason,
                subject,
                text,
            } => Self::precondition(reason, subject, text),
            Refusal::Conflict {
                reason,
                text,
                fields,
            } if fields.is_empty() => Self::conflict(reason, text),
            Refusal::Conflict {
                reason,
                text,
                fields,
            } => Self::conflict(reason, text).with_metadata("fields", fields.join(",")),
            Refusal::Exists(kind, name) => Self::already_exists(kind, name),
            Refusal::RequestId { reason, text } => Self::invalid_field("request_id", reason, text),
            Refusal::Unavailable(dependency, source) => Self::unavailable(dependency, source),
            Refusal::Store(error) if error.is_transient() => Self::unavailable("database", error),
            Refusal::Store(error) => Self::internal(error),
            Refusal::Internal(source) => Self::internal(source),
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        ApiError::from(refusal).into()
    }
}

fn violation(fault: Fault) -> FieldViolation {
    FieldViolation::new(fault.field, fault.code, fault.text)
}
