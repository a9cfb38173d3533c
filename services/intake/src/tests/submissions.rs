//! Drafts: who writes them, who sees them.

use tonic::Code;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::options::v1::Office;

use crate::fixtures::{DEADLINE, at};
use crate::tests::world::{
    World, as_actor, faults, in_world, last, new_submission, refusal, request_id, rupiah,
    submit_request, text, update,
};

fn get(name: &str) -> intake::GetSubmissionRequest {
    intake::GetSubmissionRequest {
        name: name.to_owned(),
    }
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
