//! `winner intake`, …, and `winner all`: the services themselves.

use std::error::Error;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use winner_messaging::host::Deps;
use winner_platform::Ids;
use winner_platform::config::Validate;
use winner_platform::grpc::{GrpcConfig, Listeners};
use winner_platform::lifecycle::{Lifecycle, Shutdown};
use winner_platform::telemetry::{self, Telemetry, TelemetryConfig};

use crate::cli::Common;
use crate::registry::{SERVICES, service};

/// How long a stopping process may take to finish what it holds: below Kubernetes' 30 s, above the
/// longest ordinary request.
const DRAIN: Duration = Duration::from_secs(25);

/// Runs one service until SIGTERM, Ctrl-C or a crash.
///
/// # Errors
/// When its settings are wrong, it cannot start, or a task of it crashed.
pub async fn one(common: &Common, role: &str) -> Result<()> {
    run(common, &[role]).await
}

/// Runs the four services in this process, each with its own settings, pool, credentials and keys.
///
/// # Errors
/// As for one; a crash of one stops all.
pub async fn all(common: &Common) -> Result<()> {
    let roles: Vec<&str> = SERVICES.iter().map(|service| service.name).collect();
    run(common, &roles).await
}

async fn run(common: &Common, roles: &[&str]) -> Result<()> {
    check(common, roles)?;
    let process = if let [only] = roles { only } else { "all" };
    let mut host = Process {
        common,
        name: process,
        lifecycle: Lifecycle::new(DRAIN),
        telemetry: None,
    };
    for role in roles {
        host.start_role(role).await?;
    }
    let ended = host.lifecycle.run().await;
    if let Some(telemetry) = host.telemetry {
        telemetry.shutdown().await;
    }
    Ok(ended?)
}

/// Whatever is wrong with any role's settings is said before anything starts.
fn check(common: &Common, roles: &[&str]) -> Result<()> {
    let mut wrong = Vec::new();
    for role in roles {
        if let Err(error) = service(role)?.check(common) {
            wrong.push(format!("{error:#}"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        bail!("the settings will not do\n{}", wrong.join("\n"))
    }
}

/// One process and the roles it runs.
struct Process<'a> {
    common: &'a Common,
    name: &'a str,
    lifecycle: Lifecycle,
    telemetry: Option<Telemetry>,
}

impl Process<'_> {
    async fn start_role(&mut self, role: &str) -> Result<()> {
        match role {
            "intake" => {
                self.start(
                    "intake",
                    |config: &winner_intake::Config| (&config.grpc, &config.telemetry),
                    winner_intake::run,
                )
                .await
            }
            "matching" => {
                self.start(
                    "matching",
                    |config: &winner_matching::Config| (&config.grpc, &config.telemetry),
                    winner_matching::run,
                )
                .await
            }
            "judging" => {
                self.start(
                    "judging",
                    |config: &winner_judging::Config| (&config.grpc, &config.telemetry),
                    winner_judging::run,
                )
                .await
            }
            "notification" => {
                self.start(
                    "notification",
                    |config: &winner_notification::Config| (&config.grpc, &config.telemetry),
                    winner_notification::run,
                )
                .await
            }
            _ => bail!("there is no service {role}"),
        }
    }

    /// Binds the listeners and leaves the service to the lifecycle, which hears when it crashes.
    async fn start<T, Ran, E>(
        &mut self,
        role: &'static str,
        sections: impl Fn(&T) -> (&GrpcConfig, &TelemetryConfig) + Send + Sync,
        serve: impl FnOnce(T, Listeners, Deps, Shutdown) -> Ran + Send,
    ) -> Result<()>
    where
        T: DeserializeOwned + Validate + Send + Sync,
        Ran: Future<Output = Result<(), E>> + Send + 'static,
        E: Error + Send + Sync + 'static,
    {
        let config: T = service(role)?.load(self.common)?;
        let (grpc, telemetry) = sections(&config);
        if self.telemetry.is_none() {
            self.telemetry = Some(telemetry::init(telemetry, self.name)?);
        }
        let listeners = Listeners::bind(grpc).await.with_context(|| {
            format!(
                "{role} cannot listen on {} and {}",
                grpc.listen, grpc.health_listen
            )
        })?;
        let (grpc, health) = listeners.addresses()?;
        tracing::info!(role, %grpc, %health, version = env!("CARGO_PKG_VERSION"), "winner.starting");
        let tasks = self.lifecycle.tasks();
        let deps = Deps {
            ids: Ids::system(),
            tasks: tasks.clone(),
        };
        let running = serve(config, listeners, deps, self.lifecycle.shutdown());
        tasks.spawn(role, async move {
            // The causes belong to the message: the lifecycle logs no more than that.
            running
                .await
                .map_err(|error| format!("{:#}", anyhow::Error::from(error)))
        });
        Ok(())
    }
}
