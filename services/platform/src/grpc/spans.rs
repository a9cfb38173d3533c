//! RPCs in traces and metrics, by OpenTelemetry's semantic conventions for gRPC.

use http::Response;
use opentelemetry::StringValue;
use tonic::Code;
use tracing::Span;
use tracing::field::Empty;

/// Stands for every method that the contracts do not know.
const OTHER: &str = "_OTHER";

/// The span of a request that is answered here; `path` is `None` for a method that is not known.
pub(super) fn server(path: Option<&str>) -> Span {
    let (method, name) = path.map_or((OTHER, "grpc"), |path| (method(path), method(path)));
    tracing::info_span!(
        "rpc",
        otel.name = name,
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = Empty,
        caller = Empty,
        on_behalf_of = Empty,
        trace_id = Empty,
    )
}

/// The span of a call to another service.
pub(super) fn client(path: &str) -> Span {
    tracing::info_span!(
        "rpc.call",
        otel.name = method(path),
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "grpc",
        rpc.method = method(path),
        rpc.response.status_code = Empty,
    )
}

/// Records how a request was answered. Only what is the server's fault is an error here.
pub(super) fn answered(span: &Span, code: Code) {
    let fault = matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    );
    record(span, code, fault);
}

/// Records how a call was answered. Whatever is not OK is an error to the caller.
pub(super) fn called(span: &Span, code: Code) {
    record(span, code, code != Code::Ok);
}

/// The code of a response that failed before it began; others tell it after their last message.
pub(super) fn code_of<B>(response: &Response<B>) -> Code {
    response
        .headers()
        .get("grpc-status")
        .map_or(Code::Ok, |status| Code::from_bytes(status.as_bytes()))
}

fn record(span: &Span, code: Code, error: bool) {
    span.record("rpc.response.status_code", code_name(code));
    if error {
        span.record("otel.status_code", "ERROR");
    }
}

/// The attributes of the duration of an RPC that was answered here; `path` is `None` for a method that is not known.
pub(super) fn served(path: Option<&'static str>, code: Code) -> [StringValue; 3] {
    let method = path.map_or(OTHER, method);
    ["grpc".into(), method.into(), code_name(code).into()]
}

/// The attributes of the duration of a call to another service.
pub(super) fn of_call(path: &str, code: Code) -> [StringValue; 3] {
    let method = method(path).to_owned();
    ["grpc".into(), method.into(), code_name(code).into()]
}

/// `package.Service/Method`, of the path of a request.
fn method(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// A code as gRPC's documents write it.
const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
