//! Reads YAML along the contract's descriptor: every key must be a field, every value of its type.

use std::collections::BTreeMap;

use prost_reflect::{Cardinality, DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};
use winner_proto::intake::v1::EditionDefinition;

use super::{EditionProblem, EditionProblems, values};

/// A definition that was read, with the lines of its fields.
pub(super) struct Read {
    /// The rules; not checked yet.
    pub(super) definition: EditionDefinition,
    lines: BTreeMap<String, usize>,
}

impl Read {
    /// The line of a field, or of the nearest thing around it that stands in the file.
    pub(super) fn line_of(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return *line;
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return 1,
            }
        }
    }
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Read, EditionProblems> {
    let documents = MarkedYaml::load_from_str(text).map_err(|error| {
        one(
            error.marker().line(),
            String::new(),
            format!("is no YAML: {}", error.info()),
        )
    })?;
    let [document] = documents.as_slice() else {
        return Err(one(
            1,
            String::new(),
            "holds no document, or several".to_owned(),
        ));
    };
    let broken = |error: &dyn std::fmt::Display| one(1, String::new(), error.to_string());
    let pool = DescriptorPool::decode(winner_proto::FILE_DESCRIPTOR_SET).map_err(|e| broken(&e))?;
    let descriptor = pool
        .get_message_by_name("winner.intake.v1.EditionDefinition")
        .ok_or_else(|| broken(&"the contract has no EditionDefinition"))?;
    let mut walk = Walk::default();
    let json = walk.message(document, &descriptor, "");
    if !walk.problems.is_empty() {
        walk.problems.sort_by_key(|p| p.line);
        return Err(EditionProblems(walk.problems));
    }
    let definition = serde_json::from_value(json).map_err(|e| broken(&e))?;
    Ok(Read {
        definition,
        lines: walk.lines,
    })
}

fn one(line: usize, path: String, message: String) -> EditionProblems {
    EditionProblems(vec![EditionProblem {
        line,
        path,
        message,
    }])
}

#[derive(Default)]
struct Walk {
    lines: BTreeMap<String, usize>,
    problems: Vec<EditionProblem>,
}

impl Walk {
    fn refuse(&mut self, node: &MarkedYaml<'_>, path: &str, message: impl Into<String>) -> Value {
        self.problems.push(EditionProblem {
            line: node.span.start.line(),
            path: path.to_owned(),
            message: message.into(),
        });
        Value::Null
    }

    fn message(&mut self, node: &MarkedYaml<'_>, of: &MessageDescriptor, path: &str) -> Value {
        self.lines
            .entry(path.to_owned())
            .or_insert(node.span.start.line());
        if let Some(read) = values::special(of.full_name(), scalar(node)) {
            return read.unwrap_or_else(|expected| self.refuse(node, path, expected));
        }
        let YamlData::Mapping(entries) = &node.data else {
            return self.refuse(node, path, "must be a mapping of fields");
        };
        let mut json = Map::new();
        for (key, value) in entries {
            let Some(name) = key.data.as_str() else {
                self.refuse(key, path, "the name of a field is a text");
                continue;
            };
            let here = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            self.lines.insert(here.clone(), key.span.start.line());
            let Some(field) = of.get_field_by_name(name) else {
                let known: Vec<_> = of.fields().map(|f| f.name().to_owned()).collect();
                let known = known.join(", ");
                self.refuse(key, &here, format!("unknown field; known here: {known}"));
                continue;
            };
            let read = self.field(value, &field, &here);
            json.insert(field.json_name().to_owned(), read);
        }
        Value::Object(json)
    }

    fn field(&mut self, node: &MarkedYaml<'_>, field: &FieldDescriptor, path: &str) -> Value {
        if field.cardinality() != Cardinality::Repeated {
            return self.value(node, &field.kind(), path);
        }
        let YamlData::Sequence(items) = &node.data else {
            return self.refuse(node, path, "must be a list");
        };
        let read = items.iter().enumerate().map(|(at, item)| {
            let here = format!("{path}[{at}]");
            self.lines.insert(here.clone(), item.span.start.line());
            self.value(item, &field.kind(), &here)
        });
        Value::Array(read.collect())
    }

    fn value(&mut self, node: &MarkedYaml<'_>, kind: &Kind, path: &str) -> Value {
        let read = match (kind, scalar(node)) {
            (Kind::Message(message), _) => return self.message(node, message, path),
            (Kind::Enum(choices), Some(Scalar::String(name))) => values::choice(choices, name),
            (Kind::Enum(choices), _) => values::choice(choices, ""),
            (Kind::String, Some(Scalar::String(text))) => Ok(Value::from(text.as_ref())),
            (Kind::String, _) => Err("must be a text; put numbers and codes in quotes".to_owned()),
            (Kind::Bool, Some(Scalar::Boolean(flag))) => Ok(Value::from(*flag)),
            (Kind::Bool, _) => Err("must be true or false".to_owned()),
            (Kind::Int32 | Kind::Int64 | Kind::Uint32, Some(Scalar::Integer(number))) => {
                Ok(Value::from(*number))
            }
            (Kind::Int32 | Kind::Int64 | Kind::Uint32, _) => {
                Err("must be a whole number".to_owned())
            }
            (other, _) => Err(format!(
                "a field of type {other:?} cannot be written in an edition file"
            )),
        };
        read.unwrap_or_else(|expected| self.refuse(node, path, expected))
    }
}

fn scalar<'a, 'input>(node: &'a MarkedYaml<'input>) -> Option<&'a Scalar<'input>> {
    match &node.data {
        YamlData::Value(value) => Some(value),
        _ => None,
    }
}
