//! The settings of every role: complete, not dangerous, and as plain data for checks that only look
//! at the files and addresses they name.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use winner_platform::config::{Problems, Validate};

use super::Finding;
use crate::cli::Common;
use crate::registry::{SERVICES, Service};

/// A role's settings as they were given, whatever they mean. They hold secrets: never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Raw(Value);

impl Validate for Raw {
    fn validate(&self, _problems: &mut Problems) {}
}

impl Raw {
    /// The section at a path of keys, as in `["peers", "intake"]`, where there is a valid one.
    pub(super) fn section<T: DeserializeOwned>(&self, path: &[&str]) -> Option<T> {
        let found = path.iter().try_fold(&self.0, |at, key| at.get(key))?;
        T::deserialize(found).ok()
    }

    /// Every text with its dotted path, in order of the paths.
    pub(super) fn texts(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        collect(&self.0, "", &mut found);
        found
    }
}

fn collect<'a>(at: &'a Value, path: &str, found: &mut Vec<(String, &'a str)>) {
    let below = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match at {
        Value::String(text) => found.push((path.to_owned(), text)),
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(value, &below(key), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, &below(&index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// The settings of one service as plain data; empty when they cannot be read at all.
pub(super) fn raw(common: &Common, service: &Service) -> Raw {
    service.load(common).unwrap_or_default()
}

/// Whether each service's settings will do.
pub(super) fn examine(common: &Common) -> Vec<Finding> {
    SERVICES
        .iter()
        .flat_map(|service| one(common, service))
        .collect()
}

fn one(common: &Common, service: &Service) -> Vec<Finding> {
    let subject = format!("settings of {}", service.name);
    let warnings = match service.check(common) {
        Ok(warnings) => warnings,
        Err(error) => {
            let remedy = format!(
                "correct the file or the variables named; `winner config show-defaults {}` explains each",
                service.name
            );
            return vec![Finding::bad(subject, error, &remedy)];
        }
    };
    if warnings.is_empty() {
        return vec![Finding::good(subject, "complete")];
    }
    let odd = |warning| {
        let remedy = "change that setting, unless something outside winner makes it safe";
        Finding::odd(&subject, warning, remedy)
    };
    warnings.into_iter().map(odd).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_found_at_any_depth() {
        let raw = Raw(json!({
            "auth": { "key_file": "a.pem" },
            "identity": { "providers": [{ "jwks_file": "keys.json", "count": 1 }] },
        }));
        let file: Option<String> = raw.section(&["auth", "key_file"]);
        assert_eq!(file.as_deref(), Some("a.pem"));
        assert_eq!(raw.section::<String>(&["auth", "gone"]), None);
        assert_eq!(
            raw.texts(),
            [
                ("auth.key_file".to_owned(), "a.pem"),
                ("identity.providers.0.jwks_file".to_owned(), "keys.json"),
            ]
        );
    }
}
