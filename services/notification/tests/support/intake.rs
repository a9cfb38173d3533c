//! An intake that knows one edition and everybody's address, behind a real gRPC server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use tonic::codegen::tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};
use uuid::Uuid;
use winner_notification::directory::Directory;
use winner_platform::auth::TokenSigner;
use winner_platform::auth::keys::ServiceKey;
use winner_platform::grpc::client::{PeerConfig, channel};
use winner_proto::intake::v1 as wire;
use winner_proto::intake::v1::challenge_service_server::{
    ChallengeService, ChallengeServiceServer,
};
use winner_proto::intake::v1::edition_service_server::{EditionService, EditionServiceServer};
use winner_proto::intake::v1::view_service_server::{ViewService, ViewServiceServer};
use winner_proto::types::v1::LocalizedText;

/// The edition that it knows.
pub const EDITION: &str = "contoh-2026";

/// What it answers.
#[derive(Default)]
pub struct Knowledge {
    /// The edition's rules in force.
    pub definition: wire::EditionDefinition,
    /// The version that they are.
    pub version: i32,
    /// Who is meant by a subject, whatever the role.
    pub recipients: BTreeMap<String, Vec<String>>,
    /// Contacts that are not made up by id.
    pub contacts: BTreeMap<String, wire::Contact>,
    /// Persons who were erased.
    pub erased: Vec<String>,
    /// It does not answer.
    pub down: bool,
    /// Everybody's number; by default each has one of their own.
    pub phone: Option<String>,
    /// Where everybody lives.
    pub region: String,
    /// How many batches of contacts were asked for.
    pub batches: usize,
}

/// A running intake.
#[derive(Clone)]
pub struct Intake {
    pub address: SocketAddr,
    pub knowledge: Arc<Mutex<Knowledge>>,
    tasks: TaskTracker,
}

impl Intake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let intake = Self {
            address,
            knowledge: Arc::default(),
            tasks: TaskTracker::new(),
        };
        intake.deliver(wire::DeliveryMode::Live);
        let server = tonic::transport::Server::builder()
            .add_service(ViewServiceServer::new(intake.clone()))
            .add_service(EditionServiceServer::new(intake.clone()))
            .add_service(ChallengeServiceServer::new(intake.clone()));
        intake
            .tasks
            .spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        intake
    }

    /// Applies a further version of the edition with this mode.
    pub fn deliver(&self, mode: wire::DeliveryMode) {
        let mut knowledge = self.knowledge.lock().unwrap();
        knowledge.version += 1;
        knowledge.definition = wire::EditionDefinition {
            edition_id: EDITION.to_owned(),
            purpose: wire::EditionPurpose::Test.into(),
            title: Some(LocalizedText {
                id: "Contoh 2026".to_owned(),
                en: String::new(),
            }),
            notification: Some(wire::NotificationRules {
                delivery_mode: mode.into(),
                redirect_to: "gladi@contoh.test".to_owned(),
            }),
            data_notice: "DATA CONTOH".to_owned(),
            ..Default::default()
        };
    }

    /// A client for it.
    /// Has this person meant by a subject, whatever the role.
    pub fn mean(&self, subject: &str, person: uuid::Uuid) {
        let mut knowledge = self.knowledge.lock().unwrap();
        let meant = knowledge.recipients.entry(subject.to_owned());
        meant.or_default().push(person.to_string());
    }

    pub fn directory(&self) -> Directory {
        let peer = PeerConfig {
            url: format!("http://{}", self.address),
            ca_file: None,
            connect_timeout_ms: 1_000,
            timeout_ms: 2_000,
            balance: winner_platform::grpc::Balance::Off,
        };
        let signer = TokenSigner::new("notification", ServiceKey::generate().unwrap());
        Directory::new(channel(&peer, signer, "intake").unwrap())
    }

    fn known(&self) -> Result<std::sync::MutexGuard<'_, Knowledge>, Status> {
        let knowledge = self.knowledge.lock().unwrap();
        if knowledge.down {
            Err(Status::unavailable("down"))
        } else {
            Ok(knowledge)
        }
    }
}

