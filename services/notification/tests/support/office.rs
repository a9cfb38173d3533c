//! The service's parts on a real database, an intake and a relay of the test's own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_messaging::{Counter, Ledger, Origin, Reactions, Received};
use winner_notification::commands::announce::Habits;
use winner_notification::commands::resend::AddressBook;
use winner_notification::domain::channel::Channel;
use winner_notification::domain::delivery::{DeliveryMode, DeliveryRules};
use winner_notification::domain::patience::Patience;
use winner_notification::domain::ways_back::WaysBack;
use winner_notification::jobs::courier::Courier;
use winner_notification::jobs::crossing::Crossing;
use winner_notification::jobs::delivery::Desk;
use winner_notification::jobs::keeper::Keeper;
use winner_notification::jobs::pace::Pace;
use winner_notification::jobs::relay_watch;
use winner_notification::jobs::relays::{Relays, Way};
use winner_notification::jobs::sender::Sending;
use winner_notification::jobs::wake::Wake;
use winner_notification::jobs::{concluder, reaper};
use winner_notification::reactions::announcing::Announcer;
use winner_notification::smtp::config::RelayConfig;
use winner_notification::smtp::{Relay, Sender};
use winner_notification::templates::{Links, Templates};
use winner_notification_core::addresses::AddressKey;
use winner_notification_core::mail::keys::TokenKeys;
use winner_notification_core::sealing::SealingKeys;
use winner_notification_core::sms::number::Countries;
use winner_platform::{BusinessTime, Clock, Ids, Shutdown};
use winner_proto::event::Event;

use super::intake::{EDITION, Intake};
use super::relay::{Manners, RudeRelay, config};

/// What the tests have to wait for at most.
const PATIENTLY: Duration = Duration::from_secs(20);

pub struct Office {
    pub pool: PgPool,
    pub ledger: Ledger,
    pub intake: Intake,
    pub relay: RudeRelay,
    pub wake: Wake,
    /// Where mail goes instead of the rude relay, the first one first.
    pub routes: Vec<SocketAddr>,
    /// What each relay allows; nought is no limit.
    pub per_second: u32,
}

/// The domain of return paths.
pub const BOUNCES: &str = "bounces.test";

/// The keys that all tests use.
pub fn token_keys() -> Arc<TokenKeys> {
    Arc::new(TokenKeys::read("1 0123456789abcdef0123456789abcdef").unwrap())
}

pub fn address_key() -> AddressKey {
    AddressKey::new(&[7; 32]).unwrap()
}

pub fn ways_back() -> WaysBack {
    WaysBack {
        keys: token_keys(),
        domain: Some(BOUNCES.to_owned()),
        link_base: Some("https://winner.test/".to_owned()),
    }
}

