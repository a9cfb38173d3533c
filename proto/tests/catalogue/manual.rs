//! What the documents say in words: how to connect, how to read, what to expect.

use serde_json::{Value, json};
use winner_proto::event::Visibility;

/// A server as any installation may run it.
pub(crate) fn server() -> Value {
    json!({
        "host": "{host}:{port}",
        "protocol": "nats",
        "description": "The NATS server (2.12 or later, with JetStream) of one installation.",
        "variables": {
            "host": { "default": "localhost", "description": "Where the operator runs it." },
            "port": { "default": "4222", "description": "Its client port." },
        },
        "security": [{ "$ref": "#/components/securitySchemes/login" }],
    })
}

/// The document's introduction.
pub(crate) fn description(visibility: Visibility) -> String {
    match visibility {
        Visibility::Public => format!("{OUTSIDERS}\n\n{READING}"),
        Visibility::Internal => format!("{INSIDERS}\n\n{READING}"),
    }
}

const OUTSIDERS: &str = "\
What a winner installation tells outsiders while it runs a competition. Generated from the contracts; \
no event names a person or holds what a person wrote.

## Connecting

The operator gives you a NATS address, a **user** with its password, the name of the **account** that \
lends you its events, a **stream** and a **durable** consumer that is yours alone. With these:

- Your user may await answers below one place only: set your client's *inbox prefix* to `_INBOX_<user>`.
- The consumer lives in the lender's account: set your client's *JetStream API prefix* to \
`JS.<ACCOUNT>.API`.
- Bind to the durable *pull* consumer; you can neither make another nor look at the stream. You may ask \
for its next messages and its state, and acknowledge.";

const INSIDERS: &str = "\
What the services of a winner installation tell one another and nobody else: nothing of this is shown \
to outsiders. Generated from the contracts; no event holds personal data or what a person wrote.

## Connecting

A service logs in as its own user, with the inbox prefix `_INBOX_<user>`, and reads through the durable \
pull consumers that `winner provision` made for it.";

const READING: &str = "\
## Reading

- Delivery is at least once. Acknowledge each message after you have kept what it means; without \
acknowledgement it comes again, without limit, after the consumer's wait. An event is known by `ce-id`.
- Order holds within one aggregate (`ce-subject`): `ce-count` counts from 1 without gaps. Across \
aggregates there is no order. With several readers at once, or after a redelivery, a later event may \
come first.
- The first read begins with the oldest event the stream holds. After a loss the operator replays \
events on a subject of your consumer's own; headers and payload are the same.
- Go by `ce-type`, ignore types and fields you do not know, take names of enums you do not know as \
unspecified. Times are RFC 3339 in UTC, written with `Z` or `+00:00`. A changed meaning is a new version beside the old.
- The server may go away for a while: let your client reconnect without limit. The consumer keeps your \
place.";
