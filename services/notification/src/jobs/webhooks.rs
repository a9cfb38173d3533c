//! Brings events to endpoints: a dispatcher claims what is due and calls, a recorder writes down what came of
//! it, and the upkeep looks after what was left behind.

pub mod dispatcher;
pub mod recorder;
pub mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use winner_messaging::Ledger;
use winner_platform::{Shutdown, Tasks};

use crate::jobs::wake::Wake;
use crate::reactions::announcing::Announcer;
use crate::webhooks::{Caller, Keyring, WebhooksConfig};
use dispatcher::Dispatcher;
use upkeep::Upkeep;

/// How many reports may wait to be recorded.
const REPORTS: usize = 1_000;

/// What the jobs share.
#[derive(Clone)]
pub struct Serving {
    /// Where deliveries are kept.
    pub ledger: Ledger,
    /// The settings.
    pub config: Arc<WebhooksConfig>,
    /// Calls endpoints.
    pub caller: Caller,
    /// Opens their secrets.
    pub keyring: Arc<Keyring>,
    /// Tells that there may be something to do.
    pub wake: Wake,
}

impl Serving {
    /// Starts the jobs. They end with `shutdown`.
    pub fn start(self, announcer: Announcer, tasks: &Tasks, shutdown: &Shutdown) {
        let (reports, heard) = mpsc::channel(REPORTS);
        let recording = recorder::run(
            self.ledger.clone(),
            self.wake.clone(),
            heard,
            shutdown.clone(),
        );
        tasks.spawn("webhook_recorder", endless(recording, shutdown));
        let upkeep = Upkeep {
            serving: self.clone(),
            announcer,
        };
        tasks.spawn(
            "webhook_upkeep",
            endless(upkeep.run(shutdown.clone()), shutdown),
        );
        let dispatcher = Dispatcher {
            lease: Duration::from_millis(self.config.lease_ms),
            poll: Duration::from_millis(self.config.poll_ms),
            reports,
            serving: self,
        };
        tasks.spawn(
            "webhooks",
            endless(dispatcher.run(shutdown.clone()), shutdown),
        );
    }
}

/// A task that ends at the soft stage, and is let go at the hard one.
fn endless<F: Future<Output = ()>>(
    task: F,
    shutdown: &Shutdown,
) -> impl Future<Output = Result<(), std::convert::Infallible>> + use<F> {
    let task = shutdown.hard.clone().run_until_cancelled_owned(task);
    async move {
        task.await;
        Ok(())
    }
}
