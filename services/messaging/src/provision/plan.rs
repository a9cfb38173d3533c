//! What has to change, and whether it may.

use std::fmt;

use async_nats::jetstream::consumer::{PullConsumer, pull};
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::ConsumerErrorKind;
use async_nats::jetstream::{self, ErrorCode, stream};

use crate::provision::{ProvisionError, Topology, wanted};

/// One change to the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A stream that is not there.
    CreateStream(Box<stream::Config>),
    /// A stream that lets more in, or keeps more.
    UpdateStream(Box<stream::Config>),
    /// A durable consumer that is not there, and its stream.
    CreateConsumer(String, Box<pull::Config>),
    /// A durable consumer that reads more, or with other limits, and its stream. What a wider
    /// filter missed so far is fetched when the aggregate's next event comes, or replayed.
    UpdateConsumer(String, Box<pull::Config>),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateStream(config) => write!(f, "create stream {}", config.name),
            Self::UpdateStream(config) => write!(f, "update stream {}", config.name),
            Self::CreateConsumer(stream, config) => {
                write!(f, "create consumer {} on {stream}", consumer_name(config))
            }
            Self::UpdateConsumer(stream, config) => {
                write!(f, "update consumer {} on {stream}", consumer_name(config))
            }
        }
    }
}

pub(super) fn consumer_name(config: &pull::Config) -> &str {
    config.durable_name.as_deref().unwrap_or_default()
}

/// Compares everything before anything is changed.
pub(super) async fn plan(
    jetstream: &jetstream::Context,
    topology: &Topology,
) -> Result<Vec<Change>, ProvisionError> {
    let mut changes = Vec::new();
    for config in wanted::streams(topology) {
        changes.extend(stream_change(jetstream, config).await?);
    }
    for (stream, config) in wanted::consumers(topology)? {
        changes.extend(consumer_change(jetstream, stream, config).await?);
    }
    Ok(changes)
}

async fn stream_change(
    jetstream: &jetstream::Context,
    config: stream::Config,
) -> Result<Option<Change>, ProvisionError> {
    let found = match jetstream.get_stream(&config.name).await {
        Ok(found) => found.cached_info().config.clone(),
        Err(error) => {
            return match error.kind() {
                GetStreamErrorKind::JetStream(cause)
                    if cause.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    Ok(Some(Change::CreateStream(Box::new(config))))
                }
                _ => Err(ProvisionError::broker(config.name, error)),
            };
        }
    };
    let lossy = lossy_stream_fields(&found, &config);
    if !lossy.is_empty() {
        return Err(ProvisionError::Destructive {
            subject: format!("stream {}", config.name),
            fields: lossy,
        });
    }
    // Over what is there: the broker's own additions (metadata, defaults) stay.
    let merged = stream::Config {
        subjects: sorted(&config.subjects),
        max_bytes: config.max_bytes,
        num_replicas: config.num_replicas,
        duplicate_window: config.duplicate_window,
        allow_direct: config.allow_direct,
        allow_atomic_publish: config.allow_atomic_publish,
        ..found.clone()
    };
    let same = merged
        == stream::Config {
            subjects: sorted(&found.subjects),
            ..found
        };
    Ok((!same).then(|| Change::UpdateStream(Box::new(merged))))
}

/// What a change of a stream would lose.
fn lossy_stream_fields(found: &stream::Config, wanted: &stream::Config) -> Vec<String> {
    let dropped = found
        .subjects
        .iter()
        .any(|subject| !wanted.subjects.contains(subject));
    // -1 is without limit.
    let shrunk =
        wanted.max_bytes >= 0 && (found.max_bytes < 0 || found.max_bytes > wanted.max_bytes);
    [
        ("subjects", dropped),
        ("max_bytes", shrunk),
        ("storage", found.storage != wanted.storage),
        ("retention", found.retention != wanted.retention),
        ("discard", found.discard != wanted.discard),
        ("max_age", found.max_age != wanted.max_age),
        ("max_messages", found.max_messages != wanted.max_messages),
        (
            "max_messages_per_subject",
            found.max_messages_per_subject != wanted.max_messages_per_subject,
        ),
        ("num_replicas", found.num_replicas > wanted.num_replicas),
        (
            "duplicate_window",
            found.duplicate_window > wanted.duplicate_window,
        ),
        ("no_ack", found.no_ack),
        ("sealed", found.sealed),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.to_owned())
    .collect()
}

async fn consumer_change(
    jetstream: &jetstream::Context,
    stream: String,
    config: pull::Config,
) -> Result<Option<Change>, ProvisionError> {
    let found: Result<PullConsumer, _> = jetstream
        .get_consumer_from_stream(consumer_name(&config), &stream)
        .await;
    let found = match found {
        Ok(found) => found.cached_info().config.clone(),
        Err(error) => {
            return match error.kind() {
                ConsumerErrorKind::JetStream(cause)
                    if matches!(
                        cause.error_code(),
                        ErrorCode::CONSUMER_NOT_FOUND | ErrorCode::STREAM_NOT_FOUND
                    ) =>
                {
                    Ok(Some(Change::CreateConsumer(stream, Box::new(config))))
                }
                _ => Err(ProvisionError::broker(stream, error)),
            };
        }
    };
    let mut filters = found.filter_subjects.clone();
    if !found.filter_subject.is_empty() {
        filters.push(found.filter_subject.clone());
    }
    let lossy: Vec<String> = [
        (
            "filter_subjects",
            filters
                .iter()
                .any(|filter| !config.filter_subjects.contains(filter)),
        ),
        (
            "deliver_policy",
            found.deliver_policy != config.deliver_policy,
        ),
        ("ack_policy", found.ack_policy != config.ack_policy),
        ("deliver_subject", found.deliver_subject.is_some()),
        ("memory_storage", found.memory_storage),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.to_owned())
    .collect();
    if !lossy.is_empty() {
        return Err(ProvisionError::Destructive {
            subject: format!("consumer {} on {stream}", consumer_name(&config)),
            fields: lossy,
        });
    }
    let same = sorted(&filters) == sorted(&config.filter_subjects)
        && found.ack_wait == config.ack_wait
        && found.max_deliver == config.max_deliver
        && found.max_ack_pending == config.max_ack_pending
        && found.backoff.is_empty();
    Ok((!same).then(|| Change::UpdateConsumer(stream, Box::new(config))))
}

fn sorted(subjects: &[String]) -> Vec<String> {
    let mut subjects = subjects.to_vec();
    subjects.sort_unstable();
    subjects
}
