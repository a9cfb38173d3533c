//! Names on the broker: subjects, streams and durable consumers. Root and prefix are configuration,
//! so that several installations (and tests) share a server without seeing each other.

use winner_proto::event::Visibility;

use crate::percent;

/// The subject root and the stream prefix of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// First token of every subject: `winner`.
    pub root: String,
    /// First part of every stream's name: `WINNER`.
    pub prefix: String,
}

impl Naming {
    /// Names under `root` and `prefix`.
    pub fn new(root: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            prefix: prefix.into(),
        }
    }

    /// The stream that holds the events of one visibility of a service: `WINNER_DEPOT_PUBLIC`.
    pub fn stream(&self, service: &str, visibility: Visibility) -> String {
        let side = match visibility {
            Visibility::Public => "PUBLIC",
            Visibility::Internal => "INTERNAL",
        };
        format!("{}_{}_{side}", self.prefix, service.to_uppercase())
    }

    /// The subject of one event.
    pub fn subject(
        &self,
        service: &str,
        aggregate: &str,
        event: &str,
        version: u32,
        aggregate_id: &str,
    ) -> String {
        format!(
            "{}.{service}.{aggregate}.{event}.v{version}.{}",
            self.root,
            token(aggregate_id)
        )
    }

    /// The subjects of one event of whichever aggregate.
    pub fn event_subjects(
        &self,
        service: &str,
        aggregate: &str,
        event: &str,
        version: u32,
    ) -> String {
        format!("{}.{service}.{aggregate}.{event}.v{version}.*", self.root)
    }

    /// Every subject of one aggregate type.
    pub fn aggregate_subjects(&self, service: &str, aggregate: &str) -> String {
        format!("{}.{service}.{aggregate}.>", self.root)
    }

    /// Where one event is published again for one consumer alone. The stream's side is in the
    /// subject, because two streams may not share one.
    pub fn replay_subject(
        &self,
        service: &str,
        visibility: Visibility,
        durable: &str,
        id: &str,
    ) -> String {
        format!(
            "{}.{}",
            self.replay_prefix(service, visibility, durable),
            token(id)
        )
    }

    /// Every subject replayed for one consumer.
    pub fn replay_subjects(&self, service: &str, visibility: Visibility, durable: &str) -> String {
        format!("{}.>", self.replay_prefix(service, visibility, durable))
    }

    /// Every replay subject of one stream.
    pub fn all_replay_subjects(&self, service: &str, visibility: Visibility) -> String {
        format!("{}.{service}.{}.>", self.root, replay_token(visibility))
    }

    fn replay_prefix(&self, service: &str, visibility: Visibility, durable: &str) -> String {
        format!(
            "{}.{service}.{}.{durable}",
            self.root,
            replay_token(visibility)
        )
    }
}

/// The name of the durable consumer through which `owner` reads as `name`.
pub fn durable(owner: &str, name: &str) -> String {
    format!("{owner}-{name}")
}

const fn replay_token(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "_replay_public",
        Visibility::Internal => "_replay_internal",
    }
}

/// An id as one token of a subject: what NATS gives a meaning, or may not carry, percent-encoded.
fn token(id: &str) -> String {
    percent::encode(id, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_dots_stays_one_token() {
        let naming = Naming::new("winner", "WINNER");
        assert_eq!(
            naming.subject("depot", "crate", "moved", 1, "73.71 *>"),
            "winner.depot.crate.moved.v1.73%2E71%20%2A%3E"
        );
    }

    #[test]
    fn the_two_sides_of_a_service_never_share_a_subject() {
        let naming = Naming::new("winner", "WINNER");
        assert_ne!(
            naming.all_replay_subjects("depot", Visibility::Public),
            naming.all_replay_subjects("depot", Visibility::Internal)
        );
        assert_eq!(
            naming.stream("depot", Visibility::Public),
            "WINNER_DEPOT_PUBLIC"
        );
    }
}