impl Office {
    /// Migrates the test's database and starts an intake and a relay.
    pub async fn open(pool: &PgPool, manners: Manners) -> Self {
        let options = (*pool.connect_options()).clone();
        let options = options.options([("search_path", "notification")]);
        let own = PgPoolOptions::new()
            .max_connections(12)
            .connect_with(options)
            .await
            .unwrap();
        sqlx::query!("CREATE SCHEMA notification")
            .execute(&own)
            .await
            .unwrap();
        winner_messaging::MIGRATOR.run(&own).await.unwrap();
        winner_notification::MIGRATOR.run(&own).await.unwrap();
        let clock = Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap());
        let ledger = Ledger::new(own.clone(), Ids::system(), clock);
        Self {
            pool: own,
            ledger,
            intake: Intake::start().await,
            relay: RudeRelay::start(manners).await,
            wake: Wake::default(),
            routes: Vec::new(),
            per_second: 0,
        }
    }

    /// The relays of one process, and what watches them.
    fn relays(&self, first: &RelayConfig) -> Arc<Relays> {
        let mut routes = self.routes.clone();
        if routes.is_empty() {
            routes.push(self.relay.address);
        }
        let way = |address: &SocketAddr| {
            let config = RelayConfig {
                port: address.port(),
                ..first.clone()
            };
            let relay = Relay::new(&config, self.ledger.clock().clone()).unwrap();
            let pace = Pace::new(self.pool.clone(), &relay.name(), config.messages_per_second);
            Way::new(relay, pace)
        };
        let ways = routes.iter().map(way).collect();
        Arc::new(Relays::new(ways, first.longest_before_dot()))
    }

    pub fn announcer(&self) -> Announcer {
        Announcer {
            ledger: self.ledger.clone(),
            directory: self.intake.directory(),
            habits: Habits {
                outside_editions: DeliveryMode::Live,
                ..Habits::default()
            },
            wake: self.wake.clone(),
        }
    }

    /// Whom the organisers' commands ask for addresses.
    pub fn book(&self) -> AddressBook {
        AddressBook {
            directory: self.intake.directory(),
            key: Some(address_key()),
            countries: Countries::INDONESIA,
        }
    }

    /// Lets a consumer take an event, as the inbox does.
    pub async fn hear<R: Reactions<Prepared: std::fmt::Debug>>(
        &self,
        reactions: &R,
        event: &Received,
    ) {
        let prepared = reactions.prepare(event).await.unwrap();
        let mut unit = self.ledger.begin(Origin::event(event)).await.unwrap();
        reactions.apply(&mut unit, event, prepared).await.unwrap();
        unit.commit().await.unwrap();
    }

    /// Starts a sender, a concluder and a reaper, as a process would.
    pub fn start(&self) -> Process {
        self.start_with(Timing::default())
    }

    pub fn start_with(&self, timing: Timing) -> Process {
        let shutdown = Shutdown::new();
        let tasks = TaskTracker::new();
        let mut relay = config(self.relay.address);
        relay.answer_timeout_ms = timing.answer_ms;
        relay.messages_per_second = self.per_second;
        let relays = self.relays(&relay);
        let watching = relay_watch::run(Arc::clone(&relays), self.pool.clone(), shutdown.clone());
        tasks.spawn(watching);
        let (crossing, recording) = Crossing::new(self.pool.clone(), timing.answer_lease);
        tasks.spawn(recording);
        let desk = Desk {
            ledger: self.ledger.clone(),
            relays,
            templates: Templates::new(Links::new("https://winner.test/").unwrap()).unwrap(),
            sender: Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test")
                .unwrap(),
            crossing,
            ways_back: Some(ways_back()),
            address_key: Some(address_key()),
            keeper: Keeper::new(Some(body_keys())),
            outside_rules: DeliveryRules {
                mode: DeliveryMode::Live,
                test: false,
            },
            outside_notice: "DATA CONTOH".to_owned(),
            trouble: Arc::new(AtomicU32::new(0)),
        };
        let (reports, heard) = mpsc::channel(100);
        let courier = Courier {
            carrier: Arc::new(desk),
            reports,
            connections: Arc::new(Semaphore::new(4)),
            fresh_for: timing.lease.mul_f64(0.5),
        };
        let sending = Sending {
            courier,
            directory: self.intake.directory(),
            wake: self.wake.clone(),
            batch: 10,
            lease: timing.lease,
            poll: Duration::from_millis(20),
        };
        tasks.spawn(sending.run(shutdown.clone()));
        let patience = Patience {
            first: Duration::from_millis(10),
            longest: Duration::from_millis(50),
            tries: timing.tries,
        };
        let concluding = concluder::run(self.ledger.clone(), patience, heard, shutdown.clone());
        tasks.spawn(shutdown.hard.clone().run_until_cancelled_owned(concluding));
        if timing.reaps {
            let every = Duration::from_millis(20);
            tasks.spawn(reaper::run(self.ledger.clone(), every, shutdown.clone()));
        }
        tasks.close();
        Process { shutdown, tasks }
    }

    /// Stores `count` queued mails to persons, past every reaction, and returns their ids.
    pub async fn queue(&self, count: usize) -> Vec<Uuid> {
        self.queue_by(Channel::Email, count).await
    }

    /// The same of a channel.
    pub async fn queue_by(&self, channel: Channel, count: usize) -> Vec<Uuid> {
        let ids = self.ledger.ids();
        let messages: Vec<Uuid> = (0..count).map(|_| ids.uuid()).collect();
        let persons: Vec<Uuid> = (0..count).map(|_| ids.uuid()).collect();
        self.know_edition().await;
        sqlx::query!(
            r#"
            INSERT INTO notification.messages
                   (message_id, edition_id, event_id, recipient_kind, recipient_id, channel,
                    template, notice, state, created_at)
            SELECT m, $3, $4, 'person', p, $5, 'assignment_added',
                   '{"template": "assignment_added", "round_id": "seleksi-meja"}', 'queued', now()
            FROM   unnest($1::uuid[], $2::uuid[]) AS n (m, p)
            "#,
            &messages,
            &persons,
            EDITION,
            ids.uuid(),
            channel.code(),
        )
        .execute(&self.pool)
        .await
        .unwrap();
        messages
    }

    /// Takes over the rules that intake has now.
    pub async fn know_edition(&self) {
        let copy = self
            .intake
            .directory()
            .edition(EDITION, None)
            .await
            .unwrap();
        let mut unit = self.ledger.begin(Origin::request("test")).await.unwrap();
        winner_notification::commands::adopt_edition::adopt_edition(&mut unit, &copy)
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }

    /// How many messages are in each state.
    pub async fn states(&self) -> BTreeMap<String, i64> {
        sqlx::query!(
            r#"SELECT state, count(*) AS "count!" FROM notification.messages GROUP BY state"#
        )
        .fetch_all(&self.pool)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.state, row.count))
        .collect()
    }

    /// Waits until every message is in one of these states.
    pub async fn wait_for(&self, states: &[&str]) {
        let waiting = async {
            loop {
                let now = self.states().await;
                if !now.is_empty() && now.keys().all(|state| states.contains(&state.as_str())) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENTLY, waiting).await;
        assert!(
            waited.is_ok(),
            "still {:?}, not {states:?}",
            self.states().await
        );
    }

    /// How often each message reached the relay, by its id.
    pub fn spool(&self) -> BTreeMap<Uuid, usize> {
        let mut spool = BTreeMap::new();
        for message in self.relay.messages() {
            let id = message
                .lines()
                .find_map(|line| line.strip_prefix("X-Winner-Message: "))
                .and_then(|id| Uuid::parse_str(id.trim()).ok())
                .unwrap();
            *spool.entry(id).or_default() += 1;
        }
        spool
    }

    /// The events that this service has said, by name.
    pub async fn said(&self) -> BTreeMap<String, i64> {
        sqlx::query!(r#"SELECT name, count(*) AS "count!" FROM notification.outbox GROUP BY name"#)
            .fetch_all(&self.pool)
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.name, row.count))
            .collect()
    }
}

