//! Why something about an endpoint is not done.

use winner_messaging::RequestError;
use winner_notification_core::webhook::cloud_event::BodyError;
use winner_notification_core::webhook::filter::FilterError;
use winner_notification_core::webhook::secret::SecretError;
use winner_notification_core::webhook::target::TargetError;

use crate::webhooks::keyring::{OpenError, SealError};

/// Why something about an endpoint is not done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such endpoint in this edition.
    #[error("there is no such endpoint")]
    NotFound,
    /// There is no such delivery of this endpoint, or it is being made.
    #[error("there is no such delivery that could be made again")]
    NoDelivery,
    /// The installation has no keys to seal secrets with.
    #[error("this installation serves no webhooks")]
    Off,
    /// The endpoint is not served.
    #[error("the endpoint is disabled")]
    Disabled,
    /// The edition has as many endpoints as it may.
    #[error("the edition has {0} endpoints")]
    TooMany(u16),
    /// It was tested a moment ago.
    #[error("the endpoint was tested a moment ago")]
    TooSoon,
    /// The URL may not be called.
    #[error("the url {0}")]
    Target(#[from] TargetError),
    /// The subjects make no filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A field's value is out of its range.
    #[error("{field} {what}")]
    Range {
        /// The field.
        field: &'static str,
        /// What it must be.
        what: &'static str,
    },
    /// The request cannot be taken.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A secret cannot be made.
    #[error("a secret cannot be made")]
    Secret(#[from] SecretError),
    /// A secret cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A secret cannot be opened.
    #[error("the endpoint's secret cannot be opened")]
    Open(#[from] OpenError),
    /// A body cannot be written.
    #[error("a test event cannot be written")]
    Body(#[from] BodyError),
    /// The database's.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
}
