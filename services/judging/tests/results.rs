//! From the close to the published result: computed alike everywhere, approved by two, then shown.
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
use winner_judging::commands::approve_ranking::approve_ranking;
use winner_judging::commands::publish_result::publish_result;
use winner_judging::errors::Error;
use winner_judging::queries;
use winner_proto::judging::v1 as pb;

async fn approve(desk: &Desk, n: u128, hash: &str) -> Result<pb::Ranking, Error> {
    let request = pb::ApproveRankingRequest {
        name: format!("{}/rankings/-", desk.round()),
        ranking_hash: hash.to_owned(),
        request_id: desk.fresh(),
    };
    approve_ranking(&desk.ledger, &organiser(n), request).await
}

async fn publish(desk: &Desk) -> Result<pb::Result, Error> {
    let request = pb::PublishResultRequest {
        ranking: format!("{}/rankings/-", desk.round()),
        request_id: desk.fresh(),
    };
    publish_result(&desk.ledger, &organiser(1), request).await
}

async fn result(desk: &Desk) -> Result<pb::Result, Error> {
    let request = pb::GetResultRequest {
        name: format!("{}/result", desk.round()),
    };
    queries::result::get(&desk.ledger, request).await
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_is_ranked_before_the_close(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.all_scored().await;
    assert_eq!(reason(desk.rank().await), "ROUND_NOT_CLOSED");
    desk.close(false).await.unwrap();
    let rows = desk.rank().await.unwrap().rows;
    let order: Vec<_> = rows.iter().map(|r| (r.rank, &r.submission_id)).collect();
    assert_eq!(order, [(1, &submission(2)), (2, &submission(1))]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_same_frozen_inputs_give_the_same_ranking(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let (first, again) = (desk.rank().await.unwrap(), desk.rank().await.unwrap());
    assert_eq!(first.rows, again.rows);
    assert_eq!(first.inputs_hash, again.inputs_hash);
    assert_eq!(first.ranking_hash, again.ranking_hash);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_ranking_does_not_depend_on_the_order_in_which_scores_came(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let other = desk.other_round().await;
    other.usual_round().await;
    for &(s, n) in SEATS.iter().rev() {
        let mark = i32::try_from(s * 3_000 + n * 500).unwrap();
        other.review(s, n, [mark, mark]).await;
    }
    other.close(false).await.unwrap();
    let (here, there) = (desk.rank().await.unwrap(), other.rank().await.unwrap());
    assert_eq!(here.rows, there.rows);
    assert_eq!(here.inputs_hash, there.inputs_hash);
    assert_eq!(here.ranking_hash, there.ranking_hash);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn another_score_gives_another_ranking(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let other = desk.other_round().await;
    other.usual_round().await;
    other.all_scored().await;
    let entry = other.entry(1, 1).await;
    other.score(1, &entry, [4_000, 3_500]).await.unwrap();
    other.close(false).await.unwrap();
    let (here, there) = (desk.rank().await.unwrap(), other.rank().await.unwrap());
    assert_ne!(here.inputs_hash, there.inputs_hash);
    assert_ne!(here.ranking_hash, there.ranking_hash);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_scores_of_who_stepped_back_do_not_count(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.usual_round().await;
    desk.all_scored().await;
    let entry = desk.entry(1, 1).await;
    desk.recuse(1, &entry).await.unwrap();
    desk.peers
        .now_shows(panel(2, &[(1, 2), (1, 3), (2, 1), (2, 2)]));
    desk.hear(&desk.replaced(2, 1, 1, 3)).await;
    desk.review(1, 3, [5_000, 5_000]).await;
    desk.close(false).await.unwrap();
    let rows = desk.rank().await.unwrap().rows;
    let row = rows.iter().find(|r| r.submission_id == submission(1));
    let row = row.unwrap();
    // The mean of 4,000 and 5,000, without the 3,500 of the judge who stepped back.
    assert_eq!((row.review_count, row.raw_score_thousandths), (2, 4_500));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn two_different_people_approve(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let hash = desk.rank().await.unwrap().ranking_hash;
    let one = approve(&desk, 1, &hash).await.unwrap();
    assert_eq!(one.state(), pb::ResultState::PendingApproval);
    assert_eq!(reason(approve(&desk, 1, &hash).await), "SAME_PERSON");
    let two = approve(&desk, 2, &hash).await.unwrap();
    assert_eq!(two.state(), pb::ResultState::Approved);
    assert_eq!(two.approval_count, 2);
    assert_eq!(desk.said::<pb::RankingApproved>().await, 2);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_ranking_other_than_the_one_seen_is_not_approved(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    desk.rank().await.unwrap();
    assert_eq!(reason(approve(&desk, 1, "00").await), "RANKING_CHANGED");
    assert_eq!(desk.said::<pb::RankingApproved>().await, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn nothing_is_published_before_two_have_approved(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    let hash = desk.rank().await.unwrap().ranking_hash;
    assert_eq!(reason(publish(&desk).await), "NOT_APPROVED");
    approve(&desk, 1, &hash).await.unwrap();
    assert_eq!(reason(publish(&desk).await), "NOT_APPROVED");
    approve(&desk, 2, &hash).await.unwrap();
    let published = publish(&desk).await.unwrap();
    assert_eq!(published.state(), pb::ResultState::Provisional);
    assert_eq!(reason(publish(&desk).await), "RANKING_NOT_OPEN");
    assert_eq!(desk.said::<pb::ResultPublished>().await, 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_result_is_absent_until_it_is_published(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    assert!(is_absent(result(&desk).await));
    desk.closed_round().await;
    assert!(is_absent(result(&desk).await));
    let hash = desk.rank().await.unwrap().ranking_hash;
    assert!(is_absent(result(&desk).await));
    approve(&desk, 1, &hash).await.unwrap();
    approve(&desk, 2, &hash).await.unwrap();
    assert!(is_absent(result(&desk).await));
    let published = publish(&desk).await.unwrap();
    let shown = result(&desk).await.unwrap();
    assert_eq!(shown, published);
    assert_eq!(shown.ranking_hash, hash);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_does_not_see_a_ranking(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    desk.closed_round().await;
    desk.rank().await.unwrap();
    let request = pb::GetRankingRequest {
        name: format!("{}/rankings/-", desk.round()),
    };
    let seen = queries::ranking::get(&desk.ledger, &as_judge(1), request).await;
    assert!(matches!(seen, Err(Error::Refused(_))));
}
