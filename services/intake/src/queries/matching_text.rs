//! What matching may read: texts marked for it, blinded, and whose they are, by id.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;
use winner_proto::intake::v1::{
    BatchGetMatchingTextResponse, MatchingChallenge, MatchingSubmission,
};
use winner_proto::types::v1::value::Kind;

use crate::context::Context;
use crate::domain::blinding::blind;
use crate::domain::challenge::Challenge;
use crate::domain::form::Form;
use crate::domain::ids::{EditionId, FieldId};
use crate::domain::submission::content::SealedContent;
use crate::refusal::Refusal;
use crate::store::{challenges, organisations, persons, recipients, versions};

/// The sealed submissions and published challenges among the ids; others are missing.
///
/// # Errors
/// [`Refusal::Store`].
pub(crate) async fn get(
    context: &Context,
    edition: &EditionId,
    submission_ids: &[Uuid],
    challenge_ids: &[Uuid],
) -> Result<BatchGetMatchingTextResponse, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let contents = versions::contents(&mut conn, edition, submission_ids).await?;
    let mut organisations: Vec<&str> = contents
        .iter()
        .map(|(content, _)| content.organisation_id.as_str())
        .collect();
    organisations.sort_unstable();
    organisations.dedup();
    let members = members_of(&mut conn, &organisations).await?;
    let hidden = names_of(&mut conn, &organisations).await?;
    let mut submissions = Vec::with_capacity(contents.len());
    for (content, edition_version) in &contents {
        let rules = context
            .rules
            .version(&mut conn, edition, *edition_version)
            .await?;
        let organisation = content.organisation_id.as_str();
        let names = hidden.get(organisation).map_or(&[][..], Vec::as_slice);
        submissions.push(MatchingSubmission {
            submission_id: content.submission_id.clone(),
            version: content.version,
            organisation_id: organisation.to_owned(),
            member_person_ids: members
                .get(organisation)
                .map(|ids| ids.iter().map(Uuid::to_string).collect())
                .unwrap_or_default(),
            wave_id: content.wave_id.clone(),
            region_code: content.region_code.clone(),
            issue_id: content.issue_id.clone(),
            text: blind(&joined(content, &rules.form), names),
            challenge_ids: content.challenge_ids.clone(),
        });
    }
    let challenges = challenges::published_among(&mut conn, edition, challenge_ids).await?;
    Ok(BatchGetMatchingTextResponse {
        submissions,
        challenges: challenges.iter().map(matching_challenge).collect(),
    })
}

/// Title and the texts marked for matching, in the order of the form.
fn joined(content: &SealedContent, form: &Form) -> String {
    let mut texts: Vec<(usize, &str)> = content
        .answers
        .iter()
        .filter_map(|(id, value)| {
            let field = form.fields().get(&FieldId::parse(id).ok()?)?;
            match &value.kind {
                Some(Kind::Text(text)) if field.for_matching => {
                    Some((field.position, text.as_str()))
                }
                _ => None,
            }
        })
        .collect();
    texts.sort_unstable();
    let texts = texts.into_iter().map(|(_, text)| text);
    std::iter::once(content.title.as_str())
        .chain(texts)
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn matching_challenge(challenge: &Challenge) -> MatchingChallenge {
    let problem = &challenge.problem;
    let texts = [&problem.title, &problem.description, &problem.offer];
    MatchingChallenge {
        challenge_id: challenge.id.to_string(),
        region_code: challenge.region.to_string(),
        issue_id: problem.issue.to_string(),
        capacity: problem.capacity,
        text: texts.map(|text| text.id.as_str()).join("\n\n"),
    }
}

async fn members_of(
    conn: &mut PgConnection,
    organisations: &[&str],
) -> Result<BTreeMap<String, Vec<Uuid>>, Refusal> {
    let wanted: Vec<String> = organisations.iter().map(|&id| id.to_owned()).collect();
    let mut members: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for row in recipients::members_of(conn, &wanted).await? {
        members.entry(row.subject).or_default().push(row.person_id);
    }
    Ok(members)
}

/// What says whose a text is: the organisation's name and its members', by organisation.
pub(super) async fn names_of(
    conn: &mut PgConnection,
    ids: &[&str],
) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let uuids: Vec<Uuid> = ids
        .iter()
        .filter_map(|id| Uuid::try_parse(id).ok())
        .collect();
    for (id, name) in organisations::display_names(&mut *conn, &uuids).await? {
        names.entry(id.to_string()).or_default().push(name);
    }
    let members = members_of(&mut *conn, ids).await?;
    let persons: Vec<Uuid> = members.values().flatten().copied().collect();
    for person in persons::find_many(conn, &persons).await? {
        let id = person.id.as_uuid();
        for (organisation, _) in members.iter().filter(|(_, of)| of.contains(&id)) {
            let name = person.details.display_name.clone();
            names.entry(organisation.clone()).or_default().push(name);
        }
    }
    Ok(names)
}
