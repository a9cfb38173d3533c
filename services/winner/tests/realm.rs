//! An installation on the stack: who may read and say what, shown on the real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests ask the catalogue in words of their own"
)]

use std::time::Duration;

use async_nats::jetstream::{self, consumer::pull};
use futures::StreamExt;
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;
use winner::nats::config::outside_api_prefix;
use winner::stack::{Progress, Realm, RealmSpec, Stack, StackOptions};
use winner_messaging::ConsumerSpec;

/// Shared by the tests of this file; the guardian stops it when the process ends.
async fn stack() -> &'static Stack {
    static STACK: OnceCell<Stack> = OnceCell::const_new();
    STACK
        .get_or_init(|| async {
            let options = StackOptions::from_environment().unwrap();
            Stack::start(options.throwaway().with_progress(Progress::silent()))
                .await
                .unwrap()
        })
        .await
}

async fn database(realm: &Realm, role: &str) -> PgConnection {
    PgConnection::connect(realm.postgres_url(role).unwrap().expose_secret())
        .await
        .unwrap()
}

/// SQLSTATE of a refused statement.
async fn refusal(connection: &mut PgConnection, statement: &'static str) -> String {
    let error = sqlx::query(statement)
        .execute(connection)
        .await
        .unwrap_err();
    let database = error.as_database_error().expect("the database's answer");
    database.code().unwrap().into_owned()
}

#[tokio::test]
async fn a_service_reads_and_writes_its_own_schema_only() {
    let realm = stack()
        .await
        .realm(RealmSpec::named("own_schema"))
        .await
        .unwrap();
    let mut migrator = database(&realm, "migrator").await;
    sqlx::raw_sql(
        "SET ROLE own_schema_matching_owner;
         CREATE TABLE matching.probe (value int);
         GRANT SELECT ON matching.probe TO own_schema_matching",
    )
    .execute(&mut migrator)
    .await
    .unwrap();

    let mut matching = database(&realm, "matching").await;
    sqlx::query("SELECT * FROM probe")
        .execute(&mut matching)
        .await
        .unwrap();
    sqlx::query("SELECT * FROM platform.clock")
        .execute(&mut matching)
        .await
        .unwrap();
    let mut intake = database(&realm, "intake").await;
    let denied = "42501";
    assert_eq!(
        refusal(&mut intake, "SELECT * FROM matching.probe").await,
        denied
    );
    assert_eq!(
        refusal(&mut intake, "CREATE TABLE intake.mine (x int)").await,
        denied
    );
    assert_eq!(
        refusal(&mut intake, "CREATE TABLE public.mine (x int)").await,
        denied
    );
    assert_eq!(
        refusal(&mut intake, "UPDATE platform.clock SET \"offset\" = '1h'").await,
        denied
    );
    assert_eq!(
        refusal(&mut intake, "SET ROLE own_schema_intake_owner").await,
        denied
    );
    assert_eq!(
        refusal(&mut intake, "DELETE FROM intake._sqlx_migrations").await,
        denied
    );
}

#[tokio::test]
async fn a_role_does_not_get_into_another_installations_database() {
    let stack = stack().await;
    let mine = stack.realm(RealmSpec::named("mine")).await.unwrap();
    stack.realm(RealmSpec::named("theirs")).await.unwrap();
    let url = mine.postgres_url("intake").unwrap();
    let (server, _mine) = url.expose_secret().rsplit_once('/').unwrap();
    let url = format!("{server}/theirs");
    let error = PgConnection::connect(&url).await.unwrap_err();
    let code = error
        .as_database_error()
        .unwrap()
        .code()
        .unwrap()
        .into_owned();
    assert_eq!(code, "42501");
}

#[tokio::test]
async fn an_installation_made_twice_is_the_same() {
    let stack = stack().await;
    let first = stack.realm(RealmSpec::named("twice")).await.unwrap();
    let again = stack.realm(RealmSpec::named("twice")).await.unwrap();
    database(&again, "judging").await;
    let old = first.postgres_url("judging").unwrap();
    assert!(PgConnection::connect(old.expose_secret()).await.is_err());
}

async fn jetstream_of(realm: &Realm, user: &str) -> jetstream::Context {
    let client = realm.nats_login(user).unwrap().connect().await.unwrap();
    let mut js = jetstream::new(client);
    js.set_timeout(Duration::from_millis(800));
    js
}

async fn says(js: &jetstream::Context, subject: String) -> bool {
    match js.publish(subject, "{}".into()).await {
        Ok(ack) => ack.await.is_ok(),
        Err(_) => false,
    }
}

#[tokio::test]
async fn a_service_says_nothing_in_anothers_name() {
    let realm = stack()
        .await
        .realm(RealmSpec::named("names"))
        .await
        .unwrap();
    let subject = "names.intake.edition.opened.v1.e".to_owned();
    assert!(says(&jetstream_of(&realm, "intake").await, subject.clone()).await);
    assert!(!says(&jetstream_of(&realm, "judging").await, subject).await);
}

