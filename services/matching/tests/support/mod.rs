//! Matching on a database of the test's own: what the others said is put there, time stands still.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part of it, tests may panic, and what they ask of the database \
              themselves needs no offline data"
)]

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;
use winner_matching::commands::confirm_panel::confirm_panel;
use winner_matching::commands::declare_conflict::declare_conflict;
use winner_matching::commands::plan_panel::plan_panel;
use winner_matching::domain::ids::{
    ChallengeId, EditionId, OrganisationId, PersonId, RoundKey, SubmissionId,
};
use winner_matching::domain::judge::Judge;
use winner_matching::errors::Error;
use winner_matching::queries;
use winner_matching::reactions::{FromIntake, FromJudging};
use winner_matching::store::submissions::{Standing, SubmissionCopy};
use winner_matching::store::{challenges, editions, judges, rounds, submissions, waves};
use winner_messaging::{Counter, Ledger, Origin, ReactionError, Reactions, Received};
use winner_platform::auth::keys::ServiceKey;
use winner_platform::auth::{Actor, Grant, TokenSigner};
use winner_platform::error::ApiError;
use winner_platform::grpc::client::{PeerConfig, channel};
use winner_platform::{BusinessTime, Clock, Ids};
use winner_proto::event::Event;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::matching::v1 as pb;
use winner_proto::options::v1::Office;

pub const EDITION: &str = "contoh-2026";
pub const NAME: &str = "editions/contoh-2026";
pub const ROUND: &str = "editions/contoh-2026/rounds/meja";
pub const PANEL: &str = "editions/contoh-2026/rounds/meja/panel";
/// When the tests begin.
pub const START: &str = "2026-07-01T02:00:00Z";

/// Persons, organisations, submissions and challenges have small numbers in tests.
pub fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + (kind << 32) + n)
}

/// A judge.
pub fn judge(n: u128) -> Uuid {
    id(1, n)
}

/// Somebody else.
pub fn person(n: u128) -> Uuid {
    id(2, n)
}

pub fn organisation(n: u128) -> Uuid {
    id(3, n)
}

pub fn submission(n: u128) -> Uuid {
    id(4, n)
}

pub fn challenge(n: u128) -> Uuid {
    id(5, n)
}

pub fn organiser() -> Actor {
    Actor::of_person(id(6, 1), vec![Grant::new("organiser", EDITION)])
}

pub fn as_judge(n: u128) -> Actor {
    Actor::of_person(judge(n), vec![Grant::new("judge", EDITION)])
}

pub fn official(region: &str) -> Actor {
    let grant = Grant::new("official", EDITION).within(region);
    Actor::of_person(id(7, 1), vec![grant])
}

/// Why a use case refused.
pub fn reason<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    ApiError::from(outcome.unwrap_err()).reason().to_owned()
}

/// The seats of a panel, as (submission, judge).
pub fn seats(panel: &pb::Panel) -> BTreeSet<(String, String)> {
    panel
        .assignments
        .iter()
        .map(|a| (a.submission_id.clone(), a.judge_person_id.clone()))
        .collect()
}

/// An event as it would arrive.
pub fn event<E: Event + Serialize>(aggregate_id: &str, event: &E) -> Received {
    let descriptor = E::DESCRIPTOR;
    Received {
        id: Ids::system().uuid(),
        service: descriptor.service.to_owned(),
        aggregate: descriptor.aggregate.to_owned(),
        aggregate_id: aggregate_id.to_owned(),
        name: descriptor.name.to_owned(),
        version: descriptor.version,
        counter: Counter { epoch: 1, count: 1 },
        edition: Some(EDITION.to_owned()),
        time: BusinessTime::parse_rfc3339(START).unwrap(),
        correlation: "test".to_owned(),
        causation: None,
        traceparent: None,
        tracestate: None,
        payload: serde_json::to_vec(event).unwrap().into(),
    }
}

/// The service's parts.
pub struct Desk {
    pub ledger: Ledger,
    pool: PgPool,
}

