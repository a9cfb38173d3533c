//! `winner.notification.v1.MessageService`.

mod deciding;
mod reading;

use tonic::{Request, Response, Status};
use winner_messaging::Ledger;
use winner_proto::notification::v1::message_service_server::MessageService;
use winner_proto::notification::v1::{
    CancelMessageRequest, GetMessageRequest, ListMessagesRequest, ListMessagesResponse,
    ListUnreachedRequest, ListUnreachedResponse, Message, ResendMessageRequest,
    ResolveMessageRequest, StopMessagesRequest, StopMessagesResponse,
};

use super::{errors, names, parse};
use crate::commands::resend::AddressBook;
use crate::jobs::wake::Wake;

/// Offices that see an edition's messages.
const READERS: &[&str] = &["chair", "organiser", "auditor"];
/// Offices that decide about them.
const SETTLERS: &[&str] = &["chair", "organiser"];

/// Shows and settles messages.
#[derive(Clone)]
pub struct Messages {
    /// Where messages are kept.
    pub ledger: Ledger,
    /// Tells the sender that there is something to do.
    pub wake: Wake,
    /// Which suppression may stand in a message's way.
    pub book: AddressBook,
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
        request: Request<ResendMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Ok(Response::new(self.send_again(request).await?))
    }

    async fn cancel_message(
        &self,
        request: Request<CancelMessageRequest>,
    ) -> Result<Response<Message>, Status> {
        Ok(Response::new(self.call_off(request).await?))
    }

    async fn stop_messages(
        &self,
        request: Request<StopMessagesRequest>,
    ) -> Result<Response<StopMessagesResponse>, Status> {
        Ok(Response::new(self.call_off_all(request).await?))
    }

    async fn list_unreached(
        &self,
        request: Request<ListUnreachedRequest>,
    ) -> Result<Response<ListUnreachedResponse>, Status> {
        Ok(Response::new(self.unreached(request).await?))
    }
}
