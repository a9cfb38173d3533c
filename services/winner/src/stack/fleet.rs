//! The services as processes of their own, one or more copies of each, for `up`, `demo` and crash
//! tests: start, kill, start again on the same ports, wait until ready.
//!
//! Each role has a front: a port that leads to whichever copy lives, as a Kubernetes Service would.
//! The others know the front's address and need not know how many copies there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::child::{Child, StopSignal};
use super::front::Front;
use super::guardian::Guardian;
use super::ports::free_port;

const POLL: Duration = Duration::from_millis(50);

/// One copy of one service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyId {
    /// `intake`, `matching`, `judging` or `notification`.
    pub role: String,
    /// From 1.
    pub copy: u32,
}

impl CopyId {
    /// A copy of a role.
    pub fn new(role: impl Into<String>, copy: u32) -> Self {
        Self {
            role: role.into(),
            copy,
        }
    }
}

impl std::fmt::Display for CopyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.role, self.copy)
    }
}

/// What every process of a fleet shares.
#[derive(Clone, Debug)]
pub struct FleetPlan {
    /// The `winner` binary.
    pub program: PathBuf,
    /// The configuration file every process reads.
    pub config: PathBuf,
    /// Where logs go, one file a copy.
    pub logs: PathBuf,
    /// Variables for every process, such as named points at which it is to be killed.
    pub environment: Vec<(String, String)>,
}

/// The processes of one installation.
#[derive(Debug)]
pub struct Fleet {
    plan: FleetPlan,
    copies: BTreeMap<CopyId, Process>,
    fronts: BTreeMap<String, Front>,
    guardian: Guardian,
}

#[derive(Debug)]
struct Process {
    grpc_port: u16,
    health_port: u16,
    log: PathBuf,
    child: Option<Child>,
}

impl Fleet {
    /// Fronts for these roles and no process yet.
    pub(crate) async fn new(plan: FleetPlan, roles: &[&str], guardian: Guardian) -> Result<Self> {
        std::fs::create_dir_all(&plan.logs)?;
        let mut fronts = BTreeMap::new();
        for role in roles {
            fronts.insert((*role).to_owned(), Front::open().await?);
        }
        Ok(Self {
            plan,
            copies: BTreeMap::new(),
            fronts,
            guardian,
        })
    }

    /// The URL by which a role is reached, whichever copies live.
    ///
    /// # Errors
    /// When the fleet has no such role.
    pub fn url(&self, role: &str) -> Result<String> {
        let front = self
            .fronts
            .get(role)
            .with_context(|| format!("no role {role}"))?;
        Ok(format!("http://127.0.0.1:{}", front.port()))
    }

    /// The URL of one copy, past the front.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn copy_url(&self, id: &CopyId) -> Result<String> {
        Ok(format!("http://127.0.0.1:{}", self.copy(id)?.grpc_port))
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
            let copy = Process {
                grpc_port: free_port()?,
                health_port: free_port()?,
                log: self.plan.logs.join(format!("{id}.log")),
                child: None,
            };
            let front = self
                .fronts
                .get(&id.role)
                .with_context(|| format!("no role {}", id.role))?;
            front.lead_to(copy.grpc_port);
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

    /// Whether the process has ended by itself.
    ///
    /// # Errors
    /// When there is no such copy.
    pub fn has_ended(&mut self, id: &CopyId) -> Result<bool> {
        match &mut self.copy_mut(id)?.child {
            Some(child) => Ok(child.ended()?.is_some()),
            None => Ok(true),
        }
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

/// Asks once; whatever goes wrong means "not yet".
async fn is_ready(url: &str) -> bool {
    let Ok(endpoint) = Endpoint::from_shared(url.to_owned()) else {
        return false;
    };
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let request = HealthCheckRequest {
        service: "readiness".to_owned(),
    };
    HealthClient::new(channel)
        .check(request)
        .await
        .is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
}
