//! `ViewService`: for winner's own services only.

use tonic::{Request, Response, Status};
use winner_platform::auth::Actor;
use winner_proto::intake::v1::view_service_server::ViewService;
use winner_proto::intake::v1::{
    BatchGetContactsRequest, BatchGetContactsResponse, BatchGetMatchingTextRequest,
    BatchGetMatchingTextResponse, BlindedEntry, ContactPurpose, GetBlindedEntryRequest,
    ListSealedRequest, ListSealedResponse, Recipient, RecipientRole, ResolveRecipientsRequest,
    ResolveRecipientsResponse, SealedSubmission,
};

use super::{page, parse};
use crate::context::Context;
use crate::domain::ids::{EditionId, SubmissionId, WaveId};
use crate::queries::contacts::{self, Purpose};
use crate::queries::recipients::{self, Role};
use crate::queries::{blinded_entry, matching_text, sealed};
use crate::refusal::Refusal;

/// Answers `ViewService`.
#[derive(Debug, Clone)]
pub(crate) struct Views(pub(crate) Context);

/// At most this many ids in a batch.
const BATCH: usize = 200;

fn edition(text: &str) -> Result<EditionId, Refusal> {
    EditionId::parse(text).map_err(|error| Refusal::field("edition_id", "INVALID_ID", error))
}

#[tonic::async_trait]
impl ViewService for Views {
    async fn batch_get_matching_text(
        &self,
        request: Request<BatchGetMatchingTextRequest>,
    ) -> Result<Response<BatchGetMatchingTextResponse>, Status> {
        let request = request.get_ref();
        let edition = edition(&request.edition_id)?;
        let submissions = parse::uuids("submission_ids", &request.submission_ids, BATCH)?;
        let challenges = parse::uuids("challenge_ids", &request.challenge_ids, BATCH)?;
        let found = matching_text::get(&self.0, &edition, &submissions, &challenges).await?;
        Ok(Response::new(found))
    }

    async fn get_blinded_entry(
        &self,
        request: Request<GetBlindedEntryRequest>,
    ) -> Result<Response<BlindedEntry>, Status> {
        let request = request.get_ref();
        let edition = edition(&request.edition_id)?;
        let submission = SubmissionId::parse(&request.submission_id)
            .map_err(|error| Refusal::field("submission_id", "INVALID_ID", error))?;
        let entry = blinded_entry::get(&self.0, &edition, submission, request.version).await?;
        Ok(Response::new(entry))
    }

    async fn list_sealed(
        &self,
        request: Request<ListSealedRequest>,
    ) -> Result<Response<ListSealedResponse>, Status> {
        let request = request.get_ref();
        let edition = edition(&request.edition_id)?;
        let wave = WaveId::parse(&request.wave_id)
            .map_err(|error| Refusal::field("wave_id", "INVALID_ID", error))?;
        let size = page::Size::read(request.page_size, 500, 1_000)?;
        let after = page::read(&request.page_token, page::uuid)?;
        let mut rows = sealed::list(&self.0, &edition, &wave, after, size.limit()).await?;
        let next_page_token = size.cut(&mut rows, |row| [row.submission.to_string()]);
        let submissions = rows.iter().map(|row| SealedSubmission {
            submission_id: row.submission.to_string(),
            version: row.version,
            content_hash: row.content_hash.to_string(),
        });
        Ok(Response::new(ListSealedResponse {
            submissions: submissions.collect(),
            next_page_token,
        }))
    }

    async fn resolve_recipients(
        &self,
        request: Request<ResolveRecipientsRequest>,
    ) -> Result<Response<ResolveRecipientsResponse>, Status> {
        let request = request.get_ref();
        let edition = edition(&request.edition_id)?;
        let subjects = || parse::uuids("subject_ids", &request.subject_ids, BATCH);
        let role = match request.role() {
            RecipientRole::Team => Role::Teams(subjects()?),
            RecipientRole::Officials => Role::Officials(subjects()?),
            RecipientRole::Organisers => Role::Organisers,
            RecipientRole::EligibleTeams => Role::EligibleTeams,
            RecipientRole::Unspecified => {
                return Err(Refusal::field("role", "REQUIRED", "who is meant is required").into());
            }
        };
        let size = page::Size::read(request.page_size, 500, 1_000)?;
        let after = page::read(&request.page_token, recipients::after)?;
        let mut rows =
            recipients::list(&self.0, &edition, &role, after.as_ref(), size.limit()).await?;
        let next_page_token = size.cut(&mut rows, recipients::key);
        let recipients = rows.into_iter().map(|row| Recipient {
            subject_id: row.subject,
            person_id: row.person_id.to_string(),
        });
        let recipients = recipients.collect();
        Ok(Response::new(ResolveRecipientsResponse {
            recipients,
            next_page_token,
        }))
    }

    async fn batch_get_contacts(
        &self,
        request: Request<BatchGetContactsRequest>,
    ) -> Result<Response<BatchGetContactsResponse>, Status> {
        let actor = Actor::from_request(&request)?;
        let service = actor.service()?;
        let request = request.get_ref();
        let persons = parse::uuids("person_ids", &request.person_ids, BATCH)?;
        let memberships = parse::uuids("membership_ids", &request.membership_ids, BATCH)?;
        let purpose = match request.purpose() {
            ContactPurpose::Notice => Purpose::Notice,
            ContactPurpose::Invitation => Purpose::Invitation,
            ContactPurpose::Unspecified => {
                return Err(Refusal::field("purpose", "REQUIRED", "a purpose is required").into());
            }
        };
        let contacts = contacts::get(&self.0, service, purpose, &persons, &memberships).await?;
        Ok(Response::new(BatchGetContactsResponse { contacts }))
    }
}
