//! The AsyncAPI 3 document of one visibility: a channel, an operation and a message for each event.

use prost_reflect::DescriptorPool;
use serde_json::{Map, Value, json};
use winner_proto::event::{AGGREGATES, AggregateDescriptor, EventDescriptor, Visibility};

use super::comments::comment;
use super::{events_of, goldens, manual, schema, side, type_name};

/// The document, complete in itself.
pub(crate) fn document(pool: &DescriptorPool, visibility: Visibility) -> Value {
    let (mut channels, mut operations) = (Map::new(), Map::new());
    let (mut messages, mut schemas) = (Map::new(), Map::new());
    schemas.insert("envelope".to_owned(), schema::envelope());
    for event in events_of(visibility) {
        let key = type_name(event);
        channels.insert(key.clone(), channel(pool, event));
        operations.insert(key.clone(), operation(event));
        messages.insert(key.clone(), message(pool, event));
        schemas.insert(key, schema::payload(pool, event));
    }
    json!({
        "asyncapi": "3.0.0",
        "id": format!("urn:winner:events:{}", side(visibility)),
        "info": {
            "title": format!("winner: {} events", side(visibility)),
            "version": "1.0.0",
            "description": manual::description(visibility),
            "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": { "nats": manual::server() },
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": { "login": {
                "type": "userPassword",
                "description": "The NATS user and password that the operator gave you.",
            } },
        },
        "x-visibility": side(visibility),
        "x-aggregates": aggregates(pool, visibility),
    })
}

fn channel(pool: &DescriptorPool, event: &EventDescriptor) -> Value {
    let key = type_name(event);
    json!({
        "address": format!("{{root}}.{key}.{{aggregateId}}"),
        "title": key,
        "description": describe(pool, event),
        "servers": [{ "$ref": "#/servers/nats" }],
        "parameters": {
            "root": {
                "default": "winner",
                "description": "The installation's subject root.",
            },
            "aggregateId": { "description": format!(
                "The id of the {}, percent-encoded to one token: anything but letters, digits, `-`, `_` and `~`.",
                event.aggregate
            ) },
        },
        "messages": { "event": { "$ref": format!("#/components/messages/{key}") } },
        "tags": [{ "name": event.service }, { "name": event.aggregate }],
        "x-visibility": side(event.visibility),
        "x-jetstream": { "stream": stream(event.service, event.visibility) },
    })
}

fn operation(event: &EventDescriptor) -> Value {
    let key = type_name(event);
    let channel = format!("#/channels/{key}");
    json!({
        "action": "send",
        "title": format!("{} says {}.{}", event.service, event.aggregate, event.name),
        "channel": { "$ref": channel },
        "messages": [{ "$ref": format!("{channel}/messages/event") }],
    })
}

fn message(pool: &DescriptorPool, event: &EventDescriptor) -> Value {
    let key = type_name(event);
    let (_, name) = event.message.rsplit_once('.').unwrap();
    let examples: Vec<_> = goldens::of(&key)
        .into_iter()
        .map(|(name, golden)| json!({ "name": name, "payload": golden }))
        .collect();
    json!({
        "name": key,
        "title": name,
        "summary": describe(pool, event),
        "contentType": "application/json",
        "correlationId": { "location": "$message.header#/ce-correlationid" },
        "headers": { "allOf": [
            { "$ref": "#/components/schemas/envelope" },
            { "type": "object", "properties": {
                "ce-type": { "const": format!("winner.{key}") },
                "ce-source": { "const": format!("/{}", event.service) },
            } },
        ] },
        "payload": { "$ref": format!("#/components/schemas/{key}") },
        "examples": examples,
        "x-protobuf": event.message,
    })
}

fn describe(pool: &DescriptorPool, event: &EventDescriptor) -> String {
    schema::describe(&pool.get_message_by_name(event.message).unwrap())
}

/// As installations name them; the prefix is configuration.
fn stream(service: &str, visibility: Visibility) -> String {
    format!(
        "{{PREFIX}}_{}_{}",
        service.to_uppercase(),
        side(visibility).to_uppercase()
    )
}

/// Every aggregate type of this visibility in the contracts' words, also those of which nothing is
/// said yet.
fn aggregates(pool: &DescriptorPool, visibility: Visibility) -> Map<String, Value> {
    AGGREGATES
        .iter()
        .filter(|aggregate| aggregate.visibility == visibility)
        .map(|aggregate| (aggregate.name.to_owned(), described(pool, aggregate)))
        .collect()
}

fn described(pool: &DescriptorPool, aggregate: &AggregateDescriptor) -> Value {
    let kinds = pool
        .get_enum_by_name("winner.options.v1.Aggregate")
        .unwrap();
    let name = format!("AGGREGATE_{}", aggregate.name.to_uppercase());
    let value = kinds.get_value_by_name(&name).unwrap();
    json!({
        "description": comment(&kinds.parent_file(), value.path()),
        "x-visibility": side(aggregate.visibility),
        "service": aggregate.service,
        "stream": stream(aggregate.service, aggregate.visibility),
    })
}
