//! Reads one message with its attempts.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
use winner_proto::notification::v1 as wire;

use crate::commands::fate;
use crate::domain::channel::Channel;
use crate::store::messages::{self, AttemptRow, MessageRow};

/// One message of an edition with its attempts; `None` where there is none.
///
/// # Errors
/// The database's.
pub async fn read(
    conn: &mut PgConnection,
    edition_id: &str,
    message_id: Uuid,
) -> Result<Option<wire::Message>, sqlx::Error> {
    let Some(row) = messages::get(conn, edition_id, message_id).await? else {
        return Ok(None);
    };
    let attempts = messages::attempts(conn, message_id).await?;
    let mut message = to_wire(row);
    message.attempts = attempts.iter().map(attempt).collect();
    Ok(Some(message))
}

/// A message as it goes out, without attempts.
pub(super) fn to_wire(row: MessageRow) -> wire::Message {
    let edition = if row.edition_id.is_empty() {
        "-"
    } else {
        row.edition_id.as_str()
    };
    wire::Message {
        name: format!("editions/{edition}/messages/{}", row.message_id),
        template: row.template,
        recipient_id: row.recipient_id.to_string(),
        channel: channel(&row.channel).into(),
        state: state(&row.state).into(),
        event_id: row.event_id.to_string(),
        create_time: Some(timestamp(row.created_at)),
        send_time: row.sent_at.map(timestamp),
        attempts: Vec::new(),
        reason_code: row.reason.unwrap_or_default(),
        deliver_time: row.delivered_at.map(timestamp),
        provider_id: row.provider_id.unwrap_or_default(),
        content_hash: row.content_hash.map(hex::encode).unwrap_or_default(),
    }
}

fn attempt(row: &AttemptRow) -> wire::Attempt {
    let phase = match row.phase.as_str() {
        "claimed" => wire::AttemptPhase::Claimed,
        "before_commit" => wire::AttemptPhase::BeforeCommit,
        "committing" => wire::AttemptPhase::Committing,
        "answered" => wire::AttemptPhase::Answered,
        _ => wire::AttemptPhase::Unspecified,
    };
    wire::Attempt {
        number: row.number,
        phase: phase.into(),
        begin_time: Some(timestamp(row.began_at)),
        end_time: row.ended_at.map(timestamp),
        status_code: row.status_code.unwrap_or_default(),
        route: row.route.clone().unwrap_or_default(),
        answer: row.answer.clone().unwrap_or_default(),
        reason_code: row.reason.clone().unwrap_or_default(),
        content_hash: row
            .content_hash
            .as_ref()
            .map(hex::encode)
            .unwrap_or_default(),
    }
}

/// The codes of states, both ways.
const STATES: [(&str, wire::MessageState); 11] = [
    ("held", wire::MessageState::Held),
    ("queued", wire::MessageState::Queued),
    ("sending", wire::MessageState::Sending),
    ("unknown", wire::MessageState::Unknown),
    ("sent", wire::MessageState::Sent),
    ("delivered", wire::MessageState::Delivered),
    ("bounced", wire::MessageState::Bounced),
    ("failed", wire::MessageState::Failed),
    ("suppressed", wire::MessageState::Suppressed),
    ("cancelled", wire::MessageState::Cancelled),
    ("expired", wire::MessageState::Expired),
];

fn channel(code: &str) -> wire::Channel {
    Channel::from_code(code).map_or(wire::Channel::Unspecified, fate::wire)
}

fn state(code: &str) -> wire::MessageState {
    STATES
        .iter()
        .find(|(stored, _)| *stored == code)
        .map_or(wire::MessageState::Unspecified, |(_, state)| *state)
}

/// How a state is stored; `None` for one that no message is in yet.
pub(super) fn code(state: wire::MessageState) -> Option<&'static str> {
    STATES
        .iter()
        .find(|(_, known)| *known == state)
        .map(|(code, _)| *code)
}

fn timestamp(at: OffsetDateTime) -> pbjson_types::Timestamp {
    pbjson_types::Timestamp {
        seconds: at.unix_timestamp(),
        nanos: i32::try_from(at.nanosecond()).unwrap_or_default(),
    }
}
