//! CloudEvents 1.0 in the NATS binding's binary mode: attributes in headers, data alone in the body,
//! so that any tool can read an event and any language can take part.

use std::collections::BTreeMap;

use async_nats::HeaderMap;
use bytes::Bytes;
use winner_platform::time::BusinessTime;

use crate::counter::Counter;
use crate::percent;
use crate::received::Received;

/// The broker drops a second message with the same value within its window.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";

/// Begins every type, whatever the subject root is, so that a type means the same everywhere.
const TYPE_PREFIX: &str = "winner";

/// Headers by name, already percent-encoded; also how they are kept with a dead letter.
pub(crate) type Headers = BTreeMap<String, String>;

/// Why a message is no event.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EnvelopeError {
    #[error("header {0} is missing")]
    Missing(&'static str),
    #[error("header {0} is malformed")]
    Malformed(&'static str),
}

impl EnvelopeError {
    /// The cause a dead letter keeps.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "envelope_missing_header",
            Self::Malformed(_) => "envelope_malformed_header",
        }
    }
}

/// The headers of an event.
pub(crate) fn headers(event: &Received) -> Headers {
    let mut headers = Headers::new();
    let mut set = |name: &str, value: &str| {
        headers.insert(name.to_owned(), encode(value));
    };
    set(MESSAGE_ID, &event.id.to_string());
    set("ce-specversion", "1.0");
    set("ce-id", &event.id.to_string());
    set("ce-source", &format!("/{}", event.service));
    set(
        "ce-type",
        &format!(
            "{TYPE_PREFIX}.{}.{}.{}.v{}",
            event.service, event.aggregate, event.name, event.version
        ),
    );
    set("ce-subject", &event.aggregate_id);
    set("ce-time", &event.time.to_rfc3339());
    set("ce-datacontenttype", "application/json");
    set("ce-epoch", &event.counter.epoch.to_string());
    set("ce-count", &event.counter.count.to_string());
    set("ce-correlationid", &event.correlation);
    for (name, value) in [
        ("ce-edition", &event.edition),
        ("ce-causationid", &event.causation),
        ("traceparent", &event.traceparent),
        ("tracestate", &event.tracestate),
    ] {
        if let Some(value) = value {
            set(name, value);
        }
    }
    headers
}

/// The headers as the client sends them.
pub(crate) fn to_nats(headers: &Headers) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(name.as_str(), value.as_str());
    }
    map
}

/// The headers as they came, the first of each name.
pub(crate) fn from_nats(map: Option<&HeaderMap>) -> Headers {
    map.into_iter()
        .flat_map(HeaderMap::iter)
        .filter_map(|(name, values)| {
            let value = values.first()?;
            Some((name.to_string(), value.as_str().to_owned()))
        })
        .collect()
}

/// Reads an event from its headers and data. The data is not looked into.
pub(crate) fn parse(headers: &Headers, payload: Bytes) -> Result<Received, EnvelopeError> {
    if required(headers, "ce-specversion")? != "1.0" {
        return Err(EnvelopeError::Malformed("ce-specversion"));
    }
    let kind = required(headers, "ce-type")?;
    let (service, aggregate, name, version) =
        parse_type(&kind).ok_or(EnvelopeError::Malformed("ce-type"))?;
    Ok(Received {
        id: number(headers, "ce-id")?,
        service,
        aggregate,
        aggregate_id: required(headers, "ce-subject")?,
        name,
        version,
        counter: Counter {
            epoch: number(headers, "ce-epoch")?,
            count: number(headers, "ce-count")?,
        },
        edition: optional(headers, "ce-edition")?,
        time: BusinessTime::parse_rfc3339(&required(headers, "ce-time")?)
            .map_err(|_| EnvelopeError::Malformed("ce-time"))?,
        correlation: optional(headers, "ce-correlationid")?.unwrap_or_default(),
        causation: optional(headers, "ce-causationid")?,
        traceparent: optional(headers, "traceparent")?,
        tracestate: optional(headers, "tracestate")?,
        payload,
    })
}

