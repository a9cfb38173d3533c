//! What operators are told of an edition.

use std::collections::BTreeMap;

use crate::store::figures::submissions;
use crate::tests::world::{in_world, last};

#[tokio::test]
async fn every_submission_is_counted_where_it_stands_and_empty_places_too() {
    in_world(|world| async move {
        world.open_edition("contoh").await;
        let (siti, team) = world.team("siti").await;
        let (budi, others) = world.team("budi").await;
        let sealed = world.sealed(&siti, "contoh", &team).await.submission;
        world.draft(&budi, "contoh", &others).await;
        let pool = world.context.ledger.pool();
        let counted = || async {
            let found = submissions(pool).await.unwrap();
            let of = found.iter().map(|one| (one.state.clone(), one.count));
            assert!(found.iter().all(|one| one.edition_id == "contoh"));
            of.collect::<BTreeMap<_, _>>()
        };
        let of = |states: [(&str, i64); 6]| BTreeMap::from(states.map(|(s, n)| (s.to_owned(), n)));
        let mut expected = [
            ("draft", 1),
            ("submitted", 1),
            ("eligible", 0),
            ("ineligible", 0),
            ("needs_correction", 0),
            ("withdrawn", 0),
        ];
        assert_eq!(counted().await, of(expected));

        let id = last(&sealed);
        sqlx::query!(
            "UPDATE intake.submissions SET outcome = 'eligible' WHERE submission_id::text = $1",
            id
        )
        .execute(pool)
        .await
        .unwrap();
        (expected[1].1, expected[2].1) = (0, 1);
        assert_eq!(counted().await, of(expected));
    })
    .await;
}
