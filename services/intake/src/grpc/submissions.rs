//! `SubmissionService`.

mod requests;
mod submit;

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_platform::grpc::Arrived;
use winner_proto::intake::v1::submission_service_server::SubmissionService;
use winner_proto::intake::v1::{
    CreateSubmissionRequest, GetSubmissionRequest, ListSubmissionsRequest, ListSubmissionsResponse,
    Submission, SubmitRequest, SubmitResponse, UpdateSubmissionRequest, WithdrawSubmissionRequest,
};

use super::once::{finish_keeping, fresh};
use super::{caller, page, parse};
use crate::commands::create_submission::create_submission;
use crate::commands::update_submission::update_submission;
use crate::commands::withdraw_submission::withdraw_submission;
use crate::context::{Caller, Context};
use crate::domain::names;
use crate::messages;
use crate::queries::submissions;

/// Answers `SubmissionService`.
#[derive(Debug, Clone)]
pub(crate) struct Submissions(pub(crate) Context);

/// What is kept of an answer: its name.
fn named(submission: &Submission) -> Submission {
    Submission {
        name: submission.name.clone(),
        ..Submission::default()
    }
}

impl Submissions {
    /// The answer to a repeated request: the submission as it is now.
    async fn again(&self, caller: Caller, kept: &Submission) -> Result<Submission, Status> {
        let (edition, id) = parse::name("name", names::parse_submission(&kept.name))?;
        let (row, receipt) = submissions::get(&self.0, caller, &edition, id).await?;
        Ok(messages::submission(&row, receipt.as_ref()))
    }
}

#[tonic::async_trait]
impl SubmissionService for Submissions {
    async fn create_submission(
        &self,
        request: Request<CreateSubmissionRequest>,
    ) -> Result<Response<Submission>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "CreateSubmission", request, |kept| self
            .again(caller, &kept)
            .await);
        let new = requests::submission(request)?;
        let row = create_submission(&self.0, &mut unit, caller, new).await?;
        let response = messages::submission(&row, None);
        Ok(finish_keeping(unit, guard, &named(&response), response).await?)
    }

    async fn update_submission(
        &self,
        request: Request<UpdateSubmissionRequest>,
    ) -> Result<Response<Submission>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "UpdateSubmission", request, |kept| self
            .again(caller, &kept)
            .await);
        let (edition, id) = parse::name("name", names::parse_submission(&request.name))?;
        let edit = requests::edit(request)?;
        let row = update_submission(&self.0, &mut unit, caller, &edition, id, edit).await?;
        let response = messages::submission(&row, None);
        Ok(finish_keeping(unit, guard, &named(&response), response).await?)
    }

    async fn submit(
        &self,
        request: Request<SubmitRequest>,
    ) -> Result<Response<SubmitResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let Arrived(arrived) = Arrived::from_request(&request)?;
        Ok(submit::until_decided(&self.0, &actor, caller, arrived, request.get_ref()).await?)
    }

    async fn withdraw_submission(
        &self,
        request: Request<WithdrawSubmissionRequest>,
    ) -> Result<Response<Submission>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "WithdrawSubmission", request, |kept| self
            .again(caller, &kept)
            .await);
        let (edition, id) = parse::name("name", names::parse_submission(&request.name))?;
        let row = withdraw_submission(&mut unit, caller, &edition, id).await?;
        let response = messages::submission(&row, None);
        Ok(finish_keeping(unit, guard, &named(&response), response).await?)
    }

    async fn get_submission(
        &self,
        request: Request<GetSubmissionRequest>,
    ) -> Result<Response<Submission>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let (edition, id) = parse::name("name", names::parse_submission(&request.get_ref().name))?;
        let (row, receipt) = submissions::get(&self.0, caller, &edition, id).await?;
        Ok(Response::new(messages::submission(&row, receipt.as_ref())))
    }

    async fn list_submissions(
        &self,
        request: Request<ListSubmissionsRequest>,
    ) -> Result<Response<ListSubmissionsResponse>, Status> {
        let caller = caller(&Actor::from_request(&request)?)?;
        let request = request.get_ref();
        let edition = parse::name("parent", names::parse_edition(&request.parent))?;
        let size = page::Size::read(request.page_size, 50, 200)?;
        let after = page::read(&request.page_token, page::uuid)?;
        let mut rows = submissions::list(&self.0, caller, &edition, after, size.limit()).await?;
        let next_page_token = size.cut(&mut rows, |(row, _)| [row.proposal.id.to_string()]);
        let shown = rows
            .iter()
            .map(|(row, proof)| messages::submission(row, proof.as_ref()));
        Ok(Response::new(ListSubmissionsResponse {
            submissions: shown.collect(),
            next_page_token,
        }))
    }
}
