//! Servers, an installation with two copies of each service, an open edition.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use time::OffsetDateTime;
use winner::stack::fleet::CopyId;
use winner::stack::installation::Installation;
use winner::stack::issuer::{ADMIN_GROUP, Subject};
use winner::stack::{Progress, RealmSpec, Stack, StackOptions};
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;

use super::client::{self, Session};
use super::{Journal, program, witness};

/// Copies of each service.
pub const COPIES: u32 = 2;
/// How long a service may take from its start until it is ready.
pub const READY: Duration = Duration::from_secs(60);
/// Business time while the suite runs: submissions are open, no deadline is near.
const NOW: OffsetDateTime = time::macros::datetime!(2027-02-10 09:00 +7);
const EDITION: &str = include_str!("../../editions/contoh-enam-provinsi.yaml");

/// Time-outs that a test can wait for. The mail server is on this machine, and a lease must be longer
/// than an attempt up to its final dot.
const SETTINGS: &[(&str, &str)] = &[
    ("WINNER_OPERATOR__MESSAGING__ACK_WAIT_MS", "3000"),
    ("WINNER_INTAKE__MESSAGING__ACK_WAIT_MS", "3000"),
    ("WINNER_MATCHING__MESSAGING__ACK_WAIT_MS", "3000"),
    ("WINNER_JUDGING__MESSAGING__ACK_WAIT_MS", "3000"),
    ("WINNER_NOTIFICATION__MESSAGING__ACK_WAIT_MS", "3000"),
    ("WINNER_NOTIFICATION__PEERS__INTAKE__TIMEOUT_MS", "2000"),
    ("WINNER_NOTIFICATION__SMTP__CONNECT_TIMEOUT_MS", "700"),
    ("WINNER_NOTIFICATION__SMTP__GREETING_TIMEOUT_MS", "700"),
    ("WINNER_NOTIFICATION__SMTP__COMMAND_TIMEOUT_MS", "700"),
    ("WINNER_NOTIFICATION__SMTP__BODY_TIMEOUT_MS", "700"),
    ("WINNER_NOTIFICATION__SMTP__ANSWER_TIMEOUT_MS", "5000"),
    ("WINNER_NOTIFICATION__SENDING__ANSWER_MARGIN_MS", "1000"),
    ("WINNER_NOTIFICATION__SENDING__LEASE_MS", "8000"),
    ("WINNER_NOTIFICATION__SENDING__REAP_MS", "1000"),
    ("WINNER_NOTIFICATION__SENDING__RETRY_FIRST_MS", "300"),
    ("WINNER_NOTIFICATION__SENDING__RETRY_LONGEST_MS", "2000"),
    ("WINNER_NOTIFICATION__MESSAGING__RETRY_MAX_MS", "2000"),
    ("WINNER_MATCHING__MESSAGING__RETRY_MAX_MS", "2000"),
    ("WINNER_JUDGING__MESSAGING__RETRY_MAX_MS", "2000"),
];

/// What the suite sets a variable to, where it does.
pub(crate) fn setting(name: &str) -> Option<&'static str> {
    SETTINGS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

/// Everything a crash test works with. Fields drop in order: processes before servers.
#[derive(Debug)]
pub struct Rig {
    /// The services' processes and their configuration.
    pub installation: Installation,
    /// The administrator of the database, who sees every schema.
    pub admin: PgPool,
    /// The edition's id.
    pub edition: String,
    /// What the clients write down.
    pub journal: Arc<Journal>,
    program: PathBuf,
    /// The servers.
    pub stack: Stack,
}

impl Rig {
    /// Starts servers as durable as in production, two copies of each service, and opens an edition.
    ///
    /// # Errors
    /// When something does not start, with the end of its log.
    pub async fn start(name: &str) -> Result<Self> {
        Self::start_with(name, &[]).await
    }

