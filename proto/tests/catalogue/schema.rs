//! JSON Schemas (draft 7, which AsyncAPI builds on) of payloads and of the envelope.

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};
use winner_proto::event::EventDescriptor;

use super::comments::comment;
use super::{goldens, side, type_name};

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";
const GROWS: &str = "Fields that hold their default (empty, 0, unspecified) are left out. Events grow: ignore fields you do not know.";

/// The schema of an event's payload as a file of its own.
pub(crate) fn file(pool: &DescriptorPool, event: &EventDescriptor) -> Value {
    let mut schema = payload(pool, event);
    schema["$schema"] = DRAFT.into();
    schema["x-visibility"] = side(event.visibility).into();
    schema["examples"] = goldens::of(&type_name(event))
        .into_iter()
        .map(|(_, golden)| golden)
        .collect();
    schema
}

/// The schema of the headers as a file of its own.
pub(crate) fn envelope_file() -> Value {
    let mut schema = envelope();
    schema["$schema"] = DRAFT.into();
    schema
}

/// The schema of an event's payload.
pub(crate) fn payload(pool: &DescriptorPool, event: &EventDescriptor) -> Value {
    let message = pool.get_message_by_name(event.message).unwrap();
    let properties: Map<_, _> = message
        .fields()
        .map(|field| (field.json_name().to_owned(), property(&field)))
        .collect();
    json!({
        "title": message.name(),
        "description": format!("{} {GROWS}", describe(&message)),
        "type": "object",
        "properties": properties,
    })
}

/// The comment above an event's message.
pub(crate) fn describe(message: &MessageDescriptor) -> String {
    comment(&message.parent_file(), message.path())
}

fn property(field: &FieldDescriptor) -> Value {
    let mut schema = if field.is_list() {
        json!({ "type": "array", "items": kind(field) })
    } else {
        kind(field)
    };
    schema["description"] = comment(&field.parent_file(), field.path()).into();
    schema
}

/// Canonical proto3 JSON of one value. A kind that no event uses yet is added when one does.
fn kind(field: &FieldDescriptor) -> Value {
    match field.kind() {
        Kind::String => json!({ "type": "string" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int32 => json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX }),
        Kind::Int64 => json!({ "type": "string", "pattern": "^-?[0-9]{1,19}$" }),
        Kind::Enum(names) => open_enum(&names),
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            json!({ "type": "string", "format": "date-time" })
        }
        other => panic!("{}: no schema for {other:?} yet", field.full_name()),
    }
}

/// The names known today, and room for those added later.
fn open_enum(names: &EnumDescriptor) -> Value {
    let mut choices: Vec<_> = names
        .values()
        .filter(|value| value.number() != 0)
        .map(|value| {
            let words = comment(&names.parent_file(), value.path());
            json!({ "const": value.name(), "description": words })
        })
        .collect();
    choices.push(json!({
        "type": "string",
        "description": "A name added later: take it as unspecified.",
    }));
    json!({ "anyOf": choices })
}

/// The headers that every event travels with.
pub(crate) fn envelope() -> Value {
    let uuid = |words: &str| json!({ "type": "string", "format": "uuid", "description": words });
    let count =
        |words: &str| json!({ "type": "string", "pattern": "^[0-9]+$", "description": words });
    let text = |words: &str| json!({ "type": "string", "description": words });
    json!({
        "title": "Envelope",
        "description": "CloudEvents 1.0, binary content mode of its NATS binding: attributes in headers, percent-encoded where they are not printable ASCII; the payload alone in the body.",
        "type": "object",
        "required": [
            "Nats-Msg-Id", "ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time",
            "ce-datacontenttype", "ce-epoch", "ce-count", "ce-correlationid",
        ],
        "properties": {
            "Nats-Msg-Id": text("By which the broker drops copies sent within two minutes: the event's id, or one of its own for a replayed event. Go by `ce-id`."),
            "ce-specversion": { "type": "string", "const": "1.0", "description": "The version of CloudEvents." },
            "ce-id": uuid("The event's id. The same id again is the same event: ignore it."),
            "ce-source": { "type": "string", "pattern": "^/[a-z]+$", "description": "The service that says it: `/intake`." },
            "ce-type": {
                "type": "string",
                "pattern": r"^winner(\.[a-z_]+){3}\.v[1-9][0-9]*$",
                "description": "What happened: `winner.<service>.<aggregate>.<event>.v<version>`. Go by this, not by the NATS subject: a replayed event comes on a subject of its own.",
            },
            "ce-subject": text("The aggregate's id, also the last token of the NATS subject."),
            "ce-time": { "type": "string", "format": "date-time", "description": "When it happened, in the competition's business time." },
            "ce-datacontenttype": { "type": "string", "const": "application/json", "description": "Canonical JSON of a protobuf message." },
            "ce-epoch": count("Raised when the service was restored from a backup. An event of a higher epoch replaces what you know of the aggregate."),
            "ce-count": count("Counts the aggregate's events from 1 without gaps, within an epoch: the same or a lower count is old, a higher one than the next means that one is still on its way."),
            "ce-correlationid": text("The request that began it all."),
            "ce-edition": text("The edition that it belongs to; left out where there is none."),
            "ce-causationid": text("The event that led to this one; left out where a request did."),
            "traceparent": text("W3C trace context."),
            "tracestate": text("W3C trace context."),
        },
    })
}
