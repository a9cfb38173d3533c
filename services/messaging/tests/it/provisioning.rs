//! The broker is made as declared, and nothing is changed that could lose an event.

use async_nats::jetstream::consumer::{PullConsumer, pull};
use async_nats::jetstream::stream::DiscardPolicy;
use winner_messaging::ConsumerSpec;
use winner_messaging::provision::{Change, ProvisionError, Topology, drift, provision};
use winner_proto::event::{AggregateDescriptor, Visibility};

use crate::support::{CONTRACTS, SPEC, World};

static ONE_MORE: &[AggregateDescriptor] = &[
    AggregateDescriptor {
        service: "depot",
        name: "crate",
        visibility: Visibility::Public,
    },
    AggregateDescriptor {
        service: "depot",
        name: "pallet",
        visibility: Visibility::Public,
    },
    AggregateDescriptor {
        service: "depot",
        name: "label",
        visibility: Visibility::Internal,
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing() {
    let Some(world) = World::bare().await else {
        return;
    };
    let first = provision(&world.jetstream, &world.topology())
        .await
        .unwrap();
    assert_eq!(
        first
            .changes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "create stream TEST_DEPOT_PUBLIC",
            "create stream TEST_DEPOT_INTERNAL",
            "create consumer yard-stock on TEST_DEPOT_PUBLIC",
            "create consumer yard-stock on TEST_DEPOT_INTERNAL",
        ]
    );
    let second = provision(&world.jetstream, &world.topology())
        .await
        .unwrap();
    assert_eq!(second.changes, []);
    let stream = world
        .jetstream
        .get_stream("TEST_DEPOT_PUBLIC")
        .await
        .unwrap();
    let config = &stream.cached_info().config;
    assert_eq!(config.discard, DiscardPolicy::New);
    assert!(config.allow_atomic_publish);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_aggregate_type_widens_stream_and_consumer() {
    let Some(world) = World::open().await else {
        return;
    };
    let wider = Topology {
        contracts: ONE_MORE,
        consumers: vec![ConsumerSpec {
            aggregates: &["crate", "label", "pallet"],
            ..SPEC
        }],
        ..world.topology()
    };
    let changes = provision(&world.jetstream, &wider).await.unwrap().changes;
    assert!(
        matches!(
            changes.as_slice(),
            [Change::UpdateStream(_), Change::UpdateConsumer(..)]
        ),
        "{changes:?}"
    );
    assert_eq!(drift(&world.jetstream, &wider).await.unwrap(), []);
    // And not back: what lies under the subject would no longer be reached.
    let refused = provision(&world.jetstream, &world.topology())
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::Destructive { fields, .. } if fields == &["subjects"]),
        "{refused}"
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_changed_by_hand_is_seen_and_put_right() {
    let Some(world) = World::open().await else {
        return;
    };
    let consumer: PullConsumer = world
        .jetstream
        .get_consumer_from_stream("yard-stock", "TEST_DEPOT_PUBLIC")
        .await
        .unwrap();
    let found = &consumer.cached_info().config;
    let changed = pull::Config {
        durable_name: found.durable_name.clone(),
        filter_subjects: found.filter_subjects.clone(),
        ack_policy: found.ack_policy,
        ack_wait: found.ack_wait,
        max_ack_pending: found.max_ack_pending,
        max_deliver: 3,
        ..pull::Config::default()
    };
    world
        .jetstream
        .update_consumer_on_stream(changed, "TEST_DEPOT_PUBLIC")
        .await
        .unwrap();
    let seen = drift(&world.jetstream, &world.topology()).await.unwrap();
    assert!(
        matches!(seen.as_slice(), [Change::UpdateConsumer(..)]),
        "{seen:?}"
    );
    provision(&world.jetstream, &world.topology())
        .await
        .unwrap();
    assert_eq!(
        drift(&world.jetstream, &world.topology()).await.unwrap(),
        []
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_drops_what_is_old_is_refused_not_repaired() {
    let Some(world) = World::open().await else {
        return;
    };
    let stream = world
        .jetstream
        .get_stream("TEST_DEPOT_PUBLIC")
        .await
        .unwrap();
    let mut config = stream.cached_info().config.clone();
    config.discard = DiscardPolicy::Old;
    config.max_messages = 10;
    world.jetstream.update_stream(config).await.unwrap();
    let refused = provision(&world.jetstream, &world.topology())
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::Destructive { fields, .. } if fields == &["discard", "max_messages"]),
        "{refused}"
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_get_public_consumers_and_no_others() {
    let Some(world) = World::open().await else {
        return;
    };
    let outsider = ConsumerSpec {
        owner: "press",
        name: "news",
        producer: "depot",
        aggregates: &["crate"],
    };
    let with = |spec| Topology {
        outside: vec![spec],
        ..world.topology()
    };
    let changes = provision(&world.jetstream, &with(outsider))
        .await
        .unwrap()
        .changes;
    assert_eq!(
        changes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["create consumer press-news on TEST_DEPOT_PUBLIC"]
    );
    let refused = provision(
        &world.jetstream,
        &with(ConsumerSpec {
            aggregates: &["crate", "label"],
            ..outsider
        }),
    )
    .await
    .unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::NotPublic { aggregate, .. } if aggregate == "label"),
        "{refused}"
    );
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_of_what_nobody_says_is_refused() {
    let Some(world) = World::open().await else {
        return;
    };
    let topology = Topology {
        contracts: CONTRACTS,
        consumers: vec![ConsumerSpec {
            aggregates: &["barrel"],
            ..SPEC
        }],
        ..world.topology()
    };
    let refused = provision(&world.jetstream, &topology).await.unwrap_err();
    assert!(
        matches!(refused, ProvisionError::UnknownAggregate { .. }),
        "{refused}"
    );
    world.close().await;
}
