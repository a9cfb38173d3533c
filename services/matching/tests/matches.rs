//! Matches and judges' expertise: proposed once, answered in time, seen by whom they concern.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::PgPool;
use support::*;
use winner_matching::commands::answer_match::answer_match;
use winner_matching::commands::propose_matches::propose_matches;
use winner_matching::commands::update_judge::update_judge;
use winner_matching::errors::Error;
use winner_matching::queries;
use winner_platform::auth::Actor;
use winner_proto::matching::v1 as pb;

async fn propose(desk: &Desk) -> pb::ProposeMatchesResponse {
    let request = pb::ProposeMatchesRequest {
        parent: NAME.to_owned(),
        request_id: desk.fresh(),
    };
    propose_matches(&desk.ledger, &organiser(), request)
        .await
        .unwrap()
}

async fn seen_by(desk: &Desk, actor: &Actor) -> Vec<pb::Match> {
    let request = pb::ListMatchesRequest {
        parent: NAME.to_owned(),
        ..Default::default()
    };
    queries::matches::list(&desk.ledger, actor, request)
        .await
        .unwrap()
        .matches
}

async fn answer(desk: &Desk, actor: &Actor, name: &str) -> Result<pb::Match, Error> {
    let request = pb::AnswerMatchRequest {
        name: name.to_owned(),
        accept: true,
        request_id: desk.fresh(),
    };
    answer_match(&desk.ledger, actor, request).await
}

/// One submission, challenges of two governments, proposed.
async fn two_governments(pool: &PgPool) -> Desk {
    let desk = Desk::open(pool).await;
    desk.submit(1, person(1)).await;
    desk.offer(1, "36").await;
    desk.offer(2, "53").await;
    assert_eq!(propose(&desk).await.proposed_count, 2);
    desk
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn an_official_sees_only_their_own_governments_matches(pool: PgPool) {
    let desk = two_governments(&pool).await;
    let seen = seen_by(&desk, &official("36")).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].region_code, "36");
    assert_eq!(seen_by(&desk, &organiser()).await.len(), 2);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn another_governments_match_looks_absent(pool: PgPool) {
    let desk = two_governments(&pool).await;
    let theirs = &seen_by(&desk, &official("53")).await[0].name;
    let absent = format!("{NAME}/matches/{}", desk.fresh());
    let stranger = official("36");
    let refused = reason(answer(&desk, &stranger, theirs).await);
    assert_eq!(refused, reason(answer(&desk, &stranger, &absent).await));
    let mine = &seen_by(&desk, &stranger).await[0].name;
    let answered = answer(&desk, &stranger, mine).await.unwrap();
    assert_eq!(answered.state(), pb::MatchState::Accepted);
    assert_eq!(desk.said::<pb::MatchAnswered>().await.len(), 1);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_match_is_answered_until_its_last_millisecond(pool: PgPool) {
    let desk = two_governments(&pool).await;
    let window = Duration::from_hours(7 * 24);
    desk.ledger.clock().advance(window);
    let mine = &seen_by(&desk, &official("36")).await[0].name;
    answer(&desk, &official("36"), mine).await.unwrap();
    desk.ledger.clock().advance(Duration::from_millis(1));
    let other = &seen_by(&desk, &official("53")).await[0].name;
    assert_eq!(
        reason(answer(&desk, &official("53"), other).await),
        "ANSWER_TOO_LATE"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_match_is_answered_once(pool: PgPool) {
    let desk = two_governments(&pool).await;
    let mine = &seen_by(&desk, &official("36")).await[0].name;
    answer(&desk, &official("36"), mine).await.unwrap();
    assert_eq!(
        reason(answer(&desk, &official("36"), mine).await),
        "MATCH_NOT_OPEN"
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn proposing_goes_on_in_steps_and_never_twice(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    for n in 1..=201 {
        desk.submit(n, person(n)).await;
    }
    for n in 1..=3 {
        desk.offer(n, "36").await;
    }
    let (first, second, third) = (
        propose(&desk).await,
        propose(&desk).await,
        propose(&desk).await,
    );
    assert_eq!((first.proposed_count, first.more), (500, true));
    assert_eq!((second.proposed_count, second.more), (103, false));
    assert_eq!((third.proposed_count, third.more), (0, false));
    let said = desk.said::<pb::MatchProposed>().await;
    let pairs: BTreeSet<_> = said
        .iter()
        .map(|m| (&m.submission_id, &m.challenge_id))
        .collect();
    assert_eq!((said.len(), pairs.len()), (603, 603));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_judge_sets_only_their_own_expertise(pool: PgPool) {
    let desk = Desk::open(&pool).await;
    let request = |n: u128| pb::UpdateJudgeRequest {
        judge: Some(pb::Judge {
            name: format!("{NAME}/judges/{}", judge(n)),
            issue_ids: vec!["sampah".to_owned()],
            quota: 5,
            ..Default::default()
        }),
        request_id: desk.fresh(),
    };
    let own = update_judge(&desk.ledger, &as_judge(1), request(1)).await;
    assert_eq!(own.unwrap().quota, 5);
    assert!(matches!(
        update_judge(&desk.ledger, &as_judge(1), request(2)).await,
        Err(Error::Refused(_))
    ));
    let question = pb::GetJudgeRequest {
        name: format!("{NAME}/judges/{}", judge(2)),
    };
    let unknown = queries::judge::judge(&desk.ledger, &organiser(), question).await;
    assert!(unknown.is_err(), "nothing was kept of the other judge");
}
