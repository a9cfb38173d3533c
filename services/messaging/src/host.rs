//! What every service stands on, opened in one order: pool, clock, ledger, broker, keys. A service's
//! `run` opens a [`Host`], adds its RPCs to the host's server and its consumers to the host's node, and
//! serves.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::migrate::Migrator;
use winner_platform::auth::{AuthConfig, TokenSigner, Verifier, keys::KeyError};
use winner_platform::clock::{Clock, ClockError};
use winner_platform::grpc::client::{self, AuthorisedChannel, ChannelError, PeerConfig};
use winner_platform::grpc::{GrpcConfig, GrpcServer, Readiness, ServeError};
use winner_platform::ids::Ids;
use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_platform::pg::{self, ConnectError, PgConfig, ensure_schema, expected_version};
use winner_proto::policy::POLICIES;

use crate::config::NodeConfig;
use crate::nats::{self, NatsConfig, NatsError};
use crate::{Ledger, Node, event_log};

/// What a service is given by the process that runs it.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Where ids come from.
    pub ids: Ids,
    /// Where tasks are spawned.
    pub tasks: Tasks,
}

/// The sections of a service's configuration that every service has.
#[derive(Clone, Copy, Debug)]
pub struct Sections<'a> {
    /// The database.
    pub postgres: &'a PgConfig,
    /// The broker.
    pub nats: &'a NatsConfig,
    /// Names and limits of the exchange of events.
    pub messaging: &'a NodeConfig,
    /// The server.
    pub grpc: &'a GrpcConfig,
    /// The keys.
    pub auth: &'a AuthConfig,
}

/// Why a service does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The database does not let us in.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The clock cannot be read.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The broker's settings are wrong.
    #[error(transparent)]
    Broker(#[from] NatsError),
    /// A key cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A peer's settings are wrong.
    #[error(transparent)]
    Peer(#[from] ChannelError),
    /// The server does not start, or failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// The opened parts of one service.
#[derive(Debug)]
pub struct Host {
    service: &'static str,
    migrator: &'static Migrator,
    messaging: NodeConfig,
    grpc: GrpcConfig,
    /// The service's ledger.
    pub ledger: Ledger,
    /// The connection to the broker; it may not be there yet.
    pub broker: async_nats::Client,
    /// Signs this service's tokens.
    pub signer: TokenSigner,
    /// Verifies calls to this service.
    pub verifier: Verifier,
}

impl Host {
    /// Opens the parts of `service`, whose own migrations are `migrator`'s.
    ///
    /// # Errors
    /// The first part that cannot be opened. A database that is not there is waited for; the broker
    /// need not be there.
    pub async fn open(
        service: &'static str,
        migrator: &'static Migrator,
        sections: Sections<'_>,
        deps: &Deps,
        shutdown: &Shutdown,
    ) -> Result<Self, HostError> {
        let pool = pg::connect_when_there(sections.postgres, service, &shutdown.soft).await?;
        let clock = clock_when_there(&pool, service, deps, shutdown).await?;
        let (signer, verifier) = sections.auth.keys(service)?;
        let broker = nats::connect(sections.nats, service, deps.ids.clone()).await?;
        Ok(Self {
            service,
            migrator,
            messaging: sections.messaging.clone(),
            grpc: sections.grpc.clone(),
            ledger: Ledger::new(pool, deps.ids.clone(), clock),
            broker,
            signer,
            verifier,
        })
    }

    /// A channel to another service.
    ///
    /// # Errors
    /// When its settings make none; never because it is not there.
    pub fn peer(&self, cfg: &PeerConfig, service: &str) -> Result<AuthorisedChannel, HostError> {
        Ok(client::channel(cfg, self.signer.clone(), service)?)
    }

    /// The service's server, with its event log.
    pub fn server(&self) -> GrpcServer {
        let clock = self.ledger.clock().clone();
        GrpcServer::new(self.grpc.clone(), self.verifier.clone(), POLICIES, clock)
            .add(event_log::service(self.ledger.clone()))
    }

    /// The service's node, without consumers.
    pub fn node(&self) -> Node {
        let (messaging, ledger) = (self.messaging.clone(), self.ledger.clone());
        Node::new(messaging, ledger, self.broker.clone(), self.service)
    }

    /// Ready when both sets of migrations are applied and the clock is settled. The broker is no
    /// part of it: what is committed waits in the outbox, and its age raises the alarm.
    pub fn readiness(&self) -> Readiness {
        let own = format!("{}._sqlx_migrations", self.service);
        let own = migrated(
            self.ledger.pool().clone(),
            own,
            expected_version(self.migrator),
        );
        let shared = format!("{}._messaging_migrations", self.service);
        let expected = expected_version(&crate::MIGRATOR);
        let shared = migrated(self.ledger.pool().clone(), shared, expected);
        let clock = self.ledger.clock().clone();
        Readiness::new()
            .require("schema", own)
            .require("ledger", shared)
            .require("clock", move || {
                let settled = clock.is_settled();
                async move {
                    if settled {
                        Ok(())
                    } else {
                        Err("the clock is not settled")
                    }
                }
            })
    }
}

/// The pause between two tries to read the clock of a database that is not migrated.
const RETRY: Duration = Duration::from_secs(1);

/// The clock, tried again while the schema is not there: a service that starts before its migrations waits for them, and says so.
async fn clock_when_there(
    pool: &PgPool,
    service: &'static str,
    deps: &Deps,
    shutdown: &Shutdown,
) -> Result<Clock, ClockError> {
    loop {
        match Clock::start(pool.clone(), &deps.tasks, shutdown.soft.clone()).await {
            Err(error) if error.may_pass() && !shutdown.soft.is_cancelled() => {
                tracing::warn!(%error, service, "schema.waiting");
            }
            started => return started,
        }
        tokio::select! {
            () = shutdown.soft.cancelled() => {}
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

fn migrated(
    pool: PgPool,
    table: String,
    expected: i64,
) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<(), pg::SchemaError>> + Send>>
+ Send
+ Sync
+ 'static {
    move || {
        let (pool, table) = (pool.clone(), table.clone());
        Box::pin(async move { ensure_schema(&pool, &table, expected).await })
    }
}
