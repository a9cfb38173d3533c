//! Reaching into a tree of settings by path.

use figment::value::{Dict, Value};

/// The value at `path`.
pub(super) fn get<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    match (value, path) {
        (_, []) => Some(value),
        (Value::Dict(_, dict), [first, rest @ ..]) => get(dict.get(first)?, rest),
        _ => None,
    }
}

/// Puts a value at `path`, making the tables on the way.
pub(super) fn set(value: &mut Value, path: &[String], new: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    if !matches!(value, Value::Dict(..)) {
        *value = Value::from(Dict::new());
    }
    if let Value::Dict(_, dict) = value {
        let next = dict
            .entry(first.clone())
            .or_insert_with(|| Value::from(Dict::new()));
        set(next, rest, new);
    }
}

/// Gives the sections that `value` has what `defaults` says of them and they do not.
pub(super) fn fill_sections(value: &mut Value, defaults: &Value) {
    let (Value::Dict(_, dict), Value::Dict(_, sections)) = (value, defaults) else {
        return;
    };
    for (name, section) in sections {
        let (Some(Value::Dict(_, own)), Value::Dict(_, section)) = (dict.get_mut(name), section)
        else {
            continue;
        };
        for (key, default) in section {
            own.entry(key.clone()).or_insert_with(|| default.clone());
        }
    }
}

/// Takes away what is at `path`; `false` when nothing is.
pub(super) fn remove(value: &mut Value, path: &[String]) -> bool {
    match (value, path) {
        (Value::Dict(_, dict), [only]) => dict.remove(only).is_some(),
        (Value::Dict(_, dict), [first, rest @ ..]) => {
            dict.get_mut(first).is_some_and(|next| remove(next, rest))
        }
        _ => false,
    }
}
