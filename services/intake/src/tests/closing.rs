//! Closing waves.

use std::time::Duration;

use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_server::EditionService as _;
use winner_proto::intake::v1::view_service_server::ViewService as _;

use crate::commands::close_wave::{close_wave, due};
use crate::domain::closing::{Accepted, RootHash};
use crate::domain::ids::{EditionId, SubmissionId, WaveId};
use crate::domain::submission::content::ContentHash;
use crate::fixtures::{DEADLINE, at};
use crate::store::waves;
use crate::tests::world::{World, as_actor, in_world, refusal, submit_request};

/// Closes every wave that is due; says how many closed.
pub(super) async fn close_due(world: &World) -> usize {
    let mut closed = 0;
    for wave in due(&world.context).await.unwrap() {
        if close_wave(&world.context, &wave.edition, &wave.wave)
            .await
            .unwrap()
        {
            closed += 1;
        }
    }
    closed
}

async fn wave(world: &World) -> intake::Wave {
    let request = intake::ListWavesRequest {
        parent: "editions/contoh".to_owned(),
    };
    let nobody = winner_platform::auth::Actor::nobody();
    let waves = world
        .editions()
        .list_waves(as_actor(&nobody, request))
        .await
        .unwrap();
    waves.into_inner().waves.remove(0)
}

fn list_sealed() -> intake::ListSealedRequest {
    intake::ListSealedRequest {
        edition_id: "contoh".to_owned(),
        wave_id: "gelombang-1".to_owned(),
        page_size: 2,
        page_token: String::new(),
    }
}

#[tokio::test]
async fn a_wave_closes_once_with_a_count_and_a_hash_that_its_list_proves() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        for local in ["siti", "budi", "eve"] {
            let (member, team) = world.team(local).await;
            world.sealed(&member, "contoh", &team).await;
        }
        let matching = winner_platform::auth::Actor::of_service("matching", None);
        let early = world
            .views()
            .list_sealed(as_actor(&matching, list_sealed()))
            .await;
        assert_eq!(refusal(early).1, "WAVE_NOT_CLOSED");

        world.travel("2026-02-20T12:00:05+07:00");
        assert_eq!(
            close_due(&world).await,
            0,
            "submissions may still be at work"
        );
        world.travel("2026-02-20T12:00:11+07:00");
        let (one, two) = tokio::join!(close_due(&world), close_due(&world));
        assert_eq!(one + two, 1, "two copies close it once");
        assert_eq!(close_due(&world).await, 0);

        let wave = wave(&world).await;
        assert_eq!(wave.state(), intake::WaveState::Closed);
        assert_eq!(wave.accepted_count, 3);

        let mut accepted = Vec::new();
        let mut request = list_sealed();
        loop {
            let page = world
                .views()
                .list_sealed(as_actor(&matching, request.clone()))
                .await;
            let page = page.unwrap().into_inner();
            accepted.extend(page.submissions.iter().map(|sealed| Accepted {
                submission: SubmissionId::parse(&sealed.submission_id).unwrap(),
                version: sealed.version,
                content_hash:
                    ContentHash::from_bytes(&hex::decode(&sealed.content_hash).unwrap()).unwrap(),
            }));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(RootHash::over(&accepted).to_string(), wave.root_hash);

        let events = world.events("wave").await;
        let [(name, data)] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(name, "closed");
        assert_eq!(data["acceptedCount"], 3);
        assert_eq!(data["rootHash"], wave.root_hash);
    })
    .await;
}

#[tokio::test]
async fn closing_waits_for_a_submission_at_work() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (edition, wave_id) = (
            EditionId::parse("contoh").unwrap(),
            WaveId::parse("gelombang-1").unwrap(),
        );
        world.travel("2026-02-20T12:00:11+07:00");
        let mut at_work = world.pool.begin().await.unwrap();
        waves::lock_open(&mut at_work, &edition, &wave_id)
            .await
            .unwrap();
        let closing = close_wave(&world.context, &edition, &wave_id);
        let finishing = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(wave(&world).await.state(), intake::WaveState::Open);
            at_work.commit().await.unwrap();
        };
        let (closed, ()) = tokio::join!(closing, finishing);
        assert!(closed.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_closed_wave_takes_nothing_even_from_a_request_that_claims_to_be_early() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let draft = world.complete_draft(&siti, "contoh", &team).await;
        world.travel("2026-02-20T12:00:11+07:00");
        assert_eq!(close_due(&world).await, 1);
        let refused = world
            .submit(&siti, submit_request(&draft), at(DEADLINE))
            .await;
        assert_eq!(refusal(refused).1, "DEADLINE_PASSED");
        assert_eq!(wave(&world).await.accepted_count, 0);
    })
    .await;
}