#[tokio::test]
async fn a_service_hears_nothing_but_its_own_answers() {
    let realm = stack().await.realm(RealmSpec::named("ears")).await.unwrap();
    let judging = realm
        .nats_login("judging")
        .unwrap()
        .connect()
        .await
        .unwrap();
    let mut overheard = judging.subscribe("_INBOX_ears-intake.>").await.unwrap();
    let mut events = judging.subscribe("ears.intake.>").await.unwrap();
    judging.flush().await.unwrap();
    let intake = jetstream_of(&realm, "intake").await;
    assert!(says(&intake, "ears.intake.screening.decided.v1.s".to_owned()).await);
    let heard = async {
        tokio::select! { m = overheard.next() => m, m = events.next() => m }
    };
    let heard = tokio::time::timeout(Duration::from_millis(300), heard).await;
    assert!(!matches!(heard, Ok(Some(_))), "judging heard intake");
}

/// What the partner `mitra` reads.
const MITRA: ConsumerSpec = ConsumerSpec {
    owner: "mitra",
    name: "peserta",
    producer: "intake",
    aggregates: &["edition", "submission"],
};

#[tokio::test]
async fn an_outsider_reads_its_consumer_and_nothing_else() {
    let spec = RealmSpec::named("outside").with_outsider(MITRA);
    let realm = stack().await.realm(spec).await.unwrap();
    let operator = jetstream_of(&realm, "operator").await;
    for stream in ["OUTSIDE_INTAKE_PUBLIC", "OUTSIDE_INTAKE_INTERNAL"] {
        let another = pull::Config {
            durable_name: Some("another".to_owned()),
            ..Default::default()
        };
        operator
            .create_consumer_on_stream(another, stream)
            .await
            .unwrap();
    }
    let intake = jetstream_of(&realm, "intake").await;
    let public = "outside.intake.edition.opened.v1.e";
    let internal = "outside.intake.screening.decided.v1.s";
    assert!(says(&intake, public.to_owned()).await);
    assert!(says(&intake, internal.to_owned()).await);

    let login = realm.nats_login("outside-mitra").unwrap();
    let client = login.connect().await.unwrap();
    let mut outsider = jetstream::with_prefix(client.clone(), &outside_api_prefix("OUTSIDE"));
    outsider.set_timeout(Duration::from_millis(800));
    let consumer = outsider
        .get_consumer_from_stream::<pull::Config, _, _>("mitra-peserta", "OUTSIDE_INTAKE_PUBLIC")
        .await
        .expect("its own consumer");
    let mut messages = consumer
        .fetch()
        .max_messages(5)
        .expires(Duration::from_secs(1))
        .messages()
        .await
        .unwrap();
    let message = messages
        .next()
        .await
        .expect("a message")
        .expect("a message");
    assert_eq!(message.subject.as_str(), public);
    message
        .double_ack()
        .await
        .expect("acknowledged across accounts");
    assert!(
        messages.next().await.is_none(),
        "only the one PUBLIC event is there"
    );

    for (durable, stream) in [
        ("another", "OUTSIDE_INTAKE_PUBLIC"),
        ("another", "OUTSIDE_INTAKE_INTERNAL"),
    ] {
        let denied = outsider
            .get_consumer_from_stream::<pull::Config, _, _>(durable, stream)
            .await;
        assert!(denied.is_err(), "{durable} on {stream} is not lent");
    }
    assert!(outsider.get_stream("OUTSIDE_INTAKE_PUBLIC").await.is_err());
    assert!(!says(&outsider, public.to_owned()).await);
    let mut overheard = client.subscribe("outside.>").await.unwrap();
    assert!(says(&intake, internal.to_owned()).await);
    let heard = tokio::time::timeout(Duration::from_millis(300), overheard.next()).await;
    assert!(
        !matches!(heard, Ok(Some(_))),
        "an outsider heard an event on the wire"
    );
}

#[tokio::test]
async fn nats_comes_back_with_accounts_and_messages_after_a_kill() {
    let options = StackOptions::from_environment().unwrap();
    let stack = Stack::start(options.with_progress(Progress::silent()))
        .await
        .unwrap();
    let realm = stack.realm(RealmSpec::named("durable")).await.unwrap();
    let intake = jetstream_of(&realm, "intake").await;
    assert!(says(&intake, "durable.intake.edition.opened.v1.e".to_owned()).await);

    stack.kill_nats().await.unwrap();
    stack.revive_nats().await.unwrap();

    let operator = jetstream_of(&realm, "operator").await;
    let mut kept = operator.get_stream("DURABLE_INTAKE_PUBLIC").await.unwrap();
    assert_eq!(kept.info().await.unwrap().state.messages, 1);
}
