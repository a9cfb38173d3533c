//! `winner messages stop`: first what it would do, then, with `--yes`, that, and who already got it.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use uuid::Uuid;
use winner_proto::notification::v1::{
    Channel, Message, MessageState, StopMessagesRequest, StopMessagesResponse,
};

use super::connection::{Connection, done};
use super::list::{self, By};
use super::{Format, Retry, say};

/// What to stop.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The event whose messages are stopped; `winner messages list` shows it.
    #[arg(long)]
    event: Uuid,
    /// Only those over this channel.
    #[arg(long, value_enum)]
    channel: Option<By>,
    /// Do it. Without this, it is only said what would be done.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    retry: Retry,
}

pub(super) async fn run(connection: &Connection, which: &Which, format: Format) -> Result<()> {
    let these = list::Which::of_event(which.event, which.channel);
    if !which.yes {
        let messages = list::all(connection, &these).await?;
        return foretell(&messages, format);
    }
    let request_id = which.retry.id();
    let request = StopMessagesRequest {
        parent: connection.edition(),
        event_id: which.event.to_string(),
        channel: which
            .channel
            .map_or(Channel::Unspecified, Channel::from)
            .into(),
        request_id: request_id.clone(),
    };
    let answer = connection
        .client()
        .stop_messages(connection.ask(request))
        .await;
    let done = done(answer, &request_id)?;
    let messages = list::all(connection, &these).await?;
    let out: Vec<Message> = messages
        .into_iter()
        .filter(|message| is_out(message.state()))
        .collect();
    match format {
        Format::Json => println!(
            "{}",
            serde_json::to_string_pretty(&json!({ "stopped": done, "alreadyOut": out }))?
        ),
        Format::Table => {
            print!("{}", said(&done));
            if !out.is_empty() {
                println!("\nalready out, or perhaps:");
                print!("{}", list::table(&out).text());
            }
        }
    }
    Ok(())
}

/// What stopping did.
pub(super) fn said(done: &StopMessagesResponse) -> String {
    format!(
        "{} stopped\n{} past the point of no return; not tried again\n{} had gone out\n{} may have gone out\n",
        done.stopped_count, done.sending_count, done.sent_count, done.unknown_count
    )
}

/// Says what would be done.
fn foretell(messages: &[Message], format: Format) -> Result<()> {
    let mut by_state: BTreeMap<String, usize> = BTreeMap::new();
    for message in messages {
        *by_state.entry(say::state(message.state())).or_default() += 1;
    }
    match format {
        Format::Json => println!(
            "{}",
            serde_json::to_string_pretty(&json!({ "wouldStop": by_state }))?
        ),
        Format::Table => {
            for (state, count) in &by_state {
                println!("{count:7}  {state}");
            }
            println!("held and queued messages, and most of those sending, would be stopped");
            println!("nothing was stopped: say --yes");
        }
    }
    Ok(())
}

/// Somebody has it, or perhaps.
const fn is_out(state: MessageState) -> bool {
    matches!(
        state,
        MessageState::Sending
            | MessageState::Unknown
            | MessageState::Sent
            | MessageState::Delivered
            | MessageState::Bounced
    )
}
