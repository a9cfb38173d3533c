//! Links that carry their own permission: signed with HMAC-SHA256, for one purpose and one
//! subject, until they expire. That a link is used once only is for its owner to record.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::time::RealTime;

/// The fewest bytes a link key may have.
pub const MIN_KEY_BYTES: usize = 32;

/// What a link permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkClaims {
    /// What the link may be used for, as in `confirm-address`.
    #[serde(rename = "p")]
    pub purpose: String,
    /// What it is about: an id, never personal data.
    #[serde(rename = "s")]
    pub subject: String,
    /// Expires at, in seconds of real time since 1970.
    #[serde(rename = "e")]
    pub expires: i64,
    /// Tells two links apart, so that each can be used up.
    #[serde(rename = "n")]
    pub nonce: String,
}

/// Why a link is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is no link of ours, or was altered.
    #[error("the link is malformed or altered")]
    Malformed,
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
    /// It permits something else.
    #[error("the link is for another purpose")]
    Purpose,
    /// The key is too short to sign with.
    #[error("a link key needs at least 32 bytes")]
    Key,
}

/// The key links are signed with.
#[derive(Clone)]
pub struct LinkKey {
    secret: SecretString,
}

impl LinkKey {
    /// Uses a secret of at least [`MIN_KEY_BYTES`].
    ///
    /// # Errors
    /// [`LinkError::Key`] when it is shorter.
    pub fn new(secret: SecretString) -> Result<Self, LinkError> {
        if secret.expose_secret().len() < MIN_KEY_BYTES {
            Err(LinkError::Key)
        } else {
            Ok(Self { secret })
        }
    }

    /// The text of a link's token: safe in a URL.
    ///
    /// # Errors
    /// [`LinkError::Malformed`] when the claims cannot be written.
    pub fn sign(&self, claims: &LinkClaims) -> Result<SecretString, LinkError> {
        let body = serde_json::to_vec(claims).map_err(|_| LinkError::Malformed)?;
        let tag = self.mac(&body)?.finalize().into_bytes();
        Ok(SecretString::from(format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(body),
            URL_SAFE_NO_PAD.encode(tag)
        )))
    }

    /// What a token permits at `now`, whatever its purpose; the caller must look at that.
    ///
    /// # Errors
    /// When it is altered or expired.
    pub fn verify(&self, token: &str, now: RealTime) -> Result<LinkClaims, LinkError> {
        let (body, tag) = token.split_once('.').ok_or(LinkError::Malformed)?;
        let body = URL_SAFE_NO_PAD
            .decode(body)
            .map_err(|_| LinkError::Malformed)?;
        let tag = URL_SAFE_NO_PAD
            .decode(tag)
            .map_err(|_| LinkError::Malformed)?;
        // Compared in constant time.
        self.mac(&body)?
            .verify_slice(&tag)
            .map_err(|_| LinkError::Malformed)?;
        let claims: LinkClaims = serde_json::from_slice(&body).map_err(|_| LinkError::Malformed)?;
        if claims.expires <= now.as_offset().unix_timestamp() {
            return Err(LinkError::Expired);
        }
        Ok(claims)
    }

    /// What a token with this purpose permits at `now`.
    ///
    /// # Errors
    /// When it is altered, expired, or for another purpose.
    pub fn verify_for(
        &self,
        purpose: &str,
        token: &str,
        now: RealTime,
    ) -> Result<LinkClaims, LinkError> {
        let claims = self.verify(token, now)?;
        if claims.purpose == purpose {
            Ok(claims)
        } else {
            Err(LinkError::Purpose)
        }
    }

    fn mac(&self, body: &[u8]) -> Result<Hmac<Sha256>, LinkError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .map_err(|_| LinkError::Key)?;
        // The domain keeps a tag of this kind from being one of another kind under the same key.
        mac.update(b"link.v1\0");
        mac.update(body);
        Ok(mac)
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> LinkKey {
        LinkKey::new(SecretString::from(text.repeat(8))).unwrap()
    }

    fn at(seconds: i64) -> RealTime {
        RealTime::from_timestamp(seconds, 0).unwrap()
    }

    fn claims() -> LinkClaims {
        LinkClaims {
            purpose: "confirm".to_owned(),
            subject: "42".to_owned(),
            expires: 1_000,
            nonce: "n1".to_owned(),
        }
    }

    #[test]
    fn a_link_says_what_it_permits_until_it_expires() {
        let key = key("secret");
        let token = key.sign(&claims()).unwrap();
        assert_eq!(
            key.verify_for("confirm", token.expose_secret(), at(999)),
            Ok(claims())
        );
        assert_eq!(
            key.verify(token.expose_secret(), at(1_000)),
            Err(LinkError::Expired)
        );
    }

    #[test]
    fn a_link_serves_one_purpose() {
        let key = key("secret");
        let token = key.sign(&claims()).unwrap();
        let refused = key.verify_for("delete", token.expose_secret(), at(0));
        assert_eq!(refused, Err(LinkError::Purpose));
    }

    #[test]
    fn an_altered_link_is_refused() {
        let key = key("secret");
        let token = key.sign(&claims()).unwrap();
        let (_, tag) = token.expose_secret().split_once('.').unwrap();
        let other = LinkClaims {
            subject: "43".to_owned(),
            ..claims()
        };
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&other).unwrap());
        assert_eq!(
            key.verify(&format!("{body}.{tag}"), at(0)),
            Err(LinkError::Malformed)
        );
        assert_eq!(key.verify("no link", at(0)), Err(LinkError::Malformed));
    }

    #[test]
    fn another_key_accepts_nothing() {
        let token = key("secret").sign(&claims()).unwrap();
        let refused = key("other!").verify(token.expose_secret(), at(0));
        assert_eq!(refused, Err(LinkError::Malformed));
        assert!(matches!(
            LinkKey::new(SecretString::from("short")),
            Err(LinkError::Key)
        ));
    }
}
