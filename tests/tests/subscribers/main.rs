//! Outsiders read PUBLIC events by the documents alone, in Python and in JavaScript, while the broker
//! goes away and comes back and events are sent again.
#![allow(
    clippy::large_futures,
    clippy::duration_suboptimal_units,
    reason = "a test runs once, and says its times as they are measured"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod play;
mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::{self, AckKind, consumer::pull};
use futures::StreamExt;
use secrecy::ExposeSecret;
use serde_json::Value as Json;
use sqlx::PgPool;
use winner::nats::config::outside_api_prefix;
use winner::stack::installation::Installation;
use winner::stack::{Progress, RealmSpec, Stack, StackOptions};
use winner_messaging::ConsumerSpec;
use winner_messaging::replay::{self, Selection};
use winner_platform::Ids;
use winner_tests::site::{Site, binary, until};

use play::{open_edition, submission, submit, withdraw};
use program::Program;

const ACCOUNT: &str = "OUTREACH";
const STREAM: &str = "OUTREACH_INTAKE_PUBLIC";

/// An outsider who reads submissions, named for the language of their program.
const fn reader(language: &'static str) -> ConsumerSpec {
    ConsumerSpec {
        owner: language,
        name: "proposals",
        producer: "intake",
        aggregates: &["submission"],
    }
}

const READERS: [ConsumerSpec; 2] = [reader("python"), reader("javascript")];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Python and npm"]
async fn outsiders_read_every_public_event_of_a_submission_and_nothing_else() {
    let mut site = site().await;
    site.start("intake", 1).await.unwrap();
    let team = open_edition(&site).await;
    for n in [1, 2] {
        submit(&site, &team, n).await;
    }
    for spec in &READERS {
        // Somebody took this one and died: it comes again.
        let message = take_first(&site, spec).await;
        is_as_documented(&message);
        message.ack_with(AckKind::Nak(None)).await.unwrap();
    }
    let mut programs = READERS.map(|spec| Program::start(&site, spec));
    printed(&programs, &expected(&[1, 2], &[])).await;

    site.stack.kill_nats().await.unwrap();
    for n in [3, 4] {
        submit(&site, &team, n).await;
    }
    site.stack.revive_nats().await.unwrap();
    printed(&programs, &expected(&[1, 2, 3, 4], &[])).await;

    withdraw(&site, &team, 1).await;
    submit(&site, &team, 5).await;
    for program in &mut programs {
        assert!(program.lives(), "{} ended", program.spec.owner);
    }
    let all = expected(&[1, 2, 3, 4, 5], &[1]);
    printed(&programs, &all).await;

    for program in &mut programs {
        program.child.kill().await.unwrap();
        feed_again(&site, &program.spec).await;
    }
    let again = READERS.map(|spec| Program::start(&site, spec));
    printed(&again, &all).await;
}

async fn site() -> Site {
    let options = StackOptions::from_environment().unwrap();
    let stack = Stack::start(options.with_progress(Progress::silent()))
        .await
        .unwrap();
    let spec = READERS
        .into_iter()
        .fold(RealmSpec::named("outreach"), RealmSpec::with_outsider);
    let realm = stack.realm(spec).await.unwrap();
    let installation = Installation::open(&stack, realm, &binary()).await.unwrap();
    Site {
        installation,
        stack,
    }
}

/// Type and aggregate of the events that must be printed.
fn expected(submitted: &[u128], withdrawn: &[u128]) -> BTreeSet<String> {
    let line =
        |event: &str, n: u128| format!("winner.intake.submission.{event}.v1 {}", submission(n));
    let submitted = submitted.iter().map(|n| line("submitted", *n));
    let withdrawn = withdrawn.iter().map(|n| line("withdrawn", *n));
    submitted.chain(withdrawn).collect()
}

/// Waits until each program has printed just these events, each with its payload.
async fn printed(programs: &[Program], wanted: &BTreeSet<String>) {
    for program in programs {
        let what = format!("{} to print {} events", program.spec.owner, wanted.len());
        let done = until(&what, async || {
            Ok((program.lines().len() >= wanted.len()).then_some(()))
        })
        .await;
        assert!(done.is_ok(), "{done:?}\n{}", program.trouble());
        let mut seen = BTreeSet::new();
        for line in program.lines() {
            let (event, payload) = line.rsplit_once(' ').unwrap();
            let payload: Json = serde_json::from_str(payload).unwrap();
            assert!(event.ends_with(payload["submissionId"].as_str().unwrap()));
            seen.insert(event.to_owned());
        }
        assert_eq!(&seen, wanted, "{}", program.spec.owner);
    }
}

fn user(spec: &ConsumerSpec) -> String {
    format!("outside-{}", spec.owner)
}

/// The first message that the consumer gives its outsider.
async fn take_first(site: &Site, spec: &ConsumerSpec) -> jetstream::Message {
    let login = site.installation.realm().nats_login(&user(spec)).unwrap();
    let client = login.connect().await.unwrap();
    let lent = jetstream::with_prefix(client, &outside_api_prefix(ACCOUNT));
    let consumer = lent
        .get_consumer_from_stream::<pull::Config, _, _>(spec.durable(), STREAM)
        .await
        .unwrap();
    let fetch = consumer
        .fetch()
        .max_messages(1)
        .expires(Duration::from_secs(30));
    let mut messages = fetch.messages().await.unwrap();
    messages.next().await.expect("a message").unwrap()
}

/// Headers and payload of a real event are those of the public documents.
fn is_as_documented(message: &jetstream::Message) {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/catalogue/public/schemas");
    let schema = |name: &str| -> Json {
        let text = std::fs::read_to_string(schemas.join(format!("{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let headers = message.headers.as_ref().unwrap();
    let envelope = schema("envelope");
    for (name, _) in headers.iter() {
        let name: &str = name.as_ref();
        assert!(!envelope["properties"][name].is_null(), "{name} is new");
    }
    for name in envelope["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(headers.get(name).is_some(), "{name} is missing");
    }
    let kind = headers.get("ce-type").unwrap().as_str();
    let known = schema(kind.trim_start_matches("winner."));
    let payload: Json = serde_json::from_slice(&message.payload).unwrap();
    for name in payload.as_object().unwrap().keys() {
        assert!(!known["properties"][name].is_null(), "{kind}: {name}");
    }
}

/// Feeds one consumer everything again on its own subject, as `winner replay` does.
async fn feed_again(site: &Site, spec: &ConsumerSpec) {
    let realm = site.installation.realm();
    let ledger = realm.postgres_url("intake").unwrap();
    let ledger = PgPool::connect(ledger.expose_secret()).await.unwrap();
    let intake = realm.nats_login("intake").unwrap();
    let replayed = replay::to_consumer(
        &ledger,
        &jetstream::new(intake.connect().await.unwrap()),
        realm.naming(),
        "intake",
        spec,
        &Selection::default(),
        &Ids::system(),
    )
    .await
    .unwrap();
    assert_eq!(replayed.published, 6);
}
