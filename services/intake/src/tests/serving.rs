//! The service as a process runs it: real listeners, real tokens, no broker yet.

use std::path::Path;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::ExposeSecret as _;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};
use winner_messaging::host::Deps;
use winner_platform::auth::TokenSigner;
use winner_platform::auth::keys::{ServiceKey, TrustedKeys};
use winner_platform::config::load_from;
use winner_platform::grpc::Listeners;
use winner_platform::{Ids, Shutdown, Tasks};
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::intake::v1::submission_service_client::SubmissionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;

use crate::config::Config;
use crate::fixtures::definition;
use crate::tests::world::{
    World, in_world, last, new_submission, refusal, request_id, rupiah, submit_request, text,
    update,
};

const ISSUER: &str = "https://masuk.contoh.test";
const AUDIENCE: &str = "winner";

/// A running service with the keys of those who call it.
struct Served {
    channel: Channel,
    provider: ServiceKey,
    notification: TokenSigner,
    shutdown: Shutdown,
    tasks: Tasks,
    _folder: tempfile::TempDir,
}

async fn serve(world: &World) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let (own, provider, peer) = (
        ServiceKey::generate().unwrap(),
        ServiceKey::generate().unwrap(),
        ServiceKey::generate().unwrap(),
    );
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let keys = vec![
        own.public("intake", true),
        peer.public("notification", false),
    ];
    let jwk = provider.public("provider", false);
    let jwks = serde_json::json!({"keys": [
        {"kty": jwk.kty, "crv": jwk.crv, "kid": jwk.kid, "x": jwk.x, "alg": "EdDSA", "use": "sig"}
    ]});
    let file = format!(
        "[default.auth]\nkey_file = {:?}\ntrusted_keys_file = {:?}\n\
         [default.postgres]\nurl = {:?}\n\
         [default.nats]\nservers = [\"nats://127.0.0.1:1\"]\n\
         [default.grpc]\nlisten = \"127.0.0.1:0\"\nhealth_listen = \"127.0.0.1:0\"\n\
         [default.invitations]\nlink_key = \"a key of tests, of thirty-two bytes\"\n\
         [[default.identity.providers]]\nissuer = {ISSUER:?}\naudience = {AUDIENCE:?}\n\
         jwks_file = {:?}\ngroups_claim = \"groups\"\n",
        write("key.pem", own.to_pem()),
        write("trusted.json", &TrustedKeys::to_json(keys).unwrap()),
        world.url,
        write("jwks.json", &jwks.to_string()),
    );
    let file = write("winner.toml", &file);
    let loaded = load_from(
        "intake",
        crate::DEFAULTS,
        Some(Path::new(&file)),
        "WINNER_INTAKE",
        [],
    );
    let config: Config = loaded
        .unwrap_or_else(|problems| panic!("{problems}"))
        .config;
    let listeners = Listeners::bind(&config.grpc).await.unwrap();
    let (address, _) = listeners.addresses().unwrap();
    let (tasks, _crashes) = Tasks::new();
    let shutdown = Shutdown::new();
    let deps = Deps {
        ids: Ids::system(),
        tasks: tasks.clone(),
    };
    tasks.spawn(
        "intake",
        crate::run(config, listeners, deps, shutdown.clone()),
    );
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy();
    Served {
        channel,
        provider,
        notification: TokenSigner::new("notification", peer),
        shutdown,
        tasks,
        _folder: folder,
    }
}

impl Served {
    async fn stop(self) {
        self.shutdown.soft.cancel();
        self.shutdown.hard.cancel();
        self.tasks.close();
        tokio::time::timeout(Duration::from_secs(10), self.tasks.wait())
            .await
            .unwrap();
    }

    /// An ID token as the provider signs it.
    fn id_token(&self, subject: &str, groups: &[&str], audience: &str) -> String {
        let now = Ids::system().uuid().get_timestamp().unwrap().to_unix().0;
        let claims = serde_json::json!({
            "iss": ISSUER, "aud": audience, "sub": subject, "iat": now, "exp": now + 60,
            "email": format!("{subject}@contoh.test"), "email_verified": true,
            "name": format!("{subject} Contoh"), "groups": groups,
        });
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.provider.kid().to_owned());
        let key = EncodingKey::from_ed_pem(self.provider.to_pem().as_bytes()).unwrap();
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }

    async fn exchange(
        &self,
        id_token: String,
    ) -> Result<intake::ExchangeTokenResponse, tonic::Status> {
        let request = intake::ExchangeTokenRequest {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange".to_owned(),
            subject_token: id_token,
            subject_token_type: "urn:ietf:params:oauth:token-type:id_token".to_owned(),
            person_id: String::new(),
        };
        let mut client = IdentityServiceClient::new(self.channel.clone());
        client
            .exchange_token(request)
            .await
            .map(tonic::Response::into_inner)
    }

    /// A person's token with what they hold now.
    async fn token(&self, subject: &str, groups: &[&str]) -> String {
        let id_token = self.id_token(subject, groups, AUDIENCE);
        self.exchange(id_token).await.unwrap().access_token
    }
}

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// The sound edition, with its windows around now.
fn open_now() -> intake::EditionDefinition {
    let now = i64::try_from(Ids::system().uuid().get_timestamp().unwrap().to_unix().0).unwrap();
    let mut definition = definition("contoh");
    for wave in &mut definition.waves {
        let window = wave.submissions.as_mut().unwrap();
        window.opens_at.as_mut().unwrap().seconds = now - 3_600;
        window
            .closes_at
            .as_mut()
            .unwrap()
            .at
            .as_mut()
            .unwrap()
            .seconds = now + 3_600;
    }
    definition
}

