//! From a message to a request. Values are encoded for where they stand, never pasted.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::build::DescriptionError;
use super::json::JsonTemplate;
use super::secrets::Secrets;
use super::template::{Template, Variable};
use crate::sms::number::Mobile;

/// A message on its way to a gateway.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The number.
    pub to: &'a Mobile,
    /// The text, in the GSM alphabet.
    pub text: &'a str,
    /// The sender's id.
    pub sender: &'a str,
    /// Our own id of this attempt: letters, digits and dashes.
    pub reference: &'a str,
    /// Where receipts go; empty where none are asked for.
    pub receipt_url: &'a str,
}

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Everything stands in the URL.
    Get,
    /// With a body.
    Post,
}

/// A request as it goes out. Personal and secret: it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Headers besides those of HTTP itself; names and values hold no control characters.
    pub headers: Vec<(String, String)>,
    /// The body; empty with GET.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?} [personal])", self.method)
    }
}

/// The request of a description.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Send {
    method: Method,
    url: Template,
    #[serde(default)]
    query: BTreeMap<String, Template>,
    #[serde(default)]
    headers: BTreeMap<String, Template>,
    #[serde(default)]
    basic_auth: Option<BasicAuth>,
    #[serde(default)]
    form: Option<BTreeMap<String, Template>>,
    #[serde(default)]
    json: Option<JsonTemplate>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicAuth {
    user: Template,
    password: Template,
}

impl Send {
    /// Uses another URL: providers' interfaces stand at many places.
    pub(super) fn move_to(&mut self, url: Template) {
        self.url = url;
    }

    /// Every variable that is named.
    pub(super) fn variables(&self) -> Vec<&Variable> {
        let mut found: Vec<&Variable> = self.url.variables().collect();
        for template in self.query.values().chain(self.headers.values()) {
            found.extend(template.variables());
        }
        for template in self.form.iter().flat_map(BTreeMap::values) {
            found.extend(template.variables());
        }
        if let Some(auth) = &self.basic_auth {
            found.extend(auth.user.variables().chain(auth.password.variables()));
        }
        if let Some(json) = &self.json {
            found.extend(json.variables());
        }
        found
    }

    /// Looks for what could not be sent.
    pub(super) fn check(&self) -> Result<(), DescriptionError> {
        let wrong = |what: &str| Err(DescriptionError::Wrong(what.to_owned()));
        if self.method == Method::Get && (self.form.is_some() || self.json.is_some()) {
            return wrong("GET has no body: use `query`");
        }
        if self.form.is_some() && self.json.is_some() {
            return wrong("a body is `form` or `json`, not both");
        }
        let begins = self.url.0.first().and_then(|piece| match piece {
            super::template::Piece::Literal(text) => Some(text.as_str()),
            super::template::Piece::Value(_) => None,
        });
        let fixed_host = begins
            .and_then(|text| {
                text.strip_prefix("https://")
                    .or_else(|| text.strip_prefix("http://"))
            })
            .is_some_and(|rest| self.url.0.len() == 1 || rest.contains('/'));
        if !fixed_host {
            return wrong("`url` begins with http(s):// and a host without variables");
        }
        for variable in self.url.variables() {
            if matches!(
                variable,
                Variable::Text | Variable::Sender | Variable::ReceiptUrl
            ) {
                return wrong(
                    "`url` takes secrets, numbers and the reference only: put the rest into `query`",
                );
            }
        }
        for (name, value) in &self.headers {
            let token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(token) {
                return wrong("a header's name holds letters, digits and dashes");
            }
            let controls = |piece: &super::template::Piece| matches!(piece, super::template::Piece::Literal(text) if text.chars().any(char::is_control));
            if value
                .variables()
                .any(|variable| *variable == Variable::Text)
                || value.0.iter().any(controls)
            {
                return wrong(
                    "a header's value holds no text of a message and no control character",
                );
            }
        }
        Ok(())
    }

    /// The request for a message.
    pub(super) fn describe(
        &self,
        message: &Outgoing<'_>,
        secrets: &Secrets,
    ) -> Result<Request, url::ParseError> {
        let mut url = Url::parse(&self.url.fill(message, secrets, percent))?;
        if !self.query.is_empty() {
            let mut pairs = url.query_pairs_mut();
            for (name, template) in &self.query {
                pairs.append_pair(name, &template.plain(message, secrets));
            }
        }
        let mut headers: Vec<(String, String)> = self
            .headers
            .iter()
            .map(|(name, template)| (name.clone(), template.plain(message, secrets)))
            .collect();
        if let Some(auth) = &self.basic_auth {
            let user = auth.user.plain(message, secrets);
            let password = auth.password.plain(message, secrets);
            let both = STANDARD.encode(format!("{user}:{password}"));
            headers.push(("authorization".to_owned(), format!("Basic {both}")));
        }
        let mut body = Vec::new();
        if let Some(form) = &self.form {
            let mut pairs = Serializer::new(String::new());
            for (name, template) in form {
                pairs.append_pair(name, &template.plain(message, secrets));
            }
            body = pairs.finish().into_bytes();
            let kind = "application/x-www-form-urlencoded";
            headers.push(("content-type".to_owned(), kind.to_owned()));
        } else if let Some(json) = &self.json {
            body = json.fill(message, secrets).to_string().into_bytes();
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Ok(Request {
            method: self.method,
            url,
            headers,
            body,
        })
    }
}

/// A value as part of a path: whatever is not a letter, digit, dash or underscore is encoded.
fn percent(value: &str) -> String {
    value.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            encoded.push(char::from(byte));
        } else if write!(encoded, "%{byte:02X}").is_err() {
            // Writing into a string does not fail.
        }
        encoded
    })
}
