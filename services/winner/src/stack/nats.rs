//! The stack's nats-server: accounts, JetStream on files, killed and started again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::RequestErrorKind;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::child::{Child, StopSignal};
use super::folder::{DataFolder, write_private};
use super::guardian::Guardian;
use super::options::Durability;
use super::passwords::generate_password;
use super::ports::free_port;
use super::progress::Progress;
use crate::nats::account::{Account, User};
use crate::nats::config;
use crate::nats::login::NatsLogin;

/// Ample for recovering streams from a slow disk.
const PATIENCE: Duration = Duration::from_secs(20);
const LINK_ATTEMPTS: u32 = 100;
const POLL: Duration = Duration::from_millis(50);
/// The user that only asks whether the server is up.
const WATCHER: &str = "watcher";

/// A running (or just now killed) nats-server of our own.
#[derive(Debug)]
pub(crate) struct NatsServer {
    program: PathBuf,
    folder: PathBuf,
    log: PathBuf,
    port: u16,
    durability: Durability,
    watcher_password: SecretString,
    accounts: Vec<Account>,
    guardian: Guardian,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts it without any account but the system's, and waits until it answers.
    pub(crate) async fn start(
        program: PathBuf,
        folder: &DataFolder,
        durability: Durability,
        guardian: &Guardian,
        progress: &Progress,
    ) -> Result<Self> {
        folder.private("jetstream")?;
        let mut server = Self {
            program,
            folder: folder.path().to_owned(),
            log: folder.path().join("nats.log"),
            port: free_port()?,
            durability,
            watcher_password: generate_password(),
            accounts: Vec::new(),
            guardian: guardian.clone(),
            child: None,
        };
        server.write_config()?;
        server.run().await?;
        progress.step(format!("NATS answers on 127.0.0.1:{}", server.port));
        Ok(server)
    }

    /// `nats://127.0.0.1:<port>`, without credentials.
    pub(crate) fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Adds an account, or replaces the one of that name, on the running server.
    pub(crate) async fn put_account(&mut self, account: Account) -> Result<()> {
        let operator = account
            .users
            .last()
            .map(|user| user.login(&self.address()))
            .context("an account without users")?;
        let outsiders: Vec<User> = account
            .outside
            .iter()
            .map(|reader| config::outside_user(&account.name, reader))
            .collect();
        self.accounts.retain(|known| known.name != account.name);
        self.accounts.push(account);
        self.write_config()?;
        self.reread()?;
        self.wait_for(&operator, true).await?;
        for user in &outsiders {
            self.wait_until_lent(user).await?;
        }
        Ok(())
    }

    fn reread(&self) -> Result<()> {
        self.child.as_ref().map_or(Ok(()), Child::hang_up)
    }

    /// nats-server 2.15 links the imports of a new account only when it rereads its configuration
    /// once more: until then a request finds nobody to answer.
    async fn wait_until_lent(&mut self, user: &User) -> Result<()> {
        let subject = user
            .publish
            .iter()
            .find(|subject| subject.contains(".INFO."));
        let subject = subject.context("an outsider who may ask nothing")?.clone();
        for _ in 0..LINK_ATTEMPTS {
            self.reread()?;
            tokio::time::sleep(POLL).await;
            let client = user.login(&self.address()).connect().await?;
            match client.request(subject.clone(), "".into()).await {
                Err(error) if error.kind() == RequestErrorKind::NoResponders => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        anyhow::bail!("nats-server does not lend {subject}")
    }

    /// SIGSTOP: what is sent to it is taken by the kernel, and never by the server.
    pub(crate) fn freeze(&self) -> Result<()> {
        self.child.as_ref().map_or(Ok(()), Child::freeze)
    }

    /// SIGKILL, as a crash would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        match self.child.take() {
            Some(mut child) => child.kill(),
            None => Ok(()),
        }
    }

    /// Starts it on the same data and port, and waits until it answers.
    pub(crate) async fn run(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(self.config_path());
        self.child = Some(Child::spawn(
            "nats-server",
            command,
            &self.log,
            StopSignal::Terminate,
            &self.guardian,
        )?);
        let watcher = NatsLogin {
            address: self.address(),
            user: WATCHER.to_owned(),
            password: self.watcher_password.clone(),
            inbox_prefix: WATCHER.to_owned(),
        };
        self.wait_for(&watcher, false).await
    }

    /// Waits until the user is let in and, when asked, its account's JetStream answers.
    async fn wait_for(&mut self, login: &NatsLogin, jetstream: bool) -> Result<()> {
        let mut last = None;
        let answered = async {
            loop {
                match ask(login, jetstream).await {
                    Ok(()) => return Ok(()),
                    Err(error) => last = Some(error),
                }
                if let Some(child) = &mut self.child {
                    child.ensure_running(&self.log)?;
                }
                tokio::time::sleep(POLL).await;
            }
        };
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(result) => result,
            Err(_elapsed) => Err(last.unwrap_or_else(|| anyhow::anyhow!("it says nothing")))
                .with_context(|| {
                    format!("nats-server does not answer; see {}", self.log.display())
                }),
        }
    }

    fn config_path(&self) -> PathBuf {
        self.folder.join("nats.json")
    }

    fn write_config(&self) -> Result<()> {
        let mut accounts = config::accounts(&self.accounts);
        accounts["SYS"] = json!({
            "users": [{
                "user": WATCHER,
                "password": self.watcher_password.expose_secret(),
                "permissions": { "publish": { "allow": [] }, "subscribe": { "allow": [] } },
            }],
        });
        let mut jetstream = json!({ "store_dir": path_text(&self.folder.join("jetstream"))? });
        if self.durability == Durability::Production {
            jetstream["sync_interval"] = json!("always");
        }
        let document = json!({
            "server_name": "winner-stack",
            "host": "127.0.0.1",
            "port": self.port,
            "pid_file": path_text(&self.folder.join("nats.pid"))?,
            "jetstream": jetstream,
            "system_account": "SYS",
            "accounts": accounts,
        });
        write_private(
            &self.config_path(),
            &serde_json::to_string_pretty(&document)?,
        )
    }
}

async fn ask(login: &NatsLogin, jetstream: bool) -> Result<()> {
    let client = login.connect().await?;
    if jetstream {
        async_nats::jetstream::new(client).query_account().await?;
    }
    Ok(())
}

fn path_text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}