#[tokio::test]
async fn from_sign_in_to_receipt_without_a_broker() {
    in_world(|world| async move {
        let served = serve(&world).await;
        let channel = || served.channel.clone();

        let admin = served.token("admin", &["winner-admin"]).await;
        let create = intake::CreateEditionRequest {
            definition: Some(open_now()),
            request_id: request_id(),
        };
        let mut editions = EditionServiceClient::new(channel());
        editions.create_edition(with(&admin, create)).await.unwrap();
        let chair = served.token("admin", &[]).await;
        let open = intake::OpenEditionRequest {
            name: "editions/contoh".to_owned(),
            request_id: request_id(),
        };
        editions.open_edition(with(&chair, open)).await.unwrap();

        let siti = served.token("siti", &[]).await;
        let create = intake::CreateOrganisationRequest {
            organisation: Some(intake::Organisation {
                display_name: "Yayasan Contoh".to_owned(),
                legal_form: intake::LegalForm::Yayasan.into(),
                region_code: "53.71".to_owned(),
                ..Default::default()
            }),
            organisation_id: String::new(),
            request_id: request_id(),
        };
        let mut identity = IdentityServiceClient::new(channel());
        let team = identity
            .create_organisation(with(&siti, create))
            .await
            .unwrap()
            .into_inner();
        let mut submissions = SubmissionServiceClient::new(channel());
        let early = submissions
            .create_submission(with(&siti, new_submission("contoh", &team.name)))
            .await;
        assert_eq!(
            early.unwrap_err().code(),
            Code::PermissionDenied,
            "the token is older than the office"
        );

        let siti = served.token("siti", &[]).await;
        let draft = new_submission("contoh", &team.name);
        let draft = submissions
            .create_submission(with(&siti, draft))
            .await
            .unwrap()
            .into_inner();
        let answers = [("ringkasan", text("Saringan air")), ("biaya", rupiah(1))];
        let edit = with(&siti, update(&draft.name, &answers, 0));
        let draft = submissions
            .update_submission(edit)
            .await
            .unwrap()
            .into_inner();
        let submit = submit_request(&draft);
        let first = submissions
            .submit(with(&siti, submit.clone()))
            .await
            .unwrap()
            .into_inner();
        let retried = submissions
            .submit(with(&siti, submit))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(first, retried);
        assert!(first.receipt.unwrap().arrived_wit.ends_with("WIT"));

        let signed = served.notification.service_token("intake", None).unwrap();
        let mut views = ViewServiceClient::new(channel());
        let resolve = intake::ResolveRecipientsRequest {
            edition_id: "contoh".to_owned(),
            role: intake::RecipientRole::Team.into(),
            subject_ids: vec![last(&draft.name)],
            ..Default::default()
        };
        let found = views
            .resolve_recipients(with(signed.expose_secret(), resolve))
            .await
            .unwrap();
        let person = found.into_inner().recipients[0].person_id.clone();
        let contacts = intake::BatchGetContactsRequest {
            person_ids: vec![person],
            purpose: intake::ContactPurpose::Notice.into(),
            ..Default::default()
        };
        let by_person = views
            .batch_get_contacts(with(&siti, contacts.clone()))
            .await;
        assert_eq!(by_person.unwrap_err().code(), Code::PermissionDenied);
        let found = views
            .batch_get_contacts(with(signed.expose_secret(), contacts))
            .await
            .unwrap();
        assert_eq!(found.into_inner().contacts[0].email, "siti@contoh.test");
        served.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_token_of_nobody_we_trust_is_not_exchanged() {
    in_world(|world| async move {
        let served = serve(&world).await;
        let other = served
            .exchange(served.id_token("siti", &[], "another-client"))
            .await;
        assert_eq!(
            refusal(other),
            (Code::Unauthenticated, "UNAUTHENTICATED".to_owned())
        );
        let rubbish = served.exchange("abc".to_owned()).await;
        assert_eq!(rubbish.unwrap_err().code(), Code::Unauthenticated);
        let mut identity = IdentityServiceClient::new(served.channel.clone());
        let me = intake::GetPersonRequest {
            name: "persons/me".to_owned(),
        };
        assert_eq!(
            identity.get_person(me).await.unwrap_err().code(),
            Code::Unauthenticated
        );
        served.stop().await;
    })
    .await;
}
