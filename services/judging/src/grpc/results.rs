//! ResultService: rankings, approvals, results.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::result_service_server::ResultService;

use crate::context::Context;
use crate::{commands, queries};

/// Answers `ResultService`.
#[derive(Debug, Clone)]
pub struct Results(pub Context);

#[tonic::async_trait]
impl ResultService for Results {
    async fn compute_ranking(
        &self,
        request: Request<pb::ComputeRankingRequest>,
    ) -> Result<Response<pb::Ranking>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::compute_ranking::compute_ranking(
                &self.0.ledger,
                &actor,
                request.into_inner(),
            )
            .await?,
        ))
    }

    async fn get_ranking(
        &self,
        request: Request<pb::GetRankingRequest>,
    ) -> Result<Response<pb::Ranking>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::ranking::get(&self.0.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn approve_ranking(
        &self,
        request: Request<pb::ApproveRankingRequest>,
    ) -> Result<Response<pb::Ranking>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::approve_ranking::approve_ranking(
                &self.0.ledger,
                &actor,
                request.into_inner(),
            )
            .await?,
        ))
    }

    async fn publish_result(
        &self,
        request: Request<pb::PublishResultRequest>,
    ) -> Result<Response<pb::Result>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::publish_result::publish_result(&self.0.ledger, &actor, request.into_inner())
                .await?,
        ))
    }

    async fn get_result(
        &self,
        request: Request<pb::GetResultRequest>,
    ) -> Result<Response<pb::Result>, Status> {
        Ok(Response::new(
            queries::result::get(&self.0.ledger, request.into_inner()).await?,
        ))
    }
}
