//! The whole service as a process runs it: an event on a real broker becomes a mail at a real socket,
//! and an organiser reads what became of it over gRPC.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

#[path = "whole_service/privacy.rs"]
mod privacy;
mod support;

use std::path::Path;
use std::time::Duration;

use pbjson_types::Timestamp;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};
use support::broker::Broker;
use support::intake::EDITION;
use support::office::Office;
use support::relay::{Manners, config as relay_config};
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use uuid::Uuid;
use winner_messaging::host::Deps;
use winner_messaging::provision::{Topology, provision};
use winner_messaging::{Ledger, Node, NodeConfig, Origin};
use winner_notification::config::{
    AddressesConfig, BouncesConfig, Config, MailConfig, OutsideEditions, OutsideMode, Peers,
    ProofConfig, SendingConfig, StandbyConfig, UnknownConfig,
};
use winner_notification::http::PublicHttpConfig;
use winner_notification::webhooks::WebhooksConfig;
use winner_platform::auth::keys::{ServiceKey, TrustedKeys};
use winner_platform::auth::{AuthConfig, Grant, TokenSigner};
use winner_platform::grpc::client::PeerConfig;
use winner_platform::grpc::{GrpcConfig, Listeners};
use winner_platform::lifecycle::Tasks;
use winner_platform::pg::PgConfig;
use winner_platform::telemetry::{LogFormat, TelemetryConfig};
use winner_platform::{Ids, Shutdown};
use winner_proto::intake::v1::SubmissionSubmitted;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;
use winner_proto::notification::v1::{ListMessagesRequest, MessageState};

const ID: &str = "01990000-0000-7000-8000-0000a1b2c3d4";

fn peer(url: String) -> PeerConfig {
    PeerConfig {
        url,
        ca_file: None,
        connect_timeout_ms: 1_000,
        timeout_ms: 2_000,
        balance: winner_platform::grpc::Balance::Off,
    }
}

/// Keys in files, as an installation has them; the signer is intake's.
fn keys(folder: &Path) -> (AuthConfig, TokenSigner) {
    let (own, intake) = (
        ServiceKey::generate().unwrap(),
        ServiceKey::generate().unwrap(),
    );
    let trusted = vec![
        own.public("notification", false),
        intake.public("intake", true),
    ];
    let auth = AuthConfig {
        key_file: folder.join("key.pem"),
        trusted_keys_file: folder.join("trusted.json"),
    };
    std::fs::write(&auth.key_file, own.to_pem()).unwrap();
    std::fs::write(
        &auth.trusted_keys_file,
        TrustedKeys::to_json(trusted).unwrap(),
    )
    .unwrap();
    (auth, TokenSigner::new("intake", intake))
}

fn config(pool: &PgPool, office: &Office, broker: &Broker, auth: AuthConfig) -> Config {
    let options: &PgConnectOptions = &pool.connect_options();
    let intake = peer(format!("http://{}", office.intake.address));
    Config {
        grpc: GrpcConfig::default(),
        postgres: PgConfig {
            url: Some(SecretString::from(options.to_url_lossy().to_string())),
            url_file: None,
            max_connections: 8,
            acquire_timeout_ms: 5_000,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 1_000,
            idle_in_transaction_timeout_ms: 5_000,
        },
        nats: serde_json::from_value(serde_json::json!({ "servers": [broker.url] })).unwrap(),
        messaging: NodeConfig::default(),
        auth,
        telemetry: TelemetryConfig {
            format: LogFormat::Json,
            filter: "info".to_owned(),
        },
        peers: Peers {
            intake: intake.clone(),
            matching: intake.clone(),
            judging: intake,
        },
        smtp: relay_config(office.relay.address),
        mail: MailConfig {
            from: "WiNNER <winner@contoh.test>".to_owned(),
            reply_to: "sekretariat@contoh.test".to_owned(),
            links_base: "https://winner.test/".to_owned(),
            unsubscribe_base: None,
            token_keys: None,
            token_keys_file: None,
            dkim: Vec::new(),
        },
        bounces: BouncesConfig {
            domain: None,
            listen: None,
            complaints: None,
            largest_bytes: 100_000,
            connections: 4,
            idle_timeout_ms: 1_000,
        },
        addresses: AddressesConfig::default(),
        smtp_standby: StandbyConfig::default(),
        sms: support::texting::off(),
        sending: SendingConfig {
            batch: 10,
            lease_ms: 10_000,
            answer_margin_ms: 1_000,
            poll_ms: 100,
            reap_ms: 500,
            retry_first_ms: 100,
            retry_longest_ms: 1_000,
            tries: 10,
            unknown: UnknownConfig::default(),
        },
        proof: ProofConfig {
            keep_days: 30,
            keys: Some(SecretString::from(format!("1 {}", "5a".repeat(32)))),
            keys_file: None,
        },
        outside_editions: OutsideEditions {
            delivery_mode: OutsideMode::Live,
            data_notice: "DATA CONTOH".to_owned(),
        },
        public_http: PublicHttpConfig::default(),
        webhooks: WebhooksConfig::default(),
    }
}

