//! Merging the layers, and finding every mistake in one go.
//!
//! Deserialising stops at the first mistake. So each mistake found is noted, mended with the
//! default (or with a stand-in when there is none), and deserialising tried again, until it
//! succeeds; what was mended never leaves this module.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use figment::Figment;
use figment::error::{Actual, Error, Kind};
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;

use super::tree;
use super::{ConfigErrors, Loaded, Problem, Problems, Validate};

/// More mistakes than this are not looked for.
const MAX_MISTAKES: usize = 200;

pub(super) fn load<T: DeserializeOwned + Validate>(
    role: &str,
    defaults_toml: &str,
    file: Option<&Path>,
    env_prefix: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded<T>, ConfigErrors> {
    let fail = |problems| ConfigErrors {
        role: role.to_owned(),
        problems,
    };
    let layers = Layers::read(role, defaults_toml, file, env_prefix, environment)
        .map_err(|problem| fail(vec![problem]))?;
    let mut search = Search {
        layers: &layers,
        found: Vec::new(),
        stand_ins: HashMap::new(),
    };
    let Some(config) = search.mend::<T>() else {
        return Err(fail(search.found));
    };

    let mut problems = Problems::default();
    config.validate(&mut problems);
    let Problems {
        refused, warnings, ..
    } = problems;
    let known: HashSet<_> = search
        .found
        .iter()
        .map(|problem| problem.key.clone())
        .collect();
    let mut all = search.found;
    all.extend(
        refused
            .into_iter()
            .filter(|problem| !known.contains(&problem.key)),
    );
    if all.is_empty() {
        Ok(Loaded { config, warnings })
    } else {
        Err(fail(all))
    }
}

/// The settings as they were given.
struct Layers {
    merged: Value,
    defaults: Value,
    /// What the environment says, by key, as written there.
    environment: HashMap<Vec<String>, (String, String)>,
}

impl Layers {
    fn read(
        role: &str,
        defaults_toml: &str,
        file: Option<&Path>,
        env_prefix: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Problem> {
        let unkeyed = |text: String| Problem {
            key: String::new(),
            text,
        };
        let malformed = |error: Error| unkeyed(error.to_string());
        let parse = |toml: &str| Figment::new().merge(Toml::string(toml)).find_value("");
        let mut defaults = parse(defaults_toml).map_err(malformed)?;
        let platform = parse(super::PLATFORM_DEFAULTS).map_err(malformed)?;
        tree::fill_sections(&mut defaults, &platform);

        let mut merged = match file {
            None => defaults.clone(),
            Some(path) => {
                std::fs::metadata(path).map_err(|error| {
                    unkeyed(format!(
                        "the file {} cannot be read: {error}",
                        path.display()
                    ))
                })?;
                let figment = Figment::new()
                    .merge(Serialized::defaults(&defaults))
                    .merge(Toml::file_exact(path).nested())
                    .select(role);
                figment.find_value("").map_err(malformed)?
            }
        };
        let mut given = HashMap::new();
        let prefix = format!("{env_prefix}__");
        for (name, text) in environment {
            let Some(rest) = name.strip_prefix(&prefix) else {
                continue;
            };
            let path: Vec<_> = rest.split("__").map(str::to_ascii_lowercase).collect();
            // Infallible: what is no number, truth value, list or table is a string.
            let value = text
                .parse::<Value>()
                .unwrap_or_else(|_| Value::from(text.as_str()));
            tree::set(&mut merged, &path, value);
            given.insert(path, (name, text));
        }
        Ok(Self {
            merged,
            defaults,
            environment: given,
        })
    }
}

/// The search for everything that is wrong.
struct Search<'a> {
    layers: &'a Layers,
    found: Vec<Problem>,
    /// How many stand-ins were tried, by key.
    stand_ins: HashMap<Vec<String>, usize>,
}

impl Search<'_> {
    /// The settings, mended where wrong; `None` when no mending helps.
    fn mend<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut value = self.layers.merged.clone();
        for _ in 0..MAX_MISTAKES {
            match value.deserialize::<T>() {
                Ok(config) => return Some(config),
                Err(error) => {
                    if !self.mend_one(&mut value, &error) {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// Notes one mistake and mends it; `false` when it cannot be mended.
    fn mend_one(&mut self, value: &mut Value, error: &Error) -> bool {
        let path = path_of(error);
        if let Kind::UnknownField(..) = error.kind {
            self.note(&path, error);
            return tree::remove(value, &path);
        }
        if let Some(tried) = self.stand_ins.get(&path).copied() {
            return self.stand_in(value, path, tried);
        }
        // `PASSWORD=12345` reads as a number; where a string is wanted it is one.
        let current = tree::get(value, &path);
        if let (Some((_, text)), Some(now)) = (self.layers.environment.get(&path), current)
            && now.as_str().is_none()
        {
            tree::set(value, &path, Value::from(text.as_str()));
            return true;
        }
        self.note(&path, error);
        if let Kind::UnknownVariant(_, [first, ..]) = error.kind {
            tree::set(value, &path, Value::from(*first));
            return true;
        }
        match tree::get(&self.layers.defaults, &path) {
            Some(default) if tree::get(value, &path) != Some(default) => {
                tree::set(value, &path, default.clone());
                true
            }
            _ => self.stand_in(value, path, 0),
        }
    }

    fn stand_in(&mut self, value: &mut Value, path: Vec<String>, tried: usize) -> bool {
        let stand_ins = [
            Value::from(Dict::new()),
            Value::from("x"),
            Value::from(1_u8),
            Value::from(true),
            Value::from(Vec::<Value>::new()),
            Value::from("127.0.0.1:1"),
            Value::from("127.0.0.1"),
        ];
        let Some(next) = stand_ins.get(tried) else {
            return false;
        };
        tree::set(value, &path, next.clone());
        self.stand_ins.insert(path, tried + 1);
        true
    }

    fn note(&mut self, path: &[String], error: &Error) {
        let mut text = explain(&error.kind);
        if let Some((name, _)) = self.layers.environment.get(path) {
            text = format!("{text} (from the environment: {name})");
        }
        self.found.push(Problem {
            key: path.join("."),
            text,
        });
    }
}

/// The key an error is about.
fn path_of(error: &Error) -> Vec<String> {
    let mut path = error.path.clone();
    let name = match &error.kind {
        Kind::UnknownField(name, _) => Some(name.as_str()),
        Kind::MissingField(name) => Some(name.as_ref()),
        _ => None,
    };
    if let Some(name) = name
        && path.last().map(String::as_str) != Some(name)
    {
        path.push(name.to_owned());
    }
    path
}

/// What is wrong, without the value: it may be a secret in the wrong place.
fn explain(kind: &Kind) -> String {
    match kind {
        Kind::MissingField(_) => "must be set".to_owned(),
        Kind::UnknownField(_, []) => "there is no such setting".to_owned(),
        Kind::UnknownField(_, known) => {
            format!(
                "there is no such setting here; there are {}",
                known.join(", ")
            )
        }
        Kind::UnknownVariant(_, known) => format!("must be one of {}", known.join(", ")),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("must be {expected}, not {}", what(found))
        }
        Kind::InvalidLength(found, expected) => format!("must be {expected}, not {found} items"),
        Kind::Message(text) => text.clone(),
        other => other.to_string(),
    }
}

const fn what(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "a truth value",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "this number",
        Actual::Str(_) | Actual::Char(_) => "this text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "this",
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
