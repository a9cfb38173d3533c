//! `ChallengeService`.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::intake::v1::challenge_service_server::ChallengeService;
use winner_proto::intake::v1::{
    self as intake, CreateChallengeRequest, GetChallengeRequest, ListChallengesRequest,
    ListChallengesResponse, PublishChallengeRequest, UpdateChallengeRequest,
};
use winner_proto::types::v1::LocalizedText;

use super::once::{finish, fresh};
use super::{caller, page, parse};
use crate::commands::create_challenge::{NewChallenge, create_challenge};
use crate::commands::publish_challenge::publish_challenge;
use crate::commands::update_challenge::{Change, update_challenge};
use crate::context::Context;
use crate::domain::challenge::{Problem, Text};
use crate::domain::ids::{ChallengeId, IssueId};
use crate::domain::names;
use crate::domain::region::RegionCode;
use crate::messages;
use crate::queries::challenges;
use crate::refusal::Refusal;

/// Answers `ChallengeService`.
#[derive(Debug, Clone)]
pub(crate) struct Challenges(pub(crate) Context);

fn text(message: Option<&LocalizedText>) -> Text {
    message.map_or_else(Text::default, |text| Text {
        id: text.id.trim().to_owned(),
        en: text.en.trim().to_owned(),
    })
}

fn new_challenge(request: &CreateChallengeRequest) -> Result<NewChallenge, Refusal> {
    let edition = parse::name("parent", names::parse_edition(&request.parent))?;
    let id = parse::chosen("challenge_id", &request.challenge_id, ChallengeId::parse)?;
    let challenge = request.challenge.clone().unwrap_or_default();
    let mut faults = parse::Faults::default();
    let region = RegionCode::parse(&challenge.region_code);
    let region = faults.read("challenge.region_code", "UNKNOWN_REGION", region);
    let issue = IssueId::parse(&challenge.issue_id);
    let issue = faults.read("challenge.issue_id", "INVALID_ID", issue);
    let (Some(region), Some(issue)) = (region, issue) else {
        return Err(faults.refusal());
    };
    let problem = Problem {
        issue,
        title: text(challenge.title.as_ref()),
        description: text(challenge.description.as_ref()),
        offer: text(challenge.offer.as_ref()),
        capacity: challenge.capacity,
    };
    Ok(NewChallenge {
        id,
        edition,
        region,
        problem,
    })
}

fn change(request: &UpdateChallengeRequest) -> Result<Change, Refusal> {
    let challenge = request.challenge.clone().unwrap_or_default();
    let mut faults = parse::Faults::default();
    let mut change = Change::default();
    let paths = request
        .update_mask
        .as_ref()
        .map_or(&[][..], |mask| &mask.paths);
    if paths.is_empty() {
        faults.add("update_mask", "REQUIRED", "say which fields to change");
    }
    for path in paths {
        match path.as_str() {
            "issue_id" => {
                let issue = IssueId::parse(&challenge.issue_id);
                change.issue = faults.read("challenge.issue_id", "INVALID_ID", issue);
            }
            "title" => change.title = Some(text(challenge.title.as_ref())),
            "description" => change.description = Some(text(challenge.description.as_ref())),
            "offer" => change.offer = Some(text(challenge.offer.as_ref())),
            "capacity" => change.capacity = Some(challenge.capacity),
            _ => faults.add(
                "update_mask",
                "UNKNOWN_FIELD",
                "names a field that cannot be changed",
            ),
        }
    }
    faults.none()?;
    change.etag = parse::etag("challenge.etag", &challenge.etag)?;
    Ok(change)
}

#[tonic::async_trait]
impl ChallengeService for Challenges {
    async fn create_challenge(
        &self,
        request: Request<CreateChallengeRequest>,
    ) -> Result<Response<intake::Challenge>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "CreateChallenge", request);
        let new = new_challenge(request)?;
        let challenge = create_challenge(&self.0, &mut unit, caller, new).await?;
        Ok(finish(unit, guard, messages::challenge(&challenge)).await?)
    }

    async fn update_challenge(
        &self,
        request: Request<UpdateChallengeRequest>,
    ) -> Result<Response<intake::Challenge>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "UpdateChallenge", request);
        let name = request
            .challenge
            .as_ref()
            .map_or("", |challenge| challenge.name.as_str());
        let (edition, id) = parse::name("challenge.name", names::parse_challenge(name))?;
        let change = change(request)?;
        let challenge = update_challenge(&self.0, &mut unit, caller, &edition, id, change).await?;
        Ok(finish(unit, guard, messages::challenge(&challenge)).await?)
    }

    async fn publish_challenge(
        &self,
        request: Request<PublishChallengeRequest>,
    ) -> Result<Response<intake::Challenge>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "PublishChallenge", request);
        let (edition, id) = parse::name("name", names::parse_challenge(&request.name))?;
        let challenge = publish_challenge(&self.0, &mut unit, caller, &edition, id).await?;
        Ok(finish(unit, guard, messages::challenge(&challenge)).await?)
    }

    async fn get_challenge(
        &self,
        request: Request<GetChallengeRequest>,
    ) -> Result<Response<intake::Challenge>, Status> {
        let actor = Actor::from_request(&request)?;
        let (edition, id) = parse::name("name", names::parse_challenge(&request.get_ref().name))?;
        let challenge = challenges::get(&self.0, &actor, &edition, id).await?;
        Ok(Response::new(messages::challenge(&challenge)))
    }

    async fn list_challenges(
        &self,
        request: Request<ListChallengesRequest>,
    ) -> Result<Response<ListChallengesResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let request = request.get_ref();
        let edition = parse::name("parent", names::parse_edition(&request.parent))?;
        let size = page::Size::read(request.page_size, 50, 200)?;
        let after = page::read(&request.page_token, challenges::after)?;
        let mut rows = challenges::list(&self.0, &actor, &edition, after, size.limit()).await?;
        let next_page_token = size.cut(&mut rows, challenges::key);
        let challenges = rows.iter().map(messages::challenge).collect();
        Ok(Response::new(ListChallengesResponse {
            challenges,
            next_page_token,
        }))
    }
}
