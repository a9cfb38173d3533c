//! Makes the links of mails. They are built from parts that are encoded, never pasted together.

use uuid::Uuid;

/// Why links cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the base of links must be an http or https URL that ends in a slash, without query or fragment"
)]
pub struct LinksError;

/// Makes the links of mails.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links below a base such as `https://winner.example/`.
    ///
    /// # Errors
    /// [`LinksError`] where the base is no such URL.
    pub fn new(base: &str) -> Result<Self, LinksError> {
        let after_scheme = base
            .strip_prefix("https://")
            .or_else(|| base.strip_prefix("http://"));
        let fits = after_scheme.is_some_and(|rest| {
            rest.len() > 1
                && rest.ends_with('/')
                && !rest.starts_with('/')
                && !rest.contains(['?', '#', ' ', '"', '<', '>', '\\', '@'])
                && !rest.chars().any(char::is_control)
        });
        if fits {
            Ok(Self {
                base: base.to_owned(),
            })
        } else {
            Err(LinksError)
        }
    }

    /// The secret stands in the fragment, which browsers send to no server and write into no log.
    pub(super) fn invitation(&self, membership: Uuid, token: &str) -> String {
        format!(
            "{}invitations/{membership}#token={}",
            self.base,
            encode(token)
        )
    }

    pub(super) fn in_edition(&self, edition: &str, rest: &str) -> String {
        format!("{}editions/{}/{rest}", self.base, encode(edition))
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_in_the_fragment_and_is_encoded() {
        let links = Links::new("https://winner.example/").unwrap();
        assert_eq!(
            links.invitation(Uuid::nil(), "a/b&c"),
            "https://winner.example/invitations/00000000-0000-0000-0000-000000000000#token=a%2Fb%26c"
        );
    }

    #[test]
    fn a_base_that_is_no_url_is_refused() {
        for base in [
            "",
            "winner.example/",
            "https://",
            "https://x",
            "javascript:alert(1)/",
            "https://winner.example/?a=/",
            "https://u@winner.example/",
            "https://x\n/",
        ] {
            assert_eq!(Links::new(base).err(), Some(LinksError), "{base:?}");
        }
    }
}
