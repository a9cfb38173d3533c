//! An organiser stops one message before it passes the point of no return.

use winner_messaging::Ledger;
use winner_proto::notification::v1 as wire;

use crate::commands::one_message::{Asked, ChangeError, Opened, open};

/// The method's name among stored requests.
const METHOD: &str = "/winner.notification.v1.MessageService/CancelMessage";

/// Stops a message; a sender that holds it finds its claim gone. A retry returns the same answer.
///
/// # Errors
/// [`ChangeError`]
pub async fn cancel(
    ledger: &Ledger,
    asked: Asked<'_, wire::CancelMessageRequest>,
) -> Result<wire::Message, ChangeError> {
    let message = match open(ledger, METHOD, &asked).await? {
        Opened::Answered(answer) => return Ok(answer),
        Opened::Fresh(message) => message,
    };
    let stopped = message.found().state.clone().stop();
    let state = stopped.map_err(|_| ChangeError::NotStoppable)?;
    message.become_now(ledger, state).await
}
