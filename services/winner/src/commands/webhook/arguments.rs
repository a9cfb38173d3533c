//! What `winner webhook` takes.

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;
use winner_proto::notification::v1 as wire;

use crate::person::Caller;

/// What `winner webhook` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) caller: Caller,
    #[command(subcommand)]
    pub(super) action: Action,
}

/// Which endpoint.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The edition.
    #[arg(long)]
    pub(super) edition: String,
    /// The endpoint, as `list` shows it.
    #[arg(long)]
    pub(super) id: Uuid,
}

impl Which {
    pub(super) fn name(&self) -> String {
        format!("editions/{}/webhooks/{}", self.edition, self.id)
    }
}

/// What to do with endpoints.
#[derive(Subcommand, Debug)]
pub(super) enum Action {
    /// Registers an endpoint and shows its secret, this once.
    Create {
        /// The edition.
        #[arg(long)]
        edition: String,
        /// An https URL.
        #[arg(long)]
        url: String,
        /// Which events, as in `intake.submission.>`. May be repeated.
        #[arg(long = "subject", required = true)]
        subjects: Vec<String>,
        /// At most so many deliveries a second; 0 is the installation's default.
        #[arg(long, default_value_t = 0)]
        per_second: i32,
    },
    /// Lists the endpoints of an edition.
    List {
        /// The edition.
        #[arg(long)]
        edition: String,
    },
    /// Shows one endpoint.
    Show(#[command(flatten)] Which),
    /// Changes an endpoint; what is not named stays.
    Update {
        #[command(flatten)]
        which: Which,
        /// A new https URL.
        #[arg(long)]
        url: Option<String>,
        /// New subjects, instead of all before.
        #[arg(long = "subject")]
        subjects: Vec<String>,
        /// At most so many deliveries a second.
        #[arg(long)]
        per_second: Option<i32>,
        /// Serve it again; what it missed comes by `replay`.
        #[arg(long, conflicts_with = "disable")]
        enable: bool,
        /// Serve it no more.
        #[arg(long)]
        disable: bool,
    },
    /// Gives an endpoint a new secret and shows it, this once.
    Rotate {
        #[command(flatten)]
        which: Which,
        /// For so many hours the old secret signs beside the new one, 168 at most.
        #[arg(long, default_value_t = 24)]
        overlap_hours: i32,
    },
    /// Removes an endpoint with everything that waits for it.
    Delete(#[command(flatten)] Which),
    /// Brings one test event and says what the endpoint answered; exit code 1 unless it said yes.
    Test(#[command(flatten)] Which),
    /// Brings events again: those that came in a time, or one delivery.
    Replay {
        #[command(flatten)]
        which: Which,
        /// Events that came from then on, as in `2026-11-24T00:00:00Z`.
        #[arg(long, required_unless_present = "delivery")]
        since: Option<String>,
        /// ... and before then.
        #[arg(long, requires = "since")]
        until: Option<String>,
        /// Only what was not delivered.
        #[arg(long, requires = "since")]
        undelivered: bool,
        /// One delivery, as `deliveries` shows it.
        #[arg(long, conflicts_with = "since")]
        delivery: Option<Uuid>,
    },
    /// Lists what was and will be brought to an endpoint, newest first.
    Deliveries {
        #[command(flatten)]
        which: Which,
        /// Only those in this state.
        #[arg(long)]
        state: Option<State>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum State {
    /// Waits for its turn, or to be tried again.
    Pending,
    /// Being brought.
    Sending,
    /// The endpoint said yes.
    Delivered,
    /// Tried for as long as the ladder lasts.
    Dead,
    /// Not brought: its endpoint was off.
    Skipped,
}

impl State {
    pub(super) const fn on_the_wire(self) -> wire::DeliveryState {
        match self {
            Self::Pending => wire::DeliveryState::Pending,
            Self::Sending => wire::DeliveryState::Sending,
            Self::Delivered => wire::DeliveryState::Delivered,
            Self::Dead => wire::DeliveryState::Dead,
            Self::Skipped => wire::DeliveryState::Skipped,
        }
    }
}
