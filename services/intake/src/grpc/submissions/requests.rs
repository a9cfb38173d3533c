//! Requests about drafts, parsed.

use std::collections::BTreeMap;

use winner_proto::intake::v1::{CreateSubmissionRequest, UpdateSubmissionRequest};

use crate::commands::create_submission::NewSubmission;
use crate::domain::ids::{FieldId, IssueId, SubmissionId};
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::domain::submission::{Edit, FieldChange, LONGEST_TITLE, MOST_CHALLENGES};
use crate::grpc::parse::{self, Faults};
use crate::refusal::Refusal;

/// A new draft.
///
/// # Errors
/// [`Refusal::Invalid`] with every field.
pub(super) fn submission(request: &CreateSubmissionRequest) -> Result<NewSubmission, Refusal> {
    let edition = parse::name("parent", names::parse_edition(&request.parent))?;
    let id = parse::chosen("submission_id", &request.submission_id, SubmissionId::parse)?;
    let wanted = request.submission.clone().unwrap_or_default();
    let mut faults = Faults::default();
    let organisation = names::parse_organisation(&wanted.organisation);
    let organisation = faults.read("submission.organisation", "INVALID_NAME", organisation);
    let region = RegionCode::parse(&wanted.region_code);
    let region = faults.read("submission.region_code", "UNKNOWN_REGION", region);
    let issue = IssueId::parse(&wanted.issue_id);
    let issue = faults.read("submission.issue_id", "INVALID_ID", issue);
    let title = faults.text("submission.title", &wanted.title, LONGEST_TITLE);
    if wanted.challenges.len() > MOST_CHALLENGES {
        let text = format!("at most {MOST_CHALLENGES} challenges are answered");
        faults.add("submission.challenges", "TOO_MANY", text);
    }
    let mut challenges = Vec::new();
    for (at, name) in wanted.challenges.iter().enumerate() {
        let field = format!("submission.challenges[{at}]");
        match names::parse_challenge(name) {
            Ok((of, id)) if of == edition && !challenges.contains(&id) => challenges.push(id),
            Ok((of, _)) if of == edition => faults.add(&field, "DUPLICATE", "is listed twice"),
            Ok(_) => faults.add(
                &field,
                "UNKNOWN_CHALLENGE",
                "is no published challenge here",
            ),
            Err(error) => faults.add(&field, "INVALID_NAME", error),
        }
    }
    match (organisation, region, issue, title) {
        (Some(organisation), Some(region), Some(issue), Some(title)) => {
            faults.none()?;
            Ok(NewSubmission {
                id,
                edition,
                organisation,
                region,
                issue,
                title,
                challenges,
            })
        }
        _ => Err(faults.refusal()),
    }
}

/// A change of a draft.
///
/// # Errors
/// [`Refusal::Invalid`] with every field.
pub(super) fn edit(request: &UpdateSubmissionRequest) -> Result<Edit, Refusal> {
    let mut faults = Faults::default();
    let mut answers = BTreeMap::new();
    for (field, value) in &request.answers {
        let path = format!("answers[{field}]");
        let id = faults.read(&path, "INVALID_ID", FieldId::parse(field));
        let base = request
            .base_versions
            .get(field)
            .copied()
            .filter(|base| *base >= 0);
        if base.is_none() {
            let path = format!("base_versions[{field}]");
            faults.add(
                &path,
                "REQUIRED",
                "the version it is based on is required, 0 for none",
            );
        }
        if let (Some(id), Some(base_version)) = (id, base) {
            answers.insert(
                id,
                FieldChange {
                    value: value.clone(),
                    base_version,
                },
            );
        }
    }
    if request.answers.is_empty() && request.title.is_empty() {
        faults.add("answers", "REQUIRED", "nothing is to be changed");
    }
    faults.none()?;
    let title = (!request.title.is_empty()).then(|| request.title.clone());
    Ok(Edit { answers, title })
}
