//! A world for tests of use cases: a database of its own, a clock that stands still, handlers that
//! are called without a server.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::FutureExt as _;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool,
};
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_platform::auth::keys::ServiceKey;
use winner_platform::auth::link::LinkKey;
use winner_platform::auth::oidc::{Identity as ProviderIdentity, OidcVerifier};
use winner_platform::auth::{Actor, Grant, TokenSigner};
use winner_platform::grpc::Arrived;
use winner_platform::telemetry::Personal;
use winner_platform::{BusinessTime, Clock, Ids};
use winner_proto::intake::v1 as intake;
use winner_proto::types::v1::{Value, value::Kind};

use crate::commands::exchange_token::{PLATFORM_ADMIN, sign_in};
use crate::context::{Context, Settings};
use crate::domain::ids::PersonId;
use crate::fixtures::{at, definition};
use crate::grpc::challenges::Challenges;
use crate::grpc::editions::Editions;
use crate::grpc::identity::Identity;
use crate::grpc::screenings::Screenings;
use crate::grpc::submissions::Submissions;
use crate::grpc::views::Views;
use crate::rules::RulesCache;
use crate::store::memberships;

/// A moment within the first wave's window.
pub(crate) const OPEN: &str = "2026-02-10T09:00:00+07:00";

/// One test's world.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) context: Context,
    pub(crate) pool: PgPool,
    /// Where the database is, for a service that opens it itself.
    pub(crate) url: String,
}

