//! MatchService: proposed and answered matches.

use tonic::{Request, Response, Status};
use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::match_service_server::MatchService;

use crate::{commands, queries};

/// Answers `MatchService`.
#[derive(Debug, Clone)]
pub struct Matches {
    /// The service's ledger.
    pub ledger: Ledger,
}

#[tonic::async_trait]
impl MatchService for Matches {
    async fn propose_matches(
        &self,
        request: Request<pb::ProposeMatchesRequest>,
    ) -> Result<Response<pb::ProposeMatchesResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::propose_matches::propose_matches(&self.ledger, &actor, request.into_inner())
                .await?,
        ))
    }

    async fn list_matches(
        &self,
        request: Request<pb::ListMatchesRequest>,
    ) -> Result<Response<pb::ListMatchesResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::matches::list(&self.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn answer_match(
        &self,
        request: Request<pb::AnswerMatchRequest>,
    ) -> Result<Response<pb::Match>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::answer_match::answer_match(&self.ledger, &actor, request.into_inner())
                .await?,
        ))
    }
}
