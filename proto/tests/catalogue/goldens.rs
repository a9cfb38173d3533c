//! A golden file of every event version ever published: it still means what it meant.
//!
//! `golden/<type>.json`, and `golden/<type>-<case>.json` where fields exclude one another. They are
//! also the examples of the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use prost_reflect::DynamicMessage;
use serde_json::Value;
use winner_proto::event::{EVENTS, Event};
use winner_proto::{intake::v1 as intake, judging::v1 as judging};
use winner_proto::{matching::v1 as matching, notification::v1 as notification};

use super::{here, pool, type_name};

/// A golden file read by the contracts of today.
struct Today {
    json: String,
    binary: Vec<u8>,
}

type Reader = fn(&str) -> Result<Today, serde_json::Error>;

fn read<E: Event>(golden: &str) -> Result<Today, serde_json::Error> {
    let event: E = serde_json::from_str(golden)?;
    Ok(Today {
        // pbjson writes UTC's other spelling; the canonical form has `Z`.
        json: serde_json::to_string_pretty(&event)?.replace("+00:00\"", "Z\"") + "\n",
        binary: event.encode_to_vec(),
    })
}

/// How each event is read, by its type.
fn readers() -> BTreeMap<String, Reader> {
    macro_rules! readers {
        ($($event:ty),* $(,)?) => {
            BTreeMap::from([$((type_name(<$event>::DESCRIPTOR), read::<$event> as Reader)),*])
        };
    }
    readers![
        intake::EditionVersionApplied,
        intake::EditionOpened,
        intake::WaveClosed,
        intake::PersonRegistered,
        intake::MembershipInvited,
        intake::MembershipGranted,
        intake::MembershipRevoked,
        intake::LinkFound,
        intake::ChallengePublished,
        intake::SubmissionSubmitted,
        intake::SubmissionWithdrawn,
        intake::SubmissionOutcomeAnnounced,
        intake::ScreeningDecided,
        matching::JudgeUpdated,
        matching::ConflictDeclared,
        matching::MatchProposed,
        matching::MatchAnswered,
        matching::PanelConfirmed,
        matching::PanelJudgeReplaced,
        matching::PanelShort,
        judging::RoundPlanned,
        judging::RoundOpened,
        judging::RoundClosed,
        judging::AssignmentRecused,
        judging::ScorecardRecorded,
        judging::RankingComputed,
        judging::RankingApproved,
        judging::ResultPublished,
        notification::MessageSent,
        notification::MessageUnknown,
        notification::MessageFailed,
        notification::MessageDelivered,
        notification::MessageBounced,
    ]
}

/// Every golden file: the event's type, the file's name, its text.
fn all() -> Vec<(String, String, String)> {
    let mut found: Vec<_> = fs::read_dir(here("tests/golden"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let of = name.split('-').next().unwrap().to_owned();
            (of, name, fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// The golden files of one event: name and payload.
pub(crate) fn of(event: &str) -> Vec<(String, Value)> {
    all()
        .into_iter()
        .filter(|(of, _, _)| of == event)
        .map(|(_, name, text)| (name, serde_json::from_str(&text).unwrap()))
        .collect()
}

#[test]
fn every_event_has_a_reader_here_and_a_golden_file() {
    let types: BTreeSet<_> = EVENTS.iter().map(|event| type_name(event)).collect();
    let readers: BTreeSet<_> = readers().into_keys().collect();
    assert_eq!(readers, types, "the readers in {}", file!());
    for event in types {
        assert!(
            all()
                .iter()
                .any(|(of, name, _)| *of == event && *name == event),
            "write proto/tests/golden/{event}.json with every field set to a telling value"
        );
    }
}

/// Also fails for a golden file whose event is gone: events are never removed.
#[test]
fn every_golden_file_still_means_the_same() {
    let readers = readers();
    for (of, name, golden) in all() {
        let read = readers.get(&of);
        let read = read.unwrap_or_else(|| panic!("{name}: events are never removed, {of} is gone"));
        let today = read(&golden).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(today.json, golden, "{name} is not said as it was read");
    }
}

#[test]
fn the_golden_files_of_an_event_set_every_field() {
    let (pool, readers) = (pool(), readers());
    for event in EVENTS {
        let message = pool.get_message_by_name(event.message).unwrap();
        let mut unset: BTreeSet<_> = message.fields().map(|f| f.name().to_owned()).collect();
        for (of, name, golden) in all() {
            if of == type_name(event) {
                let today = readers[&of](&golden).unwrap();
                let seen = DynamicMessage::decode(message.clone(), &*today.binary).unwrap();
                assert_eq!(seen.unknown_fields().count(), 0, "{name}");
                for (field, _) in seen.fields() {
                    unset.remove(field.name());
                }
            }
        }
        assert!(
            unset.is_empty(),
            "{}: {unset:?} never set",
            type_name(event)
        );
    }
}
