//! ScoringService: all that a judge does.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::judging::v1 as pb;
use winner_proto::judging::v1::scoring_service_server::ScoringService;

use crate::context::Context;
use crate::{commands, queries};

/// Answers `ScoringService`.
#[derive(Debug, Clone)]
pub struct Scoring(pub Context);

#[tonic::async_trait]
impl ScoringService for Scoring {
    async fn list_assignments(
        &self,
        request: Request<pb::ListAssignmentsRequest>,
    ) -> Result<Response<pb::ListAssignmentsResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::queue::list(&self.0.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn accept_assignment(
        &self,
        request: Request<pb::AcceptAssignmentRequest>,
    ) -> Result<Response<pb::Assignment>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::accept_assignment::accept_assignment(
                &self.0.ledger,
                &actor,
                request.into_inner(),
            )
            .await?,
        ))
    }

    async fn get_entry(
        &self,
        request: Request<pb::GetEntryRequest>,
    ) -> Result<Response<pb::Entry>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::entry::get(&self.0, &actor, request.into_inner()).await?,
        ))
    }

    async fn submit_scorecard(
        &self,
        request: Request<pb::SubmitScorecardRequest>,
    ) -> Result<Response<pb::Scorecard>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::submit_scorecard::submit_scorecard(
                &self.0.ledger,
                &actor,
                request.into_inner(),
            )
            .await?,
        ))
    }

    async fn recuse(
        &self,
        request: Request<pb::RecuseRequest>,
    ) -> Result<Response<pb::Assignment>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::recuse::recuse(&self.0.ledger, &actor, request.into_inner()).await?,
        ))
    }
}
