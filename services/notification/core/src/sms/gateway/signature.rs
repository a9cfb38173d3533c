//! Who says that a receipt comes from the provider.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde::Deserialize;
use url::form_urlencoded;

use super::receipts::Call;
use super::secrets::Secrets;

/// How receipts are signed. Without a signature the secret in their URL must do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Signature {
    /// An HMAC-SHA-256 over the body, in a header.
    Hmac {
        /// The header.
        header: String,
        /// The name of the secret.
        secret: String,
        /// How the header writes it.
        encoding: Encoding,
        /// What stands before it, such as `sha256=`.
        #[serde(default)]
        prefix: String,
    },
    /// As Twilio signs: an HMAC-SHA-1 in base64 over the URL as called and the sorted form fields.
    Twilio {
        /// The header.
        header: String,
        /// The name of the secret.
        secret: String,
    },
}

/// How bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Hexadecimal.
    Hex,
    /// Base64.
    Base64,
}

impl Signature {
    /// The secret's name.
    pub(super) fn secret(&self) -> &str {
        match self {
            Self::Hmac { secret, .. } | Self::Twilio { secret, .. } => secret,
        }
    }

    /// Whether a call bears it. Compared in constant time.
    pub(super) fn holds(&self, call: &Call<'_>, secrets: &Secrets) -> bool {
        let Some(secret) = secrets.get(self.secret()) else {
            return false;
        };
        match self {
            Self::Hmac {
                header,
                encoding,
                prefix,
                ..
            } => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                call.header(header)
                    .and_then(|value| value.trim().strip_prefix(prefix.as_str()))
                    .and_then(|value| match encoding {
                        Encoding::Hex => hex::decode(value).ok(),
                        Encoding::Base64 => STANDARD.decode(value).ok(),
                    })
                    .is_some_and(|tag| hmac::verify(&key, call.body, &tag).is_ok())
            }
            Self::Twilio { header, .. } => {
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
                call.header(header)
                    .and_then(|value| STANDARD.decode(value.trim()).ok())
                    .is_some_and(|tag| {
                        hmac::verify(&key, signed_by_twilio(call).as_bytes(), &tag).is_ok()
                    })
            }
        }
    }
}

fn signed_by_twilio(call: &Call<'_>) -> String {
    let mut fields: Vec<_> = form_urlencoded::parse(call.body).collect();
    fields.sort();
    let mut signed = call.url.to_owned();
    for (name, value) in fields {
        signed.push_str(&name);
        signed.push_str(&value);
    }
    signed
}
