use clap::ValueEnum;
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor, MethodDescriptor};
use serde_json::Value;

use super::*;

/// Calls in the guides, as in `call '{...}' $INTAKE winner.intake.v1.EditionService/GetEdition`: the
/// method's path and the request's JSON.
fn calls(text: &str) -> Vec<(String, Value)> {
    let calls = text.split("\ncall '").skip(1);
    calls
        .map(|call| {
            let (json, rest) = call.split_once('\'').unwrap();
            let method = rest.lines().next().unwrap().split_whitespace().nth(1);
            let json = serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"));
            (method.unwrap().to_owned(), json)
        })
        .collect()
}

fn method(pool: &DescriptorPool, path: &str) -> Option<MethodDescriptor> {
    let (service, method) = path.split_once('/')?;
    let service = pool.get_service_by_name(service)?;
    service.methods().find(|known| known.name() == method)
}

/// Fields and names of enums that the contract does not have, with their path.
fn unknown(json: &Value, message: &MessageDescriptor, path: &str) -> Vec<String> {
    let fields = json.as_object().into_iter().flatten();
    fields
        .flat_map(|(key, value)| {
            let here = format!("{path}.{key}");
            let Some(field) = message.get_field_by_name(key) else {
                return vec![here];
            };
            let each: Vec<&Value> = match value {
                Value::Array(items) => items.iter().collect(),
                one => vec![one],
            };
            let wrong = each.into_iter().flat_map(|value| match field.kind() {
                Kind::Message(inner) if inner.is_map_entry() => {
                    let entries = value.as_object().into_iter().flatten();
                    let kind = inner.map_entry_value_field().kind();
                    let inner = kind.as_message().cloned();
                    entries
                        .flat_map(|(_, value)| {
                            let inner = inner.as_ref();
                            inner.map_or(Vec::new(), |inner| unknown(value, inner, &here))
                        })
                        .collect()
                }
                Kind::Message(inner) => unknown(value, &inner, &here),
                Kind::Enum(names) => {
                    let name = value.as_str().unwrap_or_default();
                    let known = names.get_value_by_name(name).is_some();
                    if known {
                        Vec::new()
                    } else {
                        vec![format!("{here} = {name}")]
                    }
                }
                _ => Vec::new(),
            });
            wrong.collect()
        })
        .collect()
}

#[test]
fn every_call_in_a_guide_is_one_that_the_contracts_know() {
    let pool = DescriptorPool::decode(winner_proto::FILE_DESCRIPTOR_SET).unwrap();
    for reader in Reader::value_variants() {
        for (path, json) in calls(reader.text()) {
            let method = method(&pool, &path).unwrap_or_else(|| panic!("{reader:?}: no {path}"));
            assert_eq!(
                unknown(&json, &method.input(), &path),
                [""; 0],
                "{reader:?}"
            );
        }
    }
}

#[test]
fn every_guide_but_those_of_engineers_is_in_indonesian_first() {
    for reader in Reader::value_variants() {
        let text = reader.text();
        let english = text.find("\n## English");
        let for_engineers = matches!(reader, Reader::Operator | Reader::Developer);
        assert_eq!(english.is_some(), !for_engineers, "{reader:?}");
        assert!(text.split_whitespace().count() < 5_000, "{reader:?}");
    }
}

#[test]
fn the_organisers_guide_says_of_every_event_whether_people_are_written_to() {
    let guide = Reader::Organiser.text();
    let (_, tables) = guide.split_once("\n| disurati |").unwrap();
    let (tables, _) = tables.split_once("\n## ").unwrap();
    for event in winner_proto::event::EVENTS {
        let name = format!("`{}.{}`", event.aggregate, event.name);
        assert!(tables.contains(&name), "{name}");
    }
}
