//! `winner.notification.v1.MessageService`.

use tonic::{Request, Response, Status};
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_platform::pg::database_error;
use winner_platform::{ApiError, FieldViolation};
use winner_proto::notification::v1::message_service_server::MessageService;
use winner_proto::notification::v1::{
    CancelMessageRequest, Channel as WireChannel, GetMessageRequest, ListMessagesRequest,
    ListMessagesResponse, ListUnreachedRequest, ListUnreachedResponse, Message, MessageState,
    ResendMessageRequest, Resolution as WireResolution, ResolveMessageRequest, StopMessagesRequest,
    StopMessagesResponse,
};

use super::{errors, names};
use crate::commands::resolve::{Resolve, resolve};
use crate::domain::channel::Channel;
use crate::domain::message::Resolution;
use crate::jobs::wake::Wake;
use crate::queries::message;
use crate::queries::messages::{Page, list};

/// Offices that see an edition's messages.
const READERS: &[&str] = &["chair", "organiser", "auditor"];
/// Offices that settle them.
const SETTLERS: &[&str] = &["chair", "organiser"];

/// Shows and settles messages.
#[derive(Clone)]
pub struct Messages {
    /// Where messages are kept.
    pub ledger: Ledger,
    /// Tells the sender that there is something to do.
    pub wake: Wake,
}

impl Messages {
    async fn list(
        &self,
        request: Request<ListMessagesRequest>,
    ) -> Result<ListMessagesResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let edition_id = names::edition("parent", &request.parent)?;
        actor.require(READERS, edition_id)?;
        let state = MessageState::try_from(request.state)
            .map_err(|_| invalid("state", "UNKNOWN_STATE", "must be a state of the contract"))?;
        let page = Page {
            edition_id,
            state: Some(state).filter(|state| *state != MessageState::Unspecified),
            event_id: optional_id("event_id", &request.event_id)?,
            recipient_id: optional_id("recipient_id", &request.recipient_id)?,
            channel: channel(request.channel)?,
            after: page_token(&request.page_token)?,
            size: page_size(request.page_size)?,
        };
        let (messages, next) = list(self.ledger.pool(), page)
            .await
            .map_err(database_error)?;
        let next_page_token = next.map(|id| id.to_string()).unwrap_or_default();
        Ok(ListMessagesResponse {
            messages,
            next_page_token,
        })
    }

    async fn get(&self, request: Request<GetMessageRequest>) -> Result<Message, ApiError> {
        let actor = Actor::from_request(&request)?;
        let name = request.into_inner().name;
        let (edition_id, message_id) = names::message("name", &name)?;
        actor.require(READERS, edition_id)?;
        let mut conn = self.ledger.pool().acquire().await.map_err(database_error)?;
        message::read(&mut conn, edition_id, message_id)
            .await
            .map_err(database_error)?
            .ok_or_else(|| ApiError::not_found("winner.notification.v1/Message", name))
    }

    async fn settle(&self, request: Request<ResolveMessageRequest>) -> Result<Message, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let (edition_id, message_id) = names::message("name", &request.name)?;
        actor.require(SETTLERS, edition_id)?;
        let resolution = match request.resolution() {
            WireResolution::Sent => Resolution::Sent,
            WireResolution::Resend => Resolution::Resend,
            WireResolution::Cancel => Resolution::Cancel,
            WireResolution::Unspecified => {
                return Err(invalid(
                    "resolution",
                    "REQUIRED",
                    "must be SENT, RESEND or CANCEL",
                ));
            }
        };
        let caller = actor.key();
        let cmd = Resolve {
            caller: &caller,
            edition_id,
            message_id,
            resolution,
            request: &request,
        };
        let message = resolve(&self.ledger, cmd)
            .await
            .map_err(|error| errors::resolve(error, &request.name))?;
        self.wake.senders();
        Ok(message)
    }
}

#[tonic::async_trait]
impl MessageService for Messages {
    async fn list_messages(
        &self,
        request: Request<ListMessagesRequest>,
    ) -> Result<Response<ListMessagesResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_message(
        &self,
        request: Request<GetMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Ok(Response::new(self.get(request).await?))
    }

    async fn resolve_message(
        &self,
        request: Request<ResolveMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Ok(Response::new(self.settle(request).await?))
    }

    async fn resend_message(
        &self,
        _: Request<ResendMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Err(Status::unimplemented("in the next commit"))
    }

    async fn cancel_message(
        &self,
        _: Request<CancelMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Err(Status::unimplemented("in the next commit"))
    }

    async fn stop_messages(
        &self,
        _: Request<StopMessagesRequest>,
    ) -> Result<Response<StopMessagesResponse>, Status> {
        Err(Status::unimplemented("in the next commit"))
    }

    async fn list_unreached(
        &self,
        _: Request<ListUnreachedRequest>,
    ) -> Result<Response<ListUnreachedResponse>, Status> {
        Err(Status::unimplemented("in the next commit"))
    }
}

fn invalid(field: &str, reason: &'static str, description: &str) -> ApiError {
    ApiError::invalid(vec![FieldViolation::new(field, reason, description)])
}

/// An id, or nothing.
fn optional_id(field: &str, text: &str) -> Result<Option<Uuid>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    Uuid::parse_str(text)
        .map(Some)
        .map_err(|_| invalid(field, "MALFORMED", "must be an id"))
}

/// A channel that people are reached on, or nothing.
fn channel(asked: i32) -> Result<Option<Channel>, ApiError> {
    match WireChannel::try_from(asked) {
        Ok(WireChannel::Unspecified) => Ok(None),
        Ok(WireChannel::Email) => Ok(Some(Channel::Email)),
        Ok(WireChannel::Sms) => Ok(Some(Channel::Sms)),
        Ok(WireChannel::Webhook) | Err(_) => Err(invalid(
            "channel",
            "UNKNOWN_CHANNEL",
            "must be EMAIL or SMS",
        )),
    }
}

/// 1 to 500; 0 means 100.
fn page_size(asked: i32) -> Result<u16, ApiError> {
    match asked {
        0 => Ok(100),
        1..=500 => u16::try_from(asked).map_err(ApiError::internal),
        _ => Err(invalid("page_size", "OUT_OF_RANGE", "must be 0 to 500")),
    }
}

/// A token is the id of the last message of the page before.
fn page_token(token: &str) -> Result<Option<Uuid>, ApiError> {
    if token.is_empty() {
        return Ok(None);
    }
    Uuid::parse_str(token)
        .map(Some)
        .map_err(|_| invalid("page_token", "MALFORMED", "must come from the page before"))
}
