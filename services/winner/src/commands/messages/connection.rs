//! The messages of one edition, asked for in somebody's name.

use anyhow::{Context, Result};
use tonic::transport::Channel;
use tonic::{Request, Status};
use uuid::Uuid;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;

use crate::person::{Called, refused};

/// The service, as one person and for one edition.
pub(super) struct Connection {
    pub(super) called: Called,
    pub(super) edition: String,
}

impl Connection {
    /// A client.
    pub(super) fn client(&self) -> MessageServiceClient<Channel> {
        MessageServiceClient::new(self.called.channel.clone())
    }

    /// A request in the person's name.
    pub(super) fn ask<T>(&self, message: T) -> Request<T> {
        self.called.ask(message)
    }

    /// The edition's name.
    pub(super) fn edition(&self) -> String {
        format!("editions/{}", self.edition)
    }

    /// A message's name.
    pub(super) fn message(&self, id: Uuid) -> String {
        format!("editions/{}/messages/{id}", self.edition)
    }
}

/// A write's answer, or what the service said, with how to ask again.
pub(super) fn done<T>(answer: Result<tonic::Response<T>, Status>, request_id: &str) -> Result<T> {
    answer
        .map(tonic::Response::into_inner)
        .map_err(refused)
        .with_context(|| {
            format!(
                "not known to be done; --request-id {request_id} makes it harmless to ask again"
            )
        })
}
