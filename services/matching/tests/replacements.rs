//! What is learned after the panel was confirmed takes one seat away and disturbs nobody else.
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
use winner_proto::intake::v1 as intake;
use winner_proto::judging::v1 as judging;
use winner_proto::matching::v1 as pb;
use winner_proto::options::v1::Office;

/// The submission of a seat that judge `n` holds.
fn held_by(panel: &pb::Panel, n: u128) -> String {
    let seat = panel
        .assignments
        .iter()
        .find(|a| a.judge_person_id == judge(n).to_string());
    seat.unwrap().submission_id.clone()
}

/// Exactly the seat of judge `n` with `submission` went to somebody else, and the event says so.
async fn only_that_seat_changed(desk: &Desk, before: &pb::Panel, n: u128, submission: &str) {
    let after = desk.panel().await;
    let (was, is) = (seats(before), seats(&after));
    let gone: Vec<_> = was.difference(&is).cloned().collect();
    let new: Vec<_> = is.difference(&was).cloned().collect();
    assert_eq!(gone, [(submission.to_owned(), judge(n).to_string())]);
    assert_eq!(new.len(), 1);
    assert_eq!(new[0].0, submission);
    let said = desk.said::<pb::PanelJudgeReplaced>().await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].removed_person_id, judge(n).to_string());
    assert_eq!(said[0].added_person_id, new[0].1);
    assert_eq!(said[0].submission_id, submission);
    assert_eq!(said[0].manifest_hash, after.manifest_hash);
    assert_eq!(said[0].panel_version, after.version);
    assert_ne!(after.manifest_hash, before.manifest_hash);
    assert_eq!(after.version, before.version + 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_late_conflict_takes_the_seat_away_and_disturbs_nobody_else(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let submission = held_by(&before, 1);
    desk.declare(1, &submission).await.unwrap();
    only_that_seat_changed(&desk, &before, 1, &submission).await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_late_identity_link_takes_the_seat_away(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let submission = held_by(&before, 2);
    let n = (1..=3).find(|n| support::submission(*n).to_string() == submission);
    desk.hear_intake("l", &linked(judge(2), person(n.unwrap())))
        .await;
    only_that_seat_changed(&desk, &before, 2, &submission).await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_new_membership_takes_the_seat_away(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let submission = held_by(&before, 3);
    let n = (1..=3).find(|n| support::submission(*n).to_string() == submission);
    desk.hear_intake("m", &joined(judge(3), organisation(n.unwrap())))
        .await;
    only_that_seat_changed(&desk, &before, 3, &submission).await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn who_loses_the_office_loses_every_seat_and_only_those(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let revoked = intake::MembershipRevoked {
        membership_id: desk.fresh(),
        office: Office::Judge.into(),
        edition_id: EDITION.to_owned(),
        scope: String::new(),
        person_id: judge(1).to_string(),
    };
    desk.hear_intake("m", &revoked).await;
    let after = desk.panel().await;
    let theirs = judge(1).to_string();
    assert!(
        after
            .assignments
            .iter()
            .all(|a| a.judge_person_id != theirs)
    );
    let others = |panel| {
        let mut kept = seats(panel);
        kept.retain(|(_, judge)| *judge != theirs);
        kept
    };
    assert!(others(&before).is_subset(&others(&after)));
    let lost = before.assignments.len() - others(&before).len();
    assert_eq!(desk.said::<pb::PanelJudgeReplaced>().await.len(), lost);
    assert_eq!(after.assignments.len(), before.assignments.len());
}

/// Two memberships are two aggregates: their events may come in either order.
#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_office_granted_anew_outlives_the_end_of_the_old_one(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let granted = intake::MembershipGranted {
        membership_id: id(9, 1).to_string(),
        office: Office::Judge.into(),
        edition_id: EDITION.to_owned(),
        scope: String::new(),
        person_id: judge(1).to_string(),
    };
    desk.hear_intake("new", &granted).await;
    let revoked = intake::MembershipRevoked {
        membership_id: id(9, 2).to_string(),
        office: Office::Judge.into(),
        edition_id: EDITION.to_owned(),
        scope: String::new(),
        person_id: judge(1).to_string(),
    };
    desk.hear_intake("old", &revoked).await;
    assert_eq!(seats(&desk.panel().await), seats(&before));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn where_nobody_is_left_the_seat_is_short(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.round_of(2, 3).await;
    for n in 1..=2 {
        desk.seat_judge(n, "sampah").await;
    }
    desk.submit(1, person(1)).await;
    let before = desk.confirmed().await;
    desk.declare(1, &submission(1).to_string()).await.unwrap();
    let after = desk.panel().await;
    assert_eq!(
        after.shortfalls,
        [pb::Shortfall {
            submission_id: submission(1).to_string(),
            missing: 1,
        }]
    );
    let said = desk.said::<pb::PanelShort>().await;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].removed_person_id, judge(1).to_string());
    assert_eq!(said[0].manifest_hash, after.manifest_hash);
    assert_eq!(after.version, before.version + 1);
    assert!(desk.said::<pb::PanelJudgeReplaced>().await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_recusal_becomes_a_conflict_once(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let submission = held_by(&before, 1);
    let recused = judging::AssignmentRecused {
        edition_id: EDITION.to_owned(),
        round_id: "meja".to_owned(),
        assignment_id: desk.fresh(),
        judge_person_id: judge(1).to_string(),
        submission_id: submission.clone(),
    };
    desk.hear_judging("a", &recused).await;
    only_that_seat_changed(&desk, &before, 1, &submission).await;
    let after = desk.panel().await;
    desk.hear_judging("a", &recused).await;
    assert_eq!(desk.panel().await, after);
    let declared = desk.said::<pb::ConflictDeclared>().await;
    assert_eq!(declared.len(), 1);
    assert_eq!(declared[0].kind(), pb::ConflictKind::Recused);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_same_conflict_again_returns_the_first(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let submission = held_by(&before, 1);
    let first = desk.declare(1, &submission).await.unwrap();
    let after = desk.panel().await;
    assert_eq!(desk.declare(1, &submission).await.unwrap(), first);
    assert_eq!(desk.panel().await, after);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_closed_round_keeps_its_panel(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let before = desk.usual_panel().await;
    let closed = judging::RoundClosed {
        edition_id: EDITION.to_owned(),
        round_id: "meja".to_owned(),
        scorecard_count: 6,
    };
    desk.hear_judging("r", &closed).await;
    desk.declare(1, &held_by(&before, 1)).await.unwrap();
    assert_eq!(desk.panel().await, before);
}
