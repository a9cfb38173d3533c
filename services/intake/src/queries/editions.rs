//! Editions as callers may see them: a draft is seen by its own people, the rest by everybody.

use sqlx::PgConnection;
use winner_platform::auth::{Actor, Caller};
use winner_proto::intake::v1::EditionVersion;

use crate::commands::exchange_token::PLATFORM_ADMIN;
use crate::context::Context;
use crate::domain::ids::{EditionId, PersonId};
use crate::domain::names;
use crate::domain::office::Office;
use crate::messages::timestamp;
use crate::refusal::Refusal;
use crate::rules::no_edition;
use crate::store::editions::{EditionRow, EditionState};
use crate::store::waves::WaveRow;
use crate::store::{editions, inconsistent, memberships, waves};

/// An edition that the caller may know of.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none or it is a draft of others.
pub(crate) async fn visible(
    context: &Context,
    actor: &Actor,
    edition: &EditionId,
) -> Result<EditionRow, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    seen(&mut conn, actor, edition).await
}

pub(super) async fn seen(
    conn: &mut PgConnection,
    actor: &Actor,
    edition: &EditionId,
) -> Result<EditionRow, Refusal> {
    let row = editions::find(&mut *conn, edition)
        .await?
        .ok_or_else(|| no_edition(edition))?;
    if row.state != EditionState::Draft {
        return Ok(row);
    }
    let known = match &actor.caller {
        Caller::Service(_) => true,
        Caller::Person(_) if actor.holds_everywhere(PLATFORM_ADMIN) => true,
        Caller::Person(id) => {
            memberships::holds(conn, PersonId::from_uuid(*id), &Office::ALL, edition).await?
        }
        Caller::Nobody | Caller::Link(_) => false,
    };
    if known {
        Ok(row)
    } else {
        Err(no_edition(edition))
    }
}

/// One version of an edition's rules, for its secretariat and for services.
///
/// # Errors
/// [`Refusal::Denied`] for persons without an office there, [`Refusal::NotFound`].
pub(crate) async fn version(
    context: &Context,
    actor: &Actor,
    edition: &EditionId,
    version: i32,
) -> Result<EditionVersion, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    if let Caller::Person(id) = &actor.caller {
        let offices = [Office::Chair, Office::Organiser, Office::Auditor];
        if !memberships::holds(&mut conn, PersonId::from_uuid(*id), &offices, edition).await? {
            return Err(Refusal::Denied("OFFICE_REQUIRED"));
        }
    }
    let row = editions::find_version(&mut conn, edition, version).await?;
    let name = names::version(edition, version);
    let row = row.ok_or_else(|| Refusal::NotFound("edition version", name.clone()))?;
    let definition = serde_json::from_str(&row.definition)
        .map_err(|_| inconsistent("edition_versions", "definition"))?;
    Ok(EditionVersion {
        name,
        version: row.version,
        sha256: hex::encode(&row.sha256),
        definition: Some(definition),
        apply_time: Some(timestamp(row.applied)),
    })
}

/// The waves of an edition that the caller may know of.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn waves(
    context: &Context,
    actor: &Actor,
    edition: &EditionId,
) -> Result<Vec<WaveRow>, Refusal> {
    let mut conn = context.ledger.pool().acquire().await?;
    seen(&mut conn, actor, edition).await?;
    Ok(waves::list(&mut conn, edition).await?)
}
