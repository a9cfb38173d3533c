//! Puts together what sends SMS, where it is configured.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use axum::Router;
use secrecy::ExposeSecret as _;
use tokio::sync::{Notify, Semaphore, mpsc};
use winner_messaging::Ledger;
use winner_notification_core::sms::gateway::Gateway;
use winner_platform::{Shutdown, Tasks};

use super::{REPORTS, RunError, forever};
use crate::config::Config;
use crate::directory::Directory;
use crate::domain::delivery::DeliveryRules;
use crate::jobs::booking::Bookings;
use crate::jobs::courier::Courier;
use crate::jobs::pace::Pace;
use crate::jobs::sender::Sending;
use crate::jobs::texting::{AHEAD, LONGEST_TURN, Texting};
use crate::jobs::wake::Wake;
use crate::jobs::{concluder, receiver};
use crate::sms::client::GatewayClient;
use crate::sms::config::SmsError;
use crate::sms::receipts::{ReceiptsDesk, routes};
use crate::templates::{EditionFace, Links, Templates};

/// What everything here needs.
pub(super) struct Surroundings<'a> {
    pub(super) config: &'a Config,
    pub(super) ledger: &'a Ledger,
    pub(super) directory: Directory,
    pub(super) wake: &'a Wake,
    pub(super) tasks: &'a Tasks,
    pub(super) shutdown: &'a Shutdown,
}

/// Starts sending SMS, and gives the routes on which receipts come in; none of either where no gateway is
/// named.
pub(super) fn start(around: &Surroundings<'_>) -> Result<Router, RunError> {
    let sms = &around.config.sms;
    let (Some(gateway), Some(name)) = (sms.gateway()?, sms.name()) else {
        return Ok(Router::new());
    };
    let receipts = sms.receipts()?;
    let receipt_url = receipts
        .as_ref()
        .map(|route| route.url.expose_secret().to_owned());
    send(
        around,
        gateway.clone(),
        name,
        receipt_url.unwrap_or_default(),
    )?;
    let heard = Arc::new(Notify::new());
    let (ledger, shutdown) = (around.ledger.clone(), around.shutdown.clone());
    let receiving = receiver::run(ledger, Arc::clone(&heard), shutdown);
    around.tasks.spawn("sms-receiver", forever(receiving));
    let Some(route) = receipts.filter(|_| gateway.has_receipts()) else {
        return Ok(Router::new());
    };
    Ok(routes(ReceiptsDesk {
        ledger: around.ledger.clone(),
        gateway,
        route,
        proxies: around
            .config
            .public_http
            .proxies()
            .map_err(RunError::Proxies)?,
        heard,
    }))
}

fn send(
    around: &Surroundings<'_>,
    gateway: Gateway,
    name: &str,
    receipt_url: String,
) -> Result<(), RunError> {
    let (config, pool) = (around.config, around.ledger.pool());
    let (sms, sending) = (&config.sms, &config.sending);
    let answer_lease = sms.limits().answer + Duration::from_millis(sending.answer_margin_ms);
    let (bookings, booking) = Bookings::new(pool.clone(), sms.caps(), answer_lease);
    around.tasks.spawn("sms-booking", forever(booking));
    let key = config.addresses.key()?;
    let texting = Texting {
        ledger: around.ledger.clone(),
        route: Arc::from(name),
        gateway,
        client: GatewayClient::new(sms.limits()),
        receipt_url,
        rules: sms.rules()?,
        hours: sms.hours()?,
        words: Box::new(Templates::new(Links::new(&config.mail.links_base)?)?),
        key: key.ok_or_else(|| SmsError::Wrong("SMS need addresses.hash_key_file".to_owned()))?,
        bookings,
        pace: Pace::within(
            pool.clone(),
            name,
            sms.messages_in_a_window,
            Duration::from_millis(sms.window_ms),
        ),
        lines: Semaphore::new(sms.connections),
        outside_rules: DeliveryRules {
            mode: config.outside_editions.mode(),
            test: false,
        },
        outside_face: EditionFace {
            data_notice: config.outside_editions.data_notice.clone(),
            ..EditionFace::default()
        },
        trouble: AtomicU32::new(0),
        config: sms.clone(),
    };
    let (reports, heard) = mpsc::channel(REPORTS);
    let lease = Duration::from_millis(sending.lease_ms);
    let courier = Courier {
        carrier: Arc::new(texting),
        reports,
        connections: Arc::new(Semaphore::new(AHEAD * sms.connections)),
        fresh_for: lease.saturating_sub(2 * LONGEST_TURN),
    };
    let job = Sending {
        courier,
        directory: around.directory.clone(),
        wake: around.wake.clone(),
        batch: sending.batch,
        lease,
        poll: Duration::from_millis(sending.poll_ms),
    };
    let shutdown = around.shutdown;
    around
        .tasks
        .spawn("sms-sender", forever(job.run(shutdown.clone())));
    let ledger = around.ledger.clone();
    let concluding = concluder::run(ledger, sending.patience(), heard, shutdown.clone());
    around.tasks.spawn("sms-concluder", forever(concluding));
    Ok(())
}
