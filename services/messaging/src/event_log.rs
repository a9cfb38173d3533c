//! A producer's log of events, read over gRPC: what the broker lost or has not delivered yet.

mod client;
mod read;
mod server;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::counter::Counter;
use crate::reaction::ReactionError;
use crate::received::Received;

pub use client::client;
pub use server::{LogService, service};

/// Some events of one aggregate, in order.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The events.
    pub events: Vec<Received>,
    /// Whether more follow.
    pub more: bool,
}

/// A future of a page, boxed so that logs of several producers fit one table.
pub type PageFuture<'a> = Pin<Box<dyn Future<Output = Result<Page, ReactionError>> + Send + 'a>>;

/// Where a consumer reads what it missed.
pub trait EventLog: Send + Sync + 'static {
    /// The events of one aggregate after `after`, in order; at most a page.
    fn list<'a>(
        &'a self,
        aggregate: &'a str,
        aggregate_id: &'a str,
        after: Counter,
    ) -> PageFuture<'a>;
}

/// A log that several consumers share.
pub type SharedLog = Arc<dyn EventLog>;
