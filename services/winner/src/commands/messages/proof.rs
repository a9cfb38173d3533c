//! `winner messages show`: what proves that a message was sent, or why it was not.

use std::fmt::Write as _;

use anyhow::Result;
use uuid::Uuid;
use winner_proto::notification::v1::{GetMessageRequest, Message};

use super::connection::Connection;
use super::table::Table;
use super::{Format, say};
use crate::person::refused;

pub(super) async fn run(connection: &Connection, id: Uuid, format: Format) -> Result<()> {
    let request = GetMessageRequest {
        name: connection.message(id),
    };
    let message = connection
        .client()
        .get_message(connection.ask(request))
        .await
        .map_err(refused)?
        .into_inner();
    print(&message, format)
}

/// Prints a message with its attempts.
pub(super) fn print(message: &Message, format: Format) -> Result<()> {
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(message)?),
        Format::Table => print!("{}", text(message)?),
    }
    Ok(())
}

/// A message and its attempts, as text.
pub(super) fn text(message: &Message) -> Result<String, std::fmt::Error> {
    let why = match message.reason_code.as_str() {
        "" => String::new(),
        code => format!(" ({code})"),
    };
    let mut text = String::new();
    for (what, said) in [
        ("message", message.name.clone()),
        ("about", message.template.clone()),
        ("recipient", message.recipient_id.clone()),
        ("channel", say::channel(message.channel())),
        ("event", message.event_id.clone()),
        ("state", format!("{}{why}", say::state(message.state()))),
        ("created", say::moment(message.create_time.as_ref())),
        ("sent", say::moment(message.send_time.as_ref())),
        ("delivered", say::moment(message.deliver_time.as_ref())),
        ("provider's id", message.provider_id.clone()),
        ("SHA-256", message.content_hash.clone()),
    ] {
        if !said.is_empty() {
            writeln!(text, "{what:13}  {said}")?;
        }
    }
    let mut attempts = Table::new(&[
        "ATTEMPT", "BEGAN", "ENDED", "GOT TO", "ROUTE", "CODE", "ANSWER", "WHY", "SHA-256",
    ]);
    for attempt in &message.attempts {
        attempts.row(vec![
            attempt.number.to_string(),
            say::moment(attempt.begin_time.as_ref()),
            say::moment(attempt.end_time.as_ref()),
            say::phase(attempt.phase()),
            attempt.route.clone(),
            match attempt.status_code {
                0 => String::new(),
                code => code.to_string(),
            },
            attempt.answer.clone(),
            attempt.reason_code.clone(),
            attempt.content_hash.clone(),
        ]);
    }
    if attempts.len() == 0 {
        text.push_str("no attempt was made\n");
    } else {
        text.push('\n');
        text.push_str(&attempts.text());
    }
    Ok(text)
}
