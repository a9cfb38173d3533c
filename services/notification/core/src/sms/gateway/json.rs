//! JSON with variables in its strings. It is built as a value and written as JSON, so no value can
//! change its structure.

use serde::Deserialize;
use serde_json::Value;

use super::request::Outgoing;
use super::secrets::Secrets;
use super::template::{Template, TemplateError, Variable};

/// A JSON value whose strings are templates.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct JsonTemplate(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Constant(Value),
    Text(Template),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl TryFrom<Value> for JsonTemplate {
    type Error = TemplateError;

    fn try_from(value: Value) -> Result<Self, TemplateError> {
        Node::read(value).map(Self)
    }
}

impl Node {
    fn read(value: Value) -> Result<Self, TemplateError> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::try_from(text)?),
            Value::Array(list) => {
                Self::List(list.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => Self::Object(
                object
                    .into_iter()
                    .map(|(name, value)| Ok((name, Self::read(value)?)))
                    .collect::<Result<_, TemplateError>>()?,
            ),
            constant => Self::Constant(constant),
        })
    }

    fn fill(&self, message: &Outgoing<'_>, secrets: &Secrets) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Text(template) => Value::String(template.plain(message, secrets)),
            Self::List(list) => list
                .iter()
                .map(|node| node.fill(message, secrets))
                .collect(),
            Self::Object(object) => object
                .iter()
                .map(|(name, node)| (name.clone(), node.fill(message, secrets)))
                .collect(),
        }
    }

    fn variables<'a>(&'a self, found: &mut Vec<&'a Variable>) {
        match self {
            Self::Constant(_) => {}
            Self::Text(template) => found.extend(template.variables()),
            Self::List(list) => list.iter().for_each(|node| node.variables(found)),
            Self::Object(object) => object.iter().for_each(|(_, node)| node.variables(found)),
        }
    }
}

impl JsonTemplate {
    /// The value, with everything filled in.
    pub(super) fn fill(&self, message: &Outgoing<'_>, secrets: &Secrets) -> Value {
        self.0.fill(message, secrets)
    }

    pub(super) fn variables(&self) -> Vec<&Variable> {
        let mut found = Vec::new();
        self.0.variables(&mut found);
        found
    }
}
