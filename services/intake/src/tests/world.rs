//! A world for tests of use cases: a database of its own, a clock that stands still, handlers that
//! are called without a server.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::str::FromStr as _;

use futures::FutureExt as _;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgPool};
use tonic::{Response, Status};
use winner_messaging::Ledger;
use winner_platform::auth::keys::ServiceKey;
use winner_platform::auth::link::LinkKey;
use winner_platform::auth::oidc::OidcVerifier;
use winner_platform::auth::{Actor, TokenSigner};
use winner_platform::grpc::Arrived;
use winner_platform::{BusinessTime, Clock, Ids};
use winner_proto::intake::v1 as intake;

use crate::context::{Context, Settings};
use crate::fixtures::at;
use crate::grpc::challenges::Challenges;
use crate::grpc::editions::Editions;
use crate::grpc::identity::Identity;
use crate::grpc::screenings::Screenings;
use crate::grpc::submissions::Submissions;
use crate::grpc::views::Views;
use crate::rules::RulesCache;

mod cast;
mod database;
mod requests;

use database::{database_name, server_url, template};
pub(crate) use requests::{
    as_actor, faults, last, new_submission, notification, provider_identity, refusal, request_id,
    rupiah, submit_request, text, update,
};

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
