//! What the other services read.

use winner_platform::auth::Actor;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::challenge_service_server::ChallengeService as _;
use winner_proto::intake::v1::identity_service_server::IdentityService as _;
use winner_proto::intake::v1::submission_service_server::SubmissionService as _;
use winner_proto::intake::v1::view_service_server::ViewService as _;
use winner_proto::options::v1::Office;

use crate::fixtures::{DEADLINE, at};
use crate::tests::world::{
    World, as_actor, faults, in_world, last, notification, request_id, rupiah, submit_request,
    text, update,
};

async fn recipients(
    world: &World,
    role: intake::RecipientRole,
    subjects: &[&str],
) -> Vec<(String, String)> {
    let mut request = intake::ResolveRecipientsRequest {
        edition_id: "contoh".to_owned(),
        role: role.into(),
        subject_ids: subjects.iter().map(|&id| id.to_owned()).collect(),
        page_size: 1,
        page_token: String::new(),
    };
    let mut found = Vec::new();
    loop {
        let page = world
            .views()
            .resolve_recipients(as_actor(&notification(), request.clone()))
            .await;
        let page = page.unwrap().into_inner();
        found.extend(
            page.recipients
                .into_iter()
                .map(|r| (r.subject_id, r.person_id)),
        );
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

fn person(actor: &Actor) -> String {
    actor.person().unwrap().to_string()
}

#[tokio::test]
async fn recipients_are_found_by_what_they_are_page_by_page() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let organiser = world.person("organiser").await;
        let organiser = world
            .grant(&chair, organiser, Office::Organiser, "contoh", "")
            .await;
        // Who holds both offices is told once.
        world
            .grant(
                &chair,
                organiser.person().unwrap(),
                Office::Chair,
                "contoh",
                "",
            )
            .await;
        let (siti, team) = world.team("siti").await;
        let budi = world.person("budi").await;
        let budi = world
            .grant(&siti, budi, Office::Member, "", &last(&team))
            .await;
        let receipt = world.sealed(&siti, "contoh", &team).await;
        let id = last(&receipt.submission);

        let mut team = recipients(&world, intake::RecipientRole::Team, &[&id]).await;
        team.sort();
        let mut expected = vec![(id.clone(), person(&siti)), (id, person(&budi))];
        expected.sort();
        assert_eq!(team, expected);

        let mut organisers =
            recipients(&world, intake::RecipientRole::Organisers, &["contoh"]).await;
        organisers.sort();
        let subject = || "contoh".to_owned();
        let mut expected = vec![(subject(), person(&chair)), (subject(), person(&organiser))];
        expected.sort();
        assert_eq!(organisers, expected);
        assert_eq!(
            recipients(&world, intake::RecipientRole::EligibleTeams, &["contoh"]).await,
            []
        );
    })
    .await;
}

#[tokio::test]
async fn officials_are_those_of_the_challenges_own_government() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let official = world.person("official").await;
        let official = world
            .grant(&chair, official, Office::Official, "contoh", "53.71")
            .await;
        let neighbour = world.person("neighbour").await;
        world
            .grant(&chair, neighbour, Office::Official, "contoh", "53.01")
            .await;
        let request = super::challenges::new_challenge("53.71");
        let challenge = world
            .challenges()
            .create_challenge(as_actor(&official, request))
            .await;
        let id = last(&challenge.unwrap().into_inner().name);
        let found = recipients(&world, intake::RecipientRole::Officials, &[&id]).await;
        assert_eq!(found, [(id, person(&official))]);
    })
    .await;
}

