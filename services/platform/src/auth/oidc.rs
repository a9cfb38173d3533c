//! ID tokens of outside OIDC providers.
//!
//! Signatures are EdDSA, ES256 or RS256, checked against the provider's JWKS from a file or a
//! URL. Keys rotate: an unknown key id makes the set be fetched again, but not more often than
//! once in a while, so that nobody can make us hammer the provider.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Problems, Validate};

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
                problems.refuse("jwks_url", "give jwks_url or jwks_file, not both")
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
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's own name for the person; stable, and personal.
    pub subject: String,
    /// The e-mail address, when the provider says that it was verified.
    pub verified_email: Option<String>,
    /// The person's name as the provider knows it.
    pub name: Option<String>,
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
    /// The provider's keys cannot be had now.
    #[error("the provider's keys cannot be had: {0}")]
    Keys(String),
}

/// Verifies ID tokens of every configured provider. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OidcVerifier {
    _inner: Arc<()>,
}

impl OidcVerifier {
    /// Trusts these providers; their keys are read when first needed.
    ///
    /// # Errors
    /// When a URL is none.
    pub fn new(_providers: Vec<OidcProvider>) -> Result<Self, OidcError> {
        unimplemented!()
    }

    /// Who an ID token says somebody is. `nonce`, when given, must be the token's.
    ///
    /// # Errors
    /// When no configured provider signed it for us, or it is not valid now.
    pub async fn verify(
        &self,
        _id_token: &str,
        _nonce: Option<&str>,
    ) -> Result<Identity, OidcError> {
        unimplemented!()
    }
}