/// `winner.<service>.<aggregate>.<event>.v<version>`.
fn parse_type(kind: &str) -> Option<(String, String, String, u32)> {
    let parts: Vec<&str> = kind.split('.').collect();
    let [TYPE_PREFIX, service, aggregate, name, version] = parts.as_slice() else {
        return None;
    };
    let version = version.strip_prefix('v')?.parse().ok()?;
    Some((
        (*service).to_owned(),
        (*aggregate).to_owned(),
        (*name).to_owned(),
        version,
    ))
}

fn optional(headers: &Headers, name: &'static str) -> Result<Option<String>, EnvelopeError> {
    headers
        .get(name)
        .map(|value| decode(value).ok_or(EnvelopeError::Malformed(name)))
        .transpose()
}

fn required(headers: &Headers, name: &'static str) -> Result<String, EnvelopeError> {
    optional(headers, name)?.ok_or(EnvelopeError::Missing(name))
}

fn number<T: std::str::FromStr>(headers: &Headers, name: &'static str) -> Result<T, EnvelopeError> {
    required(headers, name)?
        .parse()
        .map_err(|_| EnvelopeError::Malformed(name))
}

/// Percent-encodes what the binding says must be: all but printable ASCII, space, `"` and `%`.
fn encode(value: &str) -> String {
    percent::encode(value, |byte| {
        byte.is_ascii_graphic() && byte != b'"' && byte != b'%'
    })
}

/// Undoes [`encode`]; `None` when the result is no text that Postgres can keep.
fn decode(value: &str) -> Option<String> {
    percent::decode(value).filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn event(aggregate_id: &str, correlation: &str, edition: Option<String>) -> Received {
        Received {
            id: Uuid::from_u128(7),
            service: "depot".to_owned(),
            aggregate: "crate".to_owned(),
            aggregate_id: aggregate_id.to_owned(),
            name: "moved".to_owned(),
            version: 1,
            counter: Counter { epoch: 2, count: 9 },
            edition,
            time: BusinessTime::parse_rfc3339("2026-11-24T05:00:00.123456Z").unwrap(),
            correlation: correlation.to_owned(),
            causation: None,
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
            tracestate: None,
            payload: Bytes::from_static(b"{}"),
        }
    }

    proptest! {
        #[test]
        fn an_envelope_is_read_as_it_was_written(
            aggregate_id in "\\PC{1,40}", correlation in "\\PC{0,40}", edition in proptest::option::of("\\PC{1,20}"),
        ) {
            let sent = event(&aggregate_id, &correlation, edition);
            let headers = headers(&sent);
            for value in headers.values() {
                prop_assert!(value.bytes().all(|byte| (0x21..=0x7E).contains(&byte)), "{value}");
            }
            let got = parse(&from_nats(Some(&to_nats(&headers))), sent.payload.clone()).unwrap();
            prop_assert_eq!(format!("{got:?}"), format!("{sent:?}"));
        }
    }

    #[test]
    fn a_message_without_a_counter_is_no_event() {
        let mut headers = headers(&event("a", "c", None));
        headers.remove("ce-count");
        assert_eq!(
            parse(&headers, Bytes::new()).unwrap_err(),
            EnvelopeError::Missing("ce-count")
        );
    }

    #[test]
    fn the_headers_are_those_of_the_specification() {
        let headers = headers(&event("73.71 %", "c", Some("e".to_owned())));
        assert_eq!(headers["ce-type"], "winner.depot.crate.moved.v1");
        assert_eq!(headers["ce-subject"], "73.71%20%25");
        assert_eq!(headers["ce-source"], "/depot");
        assert_eq!(headers["ce-time"], "2026-11-24T05:00:00.123456Z");
        assert_eq!(headers["ce-epoch"], "2");
        assert_eq!(headers["ce-edition"], "e");
    }
}