#[tokio::test]
async fn contacts_are_read_for_their_purpose_and_every_batch_is_recorded() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let siti = world.person("siti").await;
        let invitation = world
            .invite(&chair, Office::Judge, "contoh", "", "juri@contoh.test")
            .await
            .unwrap();
        let request =
            |persons: &[String], memberships: &[String], purpose: intake::ContactPurpose| {
                let request = intake::BatchGetContactsRequest {
                    person_ids: persons.to_vec(),
                    membership_ids: memberships.to_vec(),
                    purpose: purpose.into(),
                };
                as_actor(&notification(), request)
            };
        let persons = [siti.to_string()];
        let memberships = [last(&invitation.name)];
        let views = world.views();
        let notice = request(&persons, &[], intake::ContactPurpose::Notice);
        let notice = views.batch_get_contacts(notice).await.unwrap().into_inner();
        assert_eq!(notice.contacts[0].email, "siti@contoh.test");
        assert_eq!(notice.contacts[0].invitation_token, "");
        let invited = request(&[], &memberships, intake::ContactPurpose::Invitation);
        let invited = views
            .batch_get_contacts(invited)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(invited.contacts[0].email, "juri@contoh.test");
        assert!(!invited.contacts[0].invitation_token.is_empty());

        let stray = request(&persons, &memberships, intake::ContactPurpose::Notice);
        let stray = faults(views.batch_get_contacts(stray).await);
        assert_eq!(
            stray,
            [(
                "membership_ids".to_owned(),
                "NOT_FOR_THIS_PURPOSE".to_owned()
            )]
        );
        let none = request(&persons, &[], intake::ContactPurpose::Unspecified);
        assert_eq!(faults(views.batch_get_contacts(none).await)[0].0, "purpose");

        let reads = sqlx::query!(
            "SELECT service, purpose, found
               FROM intake.contact_reads
              ORDER BY contact_read_id"
        )
        .fetch_all(&world.pool)
        .await
        .unwrap();
        let reads: Vec<_> = reads
            .iter()
            .map(|r| (r.service.as_str(), r.purpose.as_str(), r.found))
            .collect();
        assert_eq!(
            reads,
            [
                ("notification", "notice", 1),
                ("notification", "invitation", 1)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn matching_and_judges_read_texts_without_whose_they_are() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.draft(&siti, "contoh", &team).await;
        let told = "Yayasan SITI Sejahtera (siti Contoh, siti@contoh.test) menyaring air.";
        let answers = [
            ("ringkasan", text(told)),
            ("biaya", rupiah(1)),
            ("catatan", text("rahasia")),
        ];
        let edit = as_actor(&siti, update(&draft.name, &answers, 0));
        let draft = world
            .submissions()
            .update_submission(edit)
            .await
            .unwrap()
            .into_inner();
        world
            .submit(&siti, submit_request(&draft), at(DEADLINE))
            .await
            .unwrap();

        let id = last(&draft.name);
        let matching = Actor::of_service("matching", None);
        let request = intake::BatchGetMatchingTextRequest {
            edition_id: "contoh".to_owned(),
            submission_ids: vec![id.clone(), uuid::Uuid::from_u128(1).to_string()],
            challenge_ids: Vec::new(),
        };
        let found = world
            .views()
            .batch_get_matching_text(as_actor(&matching, request))
            .await;
        let found = found.unwrap().into_inner();
        let [only] = found.submissions.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(only.text, "Air untuk semua\n\n[…] ([…], […] menyaring air.");
        assert_eq!(only.organisation_id, last(&team));
        assert_eq!(only.member_person_ids, [person(&siti)]);

        let judging = Actor::of_service("judging", None);
        let request = intake::GetBlindedEntryRequest {
            edition_id: "contoh".to_owned(),
            submission_id: id,
            version: 1,
        };
        let entry = world
            .views()
            .get_blinded_entry(as_actor(&judging, request.clone()))
            .await;
        let entry = entry.unwrap().into_inner();
        let mut fields: Vec<_> = entry.answers.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["biaya", "ringkasan"],
            "only what is shown to judges"
        );
        assert!(
            !format!("{entry:?}").to_lowercase().contains("siti"),
            "{entry:?}"
        );
        let other = intake::GetBlindedEntryRequest {
            version: 2,
            ..request
        };
        let other = world
            .views()
            .get_blinded_entry(as_actor(&judging, other))
            .await;
        assert_eq!(other.unwrap_err().code(), tonic::Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn an_updated_person_keeps_what_was_not_named() {
    in_world(|world| async move {
        let actor = world.actor(world.person("siti").await).await;
        let request = intake::UpdatePersonRequest {
            person: Some(intake::Person {
                name: "persons/me".to_owned(),
                language: "en".to_owned(),
                region_code: "73.71".to_owned(),
                display_name: "tidak dipakai".to_owned(),
                ..Default::default()
            }),
            update_mask: Some(pbjson_types::FieldMask {
                paths: vec!["language".to_owned(), "region_code".to_owned()],
            }),
            request_id: request_id(),
        };
        let updated = world
            .identity()
            .update_person(as_actor(&actor, request))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (updated.language.as_str(), updated.region_code.as_str()),
            ("en", "73.71")
        );
        assert_eq!(updated.display_name, "siti Contoh");
    })
    .await;
}
