//! Secrets of a gateway by name. They never print.

use std::collections::BTreeMap;
use std::fmt;

/// Secrets by name.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

/// A secret holds something that no header can carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("secret `{0}` is empty or holds a control character")]
pub struct UnusableSecret(pub String);

impl Secrets {
    /// Takes secrets by name.
    ///
    /// # Errors
    /// [`UnusableSecret`] for one that is empty, or holds a line end or another control character.
    pub fn new(secrets: BTreeMap<String, String>) -> Result<Self, UnusableSecret> {
        let unusable = |secret: &str| secret.is_empty() || secret.chars().any(char::is_control);
        match secrets.iter().find(|(_, secret)| unusable(secret)) {
            Some((name, _)) => Err(UnusableSecret(name.clone())),
            None => Ok(Self(secrets)),
        }
    }

    /// A secret.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_and_breaks_no_header() {
        let one = |value: &str| Secrets::new([("key".to_owned(), value.to_owned())].into());
        let secrets = one("hunter2").unwrap();
        assert_eq!(format!("{secrets:?}"), "{\"key\"}");
        assert_eq!(secrets.get("key"), Some("hunter2"));
        assert_eq!(
            one("a\r\nX: b").unwrap_err(),
            UnusableSecret("key".to_owned())
        );
        assert!(one("").is_err());
    }
}
