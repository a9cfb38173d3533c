//! Defining and opening editions.

use tonic::Code;
use winner_platform::auth::{Actor, Grant};
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_server::EditionService as _;

use crate::fixtures::definition;
use crate::tests::world::{as_actor, faults, in_world, refusal, request_id};

fn create(id: &str) -> intake::CreateEditionRequest {
    intake::CreateEditionRequest {
        definition: Some(definition(id)),
        request_id: request_id(),
    }
}

fn get(id: &str) -> intake::GetEditionRequest {
    intake::GetEditionRequest {
        name: format!("editions/{id}"),
    }
}

#[tokio::test]
async fn a_platform_admin_creates_an_edition_and_is_its_first_chair() {
    in_world(|world| async move {
        let admin = world.admin().await;
        let made = world
            .editions()
            .create_edition(as_actor(&admin, create("contoh")))
            .await
            .unwrap();
        let made = made.into_inner();
        assert_eq!(made.state(), intake::EditionState::Draft);
        assert_eq!(made.version, 1);
        let chair = world.actor(admin.person().unwrap()).await;
        assert_eq!(chair.grants, [Grant::new("chair", "contoh")]);
        let events = world.events("edition").await;
        assert_eq!(events[0].0, "version_applied");
        assert_eq!(events[0].1["sha256"], made.sha256);
        assert_eq!(world.events("membership").await[0].0, "granted");
    })
    .await;
}

#[tokio::test]
async fn nobody_else_creates_an_edition() {
    in_world(|world| async move {
        let person = world.person("siti").await;
        // A chair elsewhere is no platform admin.
        let actor = Actor::of_person(person, vec![Grant::new("chair", "lain")]);
        let refused = world
            .editions()
            .create_edition(as_actor(&actor, create("contoh")))
            .await;
        assert_eq!(
            refusal(refused),
            (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_definition_is_told_every_problem_with_its_path() {
    in_world(|world| async move {
        let admin = world.admin().await;
        let mut request = create("contoh");
        let wrong = request.definition.as_mut().unwrap();
        wrong.rounds[0].rubric.as_mut().unwrap().criteria[0].weight_thousandths = 0;
        wrong.provinces[2].region_code = "99".to_owned();
        let refused = world
            .editions()
            .create_edition(as_actor(&admin, request))
            .await;
        let paths: Vec<_> = faults(refused).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "definition.provinces[2].region_code",
                "definition.rounds[0].rubric.criteria[0].weight_thousandths",
                "definition.rounds[0].rubric.criteria[1].weight_thousandths",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_repeated_creation_is_the_same_and_another_with_the_id_exists() {
    in_world(|world| async move {
        let admin = world.admin().await;
        let request = create("contoh");
        let first = world
            .editions()
            .create_edition(as_actor(&admin, request.clone()))
            .await
            .unwrap();
        let second = world
            .editions()
            .create_edition(as_actor(&admin, request))
            .await
            .unwrap();
        assert_eq!(first.into_inner(), second.into_inner());
        let other = world
            .editions()
            .create_edition(as_actor(&admin, create("contoh")))
            .await;
        assert_eq!(
            refusal(other),
            (Code::AlreadyExists, "ALREADY_EXISTS".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_draft_edition_is_seen_by_its_own_people_only() {
    in_world(|world| async move {
        let admin = world.admin().await;
        world
            .editions()
            .create_edition(as_actor(&admin, create("contoh")))
            .await
            .unwrap();
        let chair = world.actor(admin.person().unwrap()).await;
        assert!(
            world
                .editions()
                .get_edition(as_actor(&chair, get("contoh")))
                .await
                .is_ok()
        );
        let hidden = world
            .editions()
            .get_edition(as_actor(&Actor::nobody(), get("contoh")))
            .await;
        let absent = world
            .editions()
            .get_edition(as_actor(&Actor::nobody(), get("tidak-ada")))
            .await;
        assert_eq!(refusal(hidden), refusal(absent));
        let open = intake::OpenEditionRequest {
            name: "editions/contoh".to_owned(),
            request_id: request_id(),
        };
        world
            .editions()
            .open_edition(as_actor(&chair, open))
            .await
            .unwrap();
        assert!(
            world
                .editions()
                .get_edition(as_actor(&Actor::nobody(), get("contoh")))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn a_chair_of_another_edition_opens_nothing_here() {
    in_world(|world| async move {
        let admin = world.admin().await;
        world
            .editions()
            .create_edition(as_actor(&admin, create("contoh")))
            .await
            .unwrap();
        let person = world.person("siti").await;
        let chair = Actor::of_person(person, vec![Grant::new("chair", "contoh")]);
        let open = intake::OpenEditionRequest {
            name: "editions/contoh".to_owned(),
            request_id: request_id(),
        };
        // The token claims it, the database does not: an office that was revoked.
        let refused = world.editions().open_edition(as_actor(&chair, open)).await;
        assert_eq!(
            refusal(refused),
            (Code::PermissionDenied, "OFFICE_REQUIRED".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_further_version_needs_the_etag_seen_and_says_so_to_the_others() {
    in_world(|world| async move {
        let chair = world.open_edition("contoh").await;
        let seen = world
            .editions()
            .get_edition(as_actor(&chair, get("contoh")))
            .await
            .unwrap()
            .into_inner();
        let mut changed = definition("contoh");
        changed.waves[0]
            .submissions
            .as_mut()
            .unwrap()
            .closes_at
            .as_mut()
            .unwrap()
            .at
            .as_mut()
            .unwrap()
            .seconds += 3_600;
        let request = intake::ApplyEditionVersionRequest {
            name: seen.name.clone(),
            definition: Some(changed),
            etag: seen.etag.clone(),
            request_id: request_id(),
        };
        let mut stale = request.clone();
        let applied = world
            .editions()
            .apply_edition_version(as_actor(&chair, request))
            .await
            .unwrap();
        assert_eq!(applied.into_inner().version, 2);
        stale.request_id = request_id();
        let refused = world
            .editions()
            .apply_edition_version(as_actor(&chair, stale))
            .await;
        assert_eq!(
            refusal(refused),
            (Code::Aborted, "ETAG_MISMATCH".to_owned())
        );
        let waves = intake::ListWavesRequest {
            parent: seen.name.clone(),
        };
        let waves = world
            .editions()
            .list_waves(as_actor(&chair, waves))
            .await
            .unwrap()
            .into_inner()
            .waves;
        let closes = waves[0].submissions.unwrap().closes_at.unwrap().at.unwrap();
        assert_eq!(
            closes.seconds,
            crate::fixtures::at("2026-02-20T12:59:59+07:00")
                .to_timestamp()
                .0
        );
        let version = intake::GetEditionVersionRequest {
            name: format!("{}/versions/1", seen.name),
        };
        let service = Actor::of_service("matching", None);
        let first = world
            .editions()
            .get_edition_version(as_actor(&service, version))
            .await
            .unwrap();
        assert_eq!(first.into_inner().definition, Some(definition("contoh")));
        let names: Vec<_> = world
            .events("edition")
            .await
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["version_applied", "opened", "version_applied"]);
    })
    .await;
}
