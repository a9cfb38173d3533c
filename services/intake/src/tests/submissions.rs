//! Drafts, sealing, receipts.

use tonic::Code;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use crate::fixtures::{DEADLINE, at};
use crate::testing::{
    World, as_actor, faults, in_world, last, new_submission, refusal, request_id, rupiah,
    submit_request, text, update,
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
async fn two_members_edit_different_fields_at_the_same_time() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let budi = world.person("budi").await;
        let budi = world
            .grant(&siti, budi, Office::Member, "", &last(&team))
            .await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let (one, two) = (world.submissions(), world.submissions());
        let (first, second) = tokio::join!(
            one.update_submission(as_actor(
                &siti,
                update(&draft.name, &[("ringkasan", text("A"))], 0)
            )),
            two.update_submission(as_actor(
                &budi,
                update(&draft.name, &[("biaya", rupiah(7))], 0)
            )),
        );
        assert!(first.is_ok() && second.is_ok());
        let read = world
            .submissions()
            .get_submission(as_actor(&budi, get(&draft.name)))
            .await;
        let answers = read.unwrap().into_inner().answers;
        assert_eq!(answers["ringkasan"].value, Some(text("A")));
        assert_eq!(answers["biaya"].value, Some(rupiah(7)));
    })
    .await;
}

#[tokio::test]
async fn of_two_edits_of_one_field_the_second_is_told_which_field() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let (one, two) = (world.submissions(), world.submissions());
        let edit = |value: &str| update(&draft.name, &[("ringkasan", text(value))], 1);
        let (first, second) = tokio::join!(
            one.update_submission(as_actor(&siti, edit("A"))),
            two.update_submission(as_actor(&siti, edit("B"))),
        );
        let refused = if first.is_ok() { second } else { first };
        let status = refused.unwrap_err();
        assert_eq!(status.code(), Code::Aborted);
        let details = winner_platform::error::details(&status);
        let info = details.error_info().unwrap();
        assert_eq!(info.reason, "FIELDS_CHANGED");
        assert_eq!(info.metadata["fields"], "ringkasan");
    })
    .await;
}

