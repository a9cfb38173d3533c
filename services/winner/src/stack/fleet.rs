//! The services as processes of their own, one or more copies of each, for `up`, `demo` and crash
//! tests: start, kill, start again on the same ports, wait until ready.
//!
//! Each role has a front: a port that leads to whichever copy lives, as a Kubernetes Service would.
//! The others know the front's address and need not know how many copies there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};

mod copy;
mod readiness;

pub use copy::CopyId;

use readiness::is_ready;

use super::child::{Child, StopSignal};
use super::front::Front;
use super::guardian::Guardian;
use super::ports::free_port;
use crate::registry::SERVICES;

const POLL: Duration = Duration::from_millis(50);

/// What every process of a fleet shares.
#[derive(Clone, Debug)]
pub(crate) struct FleetPlan {
    /// The `winner` binary.
    pub(crate) program: PathBuf,
    /// The configuration file every process reads.
    pub(crate) config: PathBuf,
    /// Where logs go, one file a copy.
    pub(crate) logs: PathBuf,
    /// Variables for every process, such as named points at which it is to be killed.
    pub(crate) environment: Vec<(String, String)>,
}

/// The processes of one installation.
#[derive(Debug)]
pub struct Fleet {
    plan: FleetPlan,
    copies: BTreeMap<CopyId, Process>,
    fronts: BTreeMap<String, Front>,
    /// Where what lies outside reaches the roles that it may reach.
    public_fronts: BTreeMap<String, Front>,
    guardian: Guardian,
}

#[derive(Debug)]
struct Process {
    grpc_port: u16,
    health_port: u16,
    /// Where what lies outside reaches it, if its role can be reached so.
    public_port: Option<u16>,
    log: PathBuf,
    child: Option<Child>,
}

impl Fleet {
    /// Fronts for every role and no process yet.
    pub(crate) async fn new(plan: FleetPlan, guardian: Guardian) -> Result<Self> {
        std::fs::create_dir_all(&plan.logs)?;
        let (mut fronts, mut public_fronts) = (BTreeMap::new(), BTreeMap::new());
        for service in SERVICES {
            fronts.insert(service.name.to_owned(), Front::open().await?);
            if service.has_public_http {
                public_fronts.insert(service.name.to_owned(), Front::open().await?);
            }
        }
        Ok(Self {
            plan,
            copies: BTreeMap::new(),
            fronts,
            public_fronts,
            guardian,
        })
    }

    /// The URL by which a role is reached, whichever copies live.
    ///
    /// # Errors
    /// When the fleet has no such role.
    pub fn url(&self, role: &str) -> Result<String> {
        Ok(format!("http://127.0.0.1:{}", self.front(role)?.port()))
    }

    /// The URL by which what lies outside reaches a role: receipts, links to leave by.
    ///
    /// # Errors
    /// When it cannot be reached so.
    pub fn public_url(&self, role: &str) -> Result<String> {
        let front = self.public_fronts.get(role);
        let front = front.with_context(|| format!("nobody outside reaches {role}"))?;
        Ok(format!("http://127.0.0.1:{}", front.port()))
    }

