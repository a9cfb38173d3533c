//! Wires the service together.

use winner_messaging::host::{Deps, Host, HostError, Sections};
use winner_messaging::{event_log, figures};
use winner_platform::grpc::Listeners;
use winner_platform::lifecycle::Shutdown;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::judging::v1::result_service_server::ResultServiceServer;
use winner_proto::judging::v1::round_service_server::RoundServiceServer;
use winner_proto::judging::v1::scoring_service_server::ScoringServiceServer;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

use crate::MIGRATOR;
use crate::config::Config;
use crate::context::Context;
use crate::grpc::{Results, Rounds, Scoring};
use crate::metrics;
use crate::reactions::{FROM_INTAKE, FROM_MATCHING, FromIntake, FromMatching};

/// Runs the service until `shutdown`.
///
/// # Errors
/// When a part cannot be opened, or the server fails.
pub async fn run(
    config: Config,
    listeners: Listeners,
    deps: Deps,
    shutdown: Shutdown,
) -> Result<(), HostError> {
    let sections = Sections {
        postgres: &config.postgres,
        nats: &config.nats,
        messaging: &config.messaging,
        grpc: &config.grpc,
        auth: &config.auth,
    };
    let host = Host::open("judging", &MIGRATOR, sections, &deps, &shutdown).await?;
    let intake = host.peer(&config.peers.intake, "intake")?;
    let matching = host.peer(&config.peers.matching, "matching")?;
    let context = Context {
        ledger: host.ledger.clone(),
        views: ViewServiceClient::new(intake.clone()),
        panels: PanelServiceClient::new(matching.clone()),
    };
    let from_intake = FromIntake {
        editions: EditionServiceClient::new(intake.clone()),
    };
    let from_matching = FromMatching {
        ledger: host.ledger.clone(),
        panels: context.panels.clone(),
    };
    host.node()
        .consume(
            &FROM_INTAKE,
            from_intake,
            event_log::client("intake", intake),
        )
        .consume(
            &FROM_MATCHING,
            from_matching,
            event_log::client("matching", matching),
        )
        .start(&deps.tasks, &shutdown);
    let counting = figures::keep(host.ledger.clone(), shutdown.soft.clone(), metrics::count);
    deps.tasks.spawn("figures", counting);
    host.server()
        .add(RoundServiceServer::new(Rounds(context.clone())))
        .add(ScoringServiceServer::new(Scoring(context.clone())))
        .add(ResultServiceServer::new(Results(context)))
        .serve(listeners, host.readiness(), shutdown)
        .await?;
    Ok(())
}