#[tokio::test]
async fn another_organisations_submission_is_not_there() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let (eve, eves) = world.team("eve").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        let not_found = (Code::NotFound, "NOT_FOUND".to_owned());
        let service = world.submissions();
        let read = service
            .get_submission(as_actor(&eve, get(&draft.name)))
            .await;
        assert_eq!(refusal(read), not_found);
        let edit = update(&draft.name, &[("biaya", rupiah(2))], 1);
        assert_eq!(
            refusal(service.update_submission(as_actor(&eve, edit)).await),
            not_found
        );
        assert_eq!(
            refusal(
                world
                    .submit(&eve, submit_request(&draft), at(DEADLINE))
                    .await
            ),
            not_found
        );
        let withdraw = intake::WithdrawSubmissionRequest {
            name: draft.name.clone(),
            request_id: request_id(),
        };
        assert_eq!(
            refusal(service.withdraw_submission(as_actor(&eve, withdraw)).await),
            not_found
        );
        let foreign = service
            .create_submission(as_actor(&eve, new_submission("contoh", &team)))
            .await;
        assert_eq!(
            refusal(foreign),
            (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned())
        );
        assert!(
            service
                .create_submission(as_actor(&eve, new_submission("contoh", &eves)))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn a_secretariat_sees_what_was_sealed_in_its_own_edition_only() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        world.open_edition("lain").await;
        let (siti, team) = world.team("siti").await;
        let screener = world.person("screener").await;
        let screener = world
            .grant(&chair, screener, Office::Screener, "lain", "")
            .await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let receipt = world.sealed(&siti, "contoh", &team).await;
        let service = world.submissions();
        let not_found = (Code::NotFound, "NOT_FOUND".to_owned());
        assert!(
            service
                .get_submission(as_actor(&chair, get(&receipt.submission)))
                .await
                .is_ok()
        );
        let unsealed = service
            .get_submission(as_actor(&chair, get(&draft.name)))
            .await;
        assert_eq!(refusal(unsealed), not_found);
        let elsewhere = service
            .get_submission(as_actor(&screener, get(&receipt.submission)))
            .await;
        assert_eq!(refusal(elsewhere), not_found);
        let list = |parent: &str| intake::ListSubmissionsRequest {
            parent: parent.to_owned(),
            ..Default::default()
        };
        let listed = service
            .list_submissions(as_actor(&chair, list("editions/contoh")))
            .await;
        let names: Vec<_> = listed
            .unwrap()
            .into_inner()
            .submissions
            .into_iter()
            .map(|s| s.name)
            .collect();
        assert_eq!(names, [receipt.submission]);
        let listed = service
            .list_submissions(as_actor(&screener, list("editions/contoh")))
            .await;
        assert_eq!(listed.unwrap().into_inner().submissions, []);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_member_writes_no_more_whatever_their_token_says() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let budi = world.person("budi").await;
        let budi = world
            .grant(&siti, budi, Office::Member, "", &last(&team))
            .await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let me = intake::GetPersonRequest {
            name: "persons/me".to_owned(),
        };
        let person = world
            .identity()
            .get_person(as_actor(&budi, me))
            .await
            .unwrap()
            .into_inner();
        let revoke = intake::RevokeMembershipRequest {
            name: person.memberships[0].name.clone(),
            request_id: request_id(),
        };
        world
            .identity()
            .revoke_membership(as_actor(&siti, revoke))
            .await
            .unwrap();
        // `budi` still carries the grant of before.
        let edit = update(&draft.name, &[("biaya", rupiah(2))], 0);
        let refused = world
            .submissions()
            .update_submission(as_actor(&budi, edit))
            .await;
        assert_eq!(refusal(refused), (Code::NotFound, "NOT_FOUND".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_submission_is_told_to_the_others_and_a_draft_is_not() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let receipt = world.sealed(&siti, "contoh", &team).await;
        for name in [draft.name, receipt.submission.clone()] {
            let request = intake::WithdrawSubmissionRequest {
                name,
                request_id: request_id(),
            };
            let gone = world
                .submissions()
                .withdraw_submission(as_actor(&siti, request))
                .await;
            assert_eq!(
                gone.unwrap().into_inner().state(),
                intake::SubmissionState::Withdrawn
            );
        }
        let names: Vec<_> = world
            .events("submission")
            .await
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["submitted", "withdrawn"]);
        let request = intake::WithdrawSubmissionRequest {
            name: receipt.submission,
            request_id: request_id(),
        };
        let again = world
            .submissions()
            .withdraw_submission(as_actor(&siti, request))
            .await;
        assert_eq!(
            refusal(again),
            (Code::FailedPrecondition, "SUBMISSION_WITHDRAWN".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_draft_for_a_place_or_issue_outside_the_edition_is_refused() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let create = |region: &str, issue: &str| {
            let mut request = new_submission("contoh", &team);
            let submission = request.submission.as_mut().unwrap();
            submission.region_code = region.to_owned();
            submission.issue_id = issue.to_owned();
            as_actor(&siti, request)
        };
        let fault =
            |field: &str, reason: &str| vec![(format!("submission.{field}"), reason.to_owned())];
        let service = world.submissions();
        let outside = service.create_submission(create("12", "sampah")).await;
        assert_eq!(
            faults(outside),
            fault("region_code", "PROVINCE_NOT_PART_OF_EDITION")
        );
        let unvalidated = service.create_submission(create("53.71", "sampah")).await;
        assert_eq!(
            faults(unvalidated),
            fault("issue_id", "ISSUE_NOT_VALIDATED")
        );
        let hole = service.create_submission(create("73.19", "sampah")).await;
        assert_eq!(faults(hole), fault("region_code", "UNKNOWN_REGION"));
    })
    .await;
}

#[tokio::test]
async fn every_write_needs_a_request_id() {
    in_world(|world: World| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let mut request = new_submission("contoh", &team);
        request.request_id.clear();
        let refused = world
            .submissions()
            .create_submission(as_actor(&siti, request))
            .await;
        assert_eq!(
            faults(refused),
            [("request_id".to_owned(), "INVALID_REQUEST_ID".to_owned())]
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
