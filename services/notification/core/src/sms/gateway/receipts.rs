//! Reading a provider's calls about what became of messages.

use core::net::IpAddr;
use std::collections::BTreeMap;

use ipnet::IpNet;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::answer::{pointer, scalar};
use super::secrets::Secrets;
use super::signature::Signature;

/// Receipts taken from one call. Providers send up to a hundred.
const MOST: usize = 1_000;
/// The longest id that is believed, in characters.
const LONGEST_ID: usize = 200;
/// The longest status that is kept, in characters.
const LONGEST_STATUS: usize = 64;

/// A call as it came.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The URL as the provider was given it, with the query that it added.
    pub url: &'a str,
    /// The query, without its question mark.
    pub query: &'a str,
    /// The headers by their names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
    /// Who calls.
    pub from: IpAddr,
}

impl Call<'_> {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// Why a call is not believed, or cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The caller's address is not one of the provider's.
    #[error("the caller's address is not one of the provider's")]
    From,
    /// The signature is missing or wrong.
    #[error("the signature is missing or wrong")]
    Signature,
    /// It is not of the form described.
    #[error("the call is not of the form described")]
    Form,
    /// It holds too many receipts.
    #[error("the call holds more than {MOST} receipts")]
    TooMany,
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Somebody on the way took it.
    Accepted,
    /// It arrived.
    Delivered,
    /// It did not, and will not.
    Lost,
    /// It did not: there is no such subscriber.
    NoSubscriber,
    /// Nothing that matters.
    Nothing,
}

/// A receipt as a provider wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptSeen {
    /// The provider's own id.
    pub id: Option<String>,
    /// Our own id of the attempt.
    pub reference: Option<String>,
    /// The provider's word for it.
    pub status: String,
    /// What it means; a status that the description does not list means nothing.
    pub meaning: Meaning,
}

/// The receipts of a description.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Receipts {
    from: Source,
    /// Where the list stands; the whole is one receipt where absent.
    #[serde(default)]
    each: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    reference: Option<String>,
    status: String,
    meaning: BTreeMap<String, Meaning>,
    #[serde(default)]
    signature: Option<Signature>,
    #[serde(default)]
    allow_from: Vec<Net>,
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Net(IpNet);

impl TryFrom<String> for Net {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let net = written
            .parse()
            .or_else(|_| written.parse::<IpAddr>().map(IpNet::from));
        net.map(Self)
            .map_err(|_| format!("`{written}` is not a range such as 10.0.0.0/8"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Source {
    Query,
    Form,
    Json,
}

impl Receipts {
    pub(super) fn check(&self) -> Result<(), String> {
        let pointers = [&self.each, &self.id, &self.reference];
        for written in pointers.into_iter().flatten().chain([&self.status]) {
            pointer(written)?;
        }
        if self.id.is_none() && self.reference.is_none() {
            return Err("`receipts` gives `id` or `reference`".to_owned());
        }
        if self.each.is_some() && self.from != Source::Json {
            return Err("`receipts.each` goes with `from = \"json\"`".to_owned());
        }
        if matches!(self.signature, Some(Signature::Twilio { .. })) && self.from == Source::Json {
            return Err("a signature of kind `twilio` is over a form or a query".to_owned());
        }
        Ok(())
    }

    pub(super) const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// The receipts of a call.
    pub(super) fn read(
        &self,
        call: &Call<'_>,
        secrets: &Secrets,
    ) -> Result<Vec<ReceiptSeen>, CallError> {
        let from = call.from.to_canonical();
        if !self.allow_from.is_empty() && !self.allow_from.iter().any(|net| net.0.contains(&from)) {
            return Err(CallError::From);
        }
        if self
            .signature
            .as_ref()
            .is_some_and(|signature| !signature.holds(call, secrets))
        {
            return Err(CallError::Signature);
        }
        let whole = match self.from {
            Source::Query => fields(call.query.as_bytes()),
            Source::Form => fields(call.body),
            Source::Json => serde_json::from_slice(call.body).map_err(|_| CallError::Form)?,
        };
        let list = match &self.each {
            None => vec![&whole],
            Some(each) => whole
                .pointer(each)
                .and_then(Value::as_array)
                .ok_or(CallError::Form)?
                .iter()
                .collect(),
        };
        if list.len() > MOST {
            return Err(CallError::TooMany);
        }
        let seen: Vec<ReceiptSeen> = list.into_iter().filter_map(|one| self.one(one)).collect();
        if seen.is_empty() && self.each.is_none() {
            return Err(CallError::Form);
        }
        Ok(seen)
    }

    /// One receipt; `None` where it names no message or says nothing.
    fn one(&self, value: &Value) -> Option<ReceiptSeen> {
        let at = |pointer: &Option<String>| {
            let found = scalar(value.pointer(pointer.as_deref()?)?)?;
            let usable = !found.is_empty()
                && found.chars().count() <= LONGEST_ID
                && !found.chars().any(char::is_control);
            usable.then_some(found)
        };
        let (id, reference) = (at(&self.id), at(&self.reference));
        let status = scalar(value.pointer(&self.status)?)?;
        if id.is_none() && reference.is_none() {
            return None;
        }
        let meaning = self
            .meaning
            .get(&status)
            .copied()
            .unwrap_or(Meaning::Nothing);
        Some(ReceiptSeen {
            id,
            reference,
            status: status
                .chars()
                .filter(|c| !c.is_control())
                .take(LONGEST_STATUS)
                .collect(),
            meaning,
        })
    }
}

/// Form fields as a JSON object; of fields that come twice the first counts.
fn fields(written: &[u8]) -> Value {
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(written) {
        object
            .entry(name)
            .or_insert_with(|| Value::String(value.into_owned()));
    }
    Value::Object(object)
}