/// Intake's own ledger, beside ours, with a relay that publishes what it writes.
async fn intake_ledger(
    pool: &PgPool,
    office: &Office,
    nats: async_nats::Client,
    tasks: &Tasks,
    shutdown: &Shutdown,
) -> Ledger {
    let options = (*pool.connect_options())
        .clone()
        .options([("search_path", "intake")]);
    let own = PgPoolOptions::new().connect_with(options).await.unwrap();
    sqlx::query!("CREATE SCHEMA intake")
        .execute(&own)
        .await
        .unwrap();
    winner_messaging::MIGRATOR.run(&own).await.unwrap();
    let ledger = Ledger::new(own, Ids::system(), office.ledger.clock().clone());
    Node::new(NodeConfig::default(), ledger.clone(), nats, "intake").start(tasks, shutdown);
    ledger
}

async fn submit(ledger: &Ledger) {
    let submitted = SubmissionSubmitted {
        edition_id: EDITION.to_owned(),
        submission_id: ID.to_owned(),
        version: 1,
        content_hash: "ab".repeat(32),
        arrive_time: Some(Timestamp {
            seconds: 1_795_000_000,
            nanos: 0,
        }),
        ..Default::default()
    };
    let mut unit = ledger.begin(Origin::request("test")).await.unwrap();
    unit.append(ID, Some(EDITION), &submitted).await.unwrap();
    unit.commit().await.unwrap();
}

/// Stops as a process does: everything ends by itself at the soft stage, but for the host's clock, which
/// others may need while they drain.
async fn stop(shutdown: &Shutdown, tasks: &Tasks) {
    shutdown.soft.cancel();
    tasks.close();
    let drained = async {
        while tasks.len() > 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), drained)
        .await
        .expect("the soft stop hangs");
    shutdown.hard.cancel();
    tokio::time::timeout(Duration::from_secs(5), tasks.wait())
        .await
        .expect("the hard stop hangs");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and NATS"]
async fn a_submission_on_the_broker_becomes_a_mail_and_the_organiser_sees_it(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let broker = Broker::start().await;
    let office = Office::open(&pool, Manners::Polite).await;
    winner_platform::pg::MIGRATOR.run(&pool).await.unwrap();
    let person = office.ledger.ids().uuid().to_string();
    office
        .intake
        .knowledge
        .lock()
        .unwrap()
        .recipients
        .insert(ID.to_owned(), vec![person.clone()]);

    let nats = async_nats::connect(&broker.url).await.unwrap();
    let jetstream = async_nats::jetstream::new(nats.clone());
    let consumers = winner_notification::CONSUMERS.to_vec();
    provision(&jetstream, &Topology::new(NodeConfig::default(), consumers))
        .await
        .unwrap();

    let (tasks, mut crashes) = Tasks::new();
    let shutdown = Shutdown::new();
    let intake = intake_ledger(&pool, &office, nats, &tasks, &shutdown).await;
    let (auth, signer) = keys(folder.path());
    let config = config(&pool, &office, &broker, auth);
    let listeners = Listeners::bind(&config.grpc).await.unwrap();
    let (grpc, _) = listeners.addresses().unwrap();
    let deps = Deps {
        ids: Ids::system(),
        tasks: tasks.clone(),
    };
    tasks.spawn(
        "service",
        winner_notification::run(config, listeners, deps, shutdown.clone()),
    );

    submit(&intake).await;
    let arrived = async {
        while office.relay.messages().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = arrived => {}
        crash = crashes.recv() => panic!("{crash:?}"),
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("no mail: {:?}", office.states().await),
    }
    office.wait_for(&["sent"]).await;
    let mail = office.relay.messages().remove(0);
    assert!(
        mail.contains(&format!("To: Ani <{person}@contoh.test>")),
        "{mail}"
    );

    let channel = tonic::transport::Endpoint::from_shared(format!("http://{grpc}"))
        .unwrap()
        .connect_lazy();
    let mut client = MessageServiceClient::new(channel);
    let list = ListMessagesRequest {
        parent: format!("editions/{EDITION}"),
        ..Default::default()
    };
    let refused = client.list_messages(list.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let grants = [Grant::new("organiser", EDITION)];
    let token = signer
        .person_token(Uuid::from_u128(7), &grants, Duration::from_mins(5))
        .unwrap();
    let bearer = format!("Bearer {}", secrecy::ExposeSecret::expose_secret(&token));
    let mut request = Request::new(list);
    request
        .metadata_mut()
        .insert("authorization", MetadataValue::try_from(bearer).unwrap());
    let listed = client.list_messages(request).await.unwrap().into_inner();
    assert_eq!(listed.messages.len(), 1);
    assert_eq!(listed.messages[0].state(), MessageState::Sent);
    assert_eq!(listed.messages[0].template, "submission_received");

    stop(&shutdown, &tasks).await;
    assert!(crashes.try_recv().is_err());
}
