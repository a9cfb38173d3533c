//! How the recipients of a batch of claims are reached: asked for just before they are written to,
//! forgotten just after.

use std::collections::HashMap;

use tracing::Instrument;
use uuid::Uuid;
use winner_platform::telemetry::caused_by;

use crate::directory::{Directory, DirectoryError, Reach};
use crate::store::claims::Claim;
use crate::store::messages::Recipient;

/// How the recipients of these claims are reached, by message; those whom intake does not know are
/// missing.
///
/// # Errors
/// [`DirectoryError`]
pub async fn contacts(
    directory: &Directory,
    claims: &[Claim],
) -> Result<HashMap<Uuid, Reach>, DirectoryError> {
    let (mut persons, mut memberships) = (Vec::new(), Vec::new());
    for claim in claims {
        match claim.recipient {
            Recipient::Person(id) => persons.push(id),
            Recipient::Membership(id) => memberships.push(id),
        }
    }
    for ids in [&mut persons, &mut memberships] {
        ids.sort_unstable();
        ids.dedup();
    }
    let span = tracing::info_span!("message.contacts", messages = claims.len());
    caused_by(&span, claims.iter().filter_map(Claim::cause));
    let asked =
        async { tokio::try_join!(directory.contacts(persons), directory.invited(memberships)) };
    let (persons, memberships) = asked.instrument(span).await?;
    let reach = |recipient| match recipient {
        Recipient::Person(id) => persons.get(&id).cloned(),
        Recipient::Membership(id) => memberships.get(&id).cloned(),
    };
    Ok(claims
        .iter()
        .filter_map(|claim| Some((claim.message_id, reach(claim.recipient)?)))
        .collect())
}