impl Desk {
    /// Migrates the test's database; the edition's rules and its planned round are known.
    pub async fn open(pool: &PgPool) -> Self {
        let options = (*pool.connect_options()).clone();
        let pool = PgPoolOptions::new()
            .max_connections(5)
            .connect_with(options.options([("search_path", "matching")]))
            .await
            .unwrap();
        sqlx::query("create schema matching")
            .execute(&pool)
            .await
            .unwrap();
        winner_messaging::MIGRATOR.run(&pool).await.unwrap();
        winner_matching::MIGRATOR.run(&pool).await.unwrap();
        let clock = Clock::manual(BusinessTime::parse_rfc3339(START).unwrap());
        let ledger = Ledger::new(pool.clone(), Ids::system(), clock);
        let desk = Self { ledger, pool };
        let mut db = desk.pool.acquire().await.unwrap();
        let rules = editions::EditionRules {
            version: 1,
            sha256: "00".to_owned(),
            proposals_per_submission: 3,
            answer_window_seconds: 7 * 86_400,
        };
        editions::put(&mut db, &Self::edition(), &rules)
            .await
            .unwrap();
        desk
    }

    fn edition() -> EditionId {
        EDITION.parse().unwrap()
    }

    fn round() -> RoundKey {
        RoundKey::parse(ROUND).unwrap()
    }

    /// A round that asks for so many reviews and allows so many entries.
    pub async fn round_of(&self, min_reviews: u32, max_load: u32) {
        let mut db = self.pool.acquire().await.unwrap();
        rounds::plan(&mut db, &Self::round(), min_reviews, max_load, 1)
            .await
            .unwrap();
    }

    /// A judge who holds the office and knows an issue well.
    pub async fn seat_judge(&self, n: u128, issue: &str) {
        let mut db = self.pool.acquire().await.unwrap();
        let known = Judge {
            person: PersonId(judge(n)),
            issues: vec![issue.to_owned()],
            regions: Vec::new(),
            quota: 0,
            active: true,
        };
        judges::set_office(&mut db, &Self::edition(), known.person, true)
            .await
            .unwrap();
        judges::set_expertise(&mut db, &Self::edition(), &known)
            .await
            .unwrap();
    }

    /// An eligible submission of an organisation with the same number, sealed by one member.
    pub async fn submit(&self, n: u128, member: Uuid) {
        let mut db = self.pool.acquire().await.unwrap();
        let copy = SubmissionCopy {
            id: SubmissionId(submission(n)),
            version: 1,
            wave: "gelombang-1".parse().unwrap(),
            region_code: "36".to_owned(),
            issue_id: "sampah".to_owned(),
            organisation: OrganisationId(organisation(n)),
            members: vec![PersonId(member)],
            chosen: Vec::new(),
            body: "pupuk dari sampah pasar".to_owned(),
        };
        submissions::put(&mut db, &Self::edition(), &copy)
            .await
            .unwrap();
        submissions::set_standing(&mut db, copy.id, Standing::Eligible)
            .await
            .unwrap();
    }

    pub async fn close_wave(&self) {
        let mut db = self.pool.acquire().await.unwrap();
        let wave = "gelombang-1".parse().unwrap();
        waves::put(&mut db, &Self::edition(), &wave, 1, "ab")
            .await
            .unwrap();
    }

    pub async fn offer(&self, n: u128, region: &str) {
        let mut db = self.pool.acquire().await.unwrap();
        let copy = challenges::ChallengeCopy {
            id: ChallengeId(challenge(n)),
            region_code: region.to_owned(),
            issue_id: "sampah".to_owned(),
            capacity: 1,
            body: "sampah pasar".to_owned(),
        };
        challenges::put(&mut db, &Self::edition(), &copy)
            .await
            .unwrap();
    }

    pub async fn plan(&self) -> Result<pb::Panel, Error> {
        let request = pb::PlanPanelRequest {
            round: ROUND.to_owned(),
            seed: 7,
            request_id: self.fresh(),
        };
        plan_panel(&self.ledger, &organiser(), request).await
    }

    pub async fn confirm(&self, manifest_hash: &str, accept: bool) -> Result<pb::Panel, Error> {
        let request = pb::ConfirmPanelRequest {
            name: PANEL.to_owned(),
            manifest_hash: manifest_hash.to_owned(),
            accept_shortfalls: accept,
            request_id: self.fresh(),
        };
        confirm_panel(&self.ledger, &organiser(), request).await
    }

