//! PanelService: planned, confirmed and repaired panels.

use tonic::{Request, Response, Status};
use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::panel_service_server::PanelService;

use crate::{commands, queries};

/// Answers `PanelService`.
#[derive(Debug, Clone)]
pub struct Panels {
    /// The service's ledger.
    pub ledger: Ledger,
}

#[tonic::async_trait]
impl PanelService for Panels {
    async fn plan_panel(
        &self,
        request: Request<pb::PlanPanelRequest>,
    ) -> Result<Response<pb::Panel>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::plan_panel::plan_panel(&self.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn confirm_panel(
        &self,
        request: Request<pb::ConfirmPanelRequest>,
    ) -> Result<Response<pb::Panel>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::confirm_panel::confirm_panel(&self.ledger, &actor, request.into_inner())
                .await?,
        ))
    }

    async fn get_panel(
        &self,
        request: Request<pb::GetPanelRequest>,
    ) -> Result<Response<pb::Panel>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::panel::get(&self.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn get_panel_state(
        &self,
        request: Request<pb::GetPanelStateRequest>,
    ) -> Result<Response<pb::PanelStatus>, Status> {
        Ok(Response::new(
            queries::panel::state(&self.ledger, request.into_inner()).await?,
        ))
    }
}
