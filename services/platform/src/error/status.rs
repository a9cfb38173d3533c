//! From [`ApiError`] to [`tonic::Status`], and back for tests and clients.

use std::collections::HashMap;
use std::error::Error;

use tonic::{Code, Status};
use tonic_types::{
    ErrorDetails, FieldViolation as RpcFieldViolation, PreconditionViolation as RpcPrecondition,
    StatusExt,
};

use super::{ApiError, Detail};
use crate::grpc::context;

impl From<ApiError> for Status {
    fn from(error: ApiError) -> Self {
        report(&error);
        let ApiError {
            code,
            reason,
            message,
            metadata,
            detail,
            retry_after,
            source: _,
        } = error;

        let mut details = ErrorDetails::new();
        let metadata: HashMap<_, _> = metadata.into_iter().collect();
        details.set_error_info(reason, context::error_domain(), metadata);
        match detail {
            Detail::None => {}
            Detail::BadRequest(violations) => {
                let violations: Vec<_> = violations
                    .into_iter()
                    .map(|violation| RpcFieldViolation {
                        field: violation.field,
                        description: violation.description,
                        reason: violation.reason.into_owned(),
                        localized_message: None,
                    })
                    .collect();
                details.set_bad_request(violations);
            }
            Detail::Resource { kind, name } => {
                details.set_resource_info(kind, name, "", message.clone());
            }
            Detail::Precondition(violations) => {
                let violations: Vec<_> = violations
                    .into_iter()
                    .map(|violation| {
                        RpcPrecondition::new(
                            violation.reason,
                            violation.subject,
                            violation.description,
                        )
                    })
                    .collect();
                details.set_precondition_failure(violations);
            }
        }
        if retry_after.is_some() {
            details.set_retry_info(retry_after);
        }
        Self::with_error_details(code, message, details)
    }
}

/// Logs the cause of an error that is ours, once: here, where it leaves the process.
fn report(error: &ApiError) {
    let Some(source) = error.source.as_deref() else {
        return;
    };
    let cause = chain(source);
    if error.code == Code::Internal {
        tracing::error!(reason = %error.reason, cause, "rpc.failed");
    } else {
        tracing::warn!(reason = %error.reason, cause, "rpc.unavailable");
    }
}

/// The error and everything that caused it, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// The `google.rpc` details of a status, for clients and tests.
pub fn details(status: &Status) -> ErrorDetails {
    status.get_error_details()
}