    /// A panel that was planned and confirmed.
    pub async fn confirmed(&self) -> pb::Panel {
        self.close_wave().await;
        let planned = self.plan().await.unwrap();
        self.confirm(&planned.manifest_hash, false).await.unwrap()
    }

    /// Three judges have two of three submissions each; a fourth judge fits less and has no seat.
    pub async fn usual_panel(&self) -> pb::Panel {
        self.round_of(2, 2).await;
        for n in 1..=3 {
            self.seat_judge(n, "sampah").await;
            self.submit(n, person(n)).await;
        }
        self.seat_judge(4, "air-bersih").await;
        self.confirmed().await
    }

    pub async fn panel(&self) -> pb::Panel {
        let request = pb::GetPanelRequest {
            name: PANEL.to_owned(),
        };
        queries::panel::get(&self.ledger, &organiser(), request)
            .await
            .unwrap()
    }

    /// A judge's own word that they must not see a submission.
    pub async fn declare(&self, n: u128, submission: &str) -> Result<pb::Conflict, Error> {
        let request = pb::DeclareConflictRequest {
            parent: NAME.to_owned(),
            conflict: Some(pb::Conflict {
                judge_person_id: judge(n).to_string(),
                subject: Some(pb::conflict::Subject::SubmissionId(submission.to_owned())),
                ..Default::default()
            }),
            request_id: self.fresh(),
        };
        declare_conflict(&self.ledger, &as_judge(n), request).await
    }

    /// A request id that nobody used.
    pub fn fresh(&self) -> String {
        self.ledger.ids().uuid().to_string()
    }

    /// Hears an event of intake for which nothing has to be asked.
    pub async fn hear_intake<E: Event + Serialize>(&self, aggregate_id: &str, said: &E) {
        let peer = PeerConfig {
            url: "http://127.0.0.1:9".to_owned(),
            ca_file: None,
            connect_timeout_ms: 100,
            timeout_ms: 100,
            balance: winner_platform::grpc::Balance::Off,
        };
        let signer = TokenSigner::new("matching", ServiceKey::generate().unwrap());
        let nobody = channel(&peer, signer, "intake").unwrap();
        let reactions = FromIntake {
            ledger: self.ledger.clone(),
            views: ViewServiceClient::new(nobody.clone()),
            editions: EditionServiceClient::new(nobody),
        };
        self.hear(&reactions, &event(aggregate_id, said))
            .await
            .unwrap();
    }

    /// Hears an event of judging.
    pub async fn hear_judging<E: Event + Serialize>(&self, aggregate_id: &str, said: &E) {
        let reactions = FromJudging {
            ledger: self.ledger.clone(),
        };
        self.hear(&reactions, &event(aggregate_id, said))
            .await
            .unwrap();
    }

    async fn hear<R: Reactions>(
        &self,
        reactions: &R,
        event: &Received,
    ) -> Result<(), ReactionError> {
        let prepared = reactions.prepare(event).await?;
        let mut unit = self.ledger.begin(Origin::event(event)).await.unwrap();
        reactions.apply(&mut unit, event, prepared).await?;
        unit.commit().await.unwrap();
        Ok(())
    }

    /// The data of every event of one type that was written, in order.
    pub async fn said<E: Event + serde::de::DeserializeOwned>(&self) -> Vec<E> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "select payload
               from outbox
              where aggregate_type = $1
                and name = $2
              order by position",
        )
        .bind(E::DESCRIPTOR.aggregate)
        .bind(E::DESCRIPTOR.name)
        .fetch_all(&self.pool)
        .await
        .unwrap();
        rows.iter()
            .map(|row| serde_json::from_slice(row).unwrap())
            .collect()
    }
}

/// A person joins an organisation.
pub fn joined(person: Uuid, organisation: Uuid) -> intake::MembershipGranted {
    intake::MembershipGranted {
        membership_id: Ids::system().uuid().to_string(),
        office: Office::Member.into(),
        edition_id: String::new(),
        scope: organisation.to_string(),
        person_id: person.to_string(),
    }
}

/// Two persons may be one.
pub fn linked(one: Uuid, other: Uuid) -> intake::LinkFound {
    intake::LinkFound {
        link_id: Ids::system().uuid().to_string(),
        person_id: one.to_string(),
        other_person_id: other.to_string(),
        organisation_id: String::new(),
        kind: "same_phone".to_owned(),
    }
}
