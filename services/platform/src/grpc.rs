//! The gRPC server every service runs, and the channel by which they call each other.
//!
//! A request passes, outermost first: the arrival stamp, its trace and context, the catching of
//! panics, the policy (authentication and offices), admission (limits, load shedding), the
//! deadline; then the handler.

pub mod client;
pub mod context;
pub mod panics;

mod admission;
mod arrival;
mod authorise;
mod config;
mod contract;
mod deadline;
mod health;
mod pipeline;
mod server;
mod spans;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use arrival::{Arrived, MAX_STAMPED_BODY};
pub use client::{AuthorisedChannel, Balance, OnBehalfOf, PeerConfig};
pub use config::GrpcConfig;
pub use health::{Readiness, Unready};
pub use server::{GrpcServer, Listeners, ServeError};
