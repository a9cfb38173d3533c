//! The four services as a person calls them: signed in, with a request id on every write.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use time::OffsetDateTime;
use tokio::time::Instant;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use winner_proto::intake::v1::ExchangeTokenRequest;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;

use super::cast::Actor;
use crate::stack::installation::Installation;
use crate::stack::issuer::{Issuer, Subject};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:id_token";
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long a token is used; it is good for five minutes.
const SESSION: Duration = Duration::from_mins(4);

/// The services.
pub(crate) struct Api {
    /// Intake.
    pub(crate) intake: Channel,
    /// Matching.
    pub(crate) matching: Channel,
    /// Judging.
    pub(crate) judging: Channel,
    /// Notification.
    pub(crate) notification: Channel,
    issuer: Issuer,
    sessions: Mutex<HashMap<String, Session>>,
    seed: u64,
    requests: AtomicU64,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Session {
    bearer: MetadataValue<tonic::metadata::Ascii>,
    since: Instant,
}

impl Session {
    /// A request in this person's name.
    pub(crate) fn ask<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }
}

impl Api {
    /// Channels to the services of an installation.
    pub(crate) fn connect(installation: &Installation, seed: u64) -> Result<Self> {
        let channel = |role: &str| -> Result<Channel> {
            let url = installation.fleet.url(role)?;
            Ok(Endpoint::from_shared(url)?.timeout(TIMEOUT).connect_lazy())
        };
        Ok(Self {
            intake: channel("intake")?,
            matching: channel("matching")?,
            judging: channel("judging")?,
            notification: channel("notification")?,
            issuer: installation.issuer()?,
            sessions: Mutex::new(HashMap::new()),
            seed,
            requests: AtomicU64::new(0),
        })
    }

    /// An id for one write.
    pub(crate) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("demo-{}-{number}", self.seed)
    }

    /// Signs somebody in with what they hold now.
    pub(crate) async fn sign_in(&self, who: &Actor) -> Result<Session> {
        let subject = Subject {
            subject: &who.subject,
            name: &who.name,
            email: &who.email,
            groups: &who.groups,
        };
        #[expect(clippy::disallowed_methods, reason = "ID tokens live in real time")]
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let answer = IdentityServiceClient::new(self.intake.clone())
            .exchange_token(ExchangeTokenRequest {
                grant_type: GRANT_TYPE.to_owned(),
                subject_token: self.issuer.id_token(subject, now)?,
                subject_token_type: TOKEN_TYPE.to_owned(),
                person_id: who.person_id.to_string(),
            })
            .await
            .with_context(|| format!("{} cannot sign in", who.subject))?
            .into_inner();
        let bearer = format!("Bearer {}", answer.access_token).parse()?;
        let session = Session {
            bearer,
            since: Instant::now(),
        };
        if let Ok(mut sessions) = self.sessions.lock() {
            sessions.insert(who.subject.clone(), session.clone());
        }
        Ok(session)
    }

    /// The session of somebody who signed in before, or a new one where it is about to end.
    pub(crate) async fn session(&self, who: &Actor) -> Result<Session> {
        let known = self
            .sessions
            .lock()
            .ok()
            .and_then(|s| s.get(&who.subject).cloned())
            .filter(|session| session.since.elapsed() < SESSION);
        match known {
            Some(session) => Ok(session),
            None => self.sign_in(who).await,
        }
    }
}
