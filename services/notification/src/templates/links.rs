//! Makes the links of messages. They are built from parts that are encoded, never pasted together.
//!
//! A mail's links say where they lead. An SMS has no room for that: its links name a thing by a letter and
//! its id in base 62, and whatever serves the base leads from there to the same page.

use uuid::Uuid;

/// Why links cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the base of links must be an http or https URL that ends in a slash, without query or fragment"
)]
pub struct LinksError;

/// An SMS cannot hold a link that begins so.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the base of links has {length} characters, and links in SMS begin with at most {longest}", longest = Links::LONGEST_IN_SMS)]
pub struct TooLongForSms {
    /// How many it has.
    pub length: usize,
}

/// Makes the links of messages.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// The longest base that leaves every SMS in one segment, in characters.
    pub const LONGEST_IN_SMS: usize = 40;

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

    /// Whether SMS can hold these links; asked at the start.
    ///
    /// # Errors
    /// [`TooLongForSms`].
    pub const fn fit_sms(&self) -> Result<(), TooLongForSms> {
        if self.base.len() > Self::LONGEST_IN_SMS {
            return Err(TooLongForSms {
                length: self.base.len(),
            });
        }
        Ok(())
    }

    /// The short link of a thing: `s` for a submission, `m` for a match, `w` for an endpoint.
    pub(super) fn short(&self, letter: char, id: Uuid) -> String {
        format!("{}{letter}/{}", self.base, base_62(id))
    }

    /// The short link of an edition.
    pub(super) fn short_edition(&self, edition: &str) -> String {
        format!("{}e/{}", self.base, encode(edition))
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

/// An id as 22 digits of `0-9A-Za-z`, the highest first. No dash or dot stands at the end, which some
/// telephones leave out of the link.
fn base_62(id: Uuid) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = id.as_u128();
    let mut digits = [b'0'; 22];
    for place in digits.iter_mut().rev() {
        *place = usize::try_from(rest % 62)
            .ok()
            .and_then(|digit| DIGITS.get(digit).copied())
            .unwrap_or(b'0');
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
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
    fn a_short_link_names_its_thing_in_22_digits() {
        let links = Links::new("https://winner.example/").unwrap();
        for (id, digits) in [
            (Uuid::nil(), "0000000000000000000000"),
            (Uuid::from_u128(61), "000000000000000000000z"),
            (Uuid::from_u128(62), "0000000000000000000010"),
            (Uuid::max(), "7n42DGM5Tflk9n8mt7Fhc7"),
        ] {
            let link = links.short('s', id);
            assert_eq!(link, format!("https://winner.example/s/{digits}"));
        }
        let edition = links.short_edition("contoh-2026");
        assert_eq!(edition, "https://winner.example/e/contoh-2026");
    }

    #[test]
    fn a_base_of_more_than_40_characters_is_too_long_for_sms() {
        let base = |length: usize| format!("https://{}/", "a".repeat(length - 9));
        assert_eq!(Links::new(&base(40)).unwrap().fit_sms(), Ok(()));
        assert_eq!(
            Links::new(&base(41)).unwrap().fit_sms(),
            Err(TooLongForSms { length: 41 })
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
