//! One test's database, broker and two services.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use winner_messaging::provision::{self, Topology};
use winner_messaging::{Appended, Ledger, MIGRATOR, Naming, Node, NodeConfig, Origin, event_log};
use winner_platform::clock::Clock;
use winner_platform::ids::Ids;
use winner_platform::lifecycle::{Shutdown, Tasks};
use winner_platform::time::BusinessTime;

use super::{Broker, CONTRACTS, CrateMoved, LabelPrinted, Recorder, SPEC, Seen};

pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) config: NodeConfig,
    pub(crate) depot: Ledger,
    pub(crate) yard: Ledger,
    pub(crate) jetstream: async_nats::jetstream::Context,
    options: PgConnectOptions,
    database: String,
    log_address: std::net::SocketAddr,
    log_server: Running,
}

/// Something that runs until it is stopped or killed.
pub(crate) struct Running {
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Running {
    fn new() -> (Self, Tasks, Shutdown) {
        let (tasks, _crashes) = Tasks::new();
        let shutdown = Shutdown::new();
        (
            Self {
                shutdown: shutdown.clone(),
                tasks: tasks.clone(),
            },
            tasks,
            shutdown,
        )
    }

    /// What stops it, for whoever kills it from within.
    pub(crate) fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// As at a rollout: what is in hand is finished.
    pub(crate) async fn stop(self) {
        self.shutdown.soft.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// As by SIGKILL: every future is dropped where it stands.
    pub(crate) async fn kill(self) {
        self.shutdown.hard.cancel();
        self.stop().await;
    }
}

impl World {
    /// A provisioned world; `None`, with a word why, when a server is missing.
    pub(crate) async fn open() -> Option<Self> {
        let world = Self::bare().await?;
        world.provision().await;
        Some(world)
    }

    /// A world whose broker has no streams yet.
    pub(crate) async fn bare() -> Option<Self> {
        let url = std::env::var("DATABASE_URL").ok();
        let (Some(url), Some(broker)) = (url, Broker::start().await) else {
            eprintln!("left out: needs DATABASE_URL and WINNER_NATS_SERVER");
            return None;
        };
        let options: PgConnectOptions = url
            .parse::<PgConnectOptions>()
            .unwrap()
            .disable_statement_logging();
        let database = format!("messaging_{}", Ids::system().uuid().simple());
        let mut admin = options.connect().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {database}")))
            .execute(&mut admin)
            .await
            .unwrap();
        let options = options.database(&database);
        let depot = schema(&options, "depot").await;
        let yard = schema(&options, "yard").await;
        sqlx::query(
            "create table seen (position bigint generated always as identity, event_id uuid,
                                aggregate_id text, epoch int, count bigint, state boolean)",
        )
        .execute(yard.pool())
        .await
        .unwrap();
        let config = NodeConfig {
            subject_root: "test".to_owned(),
            stream_prefix: "TEST".to_owned(),
            relay_poll_ms: 50,
            ack_wait_ms: 2_000,
            attempts: 3,
            retry_ms: 20,
            retry_max_ms: 200,
            measure_ms: 200,
            ..NodeConfig::default()
        };
        let client = async_nats::ConnectOptions::new()
            .retry_on_initial_connect()
            .connect(broker.url())
            .await
            .unwrap();
        let jetstream = async_nats::jetstream::new(client);
        let (log_address, log_server) = serve_log(&depot).await;
        Some(Self {
            broker,
            config,
            depot,
            yard,
            jetstream,
            options,
            database,
            log_address,
            log_server,
        })
    }

    pub(crate) fn naming(&self) -> Naming {
        self.config.naming()
    }

    pub(crate) fn topology(&self) -> Topology {
        Topology {
            contracts: CONTRACTS,
            ..Topology::new(self.config.clone(), vec![SPEC])
        }
    }

    pub(crate) async fn provision(&self) {
        provision::provision(&self.jetstream, &self.topology())
            .await
            .unwrap();
    }

    /// One copy of the producer.
    pub(crate) async fn run_depot(&self) -> Running {
        self.run_depot_at(&self.broker.url()).await
    }

    /// One copy of the producer that finds the broker at `url`.
    pub(crate) async fn run_depot_at(&self, url: &str) -> Running {
        self.start_depot(self.depot.clone(), url).await
    }

    /// Another copy of the producer: its relay hears nothing of the first one's commits.
    pub(crate) async fn run_second_depot(&self) -> Running {
        let ledger = Ledger::new(self.depot.pool().clone(), Ids::system(), clock());
        self.start_depot(ledger, &self.broker.url()).await
    }

    async fn start_depot(&self, ledger: Ledger, url: &str) -> Running {
        let (running, tasks, shutdown) = Running::new();
        Node::new(self.config.clone(), ledger, connect(url).await, "depot")
            .with_contracts(CONTRACTS)
            .start(&tasks, &shutdown);
        running
    }

    /// One copy of the consumer.
    pub(crate) async fn run_yard(&self, recorder: &Recorder) -> Running {
        let (running, tasks, shutdown) = Running::new();
        let channel =
            tonic::transport::Endpoint::from_shared(format!("http://{}", self.log_address))
                .unwrap()
                .connect_lazy();
        Node::new(
            self.config.clone(),
            self.yard.clone(),
            connect(&self.broker.url()).await,
            "yard",
        )
        .with_contracts(CONTRACTS)
        .consume(&SPEC, recorder.clone(), event_log::client("depot", channel))
        .start(&tasks, &shutdown);
        running
    }

    /// Moves a crate, in a unit of its own.
    pub(crate) async fn move_crate(&self, id: &str, to: &str) -> Appended {
        let mut unit = self.depot.begin(Origin::request("test")).await.unwrap();
        let event = CrateMoved { to: to.to_owned() };
        let appended = unit.append(id, Some("e1"), &event).await.unwrap();
        unit.commit().await.unwrap();
        appended
    }

    /// Prints a label, in a unit of its own.
    pub(crate) async fn print_label(&self, id: &str) {
        let mut unit = self.depot.begin(Origin::request("test")).await.unwrap();
        unit.append(id, None, &LabelPrinted::default())
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }

    /// What the consumer applied, in order.
    pub(crate) async fn seen(&self) -> Vec<Seen> {
        sqlx::query_as("select aggregate_id, epoch, count, state from seen order by position")
            .fetch_all(self.yard.pool())
            .await
            .unwrap()
    }

    /// The counts applied of one aggregate, in order.
    pub(crate) async fn counts(&self, aggregate_id: &str) -> Vec<i64> {
        self.seen()
            .await
            .into_iter()
            .filter(|seen| seen.aggregate_id == aggregate_id)
            .map(|seen| seen.count)
            .collect()
    }

    /// A number from a table of one of the services.
    pub(crate) async fn number(&self, ledger: &Ledger, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(ledger.pool())
            .await
            .unwrap()
    }

    /// Drops the database.
    pub(crate) async fn close(self) {
        self.log_server.stop().await;
        self.depot.pool().close().await;
        self.yard.pool().close().await;
        let mut admin = self
            .options
            .clone()
            .database("postgres")
            .connect()
            .await
            .unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "drop database {} with (force)",
            self.database
        )))
        .execute(&mut admin)
        .await
        .unwrap();
    }
}

/// A schema with the tables of messaging, and the ledger in it.
async fn schema(options: &PgConnectOptions, name: &str) -> Ledger {
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .connect_with(options.clone().options([("search_path", name)]))
        .await
        .unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create schema {name}")))
        .execute(&pool)
        .await
        .unwrap();
    MIGRATOR.run(&pool).await.unwrap();
    Ledger::new(pool, Ids::system(), clock())
}

/// A client of its own, as another process would have.
async fn connect(url: &str) -> async_nats::Client {
    async_nats::ConnectOptions::new()
        .retry_on_initial_connect()
        .reconnect_delay_callback(|_| Duration::from_millis(50))
        .connect(url)
        .await
        .unwrap()
}

fn clock() -> Clock {
    Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap())
}

async fn serve_log(depot: &Ledger) -> (std::net::SocketAddr, Running) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (running, tasks, shutdown) = Running::new();
    let service = event_log::service(depot.clone());
    tasks.spawn("log", async move {
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming_shutdown(
                tokio_stream::wrappers::TcpListenerStream::new(listener),
                async move { shutdown.soft.cancelled().await },
            )
            .await
    });
    (address, running)
}

/// Waits until `condition` holds, at most twenty seconds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    for _ in 0..2_000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}
