//! RoundService: planned, opened and closed rounds.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::round_service_server::RoundService;

use crate::context::Context;
use crate::{commands, queries};

/// Answers `RoundService`.
#[derive(Debug, Clone)]
pub struct Rounds(pub Context);

#[tonic::async_trait]
impl RoundService for Rounds {
    async fn create_round(
        &self,
        request: Request<pb::CreateRoundRequest>,
    ) -> Result<Response<pb::Round>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::create_round::create_round(&self.0.ledger, &actor, request.into_inner())
                .await?,
        ))
    }

    async fn get_round(
        &self,
        request: Request<pb::GetRoundRequest>,
    ) -> Result<Response<pb::Round>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::round::get(&self.0.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn open_round(
        &self,
        request: Request<pb::OpenRoundRequest>,
    ) -> Result<Response<pb::Round>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::open_round::open_round(&self.0.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn close_round(
        &self,
        request: Request<pb::CloseRoundRequest>,
    ) -> Result<Response<pb::Round>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::close_round::close_round(&self.0, &actor, request.into_inner()).await?,
        ))
    }
}
