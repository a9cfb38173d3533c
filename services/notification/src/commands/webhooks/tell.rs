//! Tells an edition's organisers that an endpoint of theirs is off.

use winner_messaging::{Ledger, Origin, ReactionError};
use winner_notification_core::webhook::target::{Target, TargetRules};

use crate::domain::announcement::{Announcement, Audience};
use crate::domain::notice::Notice;
use crate::reactions::announcing::Announcer;
use crate::store::webhooks::upkeep::{self, ToTell};

/// Makes the messages, once: in the transaction that notes that they were made.
///
/// # Errors
/// [`ReactionError::Unavailable`] while intake does not say who they are.
pub async fn tell(
    ledger: &Ledger,
    announcer: &Announcer,
    rules: &TargetRules,
    to_tell: &ToTell,
) -> Result<(), ReactionError> {
    let host = Target::parse(&to_tell.url, rules)
        .map(|target| target.host().to_owned())
        .unwrap_or_default();
    let prepared = announcer
        .prepare(Ok(Announcement {
            edition_id: to_tell.edition_id.clone(),
            audience: Audience::Organisers,
            notice: Notice::WebhookDisabled {
                webhook_id: to_tell.endpoint_id,
                host,
                gone: to_tell.gone,
            },
        }))
        .await?;
    let mut unit = ledger
        .begin(Origin::job("webhook_notices", ledger.ids()))
        .await?;
    if upkeep::told(unit.conn(), to_tell).await? {
        announcer
            .make(&mut unit, to_tell.notice_id, prepared)
            .await?;
        unit.commit().await?;
    }
    Ok(())
}
