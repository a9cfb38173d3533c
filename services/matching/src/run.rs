//! Wires the service together.

use winner_messaging::host::{Deps, Host, HostError, Sections};
use winner_messaging::{event_log, figures};
use winner_platform::grpc::Listeners;
use winner_platform::lifecycle::Shutdown;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::matching::v1::judge_service_server::JudgeServiceServer;
use winner_proto::matching::v1::match_service_server::MatchServiceServer;
use winner_proto::matching::v1::panel_service_server::PanelServiceServer;

use crate::MIGRATOR;
use crate::config::Config;
use crate::grpc::{Judges, Matches, Panels};
use crate::metrics;
use crate::reactions::{FROM_INTAKE, FROM_JUDGING, FromIntake, FromJudging};

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
    let host = Host::open("matching", &MIGRATOR, sections, &deps, &shutdown).await?;
    let ledger = host.ledger.clone();
    let intake = host.peer(&config.peers.intake, "intake")?;
    let judging = host.peer(&config.peers.judging, "judging")?;
    let from_intake = FromIntake {
        ledger: ledger.clone(),
        views: ViewServiceClient::new(intake.clone()),
        editions: EditionServiceClient::new(intake.clone()),
    };
    let from_judging = FromJudging {
        ledger: ledger.clone(),
    };
    host.node()
        .consume(
            &FROM_INTAKE,
            from_intake,
            event_log::client("intake", intake),
        )
        .consume(
            &FROM_JUDGING,
            from_judging,
            event_log::client("judging", judging),
        )
        .start(&deps.tasks, &shutdown);
    let counting = figures::keep(host.ledger.clone(), shutdown.soft.clone(), metrics::count);
    deps.tasks.spawn("figures", counting);
    host.server()
        .add(JudgeServiceServer::new(Judges {
            ledger: ledger.clone(),
        }))
        .add(MatchServiceServer::new(Matches {
            ledger: ledger.clone(),
        }))
        .add(PanelServiceServer::new(Panels { ledger }))
        .serve(listeners, host.readiness(), shutdown)
        .await?;
    Ok(())
}
