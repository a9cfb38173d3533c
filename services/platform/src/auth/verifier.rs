//! Verifying the tokens of requests.

use std::path::PathBuf;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::cache::{self, TokenCache};
use super::claims::{Claims, Kind};
use super::keys::{KeyError, ServiceKey, TrustedKeys};
use super::link::LinkKey;
use super::{Actor, PERSON_AUDIENCE, TOKEN_LIFE, TokenSigner};
use crate::clock::unix_now;
use crate::config::{Problems, Validate};

/// By how much the clocks of two machines may differ, in seconds.
const LEEWAY_SECONDS: u64 = 5;

/// The section `auth` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// This service's Ed25519 private key, PKCS#8 PEM.
    pub key_file: PathBuf,
    /// The public keys of every service, `{"keys": [...]}`.
    pub trusted_keys_file: PathBuf,
}

impl AuthConfig {
    /// Reads the keys: what signs for `service`, and what verifies calls to it.
    ///
    /// # Errors
    /// When a file cannot be read or holds no keys.
    pub fn keys(&self, service: &str) -> Result<(TokenSigner, Verifier), KeyError> {
        let signer = TokenSigner::new(service, ServiceKey::from_pem_file(&self.key_file)?);
        let verifier = Verifier::new(service, TrustedKeys::from_file(&self.trusted_keys_file)?);
        Ok((signer, verifier))
    }
}

impl Validate for AuthConfig {
    fn validate(&self, problems: &mut Problems) {
        if let Err(error) = ServiceKey::from_pem_file(&self.key_file) {
            problems.refuse("key_file", error.to_string());
        }
        if let Err(error) = TrustedKeys::from_file(&self.trusted_keys_file) {
            problems.refuse("trusted_keys_file", error.to_string());
        }
    }
}

/// Why a token is not accepted. For the log; the caller learns only that it was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token of ours.
    #[error("the token is malformed")]
    Malformed,
    /// No trusted key has this name.
    #[error("the token's key is not trusted")]
    UnknownKey,
    /// It is for another service, expired, signed by somebody else, or altered.
    #[error("the token is not valid: {0}")]
    Invalid(String),
    /// The key's service may not say who a person is.
    #[error("{0} may not issue tokens for persons")]
    NotForPersons(String),
    /// It lives longer than a token may.
    #[error("the token lives too long")]
    TooLong,
}

/// Verifies the tokens of calls to one service. Cheap to clone; clones share what they remember.
#[derive(Clone, Debug)]
pub struct Verifier {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: String,
    trusted: TrustedKeys,
    cache: TokenCache,
    links: Option<LinkKey>,
}

impl Verifier {
    /// Verifies calls to `service` by the keys trusted.
    pub fn new(service: impl Into<String>, trusted: TrustedKeys) -> Self {
        let inner = Inner {
            service: service.into(),
            trusted,
            cache: TokenCache::default(),
            links: None,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The same, accepting links signed with `key` for the RPCs that take links.
    #[must_use]
    pub fn with_links(&self, key: LinkKey) -> Self {
        let inner = Inner {
            service: self.inner.service.clone(),
            trusted: self.inner.trusted.clone(),
            cache: TokenCache::default(),
            links: Some(key),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The service that is called.
    pub fn service(&self) -> &str {
        &self.inner.service
    }

    /// The key of links, when this service takes any.
    pub fn links(&self) -> Option<&LinkKey> {
        self.inner.links.as_ref()
    }

    /// The caller a token speaks for.
    ///
    /// # Errors
    /// When it is not valid now, for this service, by a trusted key.
    pub fn verify(&self, token: &str) -> Result<Actor, TokenError> {
        let now = unix_now().as_secs();
        let hash = cache::hash(token);
        if let Some(actor) = self.inner.cache.get(&hash, now) {
            return Ok(actor);
        }
        let claims = self.claims(token, now)?;
        let expires = claims.exp;
        let actor = actor_of(claims)?;
        self.inner.cache.put(hash, expires, actor.clone(), now);
        Ok(actor)
    }

    fn claims(&self, token: &str, now: u64) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let kid = header.kid.ok_or(TokenError::Malformed)?;
        let trusted = self.inner.trusted.get(&kid).ok_or(TokenError::UnknownKey)?;

        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY_SECONDS;
        validation.set_issuer(&[&trusted.service]);
        validation.set_audience(&[self.inner.service.as_str(), PERSON_AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &trusted.key, &validation)
            .map_err(|error| TokenError::Invalid(error.to_string()))?
            .claims;

        if claims.exp > now + TOKEN_LIFE.as_secs() + LEEWAY_SECONDS {
            return Err(TokenError::TooLong);
        }
        match claims.kind {
            Kind::Person if !trusted.persons => {
                Err(TokenError::NotForPersons(trusted.service.clone()))
            }
            Kind::Person if claims.aud != PERSON_AUDIENCE => Err(wrong("audience")),
            Kind::Service if claims.aud != self.inner.service => Err(wrong("audience")),
            Kind::Service if claims.sub != trusted.service => Err(wrong("subject")),
            Kind::Service if !claims.grants.is_empty() => Err(wrong("grants")),
            Kind::Person | Kind::Service => Ok(claims),
        }
    }
}

fn actor_of(claims: Claims) -> Result<Actor, TokenError> {
    match claims.kind {
        Kind::Person => {
            let person = Uuid::try_parse(&claims.sub).map_err(|_| wrong("subject"))?;
            Ok(Actor::of_person(person, claims.grants))
        }
        Kind::Service => Ok(Actor::of_service(claims.sub, claims.obo)),
    }
}

fn wrong(what: &str) -> TokenError {
    TokenError::Invalid(format!("wrong {what}"))
}

#[cfg(test)]
#[path = "verifier_tests.rs"]
mod tests;
