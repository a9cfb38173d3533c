//! Requests, actors and refusals, in short.

use tonic::{Code, Request, Status};
use winner_platform::Ids;
use winner_platform::auth::Actor;
use winner_platform::auth::oidc::Identity as ProviderIdentity;
use winner_platform::telemetry::Personal;
use winner_proto::intake::v1 as intake;
use winner_proto::types::v1::{Value, value::Kind};

/// What a provider says of somebody.
pub(crate) fn provider_identity(subject: &str, email: &str) -> ProviderIdentity {
    ProviderIdentity {
        issuer: "https://masuk.contoh.test".to_owned(),
        subject: Personal::new(subject.to_owned()),
        verified_email: Some(Personal::new(email.to_owned())),
        name: Some(Personal::new(format!("{subject} Contoh"))),
        groups: Vec::new(),
    }
}

/// The service that sends messages.
pub(crate) fn notification() -> Actor {
    Actor::of_service("notification", None)
}

/// A request by somebody.
pub(crate) fn as_actor<T>(actor: &Actor, request: T) -> Request<T> {
    actor.clone().attach(Request::new(request))
}

/// An id that no other request has.
pub(crate) fn request_id() -> String {
    Ids::system().uuid().to_string()
}

/// The last part of a resource name.
pub(crate) fn last(name: &str) -> String {
    name.rsplit('/').next().unwrap().to_owned()
}

/// A text answer.
pub(crate) fn text(text: &str) -> Value {
    Value {
        kind: Some(Kind::Text(text.to_owned())),
    }
}

/// An amount.
pub(crate) fn rupiah(amount: i64) -> Value {
    Value {
        kind: Some(Kind::Rupiah(amount)),
    }
}

/// A draft for Kota Kupang.
pub(crate) fn new_submission(edition: &str, organisation: &str) -> intake::CreateSubmissionRequest {
    intake::CreateSubmissionRequest {
        parent: format!("editions/{edition}"),
        submission: Some(intake::Submission {
            organisation: organisation.to_owned(),
            region_code: "53.71".to_owned(),
            issue_id: "air-bersih".to_owned(),
            title: "Air untuk semua".to_owned(),
            ..Default::default()
        }),
        submission_id: String::new(),
        request_id: request_id(),
    }
}

/// A change of answers that were all at version `base`.
pub(crate) fn update(
    name: &str,
    answers: &[(&str, Value)],
    base: i64,
) -> intake::UpdateSubmissionRequest {
    intake::UpdateSubmissionRequest {
        name: name.to_owned(),
        answers: answers
            .iter()
            .map(|(id, value)| ((*id).to_owned(), value.clone()))
            .collect(),
        base_versions: answers
            .iter()
            .map(|(id, _)| ((*id).to_owned(), base))
            .collect(),
        title: String::new(),
        request_id: request_id(),
    }
}

/// The sealing of a draft as it was seen.
pub(crate) fn submit_request(draft: &intake::Submission) -> intake::SubmitRequest {
    intake::SubmitRequest {
        name: draft.name.clone(),
        etag: draft.etag.clone(),
        request_id: request_id(),
    }
}

/// Code and reason of a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let status = result.expect_err("a refusal");
    let details = winner_platform::error::details(&status);
    (
        status.code(),
        details
            .error_info()
            .map(|info| info.reason.clone())
            .unwrap_or_default(),
    )
}

/// The fields that a refusal names, with their reasons, sorted.
pub(crate) fn faults<T: std::fmt::Debug>(result: Result<T, Status>) -> Vec<(String, String)> {
    let status = result.expect_err("a refusal");
    let details = winner_platform::error::details(&status);
    let violations = details
        .bad_request()
        .map(|bad| bad.field_violations.clone())
        .unwrap_or_default();
    let mut faults: Vec<_> = violations
        .into_iter()
        .map(|v| (v.field, v.reason))
        .collect();
    faults.sort();
    faults
}
