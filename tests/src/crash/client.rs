//! A client as applicants have one: it signs in, and sends what was not answered again.

use std::time::Duration;

use anyhow::{Context, Result};
use time::OffsetDateTime;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use winner::stack::issuer::{Issuer, Subject};
use winner_proto::intake::v1::ExchangeTokenRequest;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;

use super::journal::Journal;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:id_token";
/// How long one try may take: longer than a killed server takes to come back.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long a client goes on trying.
const STAMINA: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(150);

/// A new connection by way of a front: the next copy that takes it.
///
/// # Errors
/// When the URL is none.
pub fn channel(url: &str) -> Result<Channel> {
    Ok(Endpoint::from_shared(url.to_owned())?
        .timeout(TIMEOUT)
        .connect_timeout(Duration::from_secs(2))
        .connect_lazy())
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    bearer: MetadataValue<Ascii>,
}

impl Session {
    /// A request in this person's name.
    pub fn ask<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        request
    }
}

/// Signs somebody in with the offices they hold now.
///
/// # Errors
/// When that is refused, or fails for too long.
pub async fn sign_in(
    journal: &Journal,
    intake: &Channel,
    issuer: &Issuer,
    who: Subject<'_>,
) -> Result<Session> {
    let (answer, _tries) = insist(journal, || async {
        #[expect(clippy::disallowed_methods, reason = "ID tokens live in real time")]
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let subject_token = issuer
            .id_token(who, now)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        IdentityServiceClient::new(intake.clone())
            .exchange_token(ExchangeTokenRequest {
                grant_type: GRANT_TYPE.to_owned(),
                subject_token,
                subject_token_type: TOKEN_TYPE.to_owned(),
                person_id: String::new(),
            })
            .await
    })
    .await
    .with_context(|| format!("{} cannot sign in", who.subject))?;
    let bearer = format!("Bearer {}", answer.into_inner().access_token).parse()?;
    Ok(Session { bearer })
}

/// Tries until there is an answer, and says how many tries it took. A refusal ends it at once.
///
/// # Errors
/// The refusal, or the last failure when they do not end.
pub async fn insist<T, F>(
    journal: &Journal,
    mut attempt: impl FnMut() -> F,
) -> Result<(T, u32), Status>
where
    F: Future<Output = Result<T, Status>>,
{
    let ends = tokio::time::Instant::now() + STAMINA;
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match attempt().await {
            Ok(answer) => return Ok((answer, tries)),
            Err(error) => error,
        };
        if error.code() == Code::Internal && !error.details().is_empty() {
            journal.wrong(format!("a server called something internal: {error:?}"));
        }
        if !passes(&error) || tokio::time::Instant::now() >= ends {
            return Err(error);
        }
        journal.failed(&error);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether a client should simply try again: the answer was lost, or nobody could give one.
fn passes(error: &Status) -> bool {
    match error.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::ResourceExhausted => {
            true
        }
        // Made by the client's own side when a connection breaks; a server's has details.
        Code::Unknown | Code::Internal => error.details().is_empty(),
        _ => false,
    }
}
