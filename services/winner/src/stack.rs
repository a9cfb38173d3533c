//! Real servers for `up`, `demo` and the tests: Postgres, NATS with JetStream, a mail sink.
//!
//! One stack per run; in it every installation (`up`, `demo`, each test) has a realm of its own: a
//! database, an account on the broker, a subject root and a stream prefix. Dropping the stack stops
//! everything and removes its folder; when this process is killed, a guardian shell does the first
//! and the next start the second.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

mod child;
pub mod fleet;
pub(crate) mod folder;
mod front;
mod guardian;
pub mod installation;
pub mod issuer;
pub mod mail;
mod nats;
mod options;
pub mod otlp;
pub mod outside;
mod passwords;
mod ports;
mod postgres;
mod progress;
mod realm;
mod removal;
mod run_as;
pub(crate) mod system;
mod tools;
mod wheels;

pub use crate::nats::login::NatsLogin;
pub use mail::Mailbox;
pub use options::{Durability, StackOptions};
pub use progress::{Bar, Progress};
pub use realm::{Realm, RealmSpec};
pub use tools::Binaries;

use fleet::{Fleet, FleetPlan};
use folder::DataFolder;
use guardian::Guardian;
use mail::MailSink;
use nats::NatsServer;
use outside::Outside;
use postgres::PostgresServer;
use run_as::RunAs;

/// The running servers. Fields drop in order: servers first, their folder last.
#[derive(Debug)]
pub struct Stack {
    postgres: Mutex<Postgres>,
    nats: Mutex<Nats>,
    mail: Mutex<MailSink>,
    outside: Outside,
    postgres_admin_url: SecretString,
    nats_address: String,
    smtp_port: u16,
    mailbox: Mailbox,
    guardian: Guardian,
    progress: Progress,
    guest: bool,
    folder: DataFolder,
}

/// A Postgres that is ours, or named by configuration.
#[derive(Debug)]
enum Postgres {
    Ours(PostgresServer),
    Named(SecretString),
}

/// A NATS that is ours, or named by configuration.
#[derive(Debug)]
enum Nats {
    Ours(NatsServer),
    Named(SecretString),
}

impl Stack {
    /// Starts the servers and waits until each answers.
    ///
    /// # Errors
    /// When a server can be neither found nor fetched, or does not start; the message carries the
    /// end of its log.
    pub async fn start(options: StackOptions) -> Result<Self> {
        let progress = options.progress.clone();
        progress.step("starting the servers: Postgres, NATS, a mail sink");
        let folder = open_folder(&options).await?;
        let guardian = Guardian::start((!folder.is_kept()).then_some(folder.path()))?;
        let (postgres, nats, mail) = tokio::try_join!(
            start_postgres(&options, &folder, &guardian),
            start_nats(&options, &folder, &guardian),
            MailSink::start(&folder, options.cache.as_deref(), &guardian, &progress),
        )?;
        Ok(Self {
            postgres_admin_url: match &postgres {
                Postgres::Ours(server) => server.superuser_url(),
                Postgres::Named(url) => url.clone(),
            },
            nats_address: match &nats {
                Nats::Ours(server) => server.address(),
                Nats::Named(url) => NatsLogin::from_url(url.expose_secret())?.address,
            },
            smtp_port: mail.port(),
            mailbox: mail.mailbox().clone(),
            outside: Outside::open().await?,
            postgres: Mutex::new(postgres),
            nats: Mutex::new(nats),
            mail: Mutex::new(mail),
            guardian,
            progress,
            guest: options.is_guest(),
            folder,
        })
    }

    /// The URL of a Postgres superuser.
    pub fn postgres_admin_url(&self) -> &SecretString {
        &self.postgres_admin_url
    }

    /// `nats://host:port`, without credentials: those belong to a [`Realm`].
    pub fn nats_address(&self) -> &str {
        &self.nats_address
    }

    /// The port of the mail sink on 127.0.0.1.
    pub fn smtp_port(&self) -> u16 {
        self.smtp_port
    }

    /// The mails taken so far.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The telephone network and the subscriber.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    /// The folder with data, logs and passwords.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A folder inside that only this user can read.
    pub(crate) fn private_folder(&self, name: &str) -> Result<PathBuf> {
        self.folder.private(name)
    }

    /// Whether the folder stays after the end.
    pub fn is_kept(&self) -> bool {
        self.folder.is_kept()
    }

