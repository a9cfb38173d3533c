//! JudgeService: expertise, quotas, conflicts.

use tonic::{Request, Response, Status};
use winner_messaging::Ledger;
use winner_platform::auth::Actor;
use winner_proto::matching::v1 as pb;
use winner_proto::matching::v1::judge_service_server::JudgeService;

use crate::{commands, queries};

/// Answers `JudgeService`.
#[derive(Debug, Clone)]
pub struct Judges {
    /// The service's ledger.
    pub ledger: Ledger,
}

#[tonic::async_trait]
impl JudgeService for Judges {
    async fn get_judge(
        &self,
        request: Request<pb::GetJudgeRequest>,
    ) -> Result<Response<pb::Judge>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::judge::judge(&self.ledger, &actor, request.into_inner()).await?,
        ))
    }

    async fn update_judge(
        &self,
        request: Request<pb::UpdateJudgeRequest>,
    ) -> Result<Response<pb::Judge>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::update_judge::update_judge(&self.ledger, &actor, request.into_inner())
                .await?,
        ))
    }

    async fn declare_conflict(
        &self,
        request: Request<pb::DeclareConflictRequest>,
    ) -> Result<Response<pb::Conflict>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            commands::declare_conflict::declare_conflict(
                &self.ledger,
                &actor,
                request.into_inner(),
            )
            .await?,
        ))
    }

    async fn list_conflicts(
        &self,
        request: Request<pb::ListConflictsRequest>,
    ) -> Result<Response<pb::ListConflictsResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        Ok(Response::new(
            queries::conflicts::list(&self.ledger, &actor, request.into_inner()).await?,
        ))
    }
}