    /// [`Rig::start`], with settings for every process beside the suite's own.
    ///
    /// # Errors
    /// As for [`Rig::start`].
    pub async fn start_with(name: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let program = program::winner()?;
        let options = StackOptions::from_environment()?.with_progress(Progress::silent());
        let stack = Stack::start(options).await?;
        let realm = stack.realm(RealmSpec::named(name)).await?;
        let admin = admin(&stack, name).await?;
        witness::install(&admin).await?;
        let migrator = PgPool::connect(realm.postgres_url("migrator")?.expose_secret()).await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "an offset is told against real time"
        )]
        let offset = NOW - OffsetDateTime::now_utc();
        winner_platform::clock::set_offset(&migrator, offset).await?;
        let mut installation = Installation::open(&stack, realm, &program).await?;
        for (variable, value) in SETTINGS.iter().chain(settings) {
            installation.fleet.set_environment(variable, value);
        }
        let mut rig = Self {
            installation,
            admin,
            edition: String::new(),
            journal: Arc::default(),
            program,
            stack,
        };
        rig.operate(&["provision"])?;
        for service in winner::registry::SERVICES {
            for copy in 1..=COPIES {
                rig.installation
                    .fleet
                    .start(&CopyId::new(service.name, copy))?;
            }
        }
        rig.wait_ready().await?;
        rig.edition = rig.open_edition().await?;
        Ok(rig)
    }

    /// The broker as its operator sees it: streams and consumers.
    ///
    /// # Errors
    /// When the broker does not let the operator in.
    pub async fn jetstream(&self) -> Result<async_nats::jetstream::Context> {
        let login = self.installation.realm().nats_login("operator")?;
        Ok(async_nats::jetstream::new(login.connect().await?))
    }

    /// Runs an operator's command and returns what it said.
    ///
    /// # Errors
    /// When it does not succeed.
    pub fn operate(&self, arguments: &[&str]) -> Result<String> {
        let done = Command::new(&self.program)
            .arg("--config")
            .arg(self.installation.config())
            .args(arguments)
            .envs(SETTINGS.iter().copied())
            .output()?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        ensure!(
            done.status.success(),
            "winner {} failed\n{said}{}",
            arguments.join(" "),
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(said)
    }

    /// Starts every copy that does not run and waits until all are ready.
    ///
    /// # Errors
    /// When one does not become ready.
    pub async fn revive_all(&mut self) -> Result<()> {
        self.installation
            .fleet
            .set_environment("WINNER_KILL_AT", "");
        let ended = self.installation.fleet.ended()?;
        for id in ended {
            self.installation.fleet.start(&id)?;
        }
        self.wait_ready().await
    }

    /// Kills every copy of a role, to be started again by [`Rig::start_role`].
    ///
    /// # Errors
    /// When a copy cannot be signalled.
    pub fn kill_role(&mut self, role: &str) -> Result<()> {
        for copy in 1..=COPIES {
            self.installation.fleet.kill(&CopyId::new(role, copy))?;
        }
        Ok(())
    }

    /// Starts every copy of a role and waits until all are ready.
    ///
    /// # Errors
    /// When one does not become ready.
    pub async fn start_role(&mut self, role: &str) -> Result<()> {
        for copy in 1..=COPIES {
            self.installation.fleet.start(&CopyId::new(role, copy))?;
        }
        self.wait_ready().await
    }

    /// Waits until every copy is ready. One that gave up meanwhile, because a server was away or slow,
    /// is started again, as Kubernetes would.
    ///
    /// # Errors
    /// When one does not become ready, or gives up again and again.
    pub async fn wait_ready(&mut self) -> Result<()> {
        let fleet = &mut self.installation.fleet;
        for id in fleet.copies() {
            let mut restarts = 0;
            while let Err(error) = fleet.wait_ready(&id, READY).await {
                restarts += 1;
                ensure!(restarts < 5 && fleet.end_of(&id)?.is_some(), error);
                fleet.start(&id)?;
            }
        }
        Ok(())
    }

    /// The end of a copy's log, for a report.
    pub fn log_of(&self, id: &CopyId) -> String {
        let Ok(log) = self.installation.fleet.log(id) else {
            return String::new();
        };
        let text = std::fs::read(log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// A session of the edition's chair, with the offices held now.
    ///
    /// # Errors
    /// When intake does not sign the chair in.
    pub async fn chair(&self) -> Result<Session> {
        let intake = client::channel(&self.installation.fleet.url("intake")?)?;
        let groups = [ADMIN_GROUP];
        let chair = Subject {
            subject: "ketua",
            name: "Ketua Contoh",
            email: "ketua@contoh.test",
            groups: &groups,
        };
        client::sign_in(&self.journal, &intake, &self.installation.issuer()?, chair).await
    }

    async fn open_edition(&self) -> Result<String> {
        let definition = winner::edition::parse(EDITION).context("the example edition")?;
        let id = definition.edition_id.clone();
        let intake = client::channel(&self.installation.fleet.url("intake")?)?;
        let mut editions = EditionServiceClient::new(intake);
        editions
            .create_edition(self.chair().await?.ask(pb::CreateEditionRequest {
                definition: Some(definition),
                request_id: "edisi".to_owned(),
            }))
            .await?;
        // Creating it made the caller its chair: a new token says so.
        editions
            .open_edition(self.chair().await?.ask(pb::OpenEditionRequest {
                name: format!("editions/{id}"),
                request_id: "buka".to_owned(),
            }))
            .await?;
        Ok(id)
    }
}

async fn admin(stack: &Stack, database: &str) -> Result<PgPool> {
    let options: PgConnectOptions = stack.postgres_admin_url().expose_secret().parse()?;
    Ok(PgPoolOptions::new()
        .max_connections(3)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options.database(database))
        .await?)
}