    /// The URL of one copy, past the front.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn copy_url(&self, id: &CopyId) -> Result<String> {
        Ok(format!("http://127.0.0.1:{}", self.copy(id)?.grpc_port))
    }

    /// Makes the front of a role lead to a process that somebody else starts on this port.
    ///
    /// # Errors
    /// When the fleet has no such role.
    pub fn lead_to(&self, role: &str, port: u16) -> Result<()> {
        self.front(role)?.lead_to(port);
        Ok(())
    }

    fn front(&self, role: &str) -> Result<&Front> {
        self.fronts
            .get(role)
            .with_context(|| format!("no role {role}"))
    }

    /// Sets a variable for the processes started from now on, such as a named point at which they
    /// are to be killed; an empty value unsets it.
    pub fn set_environment(&mut self, name: &str, value: &str) {
        self.plan.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.plan
                .environment
                .push((name.to_owned(), value.to_owned()));
        }
    }

    /// Where a copy writes its log.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn log(&self, id: &CopyId) -> Result<&Path> {
        Ok(&self.copy(id)?.log)
    }

    /// The copies known so far, running or not.
    pub fn copies(&self) -> Vec<CopyId> {
        self.copies.keys().cloned().collect()
    }

    /// Starts a copy, or starts it again on the ports it had. Does not wait until it is ready.
    ///
    /// # Errors
    /// When it runs already or cannot be started.
    pub fn start(&mut self, id: &CopyId) -> Result<()> {
        if !self.copies.contains_key(id) {
            let public = self.public_fronts.get(&id.role);
            let copy = Process {
                grpc_port: free_port()?,
                health_port: free_port()?,
                public_port: public.map(|_| free_port()).transpose()?,
                log: self.plan.logs.join(format!("{id}.log")),
                child: None,
            };
            self.lead_to(&id.role, copy.grpc_port)?;
            if let (Some(front), Some(port)) = (public, copy.public_port) {
                front.lead_to(port);
            }
            self.copies.insert(id.clone(), copy);
        }
        let command = self.command(id)?;
        let guardian = self.guardian.clone();
        let copy = self.copy_mut(id)?;
        if let Some(child) = &mut copy.child
            && child.ended()?.is_none()
        {
            bail!("{id} runs already");
        }
        let child = Child::spawn(
            &id.to_string(),
            command,
            &copy.log,
            StopSignal::Terminate,
            &guardian,
        )?;
        copy.child = Some(child);
        Ok(())
    }

    /// Starts `copies` of every role and waits until all are ready.
    ///
    /// # Errors
    /// When one does not become ready within `patience`; the message carries the end of its log.
    pub async fn start_all(&mut self, copies: u32, patience: Duration) -> Result<()> {
        let roles: Vec<String> = self.fronts.keys().cloned().collect();
        let ids: Vec<CopyId> = roles
            .iter()
            .flat_map(|role| (1..=copies).map(move |copy| CopyId::new(role, copy)))
            .collect();
        for id in &ids {
            self.start(id)?;
        }
        for id in &ids {
            self.wait_ready(id, patience).await?;
        }
        Ok(())
    }

    /// SIGKILL.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn kill(&mut self, id: &CopyId) -> Result<()> {
        match self.copy_mut(id)?.child.take() {
            Some(mut child) => child.kill(),
            None => Ok(()),
        }
    }

    /// SIGTERM, and waits for the drain.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn stop(&mut self, id: &CopyId) -> Result<()> {
        match self.copy_mut(id)?.child.take() {
            Some(mut child) => child.stop(),
            None => Ok(()),
        }
    }

    /// Stops every copy, all at once.
    ///
    /// # Errors
    /// When one cannot be signalled.
    pub fn stop_all(&mut self) -> Result<()> {
        for copy in self.copies.values_mut() {
            if let Some(child) = &mut copy.child {
                child.ask_to_stop()?;
            }
        }
        for copy in self.copies.values_mut() {
            if let Some(mut child) = copy.child.take() {
                child.stop()?;
            }
        }
        Ok(())
    }

    /// The copies that were started and have ended by themselves.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn ended(&mut self) -> Result<Vec<CopyId>> {
        let mut ended = Vec::new();
        for (id, copy) in &mut self.copies {
            if let Some(child) = &mut copy.child
                && child.ended()?.is_some()
            {
                ended.push(id.clone());
            }
        }
        Ok(ended)
    }

    /// How a copy that was started has ended by itself, or nothing while it runs.
    ///
    /// # Errors
    /// When there is no such copy, or the operating system does not say.
    pub fn end_of(&mut self, id: &CopyId) -> Result<Option<ExitStatus>> {
        match &mut self.copy_mut(id)?.child {
            Some(child) => child.ended(),
            None => Ok(None),
        }
    }

    /// Whether the copy's readiness says SERVING now.
    ///
    /// # Errors
    /// When there is no such copy.
    pub async fn is_ready(&self, id: &CopyId) -> Result<bool> {
        let health = format!("http://127.0.0.1:{}", self.copy(id)?.health_port);
        Ok(is_ready(&health).await)
    }

    /// Waits until the copy's readiness says SERVING.
    ///
    /// # Errors
    /// When it ends first, or is not ready after `patience`.
    pub async fn wait_ready(&mut self, id: &CopyId, patience: Duration) -> Result<()> {
        let health = format!("http://127.0.0.1:{}", self.copy(id)?.health_port);
        let copy = self.copy_mut(id)?;
        let log = copy.log.clone();
        let ready = async {
            loop {
                if let Some(child) = &mut copy.child {
                    child.ensure_running(&log)?;
                }
                if is_ready(&health).await {
                    return Ok(());
                }
                tokio::time::sleep(POLL).await;
            }
        };
        match tokio::time::timeout(patience, ready).await {
            Ok(result) => result,
            Err(_elapsed) => bail!(
                "{id} is not ready after {} s; the last lines of {}:\n{}",
                patience.as_secs(),
                log.display(),
                super::child::last_lines(&log)
            ),
        }
    }

    /// A service's own settings come from the file; where it listens, from the environment.
    fn command(&self, id: &CopyId) -> Result<Command> {
        let copy = self.copy(id)?;
        let prefix = crate::registry::env_prefix(&id.role);
        let mut command = Command::new(&self.plan.program);
        command
            .arg(&id.role)
            .arg("--config")
            .arg(&self.plan.config)
            .env(
                format!("{prefix}__GRPC__LISTEN"),
                format!("127.0.0.1:{}", copy.grpc_port),
            )
            .env(
                format!("{prefix}__GRPC__HEALTH_LISTEN"),
                format!("127.0.0.1:{}", copy.health_port),
            );
        if let Some(port) = copy.public_port {
            command.env(
                format!("{prefix}__PUBLIC_HTTP__LISTEN"),
                format!("127.0.0.1:{port}"),
            );
        }
        command.envs(self.plan.environment.iter().cloned());
        Ok(command)
    }

    fn copy(&self, id: &CopyId) -> Result<&Process> {
        self.copies.get(id).with_context(|| format!("no copy {id}"))
    }

    fn copy_mut(&mut self, id: &CopyId) -> Result<&mut Process> {
        self.copies
            .get_mut(id)
            .with_context(|| format!("no copy {id}"))
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Err(error) = self.stop_all() {
            tracing::warn!(%error, "stack.fleet_not_stopped");
        }
    }
}
