//! The key set of an outside provider: from a file or a URL, kept, and fetched again when a token
//! names a key it does not hold.

use std::path::PathBuf;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::oidc::OidcError;

/// The set is not fetched more often than this, whatever key ids callers invent.
const FETCH_AT_MOST_EVERY: Duration = Duration::from_secs(30);
/// A set older than this is fetched again, so that a key the provider withdrew goes.
const MAX_AGE: Duration = Duration::from_hours(1);
/// How long a fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest set taken.
const MAX_BYTES: usize = 1024 * 1024;
/// Bytes of an Ed25519 public key in base64url.
const ED25519_TEXT: usize = 43;

type HttpClient = Client<HttpsConnector<HttpConnector>, Empty<bytes::Bytes>>;

/// Where a set comes from.
enum Source {
    File(PathBuf),
    Url(http::Uri, Box<HttpClient>),
}

/// A key and the one algorithm it may be used with; a token does not choose.
#[derive(Clone)]
pub(super) struct ProviderKey {
    kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// One provider's keys.
pub(super) struct KeySet {
    source: Source,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Vec<ProviderKey>,
    /// When the keys were had last.
    fetched: Option<Instant>,
    /// When they were asked for last, with success or not.
    tried: Option<Instant>,
}

impl KeySet {
    pub(super) fn from_file(path: PathBuf) -> Self {
        Self {
            source: Source::File(path),
            state: Mutex::default(),
        }
    }

    pub(super) fn from_url(url: &str) -> Result<Self, OidcError> {
        let uri = url
            .parse()
            .map_err(|_| OidcError::Keys(format!("{url:?} is no URL")))?;
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls_provider())
            .map_err(|error| OidcError::Keys(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self {
            source: Source::Url(uri, Box::new(client)),
            state: Mutex::default(),
        })
    }

    /// The key named `kid`, or the only key when a token names none.
    ///
    /// Callers wait for one another while the set is fetched, so it is fetched once.
    pub(super) async fn find(&self, kid: Option<&str>) -> Result<ProviderKey, OidcError> {
        let mut state = self.state.lock().await;
        let outdated = state.fetched.is_none_or(|at| at.elapsed() > MAX_AGE);
        if !outdated && let Some(key) = state.find(kid) {
            return Ok(key);
        }
        if state
            .tried
            .is_none_or(|at| at.elapsed() >= FETCH_AT_MOST_EVERY)
        {
            state.tried = Some(Instant::now());
            match self.fetch().await {
                Ok(keys) => {
                    tracing::info!(keys = keys.len(), "oidc.keys_fetched");
                    state.keys = keys;
                    state.fetched = Some(Instant::now());
                }
                // A provider that cannot be reached does not shut out those whose key is known.
                Err(error) if state.fetched.is_some() => {
                    tracing::warn!(%error, "oidc.keys_not_fetched");
                }
                Err(error) => return Err(error),
            }
        } else if state.fetched.is_none() {
            return Err(OidcError::Keys("not fetched yet".to_owned()));
        }
        state.find(kid).ok_or(OidcError::UnknownKey)
    }

    /// As if the last fetch had been long ago.
    #[cfg(test)]
    pub(super) async fn forget_last_try(&self) {
        self.state.lock().await.tried = None;
    }

    async fn fetch(&self) -> Result<Vec<ProviderKey>, OidcError> {
        let json = match &self.source {
            Source::File(path) => tokio::fs::read(path)
                .await
                .map_err(|error| OidcError::Keys(format!("{}: {error}", path.display())))?,
            Source::Url(uri, client) => {
                tokio::time::timeout(FETCH_TIMEOUT, get(client, uri.clone()))
                    .await
                    .map_err(|_| OidcError::Keys("no answer in time".to_owned()))??
            }
        };
        let set: JwkSet =
            serde_json::from_slice(&json).map_err(|error| OidcError::Keys(error.to_string()))?;
        Ok(set.keys.iter().filter_map(usable).collect())
    }
}

impl State {
    fn find(&self, kid: Option<&str>) -> Option<ProviderKey> {
        match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys
                .iter()
                .find(|key| key.kid.as_deref() == Some(kid))
                .cloned(),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }
}

/// A key of the set that may verify signatures of a kind we take. Others are no mistake: sets also
/// hold keys for encryption and kinds we do not know.
fn usable(jwk: &Jwk) -> Option<ProviderKey> {
    if matches!(&jwk.common.public_key_use, Some(usage) if *usage != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        AlgorithmParameters::OctetKeyPair(key)
            if key.curve == EllipticCurve::Ed25519 && key.x.len() == ED25519_TEXT =>
        {
            Algorithm::EdDSA
        }
        _ => return None,
    };
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some(ProviderKey {
        kid: jwk.common.key_id.clone(),
        algorithm,
        key,
    })
}

async fn get(client: &HttpClient, uri: http::Uri) -> Result<Vec<u8>, OidcError> {
    let failed = |error: &dyn std::fmt::Display| OidcError::Keys(error.to_string());
    let response = client.get(uri).await.map_err(|error| failed(&error))?;
    if !response.status().is_success() {
        return Err(failed(&response.status()));
    }
    let body = Limited::new(response.into_body(), MAX_BYTES);
    let collected = body.collect().await.map_err(|error| failed(&error))?;
    Ok(collected.to_bytes().to_vec())
}

/// The one crypto provider of this system: ring.
fn rustls_provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}