/// The keys that bodies are sealed with here.
pub fn body_keys() -> SealingKeys {
    SealingKeys::read(&format!("1 {}", "5a".repeat(32))).unwrap()
}

/// How long a process waits for things.
#[derive(Clone, Copy)]
pub struct Timing {
    pub lease: Duration,
    pub answer_lease: Duration,
    pub answer_ms: u64,
    pub tries: u32,
    pub reaps: bool,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(10),
            answer_lease: Duration::from_secs(10),
            answer_ms: 500,
            tries: 5,
            reaps: true,
        }
    }
}

/// Sender, concluder and reaper of one process.
pub struct Process {
    pub shutdown: Shutdown,
    pub tasks: TaskTracker,
}

impl Process {
    /// Stops as on SIGTERM.
    pub async fn stop(self) {
        self.shutdown.soft.cancel();
        tokio::time::timeout(PATIENTLY, self.tasks.wait())
            .await
            .expect("a stop hangs");
    }

    /// Waits for a process that was told to stop.
    pub async fn ended(self) {
        tokio::time::timeout(PATIENTLY, self.tasks.wait())
            .await
            .expect("a stop hangs");
    }
}

/// An event as it would arrive.
pub fn event<E: Event + Serialize>(id: Uuid, aggregate_id: &str, event: &E) -> Received {
    let descriptor = E::DESCRIPTOR;
    Received {
        id,
        service: descriptor.service.to_owned(),
        aggregate: descriptor.aggregate.to_owned(),
        aggregate_id: aggregate_id.to_owned(),
        name: descriptor.name.to_owned(),
        version: descriptor.version,
        counter: Counter { epoch: 1, count: 1 },
        edition: Some(EDITION.to_owned()),
        time: BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap(),
        correlation: "test".to_owned(),
        causation: None,
        traceparent: None,
        tracestate: None,
        payload: serde_json::to_vec(event).unwrap().into(),
    }
}
