//! What figures of mails share: an edition with a crowd, and two copies of notification that are told
//! where their relays are.

use std::path::Path;

use anyhow::Result;

use crate::audience;
use crate::figures::rig::Rig;

/// Copies of notification.
pub(super) const COPIES: u32 = 2;
/// Connections of each copy.
pub(super) const CONNECTIONS: u64 = 16;

/// An edition with so many people, each the only member of a team whose submission is eligible; judging
/// and notification run, the latter with these settings besides.
pub(super) async fn seated(
    program: &Path,
    name: &str,
    people: u64,
    settings: &[(&str, String)],
) -> Result<Rig> {
    let mut rig = Rig::start(program, name).await?;
    let fleet = &mut rig.edition.site.installation.fleet;
    fleet.set_environment(
        "WINNER_NOTIFICATION__SMTP__CONNECTIONS",
        &CONNECTIONS.to_string(),
    );
    for (setting, value) in settings {
        fleet.set_environment(&format!("WINNER_NOTIFICATION__{setting}"), value);
    }
    audience::seat(&rig.database, people).await?;
    rig.edition.site.start("judging", 1).await?;
    rig.edition.site.start("notification", COPIES).await?;
    Ok(rig)
}
