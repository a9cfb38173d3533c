//! Takes over this service's part of an edition's rules, and lets messages go, or keeps them back,
//! where the rules changed.

use winner_messaging::Unit;

use crate::domain::delivery::DeliveryMode;
use crate::store::editions::{self, EditionCopy};
use crate::store::messages;

/// Stores the copy unless a newer one is stored, and applies its delivery mode to what waits.
///
/// # Errors
/// The database's.
pub async fn adopt_edition(unit: &mut Unit, copy: &EditionCopy) -> Result<(), sqlx::Error> {
    if !editions::save(unit.conn(), copy).await? {
        return Ok(());
    }
    let edition_id = copy.face.edition_id.as_str();
    let moved = match copy.rules.mode {
        DeliveryMode::Hold => messages::hold(unit.conn(), edition_id).await?,
        DeliveryMode::Redirect { .. } | DeliveryMode::Live => {
            messages::release(unit.conn(), edition_id).await?
        }
    };
    tracing::info!(edition_id, version = copy.version, moved, "edition.adopted");
    Ok(())
}
