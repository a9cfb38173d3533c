//! Wires the service together.

use std::time::Duration;

use winner_messaging::host::{Deps, Host, HostError, Sections};
use winner_messaging::{Ledger, figures};
use winner_platform::auth::oidc::{OidcError, OidcVerifier};
use winner_platform::grpc::{Listeners, ServeError};
use winner_platform::lifecycle::Shutdown;
use winner_proto::intake::v1::challenge_service_server::ChallengeServiceServer;
use winner_proto::intake::v1::edition_service_server::EditionServiceServer;
use winner_proto::intake::v1::identity_service_server::IdentityServiceServer;
use winner_proto::intake::v1::screening_service_server::ScreeningServiceServer;
use winner_proto::intake::v1::submission_service_server::SubmissionServiceServer;
use winner_proto::intake::v1::view_service_server::ViewServiceServer;

use crate::MIGRATOR;
use crate::config::{Config, LinkKeyError};
use crate::context::Context;
use crate::grpc::challenges::Challenges;
use crate::grpc::editions::Editions;
use crate::grpc::identity::Identity;
use crate::grpc::screenings::Screenings;
use crate::grpc::submissions::Submissions;
use crate::grpc::views::Views;
use crate::jobs;
use crate::metrics;
use crate::rules::RulesCache;

/// Why the service does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A part that every service has.
    #[error(transparent)]
    Host(#[from] HostError),
    /// A provider's settings are wrong.
    #[error("an identity provider is not usable")]
    Provider(#[from] OidcError),
    /// The key of links cannot be had.
    #[error("invitations.link_key")]
    LinkKey(#[from] LinkKeyError),
    /// The server failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// Runs the service until `shutdown`.
///
/// # Errors
/// When a part cannot be opened, or the server fails.
pub async fn run(
    config: Config,
    listeners: Listeners,
    deps: Deps,
    shutdown: Shutdown,
) -> Result<(), RunError> {
    let sections = Sections {
        postgres: &config.postgres,
        nats: &config.nats,
        messaging: &config.messaging,
        grpc: &config.grpc,
        auth: &config.auth,
    };
    let host = Host::open("intake", &MIGRATOR, sections, &deps, &shutdown).await?;
    let context = Context {
        ledger: host.ledger.clone(),
        ids: deps.ids.clone(),
        clock: host.ledger.clock().clone(),
        rules: RulesCache::default(),
        settings: config.settings(),
        signer: host.signer.clone(),
        providers: OidcVerifier::new(config.identity.providers.clone())?,
        links: config.invitations.key()?,
    };
    host.node().start(&deps.tasks, &shutdown);
    let close_waves = Duration::from_millis(config.jobs.close_waves_ms);
    let expire = Duration::from_millis(config.jobs.expire_invitations_ms);
    let soft = shutdown.soft.clone();
    deps.tasks.spawn(
        "close_waves",
        jobs::close_waves(context.clone(), close_waves, soft.clone()),
    );
    deps.tasks.spawn(
        "expire_invitations",
        jobs::expire_invitations(context.clone(), expire, soft),
    );
    let counted = context.clone();
    let counting = figures::keep(
        host.ledger.clone(),
        shutdown.soft.clone(),
        async move |ledger: &Ledger| metrics::count(&counted, ledger).await,
    );
    deps.tasks.spawn("figures", counting);
    host.server()
        .add(IdentityServiceServer::new(Identity(context.clone())))
        .add(EditionServiceServer::new(Editions(context.clone())))
        .add(ChallengeServiceServer::new(Challenges(context.clone())))
        .add(SubmissionServiceServer::new(Submissions(context.clone())))
        .add(ScreeningServiceServer::new(Screenings(context.clone())))
        .add(ViewServiceServer::new(Views(context)))
        .serve(listeners, host.readiness(), shutdown)
        .await?;
    Ok(())
}
