//! The doctor on an installation that is well, and on the same with faults planted: each is found,
//! and each has a remedy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::{self, consumer::pull};
use secrecy::ExposeSecret;
use serde_json::Value as Json;
use sqlx::{Connection, PgConnection};
use tokio::process::Command;
use winner::stack::installation::Installation;
use winner::stack::{Progress, RealmSpec, Stack, StackOptions};

const BINARY: &str = env!("CARGO_BIN_EXE_winner");

/// What the doctor finds, by subject.
async fn examine(installation: &Installation) -> BTreeMap<String, Json> {
    let output = Command::new(BINARY)
        .args(["doctor", "--json", "--config"])
        .arg(installation.config())
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let findings = text.lines().map(|line| {
        let finding: Json = serde_json::from_str(line).unwrap();
        (finding["subject"].as_str().unwrap().to_owned(), finding)
    });
    findings.collect()
}

/// Subjects that are not as they should be, with their verdicts.
fn wrong(findings: &BTreeMap<String, Json>) -> Vec<(&str, &str)> {
    findings
        .iter()
        .map(|(subject, finding)| (subject.as_str(), finding["verdict"].as_str().unwrap()))
        .filter(|(_, verdict)| *verdict != "good")
        .collect()
}

async fn database(stack: &Stack, installation: &Installation) -> PgConnection {
    let url = stack.postgres_admin_url().expose_secret();
    let (server, _) = url.rsplit_once('/').unwrap();
    let name = installation.realm().database();
    PgConnection::connect(&format!("{server}/{name}"))
        .await
        .unwrap()
}

/// Rows as a year of mishaps leaves them. No service runs that could mend them.
const FAULTS: &str = "
    insert into intake.persons (person_id, created_at) values ('{ID}', now());
    insert into intake.editions
        (edition_id, title_id, title_en, purpose, state, version, sha256, created_at, created_by)
    values ('contoh', 'Contoh', 'Example', 'test', 'open', 2, '\\x02', now(), '{ID}');
    insert into intake.waves
        (edition_id, wave_id, submissions_open_at, submissions_close_at, submissions_whole_second)
    values ('contoh', 'satu', now() - interval '2 days', now() - interval '1 day', true);
    insert into matching.editions values ('contoh', 1, '01', 1, 1);
    insert into judging.outbox
        (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, business_time,
         correlation, payload, failures, failure, blocked_until)
    values ('{ID}', 'round', 'r', 1, 1, 'planned', 1, 'internal', now(), 'c', '', 3, 'refused', now());
    insert into matching.dead_letters (id, consumer, subject, headers, payload, cause)
    values ('{ID}', 'intake', 's', '{}', '', 'store');
    insert into notification.messages
        (message_id, edition_id, event_id, recipient_kind, recipient_id, channel, template, notice,
         state, fence, phase, lease_until, created_at)
    values ('{ID}', 'contoh', '{ID}', 'person', '{ID}', 'email', 'a', '{}',
            'sending', 1, 'claimed', now() - interval '1 hour', now()),
           (gen_random_uuid(), 'contoh', '{ID}', 'person', '{ID}', 'email', 'b', '{}',
            'unknown', 2, null, null, now());
";

#[tokio::test]
async fn every_planted_fault_is_found_with_a_remedy() {
    let stack = Stack::start(
        StackOptions::from_environment()
            .unwrap()
            .with_progress(Progress::silent()),
    )
    .await
    .unwrap();
    let realm = stack.realm(RealmSpec::named("ill")).await.unwrap();
    let mut installation = Installation::open(&stack, realm, Path::new(BINARY))
        .await
        .unwrap();
    installation
        .fleet
        .start_all(1, Duration::from_mins(1))
        .await
        .unwrap();
    assert_eq!(wrong(&examine(&installation).await), []);
    installation.fleet.stop_all().unwrap();

    plant_rows(&mut database(&stack, &installation).await).await;
    plant_consumers(&installation).await;
    std::fs::set_permissions(installation.key("judging"), Permissions::from_mode(0o644)).unwrap();

    let found = examine(&installation).await;
    let public = "ILL_INTAKE_PUBLIC";
    let (paused, stray) = (
        format!("consumer matching-intake on {public}"),
        format!("consumer old-version on {public}"),
    );
    for (subject, verdict, seen) in [
        ("secret files", "odd", "judging.pem"),
        ("matching: sessions", "bad", "synchronous_commit is off"),
        ("intake: waves", "bad", "contoh/satu"),
        (
            "judging: outbox",
            "bad",
            "1 event(s) not taken by the broker: refused",
        ),
        ("matching: dead letters", "odd", "1 of intake by store"),
        (
            "matching: editions",
            "odd",
            "contoh: has version 1, in force is 2",
        ),
        (
            "notification: queue",
            "bad",
            "1 are claimed by a sender that is gone",
        ),
        (
            "notification: unknown",
            "odd",
            "1 message(s) may or may not",
        ),
        ("matching calls judging", "odd", "nobody answers"),
        (&paused, "bad", "is paused"),
        (&stray, "odd", "belongs to no service"),
    ] {
        let finding = found
            .get(subject)
            .unwrap_or_else(|| panic!("{subject}: {found:#?}"));
        assert_eq!(finding["verdict"], verdict, "{finding}");
        assert!(
            finding["seen"].as_str().unwrap().contains(seen),
            "{finding}"
        );
        assert_ne!(finding["remedy"], "", "{finding}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test breaks what it likes")]
async fn plant_rows(database: &mut PgConnection) {
    let faults = FAULTS.replace("{ID}", "01900000-0000-7000-8000-000000000001");
    sqlx::raw_sql(sqlx::AssertSqlSafe(faults))
        .execute(&mut *database)
        .await
        .unwrap();
    sqlx::raw_sql("alter role ill_matching set synchronous_commit = off")
        .execute(database)
        .await
        .unwrap();
}

async fn plant_consumers(installation: &Installation) {
    let login = installation.realm().nats_login("operator").unwrap();
    let jetstream = jetstream::new(login.connect().await.unwrap());
    let stream = jetstream.get_stream("ILL_INTAKE_PUBLIC").await.unwrap();
    stream
        .create_consumer(pull::Config {
            durable_name: Some("old-version".to_owned()),
            ..pull::Config::default()
        })
        .await
        .unwrap();
    let tomorrow = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() + Duration::from_hours(24);
    let seconds = i64::try_from(tomorrow.as_secs()).unwrap();
    let tomorrow = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    stream
        .pause_consumer("matching-intake", tomorrow)
        .await
        .unwrap();
}
