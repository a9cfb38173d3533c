//! Judging on a database of the test's own, with a matching and an intake that the test speaks for.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::disallowed_methods,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part of it, tests may panic, and what they ask of the database \
              themselves needs no offline data"
)]

pub mod peers;

use pbjson_types::Timestamp;
use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;
use winner_judging::commands::accept_assignment::accept_assignment;
use winner_judging::commands::close_round::close_round;
use winner_judging::commands::compute_ranking::compute_ranking;
use winner_judging::commands::create_round::create_round;
use winner_judging::commands::open_round::open_round;
use winner_judging::commands::recuse::recuse;
use winner_judging::commands::submit_scorecard::submit_scorecard;
use winner_judging::context::Context;
use winner_judging::domain::ids::RoundKey;
use winner_judging::domain::rules::RoundRules;
use winner_judging::errors::Error;
use winner_judging::queries;
use winner_judging::reactions::FromMatching;
use winner_judging::store::rounds::{self, KeptRules};
use winner_messaging::{Counter, Ledger, Origin, Reactions, Received};
use winner_platform::auth::{Actor, Grant};
use winner_platform::error::ApiError;
use winner_platform::{BusinessTime, Clock, Ids};
use winner_proto::event::Event;
use winner_proto::intake::v1 as intake;
use winner_proto::judging::v1 as pb;
use winner_proto::matching::v1 as matching;
use winner_proto::types::v1::{Deadline, Window};

use peers::Peers;

pub const EDITION: &str = "contoh-2026";
/// The window of scores: the last second counts whole.
pub const OPENS: &str = "2026-07-01T00:00:00+07:00";
pub const CLOSES: &str = "2026-07-14T23:59:59+07:00";
/// Well before the window, and within it.
pub const START: &str = "2026-06-01T00:00:00+07:00";
pub const DURING: &str = "2026-07-02T09:00:00+07:00";

fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + (kind << 32) + n)
}

pub fn judge(n: u128) -> String {
    id(1, n).to_string()
}

pub fn submission(n: u128) -> String {
    id(4, n).to_string()
}

pub fn organiser(n: u128) -> Actor {
    Actor::of_person(id(6, n), vec![Grant::new("organiser", EDITION)])
}

pub fn as_judge(n: u128) -> Actor {
    Actor::of_person(id(1, n), vec![Grant::new("judge", EDITION)])
}

pub fn at(text: &str) -> BusinessTime {
    BusinessTime::parse_rfc3339(text).unwrap()
}

fn stamp(text: &str) -> Option<Timestamp> {
    let (seconds, nanos) = at(text).to_timestamp();
    Some(Timestamp { seconds, nanos })
}

/// Why a use case refused.
pub fn reason<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    ApiError::from(outcome.unwrap_err()).reason().to_owned()
}

/// The name is spoken of as if nothing were there.
pub fn is_absent<T: std::fmt::Debug>(outcome: Result<T, Error>) -> bool {
    ApiError::from(outcome.unwrap_err()).code() == tonic::Code::NotFound
}

/// Two criteria from 0 to 10 in halves; two approvals.
fn definition(round: &str) -> intake::RoundDefinition {
    let criterion = |id: &str, weight| intake::Criterion {
        criterion_id: id.to_owned(),
        weight_thousandths: weight,
        min_thousandths: 0,
        max_thousandths: 10_000,
        step_thousandths: 500,
        ..Default::default()
    };
    intake::RoundDefinition {
        round_id: round.to_owned(),
        rubric: Some(intake::Rubric {
            criteria: vec![criterion("dampak", 600), criterion("kebaruan", 400)],
        }),
        min_reviews: 2,
        max_load: 12,
        scoring: Some(Window {
            opens_at: stamp(OPENS),
            closes_at: Some(Deadline {
                at: stamp(CLOSES),
                whole_second: true,
            }),
        }),
        method: intake::AggregationMethod::Mean.into(),
        tie_breaks: vec![
            intake::TieBreak::CriteriaInOrder.into(),
            intake::TieBreak::Lottery.into(),
        ],
        approvals: 2,
        ..Default::default()
    }
}

/// A panel as matching would show it: every pair of (submission, judge).
pub fn panel(version: i32, seats: &[(u128, u128)]) -> matching::Panel {
    let seat = |(s, j): &(u128, u128)| matching::PanelAssignment {
        submission_id: submission(*s),
        submission_version: 1,
        judge_person_id: judge(*j),
        kind: matching::AssignmentKind::Regular.into(),
        ..Default::default()
    };
    matching::Panel {
        state: matching::PanelState::Confirmed.into(),
        version,
        assignments: seats.iter().map(seat).collect(),
        manifest_hash: format!("manifest-{version}"),
        ..Default::default()
    }
}

/// Judges 1 and 2 have both submissions.
pub const SEATS: &[(u128, u128)] = &[(1, 1), (1, 2), (2, 1), (2, 2)];

/// The service's parts, and the round that a test is about.
pub struct Desk {
    pub ledger: Ledger,
    pub peers: Peers,
    pub pool: PgPool,
    round: &'static str,
}

