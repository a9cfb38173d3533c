//! Shared machinery that knows nothing of competitions: configuration, telemetry, lifecycle,
//! authentication, gRPC, clock, ids.
//!
//! Every service starts the same way: [`config::load`], [`telemetry::init`], [`pg::connect`],
//! [`clock::Clock::start`], then a [`grpc::GrpcServer`] under a [`lifecycle::Lifecycle`].
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    ),
    allow(
        clippy::disallowed_methods,
        reason = "tests measure, run peers of their own, and look into the database"
    )
)]

pub mod auth;
pub mod clock;
pub mod config;
pub mod error;
pub mod grpc;
pub mod ids;
pub mod lifecycle;
pub mod names;
pub mod page;
pub mod pg;
pub mod telemetry;
pub mod time;

pub use clock::Clock;
pub use error::{ApiError, FieldViolation};
pub use ids::Ids;
pub use lifecycle::{Shutdown, Tasks};
pub use telemetry::own::METRICS;
pub use time::{BusinessTime, RealTime};
