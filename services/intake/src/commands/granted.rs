//! Says that an office or membership is held.

use winner_messaging::Unit;
use winner_proto::intake::v1::MembershipGranted;

use crate::domain::ids::{EditionId, PersonId};
use crate::domain::membership::Membership;
use crate::messages::office_message;
use crate::refusal::Refusal;

/// Appends the event of a membership that is held.
///
/// # Errors
/// [`Refusal::Store`].
pub(super) async fn append(unit: &mut Unit, membership: &Membership) -> Result<(), Refusal> {
    let seat = &membership.seat;
    let event = MembershipGranted {
        membership_id: membership.id.to_string(),
        office: office_message(seat.office()).into(),
        edition_id: seat.edition().map(EditionId::to_string).unwrap_or_default(),
        scope: seat.scope().unwrap_or_default(),
        person_id: membership
            .holder()
            .as_ref()
            .map(PersonId::to_string)
            .unwrap_or_default(),
    };
    let edition = seat.edition().map(EditionId::as_str);
    unit.append(&membership.id.to_string(), edition, &event)
        .await?;
    Ok(())
}