impl Desk {
    /// Migrates the test's database; the rules of two rounds are known, nothing is planned.
    pub async fn open(pool: &PgPool) -> Self {
        let options = (*pool.connect_options()).clone();
        let pool = PgPoolOptions::new()
            .max_connections(5)
            .connect_with(options.options([("search_path", "judging")]))
            .await
            .unwrap();
        sqlx::query("create schema judging")
            .execute(&pool)
            .await
            .unwrap();
        winner_messaging::MIGRATOR.run(&pool).await.unwrap();
        winner_judging::MIGRATOR.run(&pool).await.unwrap();
        let mut db = pool.acquire().await.unwrap();
        for round in ["meja", "ulang"] {
            let rules = KeptRules {
                rules: RoundRules::parse(&definition(round)).unwrap(),
                edition_version: 1,
                objection_window_seconds: 5 * 86_400,
            };
            let key = RoundKey::new(EDITION, round).unwrap();
            rounds::put_rules(&mut db, &key, &rules).await.unwrap();
        }
        drop(db);
        let clock = Clock::manual(at(START));
        Self {
            ledger: Ledger::new(pool.clone(), Ids::system(), clock),
            peers: Peers::start().await,
            pool,
            round: "meja",
        }
    }

    /// The same service, for the other round.
    pub async fn other_round(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            peers: Peers::start().await,
            pool: self.pool.clone(),
            round: "ulang",
        }
    }

    pub fn round(&self) -> String {
        format!("editions/{EDITION}/rounds/{}", self.round)
    }

    /// A request id that nobody used.
    pub fn fresh(&self) -> String {
        self.ledger.ids().uuid().to_string()
    }

    /// Moves business time to `to`, which lies ahead.
    pub fn travel(&self, to: BusinessTime) {
        let clock = self.ledger.clock();
        clock.advance(to.since(clock.business()));
    }

    fn context(&self) -> Context {
        Context {
            ledger: self.ledger.clone(),
            views: self.peers.views(),
            panels: self.peers.panels(),
        }
    }

    /// Plans the round and hears of the usual panel.
    pub async fn plan(&self) {
        let request = pb::CreateRoundRequest {
            parent: format!("editions/{EDITION}"),
            round_id: self.round.to_owned(),
            seed: 7,
            request_id: self.fresh(),
        };
        create_round(&self.ledger, &organiser(1), request)
            .await
            .unwrap();
        self.peers.now_shows(panel(1, SEATS));
        self.hear(&self.confirmed(1)).await;
    }

    /// A round that is open, at a time when scores are taken.
    pub async fn usual_round(&self) {
        self.plan().await;
        self.open_with("manifest-1").await.unwrap();
        if self.ledger.clock().business() < at(DURING) {
            self.travel(at(DURING));
        }
    }

    pub async fn open_with(&self, manifest_hash: &str) -> Result<pb::Round, Error> {
        let request = pb::OpenRoundRequest {
            name: self.round(),
            manifest_hash: manifest_hash.to_owned(),
            request_id: self.fresh(),
        };
        open_round(&self.ledger, &organiser(1), request).await
    }

    pub async fn close(&self, accept_missing: bool) -> Result<pb::Round, Error> {
        self.close_as(&self.fresh(), accept_missing).await
    }

    pub async fn close_as(
        &self,
        request_id: &str,
        accept_missing: bool,
    ) -> Result<pb::Round, Error> {
        let request = pb::CloseRoundRequest {
            name: self.round(),
            accept_missing,
            request_id: request_id.to_owned(),
        };
        close_round(&self.context(), &organiser(1), request).await
    }

    pub async fn rank(&self) -> Result<pb::Ranking, Error> {
        let request = pb::ComputeRankingRequest {
            round: self.round(),
            request_id: self.fresh(),
        };
        compute_ranking(&self.ledger, &organiser(1), request).await
    }

    /// What matching said when it confirmed a version.
    pub fn confirmed(&self, version: i32) -> matching::PanelConfirmed {
        matching::PanelConfirmed {
            edition_id: EDITION.to_owned(),
            round_id: self.round.to_owned(),
            panel_version: version,
            manifest_hash: format!("manifest-{version}"),
            ..Default::default()
        }
    }

    /// What matching says when judge `gone` gives submission `s` to judge `added`.
    pub fn replaced(
        &self,
        version: i32,
        s: u128,
        gone: u128,
        added: u128,
    ) -> matching::PanelJudgeReplaced {
        matching::PanelJudgeReplaced {
            edition_id: EDITION.to_owned(),
            round_id: self.round.to_owned(),
            panel_version: version,
            manifest_hash: format!("manifest-{version}"),
            submission_id: submission(s),
            submission_version: 1,
            removed_person_id: judge(gone),
            added_person_id: judge(added),
        }
    }

    /// Hears an event of matching.
    pub async fn hear<E: Event + Serialize>(&self, said: &E) {
        let descriptor = E::DESCRIPTOR;
        let event = Received {
            id: self.ledger.ids().uuid(),
            service: descriptor.service.to_owned(),
            aggregate: descriptor.aggregate.to_owned(),
            aggregate_id: format!("{EDITION}_{}", self.round),
            name: descriptor.name.to_owned(),
            version: descriptor.version,
            counter: Counter { epoch: 1, count: 1 },
            edition: Some(EDITION.to_owned()),
            time: at(START),
            correlation: "test".to_owned(),
            causation: None,
            traceparent: None,
            tracestate: None,
            payload: serde_json::to_vec(said).unwrap().into(),
        };
        let reactions = FromMatching {
            ledger: self.ledger.clone(),
            panels: self.peers.panels(),
        };
        let prepared = reactions.prepare(&event).await.unwrap();
        let mut unit = self.ledger.begin(Origin::event(&event)).await.unwrap();
        reactions.apply(&mut unit, &event, prepared).await.unwrap();
        unit.commit().await.unwrap();
    }

    pub async fn queue(&self, n: u128) -> Vec<pb::Assignment> {
        let request = pb::ListAssignmentsRequest {
            parent: self.round(),
            ..Default::default()
        };
        queries::queue::list(&self.ledger, &as_judge(n), request)
            .await
            .unwrap()
            .assignments
    }

    /// The name of the entry that judge `n` sees submission `s` as.
    pub async fn entry(&self, s: u128, n: u128) -> String {
        let entry: Uuid = sqlx::query_scalar(
            "select entry_id
               from judging.assignments
              where round_id = $1
                and submission_id = $2::uuid
                and judge_id = $3::uuid",
        )
        .bind(self.round)
        .bind(submission(s))
        .bind(judge(n))
        .fetch_one(&self.pool)
        .await
        .unwrap();
        format!("{}/entries/{entry}", self.round())
    }

    /// Every assignment: submission, judge, entry, state.
    pub async fn assignments(&self) -> Vec<(Uuid, Uuid, Uuid, String)> {
        sqlx::query_as(
            "select submission_id, judge_id, entry_id, state
               from judging.assignments
              where round_id = $1
              order by submission_id, judge_id",
        )
        .bind(self.round)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    pub async fn accept(&self, n: u128, entry: &str) -> Result<pb::Assignment, Error> {
        let request = pb::AcceptAssignmentRequest {
            name: entry.to_owned(),
            request_id: self.fresh(),
        };
        accept_assignment(&self.ledger, &as_judge(n), request).await
    }

    pub async fn read(&self, n: u128, entry: &str) -> Result<pb::Entry, Error> {
        let request = pb::GetEntryRequest {
            name: entry.to_owned(),
        };
        queries::entry::get(&self.context(), &as_judge(n), request).await
    }

    pub async fn score(
        &self,
        n: u128,
        entry: &str,
        marks: [i32; 2],
    ) -> Result<pb::Scorecard, Error> {
        let score = |criterion: &str, thousandths| pb::Score {
            criterion_id: criterion.to_owned(),
            mark: Some(pb::score::Mark::Thousandths(thousandths)),
            comment: String::new(),
        };
        let request = pb::SubmitScorecardRequest {
            scorecard: Some(pb::Scorecard {
                name: format!("{entry}/scorecard"),
                scores: vec![score("dampak", marks[0]), score("kebaruan", marks[1])],
                ..Default::default()
            }),
            request_id: self.fresh(),
        };
        submit_scorecard(&self.ledger, &as_judge(n), request).await
    }

    pub async fn recuse(&self, n: u128, entry: &str) -> Result<pb::Assignment, Error> {
        let request = pb::RecuseRequest {
            name: entry.to_owned(),
            reason: "saudara".to_owned(),
            request_id: self.fresh(),
        };
        recuse(&self.ledger, &as_judge(n), request).await
    }

    /// Judge `n` declares and scores submission `s`.
    pub async fn review(&self, s: u128, n: u128, marks: [i32; 2]) {
        let entry = self.entry(s, n).await;
        self.accept(n, &entry).await.unwrap();
        self.score(n, &entry, marks).await.unwrap();
    }

    /// Every seat of the usual panel is scored: submission 2 is better.
    pub async fn all_scored(&self) {
        for &(s, n) in SEATS {
            let mark = i32::try_from(s * 3_000 + n * 500).unwrap();
            self.review(s, n, [mark, mark]).await;
        }
    }

    /// A closed round in which everything was scored.
    pub async fn closed_round(&self) {
        self.usual_round().await;
        self.all_scored().await;
        self.close(false).await.unwrap();
    }

    pub async fn progress(&self, actor: &Actor) -> (i32, i32) {
        let request = pb::GetRoundRequest { name: self.round() };
        let round = queries::round::get(&self.ledger, actor, request)
            .await
            .unwrap();
        (round.assignment_count, round.scored_count)
    }

    /// How many events of one type were written.
    pub async fn said<E: Event>(&self) -> i64 {
        sqlx::query_scalar(
            "select count(*)
               from outbox
              where aggregate_type = $1
                and name = $2",
        )
        .bind(E::DESCRIPTOR.aggregate)
        .bind(E::DESCRIPTOR.name)
        .fetch_one(&self.pool)
        .await
        .unwrap()
    }
}
