//! A stack with an installation on it whose services run: what `up` and `demo --keep` leave standing, kept
//! alive until Ctrl-C, and how to look around in it.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::installation::Installation;
use super::{Progress, Stack};
use crate::nats::account::OPERATOR;
use crate::registry::SERVICES;

/// How often the services are looked at.
const WATCH: Duration = Duration::from_secs(2);

/// Fields drop in order: the services before the servers they use.
pub(crate) struct System {
    /// The services.
    pub(crate) installation: Installation,
    /// The servers.
    pub(crate) stack: Stack,
}

/// Somebody in whose name one looks around.
pub(crate) struct Visitor {
    /// Their person.
    pub(crate) person_id: Uuid,
    /// An office as `winner token` takes it, such as `chair@contoh-2026`.
    pub(crate) office: String,
    /// A call that they may make: the service, the method, the request as JSON.
    pub(crate) call: Option<(&'static str, &'static str, String)>,
}

/// Ctrl-C, or SIGTERM from whoever supervises us.
///
/// # Errors
/// When the operating system lets nobody listen.
pub(crate) async fn stop_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => Ok(pressed?),
        _ = terminate.recv() => Ok(()),
    }
}

impl System {
    /// Starts again what has ended by itself, as Kubernetes would. Never ends without an error.
    ///
    /// # Errors
    /// When a service cannot be started again.
    pub(crate) async fn keep_running(&mut self, progress: &Progress) -> Result<()> {
        loop {
            tokio::time::sleep(WATCH).await;
            let fleet = &mut self.installation.fleet;
            for id in fleet.ended()? {
                progress.step(format!(
                    "{id} has ended; starting it again (see {})",
                    fleet.log(&id)?.display()
                ));
                fleet.start(&id)?;
            }
        }
    }

    /// What to type in another terminal.
    ///
    /// # Errors
    /// When the installation lacks a login that every one has.
    pub(crate) fn guide(&self, visitor: &Visitor) -> Result<String> {
        let mut text = String::from("\nIn another terminal:\n");
        for service in SERVICES {
            writeln!(
                text,
                "  grpcurl -plaintext {} list    # {}",
                self.address(service.name)?,
                service.name
            )?;
        }
        let realm = self.installation.realm();
        let operator = realm.nats_login(OPERATOR)?;
        writeln!(
            text,
            "  nats --server {} --user {} --password {} --inbox-prefix {} sub '{}.>'",
            operator.address,
            operator.user,
            operator.password.expose_secret(),
            operator.inbox_prefix,
            realm.naming().root,
        )?;
        writeln!(
            text,
            "  psql '{}'    # as the migrator; SET ROLE {} to look into a schema",
            realm.postgres_url("migrator")?.expose_secret(),
            realm.role_prefix().owner("intake"),
        )?;
        writeln!(
            text,
            "  ls {}/new    # every mail that was sent",
            self.stack.mailbox().path().display()
        )?;
        text += &self.commands(visitor)?;
        write!(
            text,
            "Logs are in {}. Ctrl-C stops everything{}.",
            self.installation.logs().display(),
            if self.stack.is_kept() {
                " and keeps the data"
            } else {
                " and removes the data"
            },
        )?;
        Ok(text)
    }

    /// The operator's commands, and a token for a call.
    fn commands(&self, visitor: &Visitor) -> Result<String> {
        let program = std::env::current_exe().context("this binary's own path")?;
        let program = program.display();
        let mut text = format!(
            "  export WINNER_CONFIG={}\n  \
               {program} doctor\n  \
               {program} clock advance 2d\n  \
               TOKEN=$({program} token person --id {} --office {} --key {})    # good for five minutes\n",
            self.installation.config().display(),
            visitor.person_id,
            visitor.office,
            self.installation.key("intake").display(),
        );
        if let Some((service, method, request)) = &visitor.call {
            writeln!(
                text,
                "  grpcurl -plaintext -H \"authorization: Bearer $TOKEN\" -d '{request}' {} {method}",
                self.address(service)?,
            )?;
        }
        Ok(text)
    }

    fn address(&self, service: &str) -> Result<String> {
        let url = self.installation.fleet.url(service)?;
        Ok(url.trim_start_matches("http://").to_owned())
    }
}
