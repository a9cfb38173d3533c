//! Who calls, and what they may do.
//!
//! Every service signs short-lived tokens with an Ed25519 key of its own and trusts the public
//! keys it was given: services speak for themselves with service tokens, and one of them, the
//! token service, speaks for persons. A person's token carries an id and grants, nothing personal.

pub mod keys;
pub mod link;
pub mod oidc;

mod actor;
mod cache;
mod claims;
mod grant;
mod jwks;
mod signer;
mod verifier;

pub use actor::{Actor, Caller};
pub use grant::Grant;
pub use keys::{KeyError, PublicKey, ServiceKey, TrustedKeys};
pub use link::{LinkClaims, LinkKey};
pub use signer::{SignError, TokenSigner};
pub use verifier::{AuthConfig, TokenError, Verifier};

/// The audience of a person's token: every service of the system.
pub const PERSON_AUDIENCE: &str = "persons";
/// The longest life of an internal token.
pub const TOKEN_LIFE: std::time::Duration = std::time::Duration::from_mins(5);
