//! An organiser settles a message whose fate is unknown: it went out, it is to be sent again, or it is
//! not to be sent.

use winner_messaging::Ledger;
use winner_proto::notification::v1 as wire;

use crate::commands::one_message::{Asked, ChangeError, Opened, open};
use crate::domain::message::{Resolution, State};

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.MessageService/ResolveMessage";

/// Settles an unknown message. A retry returns the same answer.
///
/// # Errors
/// [`ChangeError`]
pub async fn resolve(
    ledger: &Ledger,
    asked: Asked<'_, wire::ResolveMessageRequest>,
    resolution: Resolution,
) -> Result<wire::Message, ChangeError> {
    let message = match open(ledger, METHOD, &asked).await? {
        Opened::Answered(answer) => return Ok(answer),
        Opened::Fresh(message) => message,
    };
    let State::Unknown(unknown) = message.found().state.clone() else {
        return Err(ChangeError::NotUnknown);
    };
    message.become_now(ledger, unknown.settle(resolution)).await
}
