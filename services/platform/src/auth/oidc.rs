//! ID tokens of outside OIDC providers.
//!
//! Signatures are EdDSA, ES256 or RS256, checked against the provider's JWKS from a file or a
//! URL. Keys rotate: an unknown key id makes the set be fetched again, but not more often than
//! once in a while, so that nobody can make us hammer the provider.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jsonwebtoken::Validation;
use jsonwebtoken::dangerous::insecure_decode_claims;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::jwks::KeySet;
use crate::config::{Problems, Validate};
use crate::telemetry::Personal;

/// One provider that is trusted to say who somebody is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// The `iss` of its tokens, exactly.
    pub issuer: String,
    /// The `aud` its tokens must name: our client id there.
    pub audience: String,
    /// Where its keys are; or give `jwks_file`.
    #[serde(default)]
    pub jwks_url: Option<String>,
    /// A file with its keys.
    #[serde(default)]
    pub jwks_file: Option<PathBuf>,
    /// The claim that lists a person's groups.
    #[serde(default)]
    pub groups_claim: Option<String>,
}

impl Validate for OidcProvider {
    fn validate(&self, problems: &mut Problems) {
        match (&self.jwks_url, &self.jwks_file) {
            (None, None) => problems.refuse("jwks_url", "give jwks_url or jwks_file"),
            (Some(_), Some(_)) => {
                problems.refuse("jwks_url", "give jwks_url or jwks_file, not both");
            }
            (Some(url), None) if url.starts_with("http://") => problems.warn(
                "jwks_url",
                "without TLS anybody on the way can sign in as anybody",
            ),
            (Some(url), None) if !url.starts_with("https://") => {
                problems.refuse("jwks_url", "must be an https URL");
            }
            _ => {}
        }
    }
}

/// What an ID token says about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's own name for the person; stable.
    pub subject: Personal<String>,
    /// The e-mail address, when the provider says that it was verified.
    pub verified_email: Option<Personal<String>>,
    /// The person's name as the provider knows it.
    pub name: Option<Personal<String>>,
    /// The groups of `groups_claim`.
    pub groups: Vec<String>,
}

/// Why an ID token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// It is no JWT.
    #[error("the ID token is malformed")]
    Malformed,
    /// No such provider is configured.
    #[error("the ID token's issuer is not trusted")]
    UnknownIssuer,
    /// The provider has no such key.
    #[error("the ID token's key is unknown")]
    UnknownKey,
    /// It is expired, for somebody else, or altered.
    #[error("the ID token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// It was made for another client of the provider.
    #[error("the ID token was made for another client")]
    AnotherClient,
    /// It answers another sign-in.
    #[error("the ID token's nonce is not the one expected")]
    Nonce,
    /// The provider's keys cannot be had now.
    #[error("the provider's keys cannot be had: {0}")]
    Keys(String),
}

/// Verifies ID tokens of every configured provider. Cheap to clone; clones share the keys.
#[derive(Clone)]
pub struct OidcVerifier {
    providers: Arc<HashMap<String, (OidcProvider, KeySet)>>,
}

impl fmt::Debug for OidcVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.providers.keys()).finish()
    }
}

impl OidcVerifier {
    /// Trusts these providers; their keys are read when first needed.
    ///
    /// # Errors
    /// When a provider names no place of its keys, or no URL.
    pub fn new(providers: Vec<OidcProvider>) -> Result<Self, OidcError> {
        let mut by_issuer = HashMap::new();
        for provider in providers {
            let keys = match (&provider.jwks_file, &provider.jwks_url) {
                (Some(file), _) => KeySet::from_file(file.clone()),
                (None, Some(url)) => KeySet::from_url(url)?,
                (None, None) => {
                    return Err(OidcError::Keys("no jwks_url, no jwks_file".to_owned()));
                }
            };
            by_issuer.insert(provider.issuer.clone(), (provider, keys));
        }
        Ok(Self {
            providers: Arc::new(by_issuer),
        })
    }

    /// Who an ID token says somebody is. `nonce`, when given, must be the token's.
    ///
    /// # Errors
    /// When no configured provider signed it for us, or it is not valid now.
    pub async fn verify(&self, id_token: &str, nonce: Option<&str>) -> Result<Identity, OidcError> {
        let header = jsonwebtoken::decode_header(id_token).map_err(|_| OidcError::Malformed)?;
        // Read before the signature is checked, and used only to choose whose keys check it.
        let claimed: ClaimedIssuer =
            insecure_decode_claims(id_token).map_err(|_| OidcError::Malformed)?;
        let (provider, keys) = self
            .providers
            .get(&claimed.iss)
            .ok_or(OidcError::UnknownIssuer)?;
        let key = keys.find(header.kid.as_deref()).await?;

        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&provider.issuer]);
        validation.set_audience(&[&provider.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<IdClaims>(id_token, &key.key, &validation)
            .map_err(OidcError::Invalid)?
            .claims;
        if claims
            .azp
            .as_ref()
            .is_some_and(|party| *party != provider.audience)
        {
            return Err(OidcError::AnotherClient);
        }
        if nonce.is_some_and(|nonce| claims.nonce.as_deref() != Some(nonce)) {
            return Err(OidcError::Nonce);
        }
        Ok(claims.identity(provider))
    }
}

/// By how much the provider's clock may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

#[derive(Deserialize)]
struct ClaimedIssuer {
    iss: String,
}

#[derive(Deserialize)]
struct IdClaims {
    iss: String,
    sub: String,
    azp: Option<String>,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<Value>,
    name: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

impl IdClaims {
    fn identity(self, provider: &OidcProvider) -> Identity {
        // Some providers write the truth as a string.
        let verified = match self.email_verified {
            Some(Value::Bool(verified)) => verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        let groups = provider
            .groups_claim
            .as_ref()
            .and_then(|claim| self.others.get(claim));
        let groups = match groups {
            Some(Value::Array(groups)) => groups
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        Identity {
            issuer: self.iss,
            subject: Personal::new(self.sub),
            verified_email: self.email.filter(|_| verified).map(Personal::new),
            name: self.name.map(Personal::new),
            groups,
        }
    }
}

#[cfg(test)]
#[path = "oidc_tests.rs"]
mod tests;
