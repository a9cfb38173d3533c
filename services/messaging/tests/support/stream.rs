//! What lies in the public stream.

use futures::StreamExt as _;
use winner_proto::event::Visibility;

use super::World;

/// A message of the public stream.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) event_id: String,
    pub(crate) aggregate_id: String,
    pub(crate) count: i64,
    pub(crate) batch: Option<String>,
    pub(crate) sequence: u64,
}

/// The public stream's messages, in its order.
pub(crate) async fn in_stream(world: &World) -> Vec<Message> {
    let stream = world
        .jetstream
        .get_stream(world.naming().stream("depot", Visibility::Public))
        .await
        .unwrap();
    let last = stream.cached_info().state.last_sequence;
    futures::stream::iter(1..=last)
        .then(|sequence| {
            let stream = stream.clone();
            async move {
                let message = stream.get_raw_message(sequence).await.unwrap();
                let header = |name: &str| message.headers.get(name).map(ToString::to_string);
                Message {
                    event_id: header("ce-id").unwrap(),
                    aggregate_id: header("ce-subject").unwrap(),
                    count: header("ce-count").unwrap().parse().unwrap(),
                    batch: header("Nats-Batch-Id"),
                    sequence,
                }
            }
        })
        .collect()
        .await
}
