//! What readers of messages ask.

use tonic::Request;
use winner_platform::ApiError;
use winner_platform::auth::Actor;
use winner_platform::pg::database_error;
use winner_proto::notification::v1::{
    GetMessageRequest, ListMessagesRequest, ListMessagesResponse, ListUnreachedRequest,
    ListUnreachedResponse, Message, MessageState,
};

use super::{Messages, READERS, names, parse};
use crate::queries::messages::{Page, list};
use crate::queries::{message, unreached};

impl Messages {
    pub(super) async fn list(
        &self,
        request: Request<ListMessagesRequest>,
    ) -> Result<ListMessagesResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let edition_id = names::edition("parent", &request.parent)?;
        actor.require(READERS, edition_id)?;
        let state = MessageState::try_from(request.state).map_err(|_| {
            parse::invalid("state", "UNKNOWN_STATE", "must be a state of the contract")
        })?;
        let page = Page {
            edition_id,
            state: Some(state).filter(|state| *state != MessageState::Unspecified),
            event_id: parse::optional_id("event_id", &request.event_id)?,
            recipient_id: parse::optional_id("recipient_id", &request.recipient_id)?,
            channel: parse::channel(request.channel)?,
            after: parse::page_token(&request.page_token)?,
            size: parse::page_size(request.page_size)?,
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

    pub(super) async fn get(
        &self,
        request: Request<GetMessageRequest>,
    ) -> Result<Message, ApiError> {
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

    /// Lists who was reached by no channel.
    pub(super) async fn unreached(
        &self,
        request: Request<ListUnreachedRequest>,
    ) -> Result<ListUnreachedResponse, ApiError> {
        let actor = Actor::from_request(&request)?;
        let request = request.into_inner();
        let edition_id = names::edition("parent", &request.parent)?;
        actor.require(READERS, edition_id)?;
        let page = unreached::Page {
            edition_id,
            event_id: parse::optional_id("event_id", &request.event_id)?,
            after: parse::notice_token(&request.page_token)?,
            size: parse::page_size(request.page_size)?,
        };
        let (unreached, next) = unreached::list(self.ledger.pool(), page)
            .await
            .map_err(database_error)?;
        Ok(ListUnreachedResponse {
            unreached,
            next_page_token: next.as_ref().map(parse::to_token).unwrap_or_default(),
        })
    }
}
