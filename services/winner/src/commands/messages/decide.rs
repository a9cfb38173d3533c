//! `winner messages resolve`, `resend` and `cancel`.

use anyhow::Result;
use tonic::{Response, Status};
use uuid::Uuid;
use winner_proto::notification::v1::{
    CancelMessageRequest, Message, ResendMessageRequest, Resolution, ResolveMessageRequest,
};

use super::connection::{Connection, done};
use super::{Format, proof};

pub(super) async fn resolve(
    connection: &Connection,
    id: Uuid,
    resolution: Resolution,
    request_id: String,
    format: Format,
) -> Result<()> {
    let request = ResolveMessageRequest {
        name: connection.message(id),
        resolution: resolution.into(),
        request_id: request_id.clone(),
    };
    let answer = connection
        .client()
        .resolve_message(connection.ask(request))
        .await;
    print(answer, &request_id, format)
}

pub(super) async fn resend(
    connection: &Connection,
    id: Uuid,
    request_id: String,
    format: Format,
) -> Result<()> {
    let request = ResendMessageRequest {
        name: connection.message(id),
        request_id: request_id.clone(),
    };
    let answer = connection
        .client()
        .resend_message(connection.ask(request))
        .await;
    print(answer, &request_id, format)
}

pub(super) async fn cancel(
    connection: &Connection,
    id: Uuid,
    request_id: String,
    format: Format,
) -> Result<()> {
    let request = CancelMessageRequest {
        name: connection.message(id),
        request_id: request_id.clone(),
    };
    let answer = connection
        .client()
        .cancel_message(connection.ask(request))
        .await;
    print(answer, &request_id, format)
}

fn print(
    answer: Result<Response<Message>, Status>,
    request_id: &str,
    format: Format,
) -> Result<()> {
    proof::print(&done(answer, request_id)?, format)
}
