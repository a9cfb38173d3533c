//! What this service asks of intake: who is meant, how they are reached, what an edition's rules say.
//!
//! Never called inside a transaction. An answer is personal only in [`Directory::contacts`], and is
//! forgotten when the message is sent.

mod edition_copy;

use std::collections::{BTreeSet, HashMap};

use tonic::{Code, Status};
use uuid::Uuid;
use winner_messaging::ReactionError;
use winner_platform::grpc::client::AuthorisedChannel;
use winner_platform::telemetry::Personal;
use winner_proto::intake::v1::challenge_service_client::ChallengeServiceClient;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::intake::v1::{
    BatchGetContactsRequest, Contact, ContactPurpose, GetChallengeRequest, GetEditionRequest,
    GetEditionVersionRequest, RecipientRole, ResolveRecipientsRequest,
};

use crate::domain::language::{Language, Text};
use crate::domain::zone::Zone;
use crate::store::editions::EditionCopy;
use edition_copy::{copy, text};

/// Recipients asked for at a time.
const PAGE: i32 = 1_000;
/// Contacts asked for at a time; intake's limit.
pub const CONTACTS: usize = 200;

/// Why intake did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Not now.
    #[error("intake does not answer now: {0:?}")]
    Unavailable(Code),
    /// There is no such thing, or the question makes no sense to intake.
    #[error("intake refuses the question: {0:?}")]
    Refused(Code),
    /// It answered something that this service cannot use.
    #[error("intake's answer lacks {0}")]
    Incomplete(&'static str),
}

impl From<Status> for DirectoryError {
    fn from(status: Status) -> Self {
        match status.code() {
            code @ (Code::NotFound
            | Code::InvalidArgument
            | Code::OutOfRange
            | Code::FailedPrecondition
            | Code::Unimplemented) => Self::Refused(code),
            code => Self::Unavailable(code),
        }
    }
}

impl From<DirectoryError> for ReactionError {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Unavailable(_) => Self::unavailable("intake", error),
            DirectoryError::Refused(_) => Self::rejected("refused_by_intake", error),
            DirectoryError::Incomplete(_) => Self::rejected("incomplete_answer", error),
        }
    }
}

/// How somebody is reached. Personal.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The address.
    pub email: Personal<String>,
    /// The mobile number, as intake has it; empty where none is known.
    pub phone: Personal<String>,
    /// How the person is addressed; empty for somebody invited.
    pub display_name: Personal<String>,
    /// The single-use secret of an invitation; empty otherwise.
    pub invitation_token: Personal<String>,
    /// Their language.
    pub language: Language,
    /// Where they live.
    pub zone: Zone,
}

impl From<Contact> for Reach {
    fn from(contact: Contact) -> Self {
        Self {
            email: Personal::from(contact.email),
            phone: Personal::from(contact.phone),
            display_name: Personal::from(contact.display_name),
            invitation_token: Personal::from(contact.invitation_token),
            language: Language::preferred(&contact.language),
            zone: Zone::of_region(&contact.region_code),
        }
    }
}

/// Intake, as this service sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Directory {
    views: ViewServiceClient<AuthorisedChannel>,
    editions: EditionServiceClient<AuthorisedChannel>,
    challenges: ChallengeServiceClient<AuthorisedChannel>,
}

impl Directory {
    /// Asks over this channel.
    pub fn new(channel: AuthorisedChannel) -> Self {
        Self {
            views: ViewServiceClient::new(channel.clone()),
            editions: EditionServiceClient::new(channel.clone()),
            challenges: ChallengeServiceClient::new(channel),
        }
    }

    /// Everybody whom a message about a subject is for, each once.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub async fn recipients(
        &self,
        edition_id: &str,
        role: RecipientRole,
        subject: &str,
    ) -> Result<Vec<Uuid>, DirectoryError> {
        let mut persons = BTreeSet::new();
        let mut page_token = String::new();
        loop {
            let request = ResolveRecipientsRequest {
                edition_id: edition_id.to_owned(),
                role: role.into(),
                subject_ids: vec![subject.to_owned()],
                page_size: PAGE,
                page_token,
            };
            let page = self
                .views
                .clone()
                .resolve_recipients(request)
                .await?
                .into_inner();
            for recipient in page.recipients {
                let person = Uuid::parse_str(&recipient.person_id)
                    .map_err(|_| DirectoryError::Incomplete("a person's id"))?;
                persons.insert(person);
            }
            if page.next_page_token.is_empty() {
                return Ok(persons.into_iter().collect());
            }
            page_token = page.next_page_token;
        }
    }

    /// How persons are reached; those who were erased are missing.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub async fn contacts(
        &self,
        persons: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Reach>, DirectoryError> {
        self.batch(persons, Vec::new(), ContactPurpose::Notice)
            .await
    }

    /// How those are reached who were invited to these memberships, with the secrets of their links.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub async fn invited(
        &self,
        memberships: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, Reach>, DirectoryError> {
        self.batch(Vec::new(), memberships, ContactPurpose::Invitation)
            .await
    }

    async fn batch(
        &self,
        persons: Vec<Uuid>,
        memberships: Vec<Uuid>,
        purpose: ContactPurpose,
    ) -> Result<HashMap<Uuid, Reach>, DirectoryError> {
        let texts = |ids: Vec<Uuid>| ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
        if persons.is_empty() && memberships.is_empty() {
            return Ok(HashMap::new());
        }
        let request = BatchGetContactsRequest {
            person_ids: texts(persons),
            membership_ids: texts(memberships),
            purpose: purpose.into(),
        };
        let answer = self
            .views
            .clone()
            .batch_get_contacts(request)
            .await?
            .into_inner();
        answer
            .contacts
            .into_iter()
            .map(|contact| {
                let id = Uuid::parse_str(&contact.id)
                    .map_err(|_| DirectoryError::Incomplete("a contact's id"))?;
                Ok((id, Reach::from(contact)))
            })
            .collect()
    }

    /// The public title of a challenge.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub async fn challenge_title(
        &self,
        edition_id: &str,
        challenge_id: &str,
    ) -> Result<Text, DirectoryError> {
        let name = format!("editions/{edition_id}/challenges/{challenge_id}");
        let request = GetChallengeRequest { name };
        let challenge = self
            .challenges
            .clone()
            .get_challenge(request)
            .await?
            .into_inner();
        challenge
            .title
            .map(text)
            .ok_or(DirectoryError::Incomplete("the challenge's title"))
    }

    /// This service's part of a version of an edition's rules; of the one in force where none is named.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub async fn edition(
        &self,
        edition_id: &str,
        version: Option<i32>,
    ) -> Result<EditionCopy, DirectoryError> {
        let version = if let Some(version) = version {
            version
        } else {
            let request = GetEditionRequest {
                name: format!("editions/{edition_id}"),
            };
            self.editions
                .clone()
                .get_edition(request)
                .await?
                .into_inner()
                .version
        };
        let name = format!("editions/{edition_id}/versions/{version}");
        let request = GetEditionVersionRequest { name };
        let answer = self
            .editions
            .clone()
            .get_edition_version(request)
            .await?
            .into_inner();
        copy(edition_id, answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_things_are_the_question_s_fault() {
        assert!(matches!(
            DirectoryError::from(Status::not_found("")),
            DirectoryError::Refused(Code::NotFound)
        ));
        for code in [
            Code::Unavailable,
            Code::DeadlineExceeded,
            Code::PermissionDenied,
            Code::Internal,
        ] {
            assert!(matches!(
                DirectoryError::from(Status::new(code, "")),
                DirectoryError::Unavailable(_)
            ));
        }
    }
}
