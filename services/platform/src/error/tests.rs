use tonic::Status;

use super::*;

fn io() -> std::io::Error {
    std::io::Error::other("password=secret")
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let status = Status::from(ApiError::invalid(vec![
        FieldViolation::new("name", "TOO_LONG", "Use at most 200 characters."),
        FieldViolation::new("answers.budget", "REQUIRED", "Say what it costs."),
    ]));
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = details(&status);
    let violations = &details.bad_request().unwrap().field_violations;
    assert_eq!(violations.len(), 2);
    assert_eq!(violations[1].field, "answers.budget");
    assert_eq!(violations[1].reason, "REQUIRED");
    assert_eq!(violations[1].description, "Say what it costs.");
    assert_eq!(details.error_info().unwrap().reason, "INVALID_FIELDS");
}

#[test]
fn a_resource_is_named() {
    for (error, code) in [
        (ApiError::not_found("thing", "things/1"), Code::NotFound),
        (
            ApiError::already_exists("thing", "things/1"),
            Code::AlreadyExists,
        ),
    ] {
        let status = Status::from(error);
        assert_eq!(status.code(), code);
        let details = details(&status);
        let resource = details.resource_info().unwrap();
        assert_eq!(
            (
                resource.resource_type.as_str(),
                resource.resource_name.as_str()
            ),
            ("thing", "things/1")
        );
    }
}

#[test]
fn a_precondition_says_what_about_what() {
    let status = Status::from(ApiError::precondition(
        "WINDOW_CLOSED",
        "windows/1",
        "The window closed at noon.",
    ));
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(status.message(), "The window closed at noon.");
    let details = details(&status);
    let violation = &details.precondition_failure().unwrap().violations[0];
    assert_eq!(
        (violation.r#type.as_str(), violation.subject.as_str()),
        ("WINDOW_CLOSED", "windows/1")
    );
    assert_eq!(details.error_info().unwrap().reason, "WINDOW_CLOSED");
}

#[test]
fn what_may_be_tried_again_says_when() {
    for error in [
        ApiError::exhausted("OVERLOADED"),
        ApiError::unavailable("database", io()),
    ] {
        let status = Status::from(error);
        let details = details(&status);
        assert_eq!(
            details.retry_info().unwrap().retry_delay,
            Some(Duration::from_secs(1))
        );
    }
    let later = ApiError::exhausted("OVERLOADED").retry_after(Duration::from_secs(7));
    let details = details(&later.into());
    assert_eq!(
        details.retry_info().unwrap().retry_delay,
        Some(Duration::from_secs(7))
    );
}

#[test]
fn a_cause_of_ours_stays_with_us() {
    for error in [
        ApiError::internal(io()),
        ApiError::unavailable("database", io()),
    ] {
        assert!(format!("{error:?}").contains("secret"), "the log has it");
        assert!(!error.to_string().contains("secret"));
        let status = Status::from(error);
        assert!(!format!("{status:?}").contains("secret"), "{status:?}");
        let bytes = status.details();
        assert!(!bytes.windows(6).any(|window| window == b"secret"));
    }
}

#[test]
fn the_simple_ones_have_their_codes() {
    for (error, code) in [
        (ApiError::denied("OFFICE_REQUIRED"), Code::PermissionDenied),
        (ApiError::unauthenticated(), Code::Unauthenticated),
        (
            ApiError::conflict("ETAG", "It changed meanwhile."),
            Code::Aborted,
        ),
        (ApiError::too_large(10), Code::ResourceExhausted),
        (ApiError::deadline_exceeded(), Code::DeadlineExceeded),
        (ApiError::cancelled(), Code::Cancelled),
        (ApiError::unknown_method(), Code::Unimplemented),
    ] {
        assert_eq!(Status::from(error).code(), code);
    }
}

#[test]
fn metadata_and_a_sentence_of_ones_own_go_with_it() {
    let error = ApiError::denied("OFFICE_REQUIRED")
        .with_metadata("office", "clerk")
        .with_message("Ask a clerk.");
    let status = Status::from(error);
    assert_eq!(status.message(), "Ask a clerk.");
    let details = details(&status);
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.domain.as_str(), info.metadata["office"].as_str()),
        ("winner", "clerk")
    );
}
