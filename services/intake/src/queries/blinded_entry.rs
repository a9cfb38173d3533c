//! What a judge may see of one sealed version.

use winner_proto::intake::v1::BlindedEntry;
use winner_proto::types::v1::{Value, value::Kind};

use super::matching_text::names_of;
use crate::context::Context;
use crate::domain::blinding::blind;
use crate::domain::ids::{EditionId, FieldId, SubmissionId};
use crate::domain::names;
use crate::refusal::Refusal;
use crate::store::versions;

/// The answers to the fields shown to judges, without what says whose they are. Which fields those
/// are is decided by the rules by which the version was accepted.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none, or it was erased.
pub(crate) async fn get(
    context: &Context,
    edition: &EditionId,
    submission: SubmissionId,
    version: i32,
) -> Result<BlindedEntry, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    let found = versions::content(&mut conn, edition, submission, version).await?;
    let missing = || Refusal::NotFound("submission", names::submission(edition, submission));
    let (sealed, edition_version) = found.ok_or_else(missing)?;
    let rules = context
        .rules
        .version(&mut conn, edition, edition_version)
        .await?;
    let hidden = names_of(&mut conn, &[sealed.organisation_id.as_str()]).await?;
    let hidden = hidden.into_values().flatten().collect::<Vec<_>>();
    let shown = sealed.answers.into_iter().filter(|(id, _)| {
        let field = FieldId::parse(id)
            .ok()
            .and_then(|id| rules.form.fields().get(&id));
        field.is_some_and(|field| field.for_judges)
    });
    let answers = shown
        .map(|(id, value)| (id, blinded(value, &hidden)))
        .collect();
    Ok(BlindedEntry {
        region_code: sealed.region_code,
        issue_id: sealed.issue_id,
        title: blind(&sealed.title, &hidden),
        answers,
    })
}

fn blinded(value: Value, hidden: &[String]) -> Value {
    match value.kind {
        Some(Kind::Text(text)) => Value {
            kind: Some(Kind::Text(blind(&text, hidden))),
        },
        kind => Value { kind },
    }
}
