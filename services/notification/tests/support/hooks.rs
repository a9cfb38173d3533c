//! Endpoints, events and dispatchers on a real database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::time::Instant;
use tonic::Request;
use uuid::Uuid;
use winner_messaging::{Counter, Received};
use winner_notification::grpc::webhooks::Webhooks;
use winner_notification::jobs::webhooks::Serving;
use winner_notification::reactions::webhooks::WebhookReactions;
use winner_notification::webhooks::{Caller, Keyring, WebhooksConfig};
use winner_platform::auth::{Actor, Grant};
use winner_platform::lifecycle::{Crash, Tasks};
use winner_platform::{BusinessTime, Shutdown};
use winner_proto::notification::v1 as wire;
use winner_proto::notification::v1::webhook_service_server::WebhookService;

use super::intake::EDITION;
use super::office::Office;
use super::relay::Manners as RelayManners;

/// What the tests have to wait for at most.
const PATIENTLY: Duration = Duration::from_secs(30);
/// Seals secrets in tests.
pub const KEYS: &str = "1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// The part of the service that serves endpoints.
pub struct Hooks {
    pub office: Office,
    pub config: WebhooksConfig,
    pub rpcs: Webhooks,
}

/// The jobs of one process.
pub struct Running {
    pub shutdown: Shutdown,
    tasks: Tasks,
    crashes: tokio::sync::mpsc::UnboundedReceiver<Crash>,
}

impl Hooks {
    pub async fn open(pool: &PgPool) -> Self {
        let config = WebhooksConfig {
            allow_plain_loopback: true,
            endpoints_an_edition: 200,
            connect_timeout_ms: 500,
            timeout_ms: 1_000,
            lease_ms: 3_000,
            poll_ms: 50,
            per_second: 500,
            ..WebhooksConfig::default()
        };
        Self::with(pool, config).await
    }

    pub async fn with(pool: &PgPool, config: WebhooksConfig) -> Self {
        let office = Office::open(pool, RelayManners::Polite).await;
        let rpcs = Webhooks {
            ledger: office.ledger.clone(),
            wake: office.wake.clone(),
            config: Arc::new(config.clone()),
            keyring: Some(Arc::new(Keyring::parse(KEYS).unwrap())),
            caller: Caller::new(&config).unwrap(),
        };
        Self {
            office,
            config,
            rpcs,
        }
    }

    /// Starts the jobs as a process would.
    pub fn start(&self) -> Running {
        let (tasks, crashes) = Tasks::new();
        let shutdown = Shutdown::new();
        let serving = Serving {
            ledger: self.office.ledger.clone(),
            config: Arc::new(self.config.clone()),
            caller: Caller::new(&self.config).unwrap(),
            keyring: Arc::clone(self.rpcs.keyring.as_ref().unwrap()),
            wake: self.office.wake.clone(),
        };
        serving.start(self.office.announcer(), &tasks, &shutdown);
        Running {
            shutdown,
            tasks,
            crashes,
        }
    }

    /// Registers an endpoint.
    pub async fn register(&self, url: &str, subjects: &[&str]) -> wire::EndpointWithSecret {
        self.register_at(url, subjects, 0).await
    }

    pub async fn register_at(
        &self,
        url: &str,
        subjects: &[&str],
        max_per_second: i32,
    ) -> wire::EndpointWithSecret {
        let request = wire::CreateEndpointRequest {
            parent: format!("editions/{EDITION}"),
            url: url.to_owned(),
            subjects: subjects.iter().map(|&subject| subject.to_owned()).collect(),
            max_per_second,
            request_id: self.office.ledger.ids().uuid().to_string(),
        };
        let made = self.rpcs.create_endpoint(by("organiser", request)).await;
        made.unwrap().into_inner()
    }

    pub async fn endpoint(&self, name: &str) -> wire::Endpoint {
        let request = wire::GetEndpointRequest {
            name: name.to_owned(),
        };
        let read = self.rpcs.get_endpoint(by("auditor", request)).await;
        read.unwrap().into_inner()
    }

    /// What was and will be brought to an endpoint, newest first.
    pub async fn deliveries(&self, name: &str) -> Vec<wire::Delivery> {
        let request = wire::ListDeliveriesRequest {
            parent: name.to_owned(),
            page_size: 500,
            ..Default::default()
        };
        let listed = self.rpcs.list_deliveries(by("auditor", request)).await;
        listed.unwrap().into_inner().deliveries
    }

    /// Lets a consumer take an event, as the inbox does.
    pub async fn say(&self, event: &Received) {
        let reactions = WebhookReactions {
            ledger: self.office.ledger.clone(),
            wake: self.office.wake.clone(),
        };
        self.office.hear(&reactions, event).await;
    }

