//! What organisers decide about messages.

use tonic::Request;
use winner_platform::ApiError;
use winner_platform::auth::Actor;
use winner_proto::notification::v1::{
    CancelMessageRequest, Message, ResendMessageRequest, Resolution as WireResolution,
    ResolveMessageRequest, StopMessagesRequest, StopMessagesResponse,
};

use super::{Messages, SETTLERS, errors, names, parse};
use crate::commands::cancel::cancel;
use crate::commands::one_message::Asked;
use crate::commands::resend::resend;
use crate::commands::resolve::resolve;
use crate::commands::stop::stop;
use crate::domain::message::Resolution;
use crate::store::stops::Stop;

/// A request about one message.
trait AboutOne {
    /// The message's name.
    fn name(&self) -> &str;
    /// Makes a retry harmless.
    fn request_id(&self) -> &str;
}

macro_rules! about_one {
    ($($request:ty),+) => {$(
        impl AboutOne for $request {
            fn name(&self) -> &str {
                &self.name
            }

            fn request_id(&self) -> &str {
                &self.request_id
            }
        }
    )+};
}

about_one!(
    ResolveMessageRequest,
    ResendMessageRequest,
    CancelMessageRequest
);

/// What is asked, by somebody who may settle messages of its edition.
fn asked<'a, R: AboutOne>(
    actor: &Actor,
    caller: &'a str,
    request: &'a R,
) -> Result<Asked<'a, R>, ApiError> {
    let (edition_id, message_id) = names::message("name", request.name())?;
    actor.require(SETTLERS, edition_id)?;
    Ok(Asked {
        caller,
        edition_id,
        message_id,
        request_id: request.request_id(),
        request,
    })
}

impl Messages {
    /// Settles an unknown message.
    pub(super) async fn settle(
        &self,
        request: Request<ResolveMessageRequest>,
    ) -> Result<Message, ApiError> {
        let actor = Actor::from_request(&request)?;
        let (caller, request) = (actor.key(), request.into_inner());
        let asked = asked(&actor, &caller, &request)?;
        let resolution = match request.resolution() {
            WireResolution::Sent => Resolution::Sent,
            WireResolution::Resend => Resolution::Resend,
            WireResolution::Cancel => Resolution::Cancel,
            WireResolution::Unspecified => {
                return Err(parse::invalid(
                    "resolution",
                    "REQUIRED",
                    "must be SENT, RESEND or CANCEL",
                ));
            }
        };
        let message = resolve(&self.ledger, asked, resolution)
            .await
            .map_err(|error| errors::change(error, &request.name))?;
        self.wake.senders();
        Ok(message)
    }

    /// Sends a message again.
    pub(super) async fn send_again(
        &self,
        request: Request<ResendMessageRequest>,
    ) -> Result<Message, ApiError> {
        let actor = Actor::from_request(&request)?;
        let (caller, request) = (actor.key(), request.into_inner());
        let asked = asked(&actor, &caller, &request)?;
        let message = resend(&self.ledger, &self.book, asked)
            .await
            .map_err(|error| errors::change(error, &request.name))?;
        self.wake.senders();
        Ok(message)
    }

    /// Stops one message.
    pub(super) async fn call_off(
        &self,
        request: Request<CancelMessageRequest>,
    ) -> Result<Message, ApiError> {
        let actor = Actor::from_request(&request)?;
        let (caller, request) = (actor.key(), request.into_inner());
        let asked = asked(&actor, &caller, &request)?;
        cancel(&self.ledger, asked)
            .await
            .map_err(|error| errors::change(error, &request.name))
    }

    /// Stops the messages of an event.
    pub(super) async fn call_off_all(
        &self,
        request: Request<StopMessagesRequest>,
    ) -> Result<StopMessagesResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let edition_id = names::edition("parent", &request.parent)?;
        actor.require(SETTLERS, edition_id)?;
        let event_id = parse::optional_id("event_id", &request.event_id)?
            .ok_or_else(|| parse::invalid("event_id", "REQUIRED", "must be an event's id"))?;
        let asked = Stop {
            caller: &actor.key(),
            request_id: &request.request_id,
            edition_id,
            event_id,
            channel: parse::channel(request.channel)?,
        };
        stop(&self.ledger, &asked, &request)
            .await
            .map_err(errors::stop)
    }
}
