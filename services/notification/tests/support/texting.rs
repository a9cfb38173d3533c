//! The sender of SMS as a process would run it, against any gateway.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::config::DEFAULTS;
use winner_notification::domain::channel::Channel;
use winner_notification::domain::delivery::{DeliveryMode, DeliveryRules};
use winner_notification::domain::notice::Notice;
use winner_notification::domain::patience::Patience;
use winner_notification::jobs::booking::Bookings;
use winner_notification::jobs::courier::Courier;
use winner_notification::jobs::pace::Pace;
use winner_notification::jobs::sender::Sending;
use winner_notification::jobs::texting::{AHEAD, Texting, Words};
use winner_notification::jobs::{concluder, reaper};
use winner_notification::sms::client::GatewayClient;
use winner_notification::sms::config::{Registration, SmsConfig};
use winner_notification::templates::{Addressee, EditionFace, RenderError};
use winner_notification_core::addresses::AddressKey;
use winner_platform::Shutdown;

use super::office::{Office, Process, Timing};

/// The purpose of the test's messages.
pub const PURPOSE: &str = "assignment_added";

/// The shipped defaults: no SMS.
pub fn off() -> SmsConfig {
    let defaults = Figment::from(Toml::string(DEFAULTS));
    defaults.extract_inner("sms").unwrap()
}

/// The shipped defaults, as far as tests do not say otherwise: everything is registered, no hour is
/// quiet, and the test's own numbers may be written to.
pub fn settings(url: &str) -> SmsConfig {
    let mut config = off();
    config.gateway = Some("kannel".to_owned());
    config.url = Some(url.to_owned());
    config.secrets = ["username", "password"]
        .map(|name| (name.to_owned(), "winner".to_owned().into()))
        .into();
    config.receipts_base = Some("http://127.0.0.1:1/".to_owned());
    config.receipts_secret = Some("5ec2e75ec2e75ec2e7".to_owned().into());
    "WiNNER".clone_into(&mut config.sender);
    config.sender_registration = Registration::Registered;
    config.purposes = BTreeMap::from([(PURPOSE.to_owned(), Registration::Registered)]);
    config.test_prefixes = vec!["+62811".to_owned()];
    (config.from_hour, config.until_hour) = (0, 24);
    config.messages_in_a_window = 10_000;
    config.answer_timeout_ms = 500;
    config
}

/// Says the same to everybody.
pub struct Says(pub String);

impl Words for Says {
    fn write(&self, _: &Notice, _: &EditionFace, _: &Addressee) -> Result<String, RenderError> {
        Ok(self.0.clone())
    }
}

/// Starts a sender of SMS, a concluder and a reaper, as a process would.
pub fn start(office: &Office, config: &SmsConfig, timing: Timing) -> Process {
    start_saying(
        office,
        config,
        timing,
        Says("WiNNER: ada tugas baru \u{2013} lihat https://w.test/a".to_owned()),
    )
}

pub fn start_saying(office: &Office, config: &SmsConfig, timing: Timing, words: Says) -> Process {
    let shutdown = Shutdown::new();
    let tasks = TaskTracker::new();
    let pool = office.pool.clone();
    let (bookings, recording) = Bookings::new(pool.clone(), config.caps(), timing.answer_lease);
    tasks.spawn(recording);
    let receipts = config.receipts().unwrap().unwrap();
    let texting = Texting {
        ledger: office.ledger.clone(),
        route: Arc::from("kannel"),
        gateway: config.gateway().unwrap().unwrap(),
        client: GatewayClient::new(config.limits()),
        receipt_url: secrecy::ExposeSecret::expose_secret(&receipts.url).to_owned(),
        rules: config.rules().unwrap(),
        hours: config.hours().unwrap(),
        words: Box::new(words),
        key: AddressKey::new(&[7; 32]).unwrap(),
        bookings,
        pace: Pace::within(
            pool,
            "kannel",
            config.messages_in_a_window,
            Duration::from_millis(config.window_ms),
        ),
        lines: Semaphore::new(config.connections),
        outside_rules: DeliveryRules {
            mode: DeliveryMode::Live,
            test: false,
        },
        outside_face: EditionFace::default(),
        trouble: AtomicU32::new(0),
        config: config.clone(),
    };
    let (reports, heard) = mpsc::channel(100);
    let courier = Courier {
        carrier: Arc::new(texting),
        reports,
        connections: Arc::new(Semaphore::new(AHEAD * config.connections)),
        fresh_for: timing.lease.mul_f64(0.5),
    };
    let sending = Sending {
        courier,
        directory: office.intake.directory(),
        wake: office.wake.clone(),
        batch: 50,
        lease: timing.lease,
        poll: Duration::from_millis(20),
    };
    tasks.spawn(sending.run(shutdown.clone()));
    let patience = Patience {
        first: Duration::from_millis(10),
        longest: Duration::from_millis(50),
        tries: timing.tries,
    };
    let concluding = concluder::run(office.ledger.clone(), patience, heard, shutdown.clone());
    tasks.spawn(shutdown.hard.clone().run_until_cancelled_owned(concluding));
    if timing.reaps {
        let every = Duration::from_millis(20);
        tasks.spawn(reaper::run(office.ledger.clone(), every, shutdown.clone()));
    }
    tasks.close();
    Process { shutdown, tasks }
}

/// Stores `count` queued SMS to persons, past every reaction, and returns their ids.
pub async fn queue(office: &Office, count: usize) -> Vec<Uuid> {
    office.queue_by(Channel::Sms, count).await
}

/// Why messages stand where they stand, each reason once.
pub async fn reasons(office: &Office) -> Vec<Option<String>> {
    sqlx::query_scalar!("SELECT DISTINCT reason FROM notification.messages ORDER BY reason")
        .fetch_all(&office.pool)
        .await
        .unwrap()
}