    /// Says so many events, each of a submission of its own.
    pub async fn say_many(&self, count: usize) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for _ in 0..count {
            let event = submitted(self.office.ledger.ids().uuid());
            self.say(&event).await;
            ids.push(event.id);
        }
        ids
    }

    /// How many deliveries are in each state.
    pub async fn states(&self) -> BTreeMap<String, i64> {
        sqlx::query!(
            r#"
            SELECT state, count(*) AS "count!" FROM notification.webhook_deliveries GROUP BY state
            "#
        )
        .fetch_all(&self.office.pool)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.state, row.count))
        .collect()
    }

    /// Makes what waits to be tried again due now.
    pub async fn hurry(&self) {
        sqlx::query!(
            r#"
            UPDATE notification.webhook_deliveries
            SET    not_before = now()
            WHERE  state = 'pending'
            "#
        )
        .execute(&self.office.pool)
        .await
        .unwrap();
        sqlx::query!(r#"UPDATE notification.webhook_endpoints SET paused_until = NULL"#)
            .execute(&self.office.pool)
            .await
            .unwrap();
        self.office.wake.webhooks();
    }
}

impl Running {
    /// Stops as on SIGTERM.
    pub async fn stop(mut self) {
        self.shutdown.soft.cancel();
        self.tasks.close();
        tokio::time::timeout(PATIENTLY, self.tasks.wait())
            .await
            .expect("a stop hangs");
        assert!(self.crashes.try_recv().is_err());
    }

    /// Lets everything go, as when the process is killed.
    pub async fn kill(self) {
        self.shutdown.soft.cancel();
        self.shutdown.hard.cancel();
        self.tasks.close();
        tokio::time::timeout(PATIENTLY, self.tasks.wait())
            .await
            .expect("a stop hangs");
    }
}

/// A request of somebody who holds an office of the edition.
pub fn by<T>(office: &str, request: T) -> Request<T> {
    let actor = Actor::of_person(Uuid::from_u128(7), vec![Grant::new(office, EDITION)]);
    actor.attach(Request::new(request))
}

/// Waits until `is` holds.
pub async fn until<F: Future<Output = bool>>(what: &str, is: impl Fn() -> F) {
    let began = Instant::now();
    while !is().await {
        assert!(began.elapsed() < PATIENTLY, "{what} does not come about");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// `intake.submission.submitted.v1` of the edition.
pub fn submitted(id: Uuid) -> Received {
    let submission = Uuid::from_u128(id.as_u128() ^ 1);
    received(
        id,
        "submission",
        "submitted",
        &submission.to_string(),
        &format!(r#"{{"submissionId":"{submission}","versionNumber":1}}"#),
    )
}

/// An event of intake as it would arrive.
pub fn received(id: Uuid, aggregate: &str, name: &str, of: &str, payload: &str) -> Received {
    Received {
        id,
        service: "intake".to_owned(),
        aggregate: aggregate.to_owned(),
        aggregate_id: of.to_owned(),
        name: name.to_owned(),
        version: 1,
        counter: Counter { epoch: 1, count: 1 },
        edition: Some(EDITION.to_owned()),
        time: BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap(),
        correlation: "test".to_owned(),
        causation: None,
        traceparent: None,
        tracestate: None,
        payload: payload.as_bytes().to_vec().into(),
    }
}

/// What organisers ask for.
impl Hooks {
    pub async fn enable(&self, name: &str) {
        self.switch(name, wire::EndpointState::Enabled).await;
    }

    pub async fn disable(&self, name: &str) {
        self.switch(name, wire::EndpointState::Disabled).await;
    }

    async fn switch(&self, name: &str, state: wire::EndpointState) {
        let request = wire::UpdateEndpointRequest {
            endpoint: Some(wire::Endpoint {
                name: name.to_owned(),
                state: state.into(),
                ..Default::default()
            }),
            update_mask: Some(pbjson_types::FieldMask {
                paths: vec!["state".to_owned()],
            }),
            request_id: self.office.ledger.ids().uuid().to_string(),
        };
        let switched = self.rpcs.update_endpoint(by("chair", request)).await;
        switched.unwrap();
    }

    /// Has one delivery brought again.
    pub async fn replay_one(&self, name: &str, delivery: &str) -> i64 {
        self.replay(wire::ReplayDeliveriesRequest {
            name: name.to_owned(),
            delivery_id: delivery.to_owned(),
            ..Default::default()
        })
        .await
    }

    /// Has everything of the last hour brought again.
    pub async fn replay_since(&self, name: &str, undelivered_only: bool) -> i64 {
        let (seconds, nanos) = self.office.ledger.clock().real().to_timestamp();
        self.replay(wire::ReplayDeliveriesRequest {
            name: name.to_owned(),
            start_time: Some(pbjson_types::Timestamp {
                seconds: seconds - 3_600,
                nanos,
            }),
            undelivered_only,
            ..Default::default()
        })
        .await
    }

    async fn replay(&self, mut request: wire::ReplayDeliveriesRequest) -> i64 {
        request.request_id = self.office.ledger.ids().uuid().to_string();
        let replayed = self.rpcs.replay_deliveries(by("organiser", request)).await;
        replayed.unwrap().into_inner().delivery_count
    }
}
