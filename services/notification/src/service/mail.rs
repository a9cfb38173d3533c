//! Puts together what sends mail.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use tokio::sync::Semaphore;
use winner_messaging::Ledger;
use winner_platform::{Shutdown, Tasks};

use super::{RunError, forever};
use crate::config::{Config, MailSecrets};
use crate::domain::delivery::DeliveryRules;
use crate::jobs::connection_share::ConnectionShare;
use crate::jobs::crossing::Crossing;
use crate::jobs::delivery::Desk;
use crate::jobs::pace::Pace;
use crate::jobs::relay_watch;
use crate::jobs::relays::{Relays, Way};
use crate::smtp::config::RelayConfig;
use crate::smtp::{Relay, Sender};
use crate::templates::{Links, Templates};

/// The desk, and its permits for connections.
pub(super) fn desk(
    config: &Config,
    secrets: &MailSecrets,
    ledger: &Ledger,
    crossing: Crossing,
    tasks: &Tasks,
    shutdown: &Shutdown,
) -> Result<(Desk, Arc<Semaphore>), RunError> {
    let mut sender = Sender::parse(&config.mail.from, &config.mail.reply_to)?;
    sender.keys.clone_from(&secrets.signing);
    let relays = relays(config, ledger)?;
    let watching = relay_watch::run(Arc::clone(&relays), ledger.pool().clone(), shutdown.clone());
    tasks.spawn("relay-watch", forever(watching));
    let connections = connections(&config.smtp, &relays, ledger, tasks, shutdown);
    let desk = Desk {
        ledger: ledger.clone(),
        relays,
        templates: Templates::new(Links::new(&config.mail.links_base)?)?,
        sender,
        crossing,
        ways_back: secrets.ways_back(config),
        address_key: secrets.addresses.clone(),
        outside_rules: DeliveryRules {
            mode: config.outside_editions.mode(),
            test: false,
        },
        outside_notice: config.outside_editions.data_notice.clone(),
        trouble: Arc::new(AtomicU32::new(0)),
    };
    Ok((desk, connections))
}

fn relays(config: &Config, ledger: &Ledger) -> Result<Arc<Relays>, RunError> {
    let way = |config: &RelayConfig| -> Result<Way, RunError> {
        let relay = Relay::new(config, ledger.clock().clone())?;
        let pace = Pace::new(
            ledger.pool().clone(),
            &relay.name(),
            config.messages_per_second,
        );
        Ok(Way::new(relay, pace))
    };
    let mut ways = vec![way(&config.smtp)?];
    if let Some(standby) = config.smtp_standby.relay(&config.smtp) {
        ways.push(way(&standby)?);
    }
    Ok(Arc::new(Relays::new(
        ways,
        config.smtp.longest_before_dot(),
    )))
}

/// One permit for each connection that this copy may have: as many as the settings say, or its share of
/// what all copies may have.
fn connections(
    config: &RelayConfig,
    relays: &Arc<Relays>,
    ledger: &Ledger,
    tasks: &Tasks,
    shutdown: &Shutdown,
) -> Arc<Semaphore> {
    if config.connections_of_all_copies == 0 {
        return Arc::new(Semaphore::new(config.connections));
    }
    let permits = Arc::new(Semaphore::new(0));
    let share = ConnectionShare {
        holder: ledger.ids().uuid(),
        pool: ledger.pool().clone(),
        permits: Arc::clone(&permits),
        wanted: u32::try_from(config.connections).unwrap_or(u32::MAX),
        limit: config.connections_of_all_copies,
        relays: Arc::clone(relays),
    };
    tasks.spawn("connection-share", forever(share.run(shutdown.clone())));
    permits
}
