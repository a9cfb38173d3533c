//! An installation of its own for one test: real servers, real processes, people with real tokens.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use time::OffsetDateTime;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;
use winner::stack::fleet::CopyId;
use winner::stack::installation::Installation;
use winner::stack::issuer::Subject;
use winner::stack::{Progress, RealmSpec, Stack, StackOptions};
use winner_platform::auth::keys::ServiceKey;
use winner_platform::auth::{Grant, TokenSigner};
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::{EditionDefinition, ExchangeTokenRequest};

/// How long a process may take until it is ready, on a busy machine.
const READY: Duration = Duration::from_secs(90);

/// The example edition's rules.
pub fn example() -> EditionDefinition {
    winner::edition::parse(include_str!("../editions/contoh-enam-provinsi.yaml")).unwrap()
}

/// The `winner` binary that cargo built beside this test.
pub fn binary() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join("winner");
    assert!(
        program.exists(),
        "{} is missing: run `cargo build --bin winner` first, in the same profile",
        program.display(),
    );
    program
}

/// Servers and an installation; the installation goes first.
pub struct Site {
    /// Its files and processes.
    pub installation: Installation,
    /// The servers.
    pub stack: Stack,
}

impl Site {
    /// An installation named `name` on servers of its own, with production's durability.
    pub async fn new(name: &str) -> Result<Self> {
        Self::of(&binary(), name).await
    }

    /// The same with services of another program.
    pub async fn of(program: &Path, name: &str) -> Result<Self> {
        let options = StackOptions::from_environment()?.with_progress(Progress::silent());
        Self::on(Stack::start(options).await?, name, program).await
    }

    /// An installation on servers that force nothing to the disk, for tests that kill none.
    pub async fn quick(name: &str) -> Result<Self> {
        let options = StackOptions::from_environment()?;
        let options = options.throwaway().with_progress(Progress::silent());
        Self::on(Stack::start(options).await?, name, &binary()).await
    }

    async fn on(stack: Stack, name: &str, program: &Path) -> Result<Self> {
        let realm = stack.realm(RealmSpec::named(name)).await?;
        let installation = Installation::open(&stack, realm, program).await?;
        Ok(Self {
            installation,
            stack,
        })
    }

    /// Starts so many copies of a role and waits until they are ready.
    pub async fn start(&mut self, role: &str, copies: u32) -> Result<()> {
        let ids: Vec<_> = (1..=copies).map(|copy| CopyId::new(role, copy)).collect();
        for id in &ids {
            self.installation.fleet.start(id)?;
        }
        for id in &ids {
            self.installation.fleet.wait_ready(id, READY).await?;
        }
        Ok(())
    }

    /// A channel to one copy of a role.
    pub fn copy(&self, role: &str, copy: u32) -> Result<Channel> {
        let url = self.installation.fleet.copy_url(&CopyId::new(role, copy))?;
        Ok(Endpoint::from_shared(url)?.connect_lazy())
    }

    /// A channel to whichever copies of a role live.
    pub fn channel(&self, role: &str) -> Result<Channel> {
        Ok(Endpoint::from_shared(self.installation.fleet.url(role)?)?.connect_lazy())
    }

    /// The database, as its superuser.
    pub async fn database(&self) -> Result<PgPool> {
        let url = self.stack.postgres_admin_url().expose_secret().to_owned();
        let (server, _) = url.rsplit_once('/').context("a URL without a database")?;
        let name = self.installation.realm().database();
        Ok(PgPool::connect(&format!("{server}/{name}")).await?)
    }

    /// Sets business time and waits until every process has heard of it.
    pub async fn set_clock(&self, to: OffsetDateTime) -> Result<()> {
        let url = self.installation.realm().postgres_url("migrator")?;
        let pool = PgPool::connect(url.expose_secret()).await?;
        winner_platform::clock::set_offset(&pool, to - real_now()).await?;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        Ok(())
    }

    /// Signs somebody in as the identity provider knows them, and says who they are.
    pub async fn sign_in(&self, subject: &str, groups: &[&str]) -> Result<Signed> {
        let email = format!("{subject}@contoh.test");
        let who = Subject {
            subject,
            name: subject,
            email: &email,
            groups,
        };
        let id_token = self
            .installation
            .issuer()?
            .id_token(who, real_now().unix_timestamp())?;
        let answer = IdentityServiceClient::new(self.channel("intake")?)
            .exchange_token(ExchangeTokenRequest {
                grant_type: "urn:ietf:params:oauth:grant-type:token-exchange".to_owned(),
                subject_token: id_token,
                subject_token_type: "urn:ietf:params:oauth:token-type:id_token".to_owned(),
                person_id: String::new(),
            })
            .await?
            .into_inner();
        let person = answer.person.trim_start_matches("persons/").parse()?;
        Ok(Signed {
            token: answer.access_token,
            person,
        })
    }

    /// A token as intake would give it to a person with these grants.
    pub fn token(&self, person: Uuid, grants: &[Grant], life: Duration) -> Result<Signed> {
        let key = ServiceKey::from_pem_file(&self.installation.key("intake"))?;
        let token = TokenSigner::new("intake", key).person_token(person, grants, life)?;
        Ok(Signed {
            token: token.expose_secret().to_owned(),
            person,
        })
    }

    /// A token as one service shows it to another.
    pub fn service_token(&self, from: &str, to: &str) -> Result<Signed> {
        let key = ServiceKey::from_pem_file(&self.installation.key(from))?;
        let token = TokenSigner::new(from, key).service_token(to, None)?;
        Ok(Signed {
            token: token.expose_secret().to_owned(),
            person: Uuid::nil(),
        })
    }
}

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The token.
    pub token: String,
    /// Who.
    pub person: Uuid,
}

impl Signed {
    /// A request in their name.
    pub fn ask<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        request
    }
}

/// Real time, for tokens and offsets.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens and offsets are told against real time"
)]
pub fn real_now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Asks again and again until there is an answer; fails after a minute and a half.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    for _ in 0..900 {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ensure!(false, "waited for {what} in vain");
    unreachable!("the line above returns")
}
