//! `EditionService`.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::intake::v1::edition_service_server::EditionService;
use winner_proto::intake::v1::{
    ApplyEditionVersionRequest, CreateEditionRequest, Edition, EditionDefinition, EditionVersion,
    GetEditionRequest, GetEditionVersionRequest, ListWavesRequest, ListWavesResponse,
    OpenEditionRequest,
};

use super::once::{finish, fresh};
use super::{caller, parse};
use crate::commands::apply_edition_version::apply_edition_version;
use crate::commands::create_edition::create_edition;
use crate::commands::open_edition::open_edition;
use crate::context::Context;
use crate::domain::names;
use crate::messages;
use crate::queries::editions;
use crate::refusal::Refusal;

/// Answers `EditionService`.
#[derive(Debug, Clone)]
pub(crate) struct Editions(pub(crate) Context);

fn required(definition: Option<&EditionDefinition>) -> Result<&EditionDefinition, Refusal> {
    definition.ok_or_else(|| Refusal::field("definition", "REQUIRED", "the rules are required"))
}

#[tonic::async_trait]
impl EditionService for Editions {
    async fn create_edition(
        &self,
        request: Request<CreateEditionRequest>,
    ) -> Result<Response<Edition>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "CreateEdition", request);
        let definition = required(request.definition.as_ref())?;
        let row = create_edition(&self.0, &mut unit, caller, definition).await?;
        Ok(finish(unit, guard, messages::edition(&row)).await?)
    }

    async fn apply_edition_version(
        &self,
        request: Request<ApplyEditionVersionRequest>,
    ) -> Result<Response<Edition>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "ApplyEditionVersion", request);
        let edition = parse::name("name", names::parse_edition(&request.name))?;
        let etag = parse::etag("etag", &request.etag)?;
        let definition = required(request.definition.as_ref())?;
        let row =
            apply_edition_version(&self.0, &mut unit, caller, &edition, definition, etag).await?;
        Ok(finish(unit, guard, messages::edition(&row)).await?)
    }

    async fn open_edition(
        &self,
        request: Request<OpenEditionRequest>,
    ) -> Result<Response<Edition>, Status> {
        let actor = Actor::from_request(&request)?;
        let caller = caller(&actor)?;
        let request = request.get_ref();
        let (mut unit, guard) = fresh!(&self.0, &actor, "OpenEdition", request);
        let edition = parse::name("name", names::parse_edition(&request.name))?;
        let row = open_edition(&self.0, &mut unit, caller, &edition).await?;
        Ok(finish(unit, guard, messages::edition(&row)).await?)
    }

    async fn get_edition(
        &self,
        request: Request<GetEditionRequest>,
    ) -> Result<Response<Edition>, Status> {
        let actor = Actor::from_request(&request)?;
        let edition = parse::name("name", names::parse_edition(&request.get_ref().name))?;
        let row = editions::visible(&self.0, &actor, &edition).await?;
        Ok(Response::new(messages::edition(&row)))
    }

    async fn get_edition_version(
        &self,
        request: Request<GetEditionVersionRequest>,
    ) -> Result<Response<EditionVersion>, Status> {
        let actor = Actor::from_request(&request)?;
        let (edition, version) =
            parse::name("name", names::parse_version(&request.get_ref().name))?;
        Ok(Response::new(
            editions::version(&self.0, &actor, &edition, version).await?,
        ))
    }

    async fn list_waves(
        &self,
        request: Request<ListWavesRequest>,
    ) -> Result<Response<ListWavesResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let edition = parse::name("parent", names::parse_edition(&request.get_ref().parent))?;
        let waves = editions::waves(&self.0, &actor, &edition).await?;
        let waves = waves.iter().map(messages::wave).collect();
        Ok(Response::new(ListWavesResponse { waves }))
    }
}
