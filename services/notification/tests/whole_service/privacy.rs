//! Nothing that tells who somebody is leaves the service but in the mail itself: whatever becomes of a
//! message, a person's name, address, number and secret are in no log, span, metric, event or row.

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use winner_proto::intake::v1::{Contact, MembershipInvited};
use winner_proto::notification::v1::{GetMessageRequest, Message};
use winner_proto::options::v1::Office as Offered;

use super::support::relay::RudeRelay;
use super::support::witness::{Place, Witness, sightings};
use super::*;

const NAME: &str = "Kirana Sasmitaningtyas";
const EMAIL: &str = "kirana.sasmita@pribadi.test";
const PHONE: &str = "+6281298765432";
const INVITED: &str = "wayan.diundang@pribadi.test";
const SECRET: &str = "undangan-7f3c9e51";
/// What must stand nowhere; parts, so that a part is found too.
const PERSONAL: &[&str] = &[
    "kirana",
    "sasmita",
    "pribadi.test",
    "81298765432",
    "9876-5432",
    "wayan",
    SECRET,
];
/// A relay's no, with all that it knows of the person.
const NO: &str = "550 5.1.1 <kirana.sasmita@pribadi.test>: no such user; call +62-812-9876-5432 or wayan.diundang@pribadi.test";
const LATER: &str = "451 4.2.0 kirana.sasmita@pribadi.test <wayan.diundang@pribadi.test> is busy";

/// Runs the whole service on one mail to a person and one to somebody invited, until every message is in
/// `end`; returns all that was written, and what reached the relay.
async fn run(pool: &PgPool, manners: Manners, end: &str) -> (Vec<Place>, String) {
    let witness = Witness::of_this_process();
    let folder = tempfile::tempdir().unwrap();
    let broker = Broker::start().await;
    let office = Office::open(pool, manners).await;
    winner_platform::pg::MIGRATOR.run(pool).await.unwrap();
    let [person, membership] = [(); 2].map(|()| office.ledger.ids().uuid().to_string());
    know(&office, &person, &membership);
    let nats = async_nats::connect(&broker.url).await.unwrap();
    let jetstream = async_nats::jetstream::new(nats.clone());
    let consumers = winner_notification::CONSUMERS.to_vec();
    provision(&jetstream, &Topology::new(NodeConfig::default(), consumers))
        .await
        .unwrap();
    let (tasks, mut crashes) = Tasks::new();
    let shutdown = Shutdown::new();
    let intake = intake_ledger(pool, &office, nats, &tasks, &shutdown).await;
    let (auth, signer) = keys(folder.path());
    let mut config = config(pool, &office, &broker, auth);
    config.sending.tries = 2;
    let listeners = Listeners::bind(&config.grpc).await.unwrap();
    let (grpc, _) = listeners.addresses().unwrap();
    let deps = Deps {
        ids: Ids::system(),
        tasks: tasks.clone(),
    };
    let service = winner_notification::run(config, listeners, deps, shutdown.clone());
    tasks.spawn("service", service);

    submit(&intake).await;
    invite(&intake, &membership).await;
    let both = async {
        while office.states().await != BTreeMap::from([(end.to_owned(), 2)]) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = both => {}
        crash = crashes.recv() => panic!("{crash:?}"),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("{:?}", office.states().await),
    }
    let shown = read(grpc, &signer).await;
    stop(&shutdown, &tasks).await;
    assert!(crashes.try_recv().is_err());
    let mut places = witness.places(pool).await;
    places.push(Place {
        name: "what the organiser reads".to_owned(),
        text: format!("{shown:?}"),
    });
    (places, mails(&office.relay))
}

/// What intake knows of the two.
fn know(office: &Office, person: &str, membership: &str) {
    let mut knowledge = office.intake.knowledge.lock().unwrap();
    knowledge
        .recipients
        .insert(ID.to_owned(), vec![person.to_owned()]);
    knowledge.contacts.insert(
        person.to_owned(),
        Contact {
            id: person.to_owned(),
            display_name: NAME.to_owned(),
            email: EMAIL.to_owned(),
            phone: PHONE.to_owned(),
            ..Default::default()
        },
    );
    knowledge.contacts.insert(
        membership.to_owned(),
        Contact {
            id: membership.to_owned(),
            email: INVITED.to_owned(),
            invitation_token: SECRET.to_owned(),
            ..Default::default()
        },
    );
}

async fn invite(ledger: &Ledger, membership: &str) {
    let invited = MembershipInvited {
        membership_id: membership.to_owned(),
        office: Offered::Judge.into(),
        edition_id: EDITION.to_owned(),
        expire_time: Some(Timestamp {
            seconds: 1_900_000_000,
            nanos: 0,
        }),
        ..Default::default()
    };
    let mut unit = ledger.begin(Origin::request("test")).await.unwrap();
    unit.append(membership, Some(EDITION), &invited)
        .await
        .unwrap();
    unit.commit().await.unwrap();
}

