//! `winner messages list`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use uuid::Uuid;
use winner_proto::notification::v1::{Channel, ListMessagesRequest, Message, MessageState};

use super::connection::Connection;
use super::table::Table;
use super::{Format, say};
use crate::person::refused;

/// Messages a page; the contract's most.
const PAGE: i32 = 500;

/// Which messages.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct Which {
    /// Only those in this state.
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only those of this event.
    #[arg(long)]
    event: Option<Uuid>,
    /// Only those to this person or membership.
    #[arg(long, value_name = "ID")]
    recipient: Option<Uuid>,
    /// Only those over this channel.
    #[arg(long, value_enum)]
    channel: Option<By>,
}

impl Which {
    /// Those of an event, over one channel or all.
    pub(super) fn of_event(event: Uuid, channel: Option<By>) -> Self {
        Self {
            event: Some(event),
            channel,
            ..Self::default()
        }
    }
}

/// A channel.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum By {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
}

impl From<By> for Channel {
    fn from(by: By) -> Self {
        match by {
            By::Email => Self::Email,
            By::Sms => Self::Sms,
        }
    }
}

/// A state.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// Kept back by the edition's delivery mode or a time rule.
    Held,
    /// Waits for its turn.
    Queued,
    /// Claimed by a sender.
    Sending,
    /// May or may not have gone out.
    Unknown,
    /// The next server took it.
    Sent,
    /// Arrived, as far as a receipt can tell.
    Delivered,
    /// Came back.
    Bounced,
    /// Refused for good.
    Failed,
    /// Not sent, because of its address.
    Suppressed,
    /// Stopped by an organiser.
    Cancelled,
    /// Too late to be of use.
    Expired,
}

impl From<State> for MessageState {
    fn from(state: State) -> Self {
        match state {
            State::Held => Self::Held,
            State::Queued => Self::Queued,
            State::Sending => Self::Sending,
            State::Unknown => Self::Unknown,
            State::Sent => Self::Sent,
            State::Delivered => Self::Delivered,
            State::Bounced => Self::Bounced,
            State::Failed => Self::Failed,
            State::Suppressed => Self::Suppressed,
            State::Cancelled => Self::Cancelled,
            State::Expired => Self::Expired,
        }
    }
}

pub(super) async fn run(connection: &Connection, which: &Which, format: Format) -> Result<()> {
    let messages = all(connection, which).await?;
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&messages)?),
        Format::Table => {
            print!("{}", table(&messages).text());
            println!("{} message(s)", messages.len());
        }
    }
    Ok(())
}

/// All messages, over as many pages as there are.
pub(super) async fn all(connection: &Connection, which: &Which) -> Result<Vec<Message>> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListMessagesRequest {
            parent: connection.edition(),
            page_size: PAGE,
            page_token,
            state: which
                .state
                .map_or(MessageState::Unspecified, MessageState::from)
                .into(),
            event_id: text(which.event),
            recipient_id: text(which.recipient),
            channel: which
                .channel
                .map_or(Channel::Unspecified, Channel::from)
                .into(),
        };
        let page = connection
            .client()
            .list_messages(connection.ask(request))
            .await
            .map_err(refused)?
            .into_inner();
        all.extend(page.messages);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

pub(super) fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Messages, one a row.
pub(super) fn table(messages: &[Message]) -> Table {
    let mut table = Table::new(&[
        "MESSAGE",
        "STATE",
        "WHY",
        "CHANNEL",
        "ABOUT",
        "RECIPIENT",
        "EVENT",
        "CREATED",
        "SENT",
        "DELIVERED",
    ]);
    for message in messages {
        table.row(vec![
            say::id(&message.name).to_owned(),
            say::state(message.state()),
            message.reason_code.clone(),
            say::channel(message.channel()),
            message.template.clone(),
            message.recipient_id.clone(),
            message.event_id.clone(),
            say::moment(message.create_time.as_ref()),
            say::moment(message.send_time.as_ref()),
            say::moment(message.deliver_time.as_ref()),
        ]);
    }
    table
}
