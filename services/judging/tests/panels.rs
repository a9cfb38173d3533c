//! What matching says of panels, and the close that waits for it.
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
use winner_proto::judging::v1 as pb;
use winner_proto::matching::v1 as matching;

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_round_opens_only_with_the_panel_known_here(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.plan().await;
    assert_eq!(
        reason(desk.open_with("manifest-2").await),
        "PANEL_NOT_KNOWN"
    );
    desk.open_with("manifest-1").await.unwrap();
    assert_eq!(desk.said::<pb::RoundOpened>().await, 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_replacement_gets_a_fresh_entry_that_reveals_nothing(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let before = desk.assignments().await;
    let old = desk.entry(1, 1).await;
    desk.accept(1, &old).await.unwrap();
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    let new = desk.entry(1, 3).await;
    let known: Vec<_> = before
        .iter()
        .flat_map(|(s, j, e, _)| [s, j, e])
        .map(ToString::to_string)
        .collect();
    assert!(known.iter().all(|id| !new.ends_with(id.as_str())));
    assert!(is_absent(desk.accept(3, &old).await));
    assert!(is_absent(desk.accept(1, &new).await));
    assert_eq!(reason(desk.read(1, &old).await), "ASSIGNMENT_ENDED");
    let queue = desk.queue(3).await;
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].name, new);
    assert_eq!(queue[0].state(), pb::AssignmentState::Assigned);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn replacements_that_a_newer_panel_holds_already_change_nothing(pool: PgPool) {
    // A round that has heard of no panel yet.
    let desk = Desk::open(&pool).await.other_round().await;
    // The event speaks of version 1; matching has gone on to version 2 when it is asked.
    desk.peers
        .now_shows(panel(2, &[(1, 2), (1, 3), (2, 1), (2, 2)]));
    desk.hear(&desk.confirmed(1)).await;
    let before = desk.assignments().await;
    assert_eq!(before.len(), 4);
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    assert_eq!(desk.assignments().await, before);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_replacement_heard_twice_changes_nothing_the_second_time(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    let after = desk.assignments().await;
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    assert_eq!(desk.assignments().await, after);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_who_gets_a_seat_back_gets_a_new_assignment_and_no_review_is_missing(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let old = desk.entry(1, 1).await;
    desk.review(1, 1, [9_000, 9_000]).await;
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    desk.hear(&desk.replaced(3, 1, 3, 1)).await;
    let live = desk.assignments().await;
    let live = live.iter().filter(|(_, _, _, state)| state != "removed");
    assert_eq!(live.count(), SEATS.len());
    let queue = desk.queue(1).await;
    assert!(
        queue.iter().all(|a| a.name != old),
        "the old entry lives again"
    );
    assert_eq!(reason(desk.read(1, &old).await), "ASSIGNMENT_ENDED");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_close_that_was_done_is_answered_again_while_matching_is_away(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.all_scored().await;
    let request_id = desk.fresh();
    let closed = desk.close_as(&request_id, false).await.unwrap();
    desk.peers.matching_goes_away();
    assert_eq!(desk.close_as(&request_id, false).await.unwrap(), closed);
    assert_eq!(
        reason(desk.close_as(&request_id, true).await),
        "INVALID_FIELDS"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_seat_that_nobody_takes_is_taken_away_all_the_same(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let short = matching::PanelShort {
        edition_id: EDITION.to_owned(),
        round_id: "meja".to_owned(),
        panel_version: 2,
        manifest_hash: "manifest-2".to_owned(),
        submission_id: submission(1),
        removed_person_id: judge(1),
    };
    desk.hear(&short).await;
    assert_eq!(desk.queue(1).await.len(), 1);
    assert_eq!(desk.progress(&organiser(1)).await, (3, 0));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_round_stays_open_while_the_copy_is_behind_matching(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.all_scored().await;
    desk.peers
        .now_shows(panel(2, &[(1, 2), (1, 3), (2, 1), (2, 2)]));
    assert_eq!(reason(desk.close(false).await), "PANEL_BEHIND");
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    desk.review(1, 3, [5_000, 5_000]).await;
    assert_eq!(
        desk.close(false).await.unwrap().state(),
        pb::RoundState::Closed
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_round_stays_open_while_scores_are_missing(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.review(1, 1, [5_000, 5_000]).await;
    assert_eq!(reason(desk.close(false).await), "SCORES_MISSING");
    assert_eq!(desk.said::<pb::RoundClosed>().await, 0);
    desk.close(true).await.unwrap();
    assert_eq!(desk.said::<pb::RoundClosed>().await, 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_closed_round_takes_no_scores(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let entry = desk.entry(1, 1).await;
    let scored = desk.score(1, &entry, [9_000, 9_000]).await;
    assert_eq!(reason(scored), "ROUND_NOT_OPEN");
    assert_eq!(reason(desk.recuse(1, &entry).await), "ROUND_NOT_OPEN");
}
