//! Panels: planned, confirmed, and never with a judge who must not see what they get.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod support;

use sqlx::PgPool;
use support::*;
use winner_matching::commands::plan_panel::plan_panel;
use winner_matching::errors::Error;
use winner_messaging::RequestError;
use winner_proto::intake::v1 as intake;
use winner_proto::matching::v1 as pb;

/// Judge 1 against three others; one review is wanted, so judge 1 gets it unless they must not.
async fn only_judge_one_fits(desk: &Desk, member: uuid::Uuid) {
    desk.round_of(1, 3).await;
    desk.seat_judge(1, "sampah").await;
    desk.seat_judge(2, "air-bersih").await;
    desk.submit(1, member).await;
    desk.close_wave().await;
}

async fn seated(desk: &Desk) -> Vec<String> {
    let panel = desk.plan().await.unwrap();
    panel
        .assignments
        .into_iter()
        .map(|a| a.judge_person_id)
        .collect()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_best_fitting_judge_gets_the_seat(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    assert_eq!(seated(&desk).await, [judge(1).to_string()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_never_gets_their_own_submission(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, judge(1)).await;
    assert_eq!(seated(&desk).await, [judge(2).to_string()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_never_gets_their_organisations_submission(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    desk.hear_intake("m", &joined(judge(1), organisation(1)))
        .await;
    assert_eq!(seated(&desk).await, [judge(2).to_string()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_never_gets_a_submission_of_their_other_identity(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    desk.hear_intake("l", &linked(person(9), judge(1))).await;
    desk.hear_intake("l", &linked(person(9), person(1))).await;
    assert_eq!(seated(&desk).await, [judge(2).to_string()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_never_gets_their_employers_submission(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    let employed = intake::LinkFound {
        other_person_id: String::new(),
        organisation_id: organisation(1).to_string(),
        kind: "same_employer".to_owned(),
        ..linked(judge(1), person(9))
    };
    desk.hear_intake("l", &employed).await;
    assert_eq!(seated(&desk).await, [judge(2).to_string()]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_is_planned_while_the_wave_is_open(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.round_of(1, 3).await;
    desk.seat_judge(1, "sampah").await;
    desk.submit(1, person(1)).await;
    assert_eq!(reason(desk.plan().await), "WAVE_OPEN");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_is_planned_anew_once_the_panel_is_confirmed(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let confirmed = desk.usual_panel().await;
    assert_eq!(reason(desk.plan().await), "PANEL_CONFIRMED");
    assert_eq!(desk.panel().await, confirmed);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_panel_other_than_the_one_seen_is_not_confirmed(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    let seen = desk.plan().await.unwrap();
    desk.seat_judge(3, "sampah").await;
    desk.declare(1, &submission(1).to_string()).await.unwrap();
    let newer = desk.plan().await.unwrap();
    assert_ne!(seen.manifest_hash, newer.manifest_hash);
    assert_eq!(
        reason(desk.confirm(&seen.manifest_hash, false).await),
        "PANEL_CHANGED"
    );
    assert!(desk.said::<pb::PanelConfirmed>().await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_panel_with_a_conflict_learned_after_the_plan_is_not_confirmed(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    let seen = desk.plan().await.unwrap();
    desk.declare(1, &submission(1).to_string()).await.unwrap();
    assert_eq!(
        reason(desk.confirm(&seen.manifest_hash, false).await),
        "PANEL_OUTDATED"
    );
    assert!(desk.said::<pb::PanelConfirmed>().await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn shortfalls_are_confirmed_only_when_they_are_accepted(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.round_of(2, 3).await;
    desk.seat_judge(1, "sampah").await;
    desk.submit(1, person(1)).await;
    desk.close_wave().await;
    let planned = desk.plan().await.unwrap();
    assert_eq!(planned.shortfalls.len(), 1);
    assert_eq!(
        reason(desk.confirm(&planned.manifest_hash, false).await),
        "SUBMISSIONS_SHORT"
    );
    let confirmed = desk.confirm(&planned.manifest_hash, true).await.unwrap();
    assert_eq!(confirmed.state(), pb::PanelState::Confirmed);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_confirmation_tells_manifest_and_version(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let panel = desk.usual_panel().await;
    let said = desk.said::<pb::PanelConfirmed>().await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].manifest_hash, panel.manifest_hash);
    assert_eq!(said[0].panel_version, panel.version);
    assert_eq!(said[0].assignment_count, 6);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_same_request_gets_the_same_answer(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    let request = pb::PlanPanelRequest {
        round: ROUND.to_owned(),
        seed: 7,
        request_id: "satu".to_owned(),
    };
    let first = plan_panel(&desk.ledger, &organiser(), request.clone())
        .await
        .unwrap();
    desk.declare(1, &submission(1).to_string()).await.unwrap();
    let again = plan_panel(&desk.ledger, &organiser(), request.clone())
        .await
        .unwrap();
    assert_eq!(again, first);
    let other = pb::PlanPanelRequest { seed: 8, ..request };
    assert!(matches!(
        plan_panel(&desk.ledger, &organiser(), other).await,
        Err(Error::Request(RequestError::DifferentBody(_)))
    ));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_plans_nothing(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    only_judge_one_fits(&desk, person(1)).await;
    let request = pb::PlanPanelRequest {
        round: ROUND.to_owned(),
        seed: 7,
        request_id: desk.fresh(),
    };
    assert!(matches!(
        plan_panel(&desk.ledger, &as_judge(1), request).await,
        Err(Error::Refused(_))
    ));
}
