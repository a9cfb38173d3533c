//! The event catalogue: a golden file of every event ever published, and the documents made from the
//! contracts that tell others how to read them.
//!
//! `WINNER_BLESS=1 cargo test -p winner-proto --test catalogue` writes the documents anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod asyncapi;
mod comments;
mod goldens;
mod manual;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;
use serde_json::Value;
use winner_proto::event::{EVENTS, EventDescriptor, Visibility};

const BLESS: &str = "WINNER_BLESS=1 cargo test -p winner-proto --test catalogue";

fn pool() -> DescriptorPool {
    DescriptorPool::decode(winner_proto::FILE_DESCRIPTOR_SET).unwrap()
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// `intake.submission.submitted.v1`.
fn type_name(event: &EventDescriptor) -> String {
    format!(
        "{}.{}.{}.v{}",
        event.service, event.aggregate, event.name, event.version
    )
}

/// The word for a visibility, also the folder of its documents.
const fn side(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

fn events_of(visibility: Visibility) -> impl Iterator<Item = &'static EventDescriptor> {
    EVENTS
        .iter()
        .copied()
        .filter(move |event| event.visibility == visibility)
}

/// Every document, by its path below `catalogue/`.
fn documents() -> BTreeMap<String, String> {
    let pool = pool();
    let mut documents = BTreeMap::new();
    for visibility in [Visibility::Public, Visibility::Internal] {
        let folder = side(visibility);
        let document = asyncapi::document(&pool, visibility);
        documents.insert(format!("{folder}/asyncapi.json"), pretty(document));
        for event in events_of(visibility) {
            let schema = schema::file(&pool, event);
            let path = format!("{folder}/schemas/{}.json", type_name(event));
            documents.insert(path, pretty(schema));
        }
        documents.insert(
            format!("{folder}/schemas/envelope.json"),
            pretty(schema::envelope_file()),
        );
    }
    documents
}

/// The same text whatever features `serde_json` is built with.
fn pretty(mut value: Value) -> String {
    value.sort_all_objects();
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

/// The committed documents, by the same paths.
fn committed() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["public", "public/schemas", "internal", "internal/schemas"] {
        let entries = fs::read_dir(here("catalogue").join(folder));
        for entry in entries.into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                found.insert(
                    format!("{folder}/{name}"),
                    fs::read_to_string(&path).unwrap(),
                );
            }
        }
    }
    found
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the one switch of this generator"
)]
fn the_committed_documents_are_those_of_the_contracts() {
    let (wanted, found) = (documents(), committed());
    if std::env::var_os("WINNER_BLESS").is_some() {
        for path in found.keys().filter(|path| !wanted.contains_key(*path)) {
            fs::remove_file(here("catalogue").join(path)).unwrap();
        }
        for (path, text) in &wanted {
            let path = here("catalogue").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return;
    }
    let stale: Vec<_> = wanted
        .keys()
        .chain(found.keys())
        .filter(|path| wanted.get(*path) != found.get(*path))
        .collect();
    assert!(
        stale.is_empty(),
        "not fresh below proto/catalogue: {stale:?}; run {BLESS}"
    );
}

#[test]
fn what_outsiders_are_given_says_nothing_of_what_is_internal() {
    let public: Vec<_> = documents()
        .into_iter()
        .filter(|(path, _)| path.starts_with("public/"))
        .collect();
    assert!(!public.is_empty());
    for event in events_of(Visibility::Internal) {
        let (_, message) = event.message.rsplit_once('.').unwrap();
        for (path, text) in &public {
            assert!(!text.contains(&type_name(event)), "{path}: {event:?}");
            assert!(!text.contains(message), "{path}: {event:?}");
        }
    }
}
