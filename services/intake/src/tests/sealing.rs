//! Sealing: in time, once, never lost.

use tonic::Code;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;

use crate::fixtures::{DEADLINE, at};
use crate::tests::world::{
    as_actor, faults, in_world, last, refusal, request_id, rupiah, submit_request, text, update,
};

fn get(name: &str) -> intake::GetSubmissionRequest {
    intake::GetSubmissionRequest {
        name: name.to_owned(),
    }
}

#[tokio::test]
async fn a_complete_draft_becomes_a_submission_with_a_receipt_in_three_zones() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let arrived = at("2026-02-20T13:59:59.9994+09:00");
        let sealed = world
            .submit(&siti, submit_request(&draft), arrived)
            .await
            .unwrap();
        let receipt = sealed.receipt.unwrap();
        assert!(receipt.number.starts_with("CONTOH-"), "{}", receipt.number);
        assert_eq!(receipt.submission, draft.name);
        assert_eq!(receipt.version, 1);
        assert_eq!(receipt.arrived_wib, "20 Februari 2026 11.59.59,999 WIB");
        assert_eq!(receipt.arrived_wita, "20 Februari 2026 12.59.59,999 WITA");
        assert_eq!(receipt.arrived_wit, "20 Februari 2026 13.59.59,999 WIT");

        let read = world
            .submissions()
            .get_submission(as_actor(&siti, get(&draft.name)))
            .await;
        let read = read.unwrap().into_inner();
        assert_eq!(read.state(), intake::SubmissionState::Submitted);
        assert_eq!(read.receipt.as_ref(), Some(&receipt));

        let events = world.events("submission").await;
        let [(name, data)] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(name, "submitted");
        assert_eq!(data["contentHash"], receipt.content_hash);
        assert_eq!(data["waveId"], "gelombang-1");
        assert!(
            data.get("organisationId").is_none(),
            "public events name no organisation"
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_that_arrived_after_the_deadline_second_is_refused() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let late = world
            .submit(
                &siti,
                submit_request(&draft),
                at("2026-02-20T12:00:00+07:00"),
            )
            .await;
        assert_eq!(
            refusal(late),
            (Code::FailedPrecondition, "DEADLINE_PASSED".to_owned())
        );
        let early = world
            .submit(
                &siti,
                submit_request(&draft),
                at("2026-02-05T23:00:00+07:00"),
            )
            .await;
        assert_eq!(
            refusal(early),
            (Code::FailedPrecondition, "SUBMISSIONS_NOT_OPEN".to_owned())
        );
        assert_eq!(world.events("submission").await, []);
    })
    .await;
}

