//! What a judge sees and does: their own entries, after the declaration, within the window.
#![allow(
    clippy::allow_attributes,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic, and ask the database themselves"
)]

mod support;

use std::time::Duration;

use sqlx::PgPool;
use support::*;
use winner_judging::errors::Error;
use winner_proto::judging::v1 as pb;

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_queue_is_empty_before_the_round_opens(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.plan().await;
    assert!(desk.queue(1).await.is_empty());
    desk.open_with("manifest-1").await.unwrap();
    assert_eq!(desk.queue(1).await.len(), 2);
    assert!(desk.queue(3).await.is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_entry_is_neither_read_nor_scored_before_the_declaration(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let entry = desk.entry(1, 1).await;
    assert_eq!(reason(desk.read(1, &entry).await), "NOT_DECLARED");
    let scored = desk.score(1, &entry, [5_000, 5_000]).await;
    assert_eq!(reason(scored), "NOT_DECLARED");
    assert!(desk.peers.asked().is_empty());
    desk.accept(1, &entry).await.unwrap();
    assert_eq!(desk.read(1, &entry).await.unwrap().title, "Saringan air");
    assert_eq!(desk.peers.asked(), [submission(1)]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_entry_of_another_judge_looks_absent(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let entry = desk.entry(1, 1).await;
    desk.accept(1, &entry).await.unwrap();
    assert!(is_absent(desk.accept(2, &entry).await));
    assert!(is_absent(desk.read(2, &entry).await));
    assert!(is_absent(desk.score(2, &entry, [5_000, 5_000]).await));
    assert!(is_absent(desk.recuse(2, &entry).await));
    assert!(desk.peers.asked().is_empty());
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_correction_stands_beside_the_first(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let entry = desk.entry(1, 1).await;
    desk.accept(1, &entry).await.unwrap();
    let first = desk.score(1, &entry, [5_000, 5_000]).await.unwrap();
    let second = desk.score(1, &entry, [6_000, 5_000]).await.unwrap();
    assert_eq!((first.version, second.version), (1, 2));
    let kept: Vec<String> = sqlx::query_scalar(
        "select marks::text
           from judging.scorecards
          order by version",
    )
    .fetch_all(&desk.pool)
    .await
    .unwrap();
    assert_eq!(kept.len(), 2);
    assert_ne!(kept[0], kept[1]);
    assert_eq!(desk.said::<pb::ScorecardRecorded>().await, 2);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn scores_are_taken_from_the_first_to_the_last_millisecond_of_the_window(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.plan().await;
    desk.open_with("manifest-1").await.unwrap();
    let entry = desk.entry(1, 1).await;
    desk.accept(1, &entry).await.unwrap();
    let milli = Duration::from_millis(1);
    let marks = [5_000, 5_000];
    desk.travel(at(OPENS).checked_sub(milli).unwrap());
    assert_eq!(reason(desk.score(1, &entry, marks).await), "ROUND_NOT_OPEN");
    desk.ledger.clock().advance(milli);
    desk.score(1, &entry, marks).await.unwrap();
    desk.travel(at(CLOSES).checked_add(Duration::from_millis(999)).unwrap());
    desk.score(1, &entry, marks).await.unwrap();
    desk.ledger.clock().advance(milli);
    assert_eq!(reason(desk.score(1, &entry, marks).await), "ROUND_NOT_OPEN");
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn scores_off_the_scale_are_refused_with_every_problem(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let entry = desk.entry(1, 1).await;
    desk.accept(1, &entry).await.unwrap();
    match desk.score(1, &entry, [10_500, 250]).await {
        Err(Error::Scores(problems)) => {
            assert_eq!(problems.iter().map(|p| p.index).collect::<Vec<_>>(), [0, 1]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(desk.said::<pb::ScorecardRecorded>().await, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn recusing_ends_access_and_tells_it_in_the_same_transaction(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let entry = desk.entry(1, 1).await;
    desk.accept(1, &entry).await.unwrap();
    desk.recuse(1, &entry).await.unwrap();
    assert_eq!(reason(desk.read(1, &entry).await), "ASSIGNMENT_ENDED");
    let scored = desk.score(1, &entry, [5_000, 5_000]).await;
    assert_eq!(reason(scored), "ASSIGNMENT_ENDED");
    assert_eq!(desk.queue(1).await.len(), 1);
    let together: i64 = sqlx::query_scalar(
        "select count(*)
           from outbox o
           join judging.assignments a on a.xmin = o.xmin
          where o.name = 'recused'
            and a.state = 'recused'",
    )
    .fetch_one(&desk.pool)
    .await
    .unwrap();
    assert_eq!(together, 1);
    assert_eq!(reason(desk.recuse(1, &entry).await), "ASSIGNMENT_ENDED");
    assert_eq!(desk.said::<pb::AssignmentRecused>().await, 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_does_not_learn_how_far_the_others_are(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    let before = desk.queue(2).await;
    desk.review(1, 1, [5_000, 5_000]).await;
    assert_eq!(desk.progress(&organiser(1)).await, (4, 1));
    assert_eq!(desk.progress(&as_judge(2)).await, (0, 0));
    assert_eq!(desk.queue(2).await, before);
}
