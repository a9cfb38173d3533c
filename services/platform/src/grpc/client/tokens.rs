//! The tokens a channel calls with, kept while they are good.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use secrecy::ExposeSecret;
use tokio::time::Instant;
use tonic::Status;
use uuid::Uuid;

use crate::auth::{TOKEN_LIFE, TokenSigner};
use crate::error::ApiError;

/// A token is replaced when it has less than this left.
const RENEW_BEFORE: Duration = Duration::from_mins(1);
/// Tokens kept: one for the service itself, one for each person it acts for.
const CAPACITY: usize = 1_024;

#[derive(Debug)]
pub(super) struct Tokens {
    signer: TokenSigner,
    audience: String,
    kept: Mutex<HashMap<Option<Uuid>, (HeaderValue, Instant)>>,
}

impl Tokens {
    pub(super) fn new(signer: TokenSigner, audience: &str) -> Self {
        Self {
            signer,
            audience: audience.to_owned(),
            kept: Mutex::default(),
        }
    }

    /// The `authorization` of a call for `person`, or for the service itself.
    pub(super) fn get(&self, person: Option<Uuid>) -> Result<HeaderValue, Status> {
        let now = Instant::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((value, until)) = kept.get(&person)
            && now < *until
        {
            return Ok(value.clone());
        }
        let token = self
            .signer
            .service_token(&self.audience, person)
            .map_err(ApiError::internal)?;
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(ApiError::internal)?;
        // Keeps it out of logs and out of the compression table of the connection.
        value.set_sensitive(true);
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(
            person,
            (value.clone(), now + TOKEN_LIFE.saturating_sub(RENEW_BEFORE)),
        );
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::keys::ServiceKey;

    #[test]
    fn a_token_is_kept_for_each_person() {
        let signer = TokenSigner::new("alpha", ServiceKey::generate().unwrap());
        let tokens = Tokens::new(signer, "beta");
        let own = tokens.get(None).unwrap();
        assert_eq!(tokens.get(None).unwrap(), own);
        let other = tokens.get(Some(Uuid::from_u128(1))).unwrap();
        assert_ne!(other, own);
        assert!(other.is_sensitive());
    }
}