/// A number of somebody's own, among those that belong to the test.
pub fn phone_of(id: &str) -> String {
    let id = Uuid::parse_str(id).unwrap().as_u128();
    format!("0811{:08}", id % 100_000_000)
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ViewService for Intake {
    async fn batch_get_matching_text(
        &self,
        _: Request<wire::BatchGetMatchingTextRequest>,
    ) -> Answer<wire::BatchGetMatchingTextResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_blinded_entry(
        &self,
        _: Request<wire::GetBlindedEntryRequest>,
    ) -> Answer<wire::BlindedEntry> {
        Err(Status::unimplemented(""))
    }

    async fn list_sealed(
        &self,
        _: Request<wire::ListSealedRequest>,
    ) -> Answer<wire::ListSealedResponse> {
        Err(Status::unimplemented(""))
    }

    async fn resolve_recipients(
        &self,
        request: Request<wire::ResolveRecipientsRequest>,
    ) -> Answer<wire::ResolveRecipientsResponse> {
        let request = request.into_inner();
        let knowledge = self.known()?;
        let all: Vec<wire::Recipient> = request
            .subject_ids
            .iter()
            .flat_map(|subject| {
                let persons = knowledge
                    .recipients
                    .get(subject)
                    .cloned()
                    .unwrap_or_default();
                persons.into_iter().map(|person_id| wire::Recipient {
                    subject_id: subject.clone(),
                    person_id,
                })
            })
            .collect();
        // Pages of two, so that whoever forgets the second page is found out.
        let start: usize = request.page_token.parse().unwrap_or_default();
        let recipients: Vec<_> = all.iter().skip(start).take(2).cloned().collect();
        let end = start + recipients.len();
        let next_page_token = if end < all.len() {
            end.to_string()
        } else {
            String::new()
        };
        Ok(Response::new(wire::ResolveRecipientsResponse {
            recipients,
            next_page_token,
        }))
    }

    async fn batch_get_contacts(
        &self,
        request: Request<wire::BatchGetContactsRequest>,
    ) -> Answer<wire::BatchGetContactsResponse> {
        let request = request.into_inner();
        let mut knowledge = self.known()?;
        knowledge.batches += 1;
        let told = knowledge.contacts.clone();
        let made_up = |id: &String, token: &str| wire::Contact {
            id: id.clone(),
            display_name: if token.is_empty() { "Ani" } else { "" }.to_owned(),
            email: format!("{id}@contoh.test"),
            phone: knowledge.phone.clone().unwrap_or_else(|| phone_of(id)),
            region_code: knowledge.region.clone(),
            invitation_token: token.to_owned(),
            ..Default::default()
        };
        let contact = |id: &String, token: &str| {
            let known = told.get(id).cloned();
            known.unwrap_or_else(|| made_up(id, token))
        };
        let persons = request
            .person_ids
            .iter()
            .filter(|id| !knowledge.erased.contains(id));
        let mut contacts: Vec<_> = persons.map(|id| contact(id, "")).collect();
        contacts.extend(
            request
                .membership_ids
                .iter()
                .map(|id| contact(id, "rahasia")),
        );
        Ok(Response::new(wire::BatchGetContactsResponse { contacts }))
    }
}

#[tonic::async_trait]
impl EditionService for Intake {
    async fn create_edition(
        &self,
        _: Request<wire::CreateEditionRequest>,
    ) -> Answer<wire::Edition> {
        Err(Status::unimplemented(""))
    }

    async fn apply_edition_version(
        &self,
        _: Request<wire::ApplyEditionVersionRequest>,
    ) -> Answer<wire::Edition> {
        Err(Status::unimplemented(""))
    }

    async fn open_edition(&self, _: Request<wire::OpenEditionRequest>) -> Answer<wire::Edition> {
        Err(Status::unimplemented(""))
    }

    async fn get_edition(
        &self,
        request: Request<wire::GetEditionRequest>,
    ) -> Answer<wire::Edition> {
        let name = request.into_inner().name;
        if name != format!("editions/{EDITION}") {
            return Err(Status::not_found(""));
        }
        let version = self.known()?.version;
        Ok(Response::new(wire::Edition {
            name,
            version,
            ..Default::default()
        }))
    }

    async fn get_edition_version(
        &self,
        request: Request<wire::GetEditionVersionRequest>,
    ) -> Answer<wire::EditionVersion> {
        let name = request.into_inner().name;
        let knowledge = self.known()?;
        Ok(Response::new(wire::EditionVersion {
            name,
            version: knowledge.version,
            definition: Some(knowledge.definition.clone()),
            ..Default::default()
        }))
    }

    async fn list_waves(
        &self,
        _: Request<wire::ListWavesRequest>,
    ) -> Answer<wire::ListWavesResponse> {
        Err(Status::unimplemented(""))
    }
}

#[tonic::async_trait]
impl ChallengeService for Intake {
    async fn create_challenge(
        &self,
        _: Request<wire::CreateChallengeRequest>,
    ) -> Answer<wire::Challenge> {
        Err(Status::unimplemented(""))
    }

    async fn update_challenge(
        &self,
        _: Request<wire::UpdateChallengeRequest>,
    ) -> Answer<wire::Challenge> {
        Err(Status::unimplemented(""))
    }

    async fn publish_challenge(
        &self,
        _: Request<wire::PublishChallengeRequest>,
    ) -> Answer<wire::Challenge> {
        Err(Status::unimplemented(""))
    }

    async fn get_challenge(
        &self,
        request: Request<wire::GetChallengeRequest>,
    ) -> Answer<wire::Challenge> {
        let title = LocalizedText {
            id: "Sampah pasar".to_owned(),
            en: String::new(),
        };
        let name = request.into_inner().name;
        Ok(Response::new(wire::Challenge {
            name,
            title: Some(title),
            ..Default::default()
        }))
    }

    async fn list_challenges(
        &self,
        _: Request<wire::ListChallengesRequest>,
    ) -> Answer<wire::ListChallengesResponse> {
        Err(Status::unimplemented(""))
    }
}
