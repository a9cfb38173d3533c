//! What the contracts promise about themselves, checked by walking their descriptors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::{BTreeMap, HashSet};

use prost_reflect::{
    DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor,
};
use winner_proto::event::{AGGREGATES, EVENTS, Event, Visibility};
use winner_proto::intake::v1::{Outcome, SubmissionOutcomeAnnounced, SubmissionSubmitted};
use winner_proto::policy::{Audience, POLICIES};

fn pool() -> DescriptorPool {
    DescriptorPool::decode(winner_proto::FILE_DESCRIPTOR_SET).unwrap()
}

fn option(pool: &DescriptorPool, name: &str) -> ExtensionDescriptor {
    pool.get_extension_by_name(&format!("winner.options.v1.{name}"))
        .unwrap()
}

fn is_personal(field: &FieldDescriptor, personal: &ExtensionDescriptor) -> bool {
    field
        .options()
        .get_extension(personal)
        .as_bool()
        .unwrap_or(false)
}

/// Every field reachable from `message`, with its path.
fn reachable(message: &MessageDescriptor) -> Vec<(String, FieldDescriptor)> {
    let mut seen = HashSet::new();
    let mut open = vec![(message.name().to_owned(), message.clone())];
    let mut found = Vec::new();
    while let Some((path, message)) = open.pop() {
        if !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        for field in message.fields() {
            let path = format!("{path}.{}", field.name());
            if let Kind::Message(inner) = field.kind() {
                open.push((path.clone(), inner));
            }
            found.push((path, field));
        }
    }
    found
}

#[test]
fn no_event_reaches_a_personal_field() {
    let pool = pool();
    let personal = option(&pool, "personal");
    assert!(!EVENTS.is_empty());
    for event in EVENTS {
        let message = pool.get_message_by_name(event.message).unwrap();
        for (path, field) in reachable(&message) {
            assert!(
                !is_personal(&field, &personal),
                "{path} is personal, yet travels on the bus"
            );
        }
    }
}

/// Names that only personal data go by: whoever adds such a field must mark it.
#[test]
fn fields_that_sound_personal_are_marked() {
    let pool = pool();
    let personal = option(&pool, "personal");
    let names = [
        "email",
        "phone",
        "display_name",
        "employer",
        "nib",
        "comment",
        "answers",
    ];
    for message in pool
        .all_messages()
        .filter(|m| m.package_name().starts_with("winner."))
    {
        for field in message.fields().filter(|f| names.contains(&f.name())) {
            assert!(
                is_personal(&field, &personal),
                "{} is not marked",
                field.full_name()
            );
        }
    }
}

#[test]
fn public_events_name_no_person_and_no_organisation() {
    let pool = pool();
    let public = EVENTS.iter().filter(|e| e.visibility == Visibility::Public);
    for event in public {
        let message = pool.get_message_by_name(event.message).unwrap();
        for (path, field) in reachable(&message) {
            let name = field.name();
            assert!(!name.contains("person"), "{path}");
            assert!(!name.contains("organisation"), "{path}");
        }
    }
}

#[test]
fn what_could_unblind_or_leak_is_internal() {
    let internal: Vec<_> = AGGREGATES
        .iter()
        .filter(|a| a.visibility == Visibility::Internal)
        .map(|a| a.name)
        .collect();
    for name in [
        "person",
        "screening",
        "panel",
        "scorecard",
        "assignment",
        "ranking",
        "round",
    ] {
        assert!(internal.contains(&name), "{name} must be internal");
    }
}

#[test]
fn an_event_type_is_declared_once() {
    let mut seen = HashSet::new();
    for e in EVENTS {
        assert!(
            seen.insert((e.service, e.aggregate, e.name, e.version)),
            "{}",
            e.message
        );
    }
}

#[test]
fn every_rpc_has_exactly_one_policy() {
    let policies: BTreeMap<_, _> = POLICIES.iter().map(|p| (p.path, p)).collect();
    assert_eq!(policies.len(), POLICIES.len());
    for service in pool()
        .services()
        .filter(|s| s.full_name().starts_with("winner."))
    {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            assert!(policies.contains_key(path.as_str()), "{path}");
        }
    }
}

/// The one place that lists what anybody may call.
#[test]
fn public_rpcs_are_these_and_no_others() {
    let open: Vec<_> = POLICIES
        .iter()
        .filter(|p| p.audience == Audience::Public)
        .map(|p| p.path.trim_start_matches("/winner."))
        .collect();
    assert_eq!(
        open,
        [
            "intake.v1.ChallengeService/GetChallenge",
            "intake.v1.ChallengeService/ListChallenges",
            "intake.v1.EditionService/GetEdition",
            "intake.v1.EditionService/ListWaves",
            "intake.v1.IdentityService/ExchangeToken",
            "judging.v1.ResultService/GetResult",
        ]
    );
}

#[test]
fn a_reader_of_version_one_skips_a_field_it_does_not_know() {
    let json = r#"{"editionId":"contoh","submissionId":"s","version":2,"addedLater":{"a":[1]}}"#;
    let event: SubmissionSubmitted = serde_json::from_str(json).unwrap();
    assert_eq!((event.edition_id.as_str(), event.version), ("contoh", 2));
}

#[test]
fn a_reader_of_version_one_takes_an_unknown_enum_value_as_unspecified() {
    let json = r#"{"submissionId":"s","outcome":"OUTCOME_ADDED_LATER"}"#;
    let event: SubmissionOutcomeAnnounced = serde_json::from_str(json).unwrap();
    assert_eq!(event.outcome(), Outcome::Unspecified);
}

#[test]
fn events_describe_themselves() {
    let d = SubmissionSubmitted::DESCRIPTOR;
    assert_eq!(
        (d.service, d.aggregate, d.name, d.version),
        ("intake", "submission", "submitted", 1)
    );
    assert_eq!(d.visibility, Visibility::Public);
}