/// Runs a test in a world of its own; left out, and said so, without a database.
pub(crate) async fn in_world<F, Fut>(test: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()>,
{
    let Some(server_url) = server_url() else {
        eprintln!("left out: DATABASE_URL names no Postgres");
        return;
    };
    let server = PgConnectOptions::from_str(&format!("{server_url}/postgres")).unwrap();
    let name = database_name();
    let url = format!("{server_url}/{name}");
    let mut admin = server.connect().await.unwrap();
    let template = template(&server, &mut admin).await;
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    admin.execute(AssertSqlSafe(create)).await.unwrap();
    let options = server.clone().database(&name).options([
        ("search_path", "intake"),
        ("lock_timeout", "5000"),
        ("statement_timeout", "10000"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(12)
        .connect_with(options)
        .await
        .unwrap();
    let outcome = AssertUnwindSafe(test(World::new(pool.clone(), url)))
        .catch_unwind()
        .await;
    pool.close().await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute(AssertSqlSafe(drop)).await.unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

fn server_url() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find their server as sqlx does"
    )]
    let url = std::env::var("DATABASE_URL").ok()?;
    // Its database and search_path are for the checked queries, not for us.
    let server = url
        .split_once('?')
        .map_or(url.as_str(), |(server, _)| server);
    let (server, _) = server.rsplit_once('/')?;
    Some(server.to_owned())
}

fn database_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "intake_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A database with every migration, named by them; made once.
async fn template(server: &PgConnectOptions, admin: &mut PgConnection) -> String {
    let migrators = [
        &winner_platform::pg::MIGRATOR,
        &winner_messaging::MIGRATOR,
        &crate::MIGRATOR,
    ];
    let checksums = migrators
        .iter()
        .flat_map(|m| m.iter())
        .flat_map(|m| m.checksum.iter());
    let sum = checksums.fold(0_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    let name = format!("intake_template_{sum:x}");
    admin.execute("SELECT pg_advisory_lock(815)").await.unwrap();
    let exists = format!("SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate");
    if admin
        .fetch_optional(AssertSqlSafe(exists))
        .await
        .unwrap()
        .is_none()
    {
        let reset = format!("DROP DATABASE IF EXISTS {name}");
        admin.execute(AssertSqlSafe(reset)).await.unwrap();
        admin
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .unwrap();
        let options = server
            .clone()
            .database(&name)
            .options([("search_path", "intake")]);
        let mut conn = PgConnection::connect_with(&options).await.unwrap();
        conn.execute("CREATE SCHEMA intake").await.unwrap();
        for migrator in migrators {
            migrator.run(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
        let done = format!("ALTER DATABASE {name} IS_TEMPLATE true");
        admin.execute(AssertSqlSafe(done)).await.unwrap();
    }
    admin
        .execute("SELECT pg_advisory_unlock(815)")
        .await
        .unwrap();
    name
}

impl World {
    fn new(pool: PgPool, url: String) -> Self {
        let ids = Ids::system();
        let clock = Clock::manual(at(OPEN));
        let context = Context {
            ledger: Ledger::new(pool.clone(), ids.clone(), clock.clone()),
            ids,
            clock,
            rules: RulesCache::default(),
            settings: Settings {
                admin_group: "winner-admin".to_owned(),
                token_life: std::time::Duration::from_mins(5),
                invitation_life: std::time::Duration::from_hours(14 * 24),
                submit_max_duration: std::time::Duration::from_secs(10),
            },
            signer: TokenSigner::new("intake", ServiceKey::generate().unwrap()),
            providers: OidcVerifier::new(Vec::new()).unwrap(),
            links: LinkKey::new(SecretString::from("a key of tests, of thirty-two bytes")).unwrap(),
        };
        Self { context, pool, url }
    }

    /// Moves business time to `to`, which must lie ahead.
    pub(crate) fn travel(&self, to: &str) {
        self.context
            .clock
            .advance(at(to).since(self.context.clock.business()));
    }

    pub(crate) fn editions(&self) -> Editions {
        Editions(self.context.clone())
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity(self.context.clone())
    }

    pub(crate) fn challenges(&self) -> Challenges {
        Challenges(self.context.clone())
    }

    pub(crate) fn submissions(&self) -> Submissions {
        Submissions(self.context.clone())
    }

    pub(crate) fn screenings(&self) -> Screenings {
        Screenings(self.context.clone())
    }

    pub(crate) fn views(&self) -> Views {
        Views(self.context.clone())
    }

    /// Somebody who signed in with an address of this local part.
    pub(crate) async fn person(&self, local: &str) -> Uuid {
        let identity = provider_identity(local, &format!("{local}@contoh.test"));
        sign_in(&self.context, &identity)
            .await
            .unwrap()
            .person
            .as_uuid()
    }

    /// What a person's fresh token says.
    pub(crate) async fn actor(&self, person: Uuid) -> Actor {
        let mut conn = self.pool.acquire().await.unwrap();
        let held = memberships::held_by(&mut conn, PersonId::from_uuid(person))
            .await
            .unwrap();
        let grants = held.iter().map(|row| {
            let seat = &row.membership.seat;
            Grant {
                office: seat.office().code().to_owned(),
                edition: seat.edition().map(ToString::to_string),
                scope: seat.scope(),
            }
        });
        Actor::of_person(person, grants.collect())
    }

    /// Somebody of the provider's admin group.
    pub(crate) async fn admin(&self) -> Actor {
        let person = self.person("admin").await;
        Actor::of_person(person, vec![Grant::everywhere(PLATFORM_ADMIN)])
    }

    /// An open edition, and the actor who is its chair.
    pub(crate) async fn open_edition(&self, id: &str) -> Actor {
        use winner_proto::intake::v1::edition_service_server::EditionService as _;
        let admin = self.admin().await;
        let create = intake::CreateEditionRequest {
            definition: Some(definition(id)),
            request_id: request_id(),
        };
        self.editions()
            .create_edition(as_actor(&admin, create))
            .await
            .unwrap();
        let chair = self.actor(admin.person().unwrap()).await;
        let open = intake::OpenEditionRequest {
            name: format!("editions/{id}"),
            request_id: request_id(),
        };
        self.editions()
            .open_edition(as_actor(&chair, open))
            .await
            .unwrap();
        chair
    }

    /// Gives a person an office by invitation, and says what their token says then.
    pub(crate) async fn grant(
        &self,
        by: &Actor,
        person: Uuid,
        office: winner_proto::options::v1::Office,
        edition: &str,
        scope: &str,
    ) -> Actor {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let invitation = self
            .invite(by, office, edition, scope, "undangan@contoh.test")
            .await
            .unwrap();
        let accept = intake::AcceptInvitationRequest {
            token: self.token(&invitation.name).await,
            name: invitation.name,
            request_id: request_id(),
        };
        let actor = self.actor(person).await;
        self.identity()
            .accept_invitation(as_actor(&actor, accept))
            .await
            .unwrap();
        self.actor(person).await
    }

    /// Invites somebody.
    pub(crate) async fn invite(
        &self,
        by: &Actor,
        office: winner_proto::options::v1::Office,
        edition: &str,
        scope: &str,
        email: &str,
    ) -> Result<intake::Membership, Status> {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let membership = intake::Membership {
            office: office.into(),
            edition: if edition.is_empty() {
                String::new()
            } else {
                format!("editions/{edition}")
            },
            scope: scope.to_owned(),
            email: email.to_owned(),
            ..Default::default()
        };
        let request = intake::CreateInvitationRequest {
            membership: Some(membership),
            membership_id: String::new(),
            request_id: request_id(),
        };
        let invited = self
            .identity()
            .create_invitation(as_actor(by, request))
            .await?;
        Ok(invited.into_inner())
    }

    /// The secret of an invitation's link, as notification gets it.
    pub(crate) async fn token(&self, membership: &str) -> String {
        use winner_proto::intake::v1::view_service_server::ViewService as _;
        let request = intake::BatchGetContactsRequest {
            membership_ids: vec![last(membership)],
            purpose: intake::ContactPurpose::Invitation.into(),
            ..Default::default()
        };
        let found = self
            .views()
            .batch_get_contacts(as_actor(&notification(), request))
            .await
            .unwrap();
        found.into_inner().contacts[0].invitation_token.clone()
    }

    /// A member of a new organisation of this name, and the organisation's resource name.
    pub(crate) async fn team(&self, local: &str) -> (Actor, String) {
        use winner_proto::intake::v1::identity_service_server::IdentityService as _;
        let person = self.person(local).await;
        let request = intake::CreateOrganisationRequest {
            organisation: Some(intake::Organisation {
                display_name: format!("Yayasan {local} Sejahtera"),
                legal_form: intake::LegalForm::Yayasan.into(),
                region_code: "53.71".to_owned(),
                ..Default::default()
            }),
            organisation_id: String::new(),
            request_id: request_id(),
        };
        let actor = self.actor(person).await;
        let created = self
            .identity()
            .create_organisation(as_actor(&actor, request))
            .await
            .unwrap();
        (self.actor(person).await, created.into_inner().name)
    }

    /// A draft of an organisation.
    pub(crate) async fn draft(
        &self,
        by: &Actor,
        edition: &str,
        organisation: &str,
    ) -> intake::Submission {
        use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
        let request = new_submission(edition, organisation);
        self.submissions()
            .create_submission(as_actor(by, request))
            .await
            .unwrap()
            .into_inner()
    }

    /// A draft whose required fields are answered.
    pub(crate) async fn complete_draft(
        &self,
        by: &Actor,
        edition: &str,
        organisation: &str,
    ) -> intake::Submission {
        use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
        let draft = self.draft(by, edition, organisation).await;
        let answers = [
            ("ringkasan", text("Saringan air dari sekam padi.")),
            ("biaya", rupiah(50_000_000)),
        ];
        let request = update(&draft.name, &answers, 0);
        self.submissions()
            .update_submission(as_actor(by, request))
            .await
            .unwrap()
            .into_inner()
    }

    /// A sealed submission's receipt.
    pub(crate) async fn sealed(
        &self,
        by: &Actor,
        edition: &str,
        organisation: &str,
    ) -> intake::Receipt {
        let draft = self.complete_draft(by, edition, organisation).await;
        let request = submit_request(&draft);
        self.submit(by, request, at(OPEN))
            .await
            .unwrap()
            .receipt
            .unwrap()
    }

    /// Submits a request that had arrived whole at `arrived`.
    pub(crate) async fn submit(
        &self,
        by: &Actor,
        request: intake::SubmitRequest,
        arrived: BusinessTime,
    ) -> Result<intake::SubmitResponse, Status> {
        use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
        let mut request = as_actor(by, request);
        request.extensions_mut().insert(Arrived(arrived));
        self.submissions()
            .submit(request)
            .await
            .map(Response::into_inner)
    }

    /// The names of the events written, in order, with the data of each.
    pub(crate) async fn events(&self, aggregate: &str) -> Vec<(String, serde_json::Value)> {
        let rows = sqlx::query!(
            "SELECT name, payload
               FROM outbox
              WHERE aggregate_type = $1
              ORDER BY position",
            aggregate,
        )
        .fetch_all(&self.pool)
        .await
        .unwrap();
        rows.into_iter()
            .map(|row| (row.name, serde_json::from_slice(&row.payload).unwrap()))
            .collect()
    }
}

/// What a provider says of somebody.
pub(crate) fn provider_identity(subject: &str, email: &str) -> ProviderIdentity {
    ProviderIdentity {
        issuer: "https://masuk.contoh.test".to_owned(),
        subject: Personal::new(subject.to_owned()),
        verified_email: Some(Personal::new(email.to_owned())),
        name: Some(Personal::new(format!("{subject} Contoh"))),
        groups: Vec::new(),
    }
}

/// The service that sends messages.
pub(crate) fn notification() -> Actor {
    Actor::of_service("notification", None)
}

/// A request by somebody.
pub(crate) fn as_actor<T>(actor: &Actor, request: T) -> Request<T> {
    actor.clone().attach(Request::new(request))
}

/// An id that no other request has.
pub(crate) fn request_id() -> String {
    Ids::system().uuid().to_string()
}

/// The last part of a resource name.
pub(crate) fn last(name: &str) -> String {
    name.rsplit('/').next().unwrap().to_owned()
}

/// A text answer.
pub(crate) fn text(text: &str) -> Value {
    Value {
        kind: Some(Kind::Text(text.to_owned())),
    }
}

/// An amount.
pub(crate) fn rupiah(amount: i64) -> Value {
    Value {
        kind: Some(Kind::Rupiah(amount)),
    }
}

/// A draft for Kota Kupang.
pub(crate) fn new_submission(edition: &str, organisation: &str) -> intake::CreateSubmissionRequest {
    intake::CreateSubmissionRequest {
        parent: format!("editions/{edition}"),
        submission: Some(intake::Submission {
            organisation: organisation.to_owned(),
            region_code: "53.71".to_owned(),
            issue_id: "air-bersih".to_owned(),
            title: "Air untuk semua".to_owned(),
            ..Default::default()
        }),
        submission_id: String::new(),
        request_id: request_id(),
    }
}

/// A change of answers that were all at version `base`.
pub(crate) fn update(
    name: &str,
    answers: &[(&str, Value)],
    base: i64,
) -> intake::UpdateSubmissionRequest {
    intake::UpdateSubmissionRequest {
        name: name.to_owned(),
        answers: answers
            .iter()
            .map(|(id, value)| ((*id).to_owned(), value.clone()))
            .collect(),
        base_versions: answers
            .iter()
            .map(|(id, _)| ((*id).to_owned(), base))
            .collect(),
        title: String::new(),
        request_id: request_id(),
    }
}

/// The sealing of a draft as it was seen.
pub(crate) fn submit_request(draft: &intake::Submission) -> intake::SubmitRequest {
    intake::SubmitRequest {
        name: draft.name.clone(),
        etag: draft.etag.clone(),
        request_id: request_id(),
    }
}

/// Code and reason of a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let status = result.expect_err("a refusal");
    let details = winner_platform::error::details(&status);
    (
        status.code(),
        details
            .error_info()
            .map(|info| info.reason.clone())
            .unwrap_or_default(),
    )
}

/// The fields that a refusal names, with their reasons, sorted.
pub(crate) fn faults<T: std::fmt::Debug>(result: Result<T, Status>) -> Vec<(String, String)> {
    let status = result.expect_err("a refusal");
    let details = winner_platform::error::details(&status);
    let violations = details
        .bad_request()
        .map(|bad| bad.field_violations.clone())
        .unwrap_or_default();
    let mut faults: Vec<_> = violations
        .into_iter()
        .map(|v| (v.field, v.reason))
        .collect();
    faults.sort();
    faults
}