#[tokio::test]
async fn a_retry_returns_the_same_receipt_also_after_the_deadline_and_the_close() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let request = submit_request(&draft);
        let first = world
            .submit(&siti, request.clone(), at(DEADLINE))
            .await
            .unwrap();
        world.travel("2026-02-20T12:02:00+07:00");
        super::closing::close_due(&world).await;
        let late = at("2026-02-20T12:02:00+07:00");
        assert_eq!(
            world.submit(&siti, request.clone(), late).await.unwrap(),
            first
        );
        let mut other = request;
        other.etag = "99".to_owned();
        let reused = world.submit(&siti, other, late).await;
        assert_eq!(
            faults(reused),
            [("request_id".to_owned(), "REQUEST_ID_REUSED".to_owned())]
        );
        assert_eq!(world.events("submission").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_refused_request_may_be_tried_again_with_the_same_id() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let mut request = submit_request(&draft);
        let missing = world.submit(&siti, request.clone(), at(DEADLINE)).await;
        let required = |id: &str| (format!("answers[{id}]"), "REQUIRED".to_owned());
        assert_eq!(faults(missing), [required("biaya"), required("ringkasan")]);

        let answers = [("ringkasan", text("Saringan air")), ("biaya", rupiah(1))];
        let edit = as_actor(&siti, update(&draft.name, &answers, 0));
        let edited = world
            .submissions()
            .update_submission(edit)
            .await
            .unwrap()
            .into_inner();
        request.etag = edited.etag;
        assert!(world.submit(&siti, request, at(DEADLINE)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_is_what_the_team_saw() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let seen = world.complete_draft(&siti, "contoh", &team).await;
        let edit = update(&seen.name, &[("biaya", rupiah(2))], 1);
        world
            .submissions()
            .update_submission(as_actor(&siti, edit))
            .await
            .unwrap();
        let stale = world
            .submit(&siti, submit_request(&seen), at(DEADLINE))
            .await;
        assert_eq!(refusal(stale), (Code::Aborted, "ETAG_MISMATCH".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_sealed_submission_is_neither_edited_nor_sealed_again() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let receipt = world.sealed(&siti, "contoh", &team).await;
        let edit = update(&receipt.submission, &[("biaya", rupiah(2))], 1);
        let edited = world
            .submissions()
            .update_submission(as_actor(&siti, edit))
            .await;
        let expected = (Code::FailedPrecondition, "SUBMISSION_NOT_DRAFT".to_owned());
        assert_eq!(refusal(edited), expected);
        let again = intake::SubmitRequest {
            name: receipt.submission,
            etag: "3".to_owned(),
            request_id: request_id(),
        };
        assert_eq!(
            refusal(world.submit(&siti, again, at(DEADLINE)).await),
            expected
        );
    })
    .await;
}

#[tokio::test]
async fn of_many_submits_of_one_draft_exactly_one_seals_it() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let same = submit_request(&draft);
        let retries = (0..4).map(|_| world.submit(&siti, same.clone(), at(DEADLINE)));
        let retries = futures::future::join_all(retries).await;
        let first = retries[0].as_ref().unwrap();
        assert!(
            retries
                .iter()
                .all(|answer| answer.as_ref().unwrap() == first)
        );
        assert_eq!(world.events("submission").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_stalled_lock_delays_a_submit_and_does_not_refuse_it() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let id = uuid::Uuid::try_parse(&last(&draft.name)).unwrap();
        let mut stall = world.pool.begin().await.unwrap();
        sqlx::query!("SET LOCAL idle_in_transaction_session_timeout = 0")
            .execute(&mut *stall)
            .await
            .unwrap();
        sqlx::query!(
            "SELECT 1 AS one FROM intake.submissions WHERE submission_id = $1 FOR UPDATE",
            id
        )
        .fetch_all(&mut *stall)
        .await
        .unwrap();
        let stalled = async {
            // Longer than one attempt waits for a lock.
            tokio::time::sleep(std::time::Duration::from_millis(5_600)).await;
            stall.rollback().await.unwrap();
        };
        let (sealed, ()) = tokio::join!(
            world.submit(&siti, submit_request(&draft), at(DEADLINE)),
            stalled
        );
        assert!(sealed.is_ok(), "{sealed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_submit_dropped_at_any_await_and_repeated_seals_once() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let request = submit_request(&draft);
        let mut awaits = 0;
        let sealed = loop {
            let submitting = world.submit(&siti, request.clone(), at(DEADLINE));
            // Polled so often and then dropped, as a process that is killed there.
            if let Some(answer) = polled(submitting, awaits).await {
                break answer.unwrap();
            }
            awaits += 1;
        };
        // How many awaits there are depends on how fast the database answers.
        assert!(awaits > 0);
        let repeated = world.submit(&siti, request, at(DEADLINE)).await.unwrap();
        assert_eq!(repeated, sealed);
        let versions = sqlx::query_scalar!("SELECT version FROM intake.submission_versions")
            .fetch_all(&world.pool)
            .await
            .unwrap();
        assert_eq!(versions, [1]);
        assert_eq!(world.events("submission").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn lost_connections_delay_submits_and_lose_none() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let mut drafts = Vec::new();
        for number in 0..12 {
            let (member, team) = world.team(&format!("anggota{number}")).await;
            drafts.push((world.complete_draft(&member, "contoh", &team).await, member));
        }
        let submits = drafts
            .iter()
            .map(|(draft, member)| world.submit(member, submit_request(draft), at(DEADLINE)));
        let faults = async {
            let mut gone = 0;
            for _ in 0..5 {
                tokio::time::sleep(std::time::Duration::from_millis(8)).await;
                // The one that asks lives on; all others of this database are gone.
                let killed = sqlx::query_scalar!(
                    r#"SELECT count(pg_terminate_backend(pid)) AS "count!"
                         FROM pg_stat_activity
                        WHERE datname = current_database()
                          AND pid <> pg_backend_pid()"#
                )
                .fetch_one(&world.pool)
                .await;
                gone += killed.unwrap();
            }
            gone
        };
        let (answers, gone) = tokio::join!(futures::future::join_all(submits), faults);
        assert!(gone > 0, "no connection was lost");
        let mut numbers: Vec<_> = answers
            .into_iter()
            .map(|answer| answer.unwrap().receipt.unwrap().number)
            .collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 12);
        assert_eq!(world.events("submission").await.len(), 12);
    })
    .await;
}

/// Polls a future up to `times` after its first poll; `None` when it was dropped unfinished.
async fn polled<F: std::future::Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = times;
    std::future::poll_fn(move |context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(answer) => std::task::Poll::Ready(Some(answer)),
        std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(None),
        std::task::Poll::Pending => {
            left -= 1;
            std::task::Poll::Pending
        }
    })
    .await
}
