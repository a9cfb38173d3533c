//! Everything known that can make a conflict in an edition.

use sqlx::PgConnection;

use crate::domain::conflicts::{Known, Owned};
use crate::domain::ids::EditionId;
use crate::errors::Error;
use crate::store::submissions::SubmissionCopy;
use crate::store::{conflicts, identities};

/// Gathers it, for the submissions given.
pub(crate) async fn known(
    db: &mut PgConnection,
    edition: &EditionId,
    submissions: &[SubmissionCopy],
) -> Result<Known, Error> {
    Ok(Known {
        submissions: submissions
            .iter()
            .map(|s| Owned {
                submission: s.id,
                organisation: s.organisation,
                members: s.members.clone(),
            })
            .collect(),
        memberships: identities::members(&mut *db).await?,
        links: identities::links(&mut *db).await?,
        declared: conflicts::all(db, edition).await?,
    })
}
