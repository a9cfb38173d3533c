//! Texts with variables: `{to}`, `{text}`, `{secret.NAME}`. Parsed once; an unknown variable stops the
//! start. A brace is written twice.

use serde::Deserialize;

use super::request::Outgoing;
use super::secrets::Secrets;

/// What a description may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    /// The number in E.164.
    To,
    /// The number without its plus.
    ToDigits,
    /// The number as dialled at home.
    ToNational,
    /// The text, in the GSM alphabet.
    Text,
    /// The sender's id.
    Sender,
    /// Our own id of this attempt.
    Reference,
    /// Where receipts go.
    ReceiptUrl,
    /// A secret by its name.
    Secret(String),
}

impl Variable {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "to" => Self::To,
            "to.digits" => Self::ToDigits,
            "to.national" => Self::ToNational,
            "text" => Self::Text,
            "sender" => Self::Sender,
            "reference" => Self::Reference,
            "receipt_url" => Self::ReceiptUrl,
            secret => Self::Secret(
                secret
                    .strip_prefix("secret.")
                    .filter(|name| !name.is_empty())?
                    .to_owned(),
            ),
        })
    }

    fn value<'a>(&'a self, message: &'a Outgoing<'a>, secrets: &'a Secrets) -> &'a str {
        match self {
            Self::To => message.to.e164(),
            Self::ToDigits => message.to.digits(),
            Self::ToNational => message.to.national(),
            Self::Text => message.text,
            Self::Sender => message.sender,
            Self::Reference => message.reference,
            Self::ReceiptUrl => message.receipt_url,
            Self::Secret(name) => secrets.get(name).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Value(Variable),
}

/// A text with variables.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(pub(super) Vec<Piece>);

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is no such variable.
    #[error(
        "`{{{0}}}` is not a variable: there are to, to.digits, to.national, text, sender, reference, receipt_url and secret.NAME"
    )]
    Unknown(String),
    /// A brace is neither doubled nor part of a variable.
    #[error("a single brace in `{0}`: write it twice")]
    Brace(String),
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(written: String) -> Result<Self, TemplateError> {
        let (mut pieces, mut literal) = (Vec::new(), String::new());
        let mut rest = written.as_str();
        while let Some(place) = rest.find(['{', '}']) {
            literal.push_str(&rest[..place]);
            let brace = &rest[place..=place];
            rest = &rest[place + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let (name, after) = Some(rest)
                .filter(|_| brace == "{")
                .and_then(|rest| rest.split_once('}'))
                .ok_or_else(|| TemplateError::Brace(written.clone()))?;
            let variable =
                Variable::parse(name).ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Value(variable));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self(pieces))
    }
}

impl Template {
    /// The text with its values, each passed through `encode`; literals stay as they are.
    pub(super) fn fill(
        &self,
        message: &Outgoing<'_>,
        secrets: &Secrets,
        encode: impl Fn(&str) -> String,
    ) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.clone(),
                Piece::Value(variable) => encode(variable.value(message, secrets)),
            })
            .collect()
    }

    /// The text with its values, for a place that encodes the whole of it.
    pub(super) fn plain(&self, message: &Outgoing<'_>, secrets: &Secrets) -> String {
        self.fill(message, secrets, str::to_owned)
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(variable) => Some(variable),
            Piece::Literal(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(written: &str) -> Result<Template, TemplateError> {
        Template::try_from(written.to_owned())
    }

    #[test]
    fn variables_stand_in_braces_and_braces_are_doubled() {
        let template = parse("a{to}b{{c}}{secret.key}").unwrap();
        assert_eq!(
            template.0,
            [
                Piece::Literal("a".to_owned()),
                Piece::Value(Variable::To),
                Piece::Literal("b{c}".to_owned()),
                Piece::Value(Variable::Secret("key".to_owned())),
            ]
        );
    }

    #[test]
    fn unknown_variables_and_single_braces_are_refused() {
        assert_eq!(
            parse("{too}"),
            Err(TemplateError::Unknown("too".to_owned()))
        );
        assert_eq!(
            parse("{secret.}"),
            Err(TemplateError::Unknown("secret.".to_owned()))
        );
        for broken in ["{to", "to}", "{", "}"] {
            assert_eq!(parse(broken), Err(TemplateError::Brace(broken.to_owned())));
        }
    }
}
