//! A platform admin creates an edition from its definition, and is its first chair.

use sha2::{Digest as _, Sha256};
use winner_messaging::Unit;
use winner_proto::intake::v1::{EditionDefinition, EditionPurpose, EditionVersionApplied};

use super::granted;
use crate::context::{Caller, Context};
use crate::domain::challenge::Text;
use crate::domain::edition::check::check;
use crate::domain::edition::{FieldProblem, Purpose};
use crate::domain::ids::MembershipId;
use crate::domain::membership::Membership;
use crate::domain::names;
use crate::domain::office::{EditionOffice, Seat};
use crate::refusal::{Fault, Refusal};
use crate::store::editions::{EditionRow, EditionState, VersionRow};
use crate::store::{editions, memberships, waves};

/// Creates the edition in state draft, with version 1 of its rules in force.
///
/// # Errors
/// [`Refusal::Denied`] unless the caller is a platform admin, [`Refusal::Invalid`] with every
/// problem of the definition, [`Refusal::Exists`] where the id is taken.
pub(crate) async fn create_edition(
    context: &Context,
    unit: &mut Unit,
    caller: Caller,
    definition: &EditionDefinition,
) -> Result<EditionRow, Refusal> {
    if !caller.platform_admin {
        return Err(Refusal::Denied("OFFICE_REQUIRED"));
    }
    let rules = check(definition).map_err(faults)?;
    let now = context.now();
    let version = canonical(definition, 1, now)?;
    let edition = EditionRow {
        id: rules.edition.clone(),
        title: title(definition),
        purpose: rules.purpose,
        state: EditionState::Draft,
        version: version.version,
        sha256: version.sha256.clone(),
        created: now,
        etag: 1,
    };
    if !editions::insert(unit.conn(), &edition, caller.person).await? {
        return Err(Refusal::Exists("edition", names::edition(&edition.id)));
    }
    editions::insert_version(unit.conn(), &edition.id, &version, caller.person).await?;
    for (wave, dates) in &rules.waves {
        waves::put(unit.conn(), &edition.id, wave, &dates.submissions).await?;
    }
    let chair = Membership::found(
        MembershipId::from_uuid(context.ids.uuid()),
        Seat::Edition(EditionOffice::Chair, edition.id.clone()),
        caller.person,
        now,
    );
    memberships::insert(unit.conn(), &chair, None, caller.person).await?;
    let event = version_applied(&edition);
    unit.append(edition.id.as_str(), Some(edition.id.as_str()), &event)
        .await?;
    granted::append(unit, &chair).await?;
    Ok(edition)
}

/// What a definition's problems are to a caller.
pub(crate) fn faults(problems: Vec<FieldProblem>) -> Refusal {
    let fault = |problem: FieldProblem| Fault {
        field: format!("definition.{}", problem.path),
        code: problem.code,
        text: problem.message,
    };
    Refusal::Invalid(problems.into_iter().map(fault).collect())
}

/// The bytes of a definition that are hashed and kept.
pub(crate) fn canonical(
    definition: &EditionDefinition,
    version: i32,
    now: winner_platform::BusinessTime,
) -> Result<VersionRow, Refusal> {
    let definition = serde_json::to_string(definition).map_err(Refusal::internal)?;
    let sha256 = Sha256::digest(&definition).to_vec();
    Ok(VersionRow {
        version,
        definition,
        sha256,
        applied: now,
    })
}

/// The title of an edition.
pub(crate) fn title(definition: &EditionDefinition) -> Text {
    let title = definition.title.clone().unwrap_or_default();
    Text {
        id: title.id,
        en: title.en,
    }
}

/// Says that the version is in force.
pub(crate) fn version_applied(edition: &EditionRow) -> EditionVersionApplied {
    let purpose = match edition.purpose {
        Purpose::Real => EditionPurpose::Real,
        Purpose::Test => EditionPurpose::Test,
    };
    EditionVersionApplied {
        edition_id: edition.id.to_string(),
        version: edition.version,
        sha256: hex::encode(&edition.sha256),
        purpose: purpose.into(),
    }
}
