//! Signing tokens with a service's own key.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, Header};
use secrecy::SecretString;
use uuid::Uuid;

use super::claims::{Claims, Kind};
use super::keys::ServiceKey;
use super::{Grant, PERSON_AUDIENCE, TOKEN_LIFE};
use crate::clock::unix_now;

/// Signs the tokens of one service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TokenSigner {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: String,
    key: ServiceKey,
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be signed")]
pub struct SignError(#[from] jsonwebtoken::errors::Error);

impl TokenSigner {
    /// A signer for `service` with its key.
    pub fn new(service: impl Into<String>, key: ServiceKey) -> Self {
        Self {
            inner: Arc::new(Inner {
                service: service.into(),
                key,
            }),
        }
    }

    /// The service that signs.
    pub fn service(&self) -> &str {
        &self.inner.service
    }

    /// A token with which this service calls `audience`, good for [`TOKEN_LIFE`].
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn service_token(
        &self,
        audience: &str,
        on_behalf_of: Option<Uuid>,
    ) -> Result<SecretString, SignError> {
        let sub = self.inner.service.clone();
        self.sign(
            audience,
            sub,
            Kind::Service,
            TOKEN_LIFE,
            Vec::new(),
            on_behalf_of,
        )
    }

    /// A token with which a person calls any service; `ttl` is cut to [`TOKEN_LIFE`]. Others
    /// accept it only when this service's key is trusted with persons.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn person_token(
        &self,
        person: Uuid,
        grants: &[Grant],
        ttl: Duration,
    ) -> Result<SecretString, SignError> {
        let ttl = ttl.min(TOKEN_LIFE);
        self.sign(
            PERSON_AUDIENCE,
            person.to_string(),
            Kind::Person,
            ttl,
            grants.to_vec(),
            None,
        )
    }

    fn sign(
        &self,
        audience: &str,
        sub: String,
        kind: Kind,
        ttl: Duration,
        grants: Vec<Grant>,
        obo: Option<Uuid>,
    ) -> Result<SecretString, SignError> {
        let now = unix_now().as_secs();
        let claims = Claims {
            iss: self.inner.service.clone(),
            aud: audience.to_owned(),
            sub,
            kind,
            iat: now,
            exp: now + ttl.as_secs(),
            grants,
            obo,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.inner.key.kid().to_owned());
        let token = jsonwebtoken::encode(&header, &claims, &self.inner.key.encoding)?;
        Ok(SecretString::from(token))
    }
}
