//! `winner messages unreached`.

use anyhow::Result;
use uuid::Uuid;
use winner_proto::notification::v1::{ListUnreachedRequest, Unreached};

use super::connection::Connection;
use super::table::Table;
use super::{Format, list, say};
use crate::person::refused;

/// Notices a page; the contract's most.
const PAGE: i32 = 500;

pub(super) async fn run(
    connection: &Connection,
    event: Option<Uuid>,
    format: Format,
) -> Result<()> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListUnreachedRequest {
            parent: connection.edition(),
            event_id: list::text(event),
            page_size: PAGE,
            page_token,
        };
        let page = connection
            .client()
            .list_unreached(connection.ask(request))
            .await
            .map_err(refused)?
            .into_inner();
        all.extend(page.unreached);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&all)?),
        Format::Table => {
            print!("{}", table(&all).text());
            println!("{} notice(s) reached nobody", all.len());
        }
    }
    Ok(())
}

/// Notices, one a row, with what became of each message.
pub(super) fn table(unreached: &[Unreached]) -> Table {
    let mut table = Table::new(&["RECIPIENT", "ABOUT", "EVENT", "WHAT BECAME OF IT"]);
    for notice in unreached {
        let fates = notice.messages.iter().map(|message| {
            let (channel, state) = (say::channel(message.channel()), say::state(message.state()));
            match message.reason_code.as_str() {
                "" => format!("{channel}: {state}"),
                code => format!("{channel}: {state} ({code})"),
            }
        });
        table.row(vec![
            notice.recipient_id.clone(),
            notice.template.clone(),
            notice.event_id.clone(),
            fates.collect::<Vec<_>>().join(", "),
        ]);
    }
    table
}
