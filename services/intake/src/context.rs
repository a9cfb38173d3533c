//! What every use case works with.

use std::time::Duration;

use winner_messaging::Ledger;
use winner_platform::auth::TokenSigner;
use winner_platform::auth::link::LinkKey;
use winner_platform::auth::oidc::OidcVerifier;
use winner_platform::{BusinessTime, Clock, Ids};

use crate::domain::ids::PersonId;
use crate::rules::RulesCache;

/// What every use case works with. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) ledger: Ledger,
    pub(crate) ids: Ids,
    pub(crate) clock: Clock,
    pub(crate) rules: RulesCache,
    pub(crate) settings: Settings,
    pub(crate) signer: TokenSigner,
    pub(crate) providers: OidcVerifier,
    pub(crate) links: LinkKey,
}

/// What an installation decides.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The provider's group whose members may create editions.
    pub(crate) admin_group: String,
    /// How long an internal token is good.
    pub(crate) token_life: Duration,
    /// How long an invitation may be accepted.
    pub(crate) invitation_life: Duration,
    /// How long a submission is tried again inside the server.
    pub(crate) submit_max_duration: Duration,
}

impl Context {
    /// Business time now.
    pub(crate) fn now(&self) -> BusinessTime {
        self.clock.business()
    }
}

/// The person who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// Who.
    pub(crate) person: PersonId,
    /// In the platform-admin group when the token was made.
    pub(crate) platform_admin: bool,
}
