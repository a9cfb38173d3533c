//! The stack's Postgres: initialised, started, killed and started again.
//!
//! It listens on the loopback address alone, where every account of the machine can knock; so
//! nobody is trusted: SCRAM with a password made for this folder. There is no unix socket, whose
//! path could be too long in a deep temporary folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

use super::child::{Child, StopSignal, last_lines};
use super::folder::{DataFolder, write_private};
use super::guardian::Guardian;
use super::options::Durability;
use super::passwords::generate_password;
use super::ports::free_port;
use super::progress::Progress;
use super::run_as::RunAs;
use super::tools::PostgresPrograms;

/// Two copies of each service, tests side by side, an operator or two.
const MAX_CONNECTIONS: u32 = 400;
/// 15 s: recovery after a crash on a slow disk takes a while.
const START_ATTEMPTS: u32 = 300;
const POLL: Duration = Duration::from_millis(50);

/// A running (or just now killed) Postgres of our own.
#[derive(Debug)]
pub(crate) struct PostgresServer {
    programs: PostgresPrograms,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    password: SecretString,
    durability: Durability,
    keep: bool,
    guardian: Guardian,
    child: Option<Child>,
}

impl PostgresServer {
    /// Makes the cluster when the folder has none, starts it, waits until it answers.
    pub(crate) async fn start(
        programs: PostgresPrograms,
        run_as: Option<RunAs>,
        folder: &DataFolder,
        durability: Durability,
        guardian: &Guardian,
        progress: &Progress,
    ) -> Result<Self> {
        let data = folder.private("postgres")?;
        let password_file = folder.path().join("postgres.password");
        if let Some(account) = run_as {
            account.own(&data)?;
        }
        let password = if data.join("PG_VERSION").exists() {
            std::fs::read_to_string(&password_file)
                .context("the cluster is there but its password file is not")?
                .into()
        } else {
            let password = generate_password();
            write_private(&password_file, password.expose_secret())?;
            initialise(&programs, run_as, &data, &password, durability).await?;
            password
        };
        let mut server = Self {
            programs,
            data,
            log: folder.path().join("postgres.log"),
            port: free_port()?,
            password,
            durability,
            keep: folder.is_kept(),
            guardian: guardian.clone(),
            child: None,
        };
        server.run().await?;
        progress.step(format!("Postgres answers on 127.0.0.1:{}", server.port));
        Ok(server)
    }

    /// How its superuser connects to the database `postgres`.
    pub(crate) fn superuser_url(&self) -> SecretString {
        format!(
            "postgres://postgres:{}@127.0.0.1:{}/postgres",
            self.password.expose_secret(),
            self.port
        )
        .into()
    }

    /// SIGKILL, as a crash of the machine's process would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        match self.child.take() {
            Some(mut child) => child.kill(),
            None => Ok(()),
        }
    }

    /// Starts it on the same data and port, and waits until it answers.
    pub(crate) async fn run(&mut self) -> Result<()> {
        // Backends of a killed postmaster need a moment to notice; until then the shared memory
        // belongs to them and a new postmaster refuses to start.
        for attempt in 0..START_ATTEMPTS {
            if self.child.is_none() {
                self.child = Some(self.spawn()?);
            }
            match self.try_connect().await {
                Ok(connection) => return Ok(connection.close().await?),
                Err(error) if attempt + 1 == START_ATTEMPTS => {
                    return Err(error).context("Postgres does not answer");
                }
                Err(_not_yet) => {}
            }
            let died = match &mut self.child {
                Some(child) => child.ended()?.is_some(),
                None => false,
            };
            if died && !self.waits_for_its_predecessor() {
                bail!(
                    "Postgres ended at its start; the last lines of {}:\n{}",
                    self.log.display(),
                    last_lines(&self.log)
                );
            }
            if died {
                self.child = None;
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("Postgres does not start; see {}", self.log.display())
    }

    fn spawn(&self) -> Result<Child> {
        let mut command = self.programs.command("postgres");
        command.arg("-D").arg(&self.data);
        for setting in self.settings() {
            command.arg("-c").arg(setting);
        }
        Child::spawn(
            "Postgres",
            command,
            &self.log,
            self.stop_signal(),
            &self.guardian,
        )
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            format!("port={}", self.port),
            format!("max_connections={MAX_CONNECTIONS}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
        ];
        if self.durability == Durability::Throwaway {
            // Commits still reach the kernel before they are acknowledged: a killed server loses
            // nothing, a killed machine may.
            settings.extend(["fsync=off", "full_page_writes=off"].map(str::to_owned));
        }
        settings
    }

    fn stop_signal(&self) -> StopSignal {
        if self.keep {
            StopSignal::Interrupt
        } else {
            StopSignal::Quit
        }
    }

    async fn try_connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .password(self.password.expose_secret())
            .database("postgres")
            .disable_statement_logging()
            .connect()
            .await
    }

    /// Postgres has no code for it: the log is the only place that says so.
    fn waits_for_its_predecessor(&self) -> bool {
        let log = last_lines(&self.log);
        // The last is what the predecessor's backends say when they notice; there may be so many of them
        // that the refusal itself is further up.
        [
            "pre-existing shared memory",
            "lock file \"postmaster.pid\"",
            "unexpected postmaster exit",
        ]
        .iter()
        .any(|sign| log.contains(sign))
    }
}

async fn initialise(
    programs: &PostgresPrograms,
    run_as: Option<RunAs>,
    data: &Path,
    password: &SecretString,
    durability: Durability,
) -> Result<()> {
    let mut password_file = tempfile::NamedTempFile::new_in(data.parent().unwrap_or(data))?;
    std::io::Write::write_all(&mut password_file, password.expose_secret().as_bytes())?;
    if let Some(account) = run_as {
        account.own(password_file.path())?;
    }
    let mut command = programs.command("initdb");
    command
        .arg("-D")
        .arg(data)
        .args(["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8"])
        .arg("--pwfile")
        .arg(password_file.path());
    // The same order of letters on every machine, whatever locales it has.
    if programs.major >= 17 {
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    command.arg("--locale=C");
    if durability == Durability::Throwaway {
        command.arg("--no-sync");
    }
    let output = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .context("cannot run initdb")?;
    if !output.status.success() {
        bail!(
            "initdb failed:\n{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