    /// Whether a server is somebody else's, on which we leave nothing behind.
    pub fn is_guest(&self) -> bool {
        self.guest
    }

    pub(crate) async fn fleet(&self, plan: FleetPlan) -> Result<Fleet> {
        Fleet::new(plan, self.guardian.clone()).await
    }

    /// SIGKILLs Postgres.
    ///
    /// # Errors
    /// When the server was named by configuration.
    pub async fn kill_postgres(&self) -> Result<()> {
        self.postgres.lock().await.ours()?.kill()
    }

    /// Starts Postgres again on the same data and port.
    ///
    /// # Errors
    /// When it was named by configuration or does not come back.
    pub async fn revive_postgres(&self) -> Result<()> {
        self.postgres.lock().await.ours()?.run().await
    }

    /// Freezes NATS with SIGSTOP, to be killed later: what is published meanwhile is lost with it.
    ///
    /// # Errors
    /// When the server was named by configuration.
    pub async fn freeze_nats(&self) -> Result<()> {
        self.nats.lock().await.ours()?.freeze()
    }

    /// SIGKILLs NATS.
    ///
    /// # Errors
    /// When the server was named by configuration.
    pub async fn kill_nats(&self) -> Result<()> {
        self.nats.lock().await.ours()?.kill()
    }

    /// Starts NATS again on the same data and port.
    ///
    /// # Errors
    /// When it was named by configuration or does not come back.
    pub async fn revive_nats(&self) -> Result<()> {
        self.nats.lock().await.ours()?.run().await
    }

    /// SIGKILLs the mail sink.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub async fn kill_mail_sink(&self) -> Result<()> {
        self.mail.lock().await.kill()
    }

    /// Starts the mail sink again on the same Maildir and port.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn revive_mail_sink(&self) -> Result<()> {
        self.mail.lock().await.run().await
    }
}

impl Postgres {
    fn ours(&mut self) -> Result<&mut PostgresServer> {
        match self {
            Self::Ours(server) => Ok(server),
            Self::Named(_) => anyhow::bail!("this Postgres is not ours to kill"),
        }
    }
}

impl Nats {
    fn ours(&mut self) -> Result<&mut NatsServer> {
        match self {
            Self::Ours(server) => Ok(server),
            Self::Named(_) => anyhow::bail!("this NATS is not ours to kill"),
        }
    }
}

async fn open_folder(options: &StackOptions) -> Result<DataFolder> {
    let (data, keep): (Option<PathBuf>, bool) = (options.data.clone(), options.keep);
    // Sweeping may wait for a leftover server to let go.
    let (folder, swept) = tokio::task::spawn_blocking(move || {
        let swept = folder::sweep_leftovers()?;
        let folder = match data {
            Some(path) => {
                let folder = DataFolder::named(&path)?;
                folder::stop_leftovers(folder.path())?;
                folder
            }
            None => DataFolder::temporary(keep)?,
        };
        anyhow::Ok((folder, swept))
    })
    .await??;
    if swept > 0 {
        options.progress.step(format!(
            "removed {swept} folder(s) a killed run left behind"
        ));
    }
    options
        .progress
        .step(format!("data and logs in {}", folder.path().display()));
    Ok(folder)
}

async fn start_postgres(
    options: &StackOptions,
    folder: &DataFolder,
    guardian: &Guardian,
) -> Result<Postgres> {
    let progress = &options.progress;
    if let Some(url) = &options.postgres_url {
        progress.step("Postgres is the one named by configuration");
        return Ok(Postgres::Named(url.clone()));
    }
    let run_as = RunAs::detect()?;
    let programs = tools::postgres(options, run_as)
        .await
        .context("no Postgres to start")?;
    progress.step(programs.describe());
    let server = PostgresServer::start(
        programs,
        run_as,
        folder,
        options.durability,
        guardian,
        progress,
    )
    .await?;
    Ok(Postgres::Ours(server))
}

async fn start_nats(
    options: &StackOptions,
    folder: &DataFolder,
    guardian: &Guardian,
) -> Result<Nats> {
    let progress = &options.progress;
    if let Some(url) = &options.nats_url {
        progress.step("NATS is the one named by configuration; its accounts stay as they are");
        return Ok(Nats::Named(url.clone()));
    }
    let (program, description) = tools::nats(options).await.context("no NATS to start")?;
    progress.step(description);
    let server = NatsServer::start(program, folder, options.durability, guardian, progress).await?;
    Ok(Nats::Ours(server))
}
