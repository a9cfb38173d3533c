//! What a gateway's answer means. Three ways out besides success: try again, never, unknown. What the
//! description does not list is unknown, and so is what came back cut off.

use serde::Deserialize;
use serde_json::Value;

/// The longest id and words that are kept, in characters.
const LONGEST: usize = 200;

/// An answer as it came.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// HTTP's status code.
    pub status: u16,
    /// The body, as far as it was read.
    pub body: &'a [u8],
    /// The body was read to its end. Otherwise only its status is believed.
    pub whole: bool,
}

/// Why a gateway will never take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The message, its sender, or us.
    #[default]
    Message,
    /// The number.
    Number,
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The gateway took it.
    Accepted {
        /// The provider's own id, where it said one.
        id: Option<String>,
    },
    /// It did not, and may later.
    Later,
    /// It did not, and never will.
    Refused(Refusal),
    /// Nobody can say.
    Unknown,
}

/// Where something stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Find {
    /// At a JSON pointer (RFC 6901).
    Json(String),
    /// Behind this text, up to the next white space.
    TextAfter(String),
    /// The first line.
    FirstLine,
}

/// How an answer looks. Everything that is given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    status: Vec<Status>,
    #[serde(default)]
    json: Option<JsonLook>,
    #[serde(default)]
    text: Option<TextLook>,
}

/// A status code, or a span of them: `202`, `"500-599"`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Written")]
struct Status {
    from: u16,
    to: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Written {
    One(u16),
    Span(String),
}

impl TryFrom<Written> for Status {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (from, to) = match &written {
            Written::One(code) => (Some(*code), Some(*code)),
            Written::Span(span) => {
                let (from, to) = span.split_once('-').unwrap_or((span, span));
                (from.trim().parse().ok(), to.trim().parse().ok())
            }
        };
        match (from, to) {
            (Some(from), Some(to)) if (100..=to).contains(&from) && to <= 599 => {
                Ok(Self { from, to })
            }
            _ => Err("a status is a code, or a span such as \"500-599\"".to_owned()),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLook {
    pointer: String,
    one_of: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextLook {
    #[serde(default)]
    begins_with: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
}

/// What an answer that looks so means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    when: Look,
    then: Then,
    #[serde(default)]
    because_of: Refusal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    Retry,
    Permanent,
    Unknown,
}

/// An answer with its body read as text and as JSON, where it is that.
pub(super) struct Read<'a> {
    status: u16,
    text: Option<&'a str>,
    json: Option<Value>,
}

impl<'a> Read<'a> {
    pub(super) fn new(answer: &Answer<'a>) -> Self {
        let text = std::str::from_utf8(answer.body)
            .ok()
            .filter(|_| answer.whole);
        Self {
            status: answer.status,
            text,
            json: text.and_then(|text| serde_json::from_str(text).ok()),
        }
    }

    /// What stands there: printable, and not endless.
    pub(super) fn find(&self, find: &Find) -> Option<String> {
        let found = match find {
            Find::Json(pointer) => scalar(self.json.as_ref()?.pointer(pointer)?)?,
            Find::TextAfter(before) => {
                let (_, after) = self.text?.split_once(before.as_str())?;
                after.split_whitespace().next()?.to_owned()
            }
            Find::FirstLine => self.text?.trim().lines().next()?.to_owned(),
        };
        let usable = !found.is_empty()
            && found.chars().count() <= LONGEST
            && !found.chars().any(char::is_control);
        usable.then_some(found)
    }
}

/// A string, number or truth value as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Look {
    /// Pointers begin with a slash, and there is something to look for.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.status.is_empty() {
            return Err("`status` lists at least one code".to_owned());
        }
        if let Some(json) = &self.json {
            pointer(&json.pointer)?;
            if json.one_of.is_empty() || json.one_of.iter().any(|value| scalar(value).is_none()) {
                return Err("`json.one_of` lists strings, numbers or truth values".to_owned());
            }
        }
        match &self.text {
            Some(text) if text.begins_with.is_empty() && text.contains.is_empty() => {
                Err("`text` gives `begins_with` or `contains`".to_owned())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn is(&self, answer: &Read<'_>) -> bool {
        self.status
            .iter()
            .any(|span| (span.from..=span.to).contains(&answer.status))
            && self.json.as_ref().is_none_or(|look| look.is(answer))
            && self.text.as_ref().is_none_or(|look| look.is(answer))
    }
}

/// A JSON pointer is empty or begins with a slash.
pub(super) fn pointer(pointer: &str) -> Result<(), String> {
    if pointer.is_empty() || pointer.starts_with('/') {
        Ok(())
    } else {
        Err(format!(
            "`{pointer}` is not a JSON pointer: it begins with a slash"
        ))
    }
}

impl JsonLook {
    fn is(&self, answer: &Read<'_>) -> bool {
        let found = answer
            .json
            .as_ref()
            .and_then(|json| json.pointer(&self.pointer));
        let found = found.and_then(scalar);
        // Providers write 1 and "1" for the same.
        found.is_some() && self.one_of.iter().any(|value| scalar(value) == found)
    }
}

impl TextLook {
    fn is(&self, answer: &Read<'_>) -> bool {
        let Some(text) = answer.text.map(str::trim_start) else {
            return false;
        };
        (self.begins_with.is_empty()
            || self
                .begins_with
                .iter()
                .any(|begin| text.starts_with(begin.as_str())))
            && (self.contains.is_empty()
                || self
                    .contains
                    .iter()
                    .any(|part| text.contains(part.as_str())))
    }
}

impl Rule {
    pub(super) fn check(&self) -> Result<(), String> {
        self.when.check()
    }

    /// What the first rule that fits says; unknown where none does.
    pub(super) fn first(rules: &[Self], answer: &Read<'_>) -> Verdict {
        let rule = rules.iter().find(|rule| rule.when.is(answer));
        match rule.map(|rule| (rule.then, rule.because_of)) {
            Some((Then::Retry, _)) => Verdict::Later,
            Some((Then::Permanent, refusal)) => Verdict::Refused(refusal),
            Some((Then::Unknown, _)) | None => Verdict::Unknown,
        }
    }
}