/// Every message with its attempts, as an organiser reads them.
async fn read(grpc: std::net::SocketAddr, signer: &TokenSigner) -> Vec<Message> {
    let address = format!("http://{grpc}");
    let channel = tonic::transport::Endpoint::from_shared(address)
        .unwrap()
        .connect_lazy();
    let mut client = MessageServiceClient::new(channel);
    let grants = [Grant::new("organiser", EDITION)];
    let token = signer
        .person_token(Uuid::from_u128(7), &grants, Duration::from_mins(5))
        .unwrap();
    let bearer = format!("Bearer {}", secrecy::ExposeSecret::expose_secret(&token));
    let bearer = MetadataValue::try_from(bearer).unwrap();
    let mut list = Request::new(ListMessagesRequest {
        parent: format!("editions/{EDITION}"),
        ..Default::default()
    });
    list.metadata_mut().insert("authorization", bearer.clone());
    let listed = client.list_messages(list).await.unwrap().into_inner();
    let mut messages = Vec::new();
    for message in listed.messages {
        let mut get = Request::new(GetMessageRequest { name: message.name });
        get.metadata_mut().insert("authorization", bearer.clone());
        messages.push(client.get_message(get).await.unwrap().into_inner());
    }
    messages
}

fn mails(relay: &RudeRelay) -> String {
    relay.messages().join("\n").to_lowercase()
}

/// What stands in a place, to be sure that the witness looked there.
fn text<'a>(places: &'a [Place], name: &str) -> &'a str {
    let place = places.iter().find(|place| place.name == name);
    &place
        .unwrap_or_else(|| panic!("nobody looked at {name}"))
        .text
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and NATS"]
async fn what_is_sent_tells_only_its_reader_who_they_are(pool: PgPool) {
    let (places, mails) = run(&pool, Manners::Polite, "sent").await;
    for word in [NAME, EMAIL, INVITED, SECRET] {
        assert!(mails.contains(&word.to_lowercase()), "no mail has {word}");
    }
    assert_eq!(sightings(&places, PERSONAL), [""; 0]);
    assert!(text(&places, "log").contains("message.concluded"));
    assert!(text(&places, "spans").contains("message.deliver"));
    assert!(text(&places, "metrics").contains("inbox.received"));
    for table in ["messages", "message_attempts", "bodies"] {
        let rows = text(&places, &format!("notification.{table}"))
            .lines()
            .count();
        assert_eq!(rows, 2, "{table}");
    }
    let events = ["outbox", "published"].map(|table| format!("notification.{table}"));
    assert!(events.iter().any(|table| !text(&places, table).is_empty()));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and NATS"]
async fn a_server_that_says_whom_it_refuses_is_not_quoted(pool: PgPool) {
    let (places, _) = run(&pool, Manners::AnswersRcpt(NO), "failed").await;
    assert_eq!(sightings(&places, PERSONAL), [""; 0]);
    // The rest of its words is kept: it is the proof.
    assert!(text(&places, "notification.message_attempts").contains("no such user"));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and NATS"]
async fn nor_is_one_that_says_so_after_the_content_until_patience_ends(pool: PgPool) {
    let (places, mails) = run(&pool, Manners::AnswersDot(LATER), "failed").await;
    assert!(mails.contains(&EMAIL.to_lowercase()));
    assert_eq!(sightings(&places, PERSONAL), [""; 0]);
    assert!(text(&places, "notification.message_attempts").contains("is busy"));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres and NATS"]
async fn what_is_unknown_tells_nobody_either(pool: PgPool) {
    let (places, mails) = run(&pool, Manners::ClosesAfterDot, "unknown").await;
    assert!(mails.contains(&EMAIL.to_lowercase()));
    assert_eq!(sightings(&places, PERSONAL), [""; 0]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn the_witness_sees_a_leak_wherever_it_is(pool: PgPool) {
    const LEAK: &str = "Bocor@Uji.test";
    let witness = Witness::of_this_process();
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    tracing::trace!(target: "winner_notification", address = LEAK, "leak");
    tracing::info_span!("leak", address = LEAK).in_scope(|| ());
    #[expect(
        clippy::disallowed_methods,
        reason = "a leak as a careless instrument would make it"
    )]
    let counter = opentelemetry::global::meter("test")
        .u64_counter("leak")
        .build();
    counter.add(1, &[KeyValue::new("address", LEAK)]);
    let padded = format!("{LEAK}{}", "x".repeat(32 - LEAK.len()));
    sqlx::query!(
        "UPDATE notification.messages SET content_hash = $1",
        padded.as_bytes()
    )
    .execute(&pool)
    .await
    .unwrap();
    let mut seen = sightings(&witness.places(&pool).await, &[LEAK]);
    seen.sort();
    let places = ["log", "metrics", "notification.messages", "spans"];
    assert_eq!(seen, places.map(|place| format!("{place}: {LEAK}")));
}
