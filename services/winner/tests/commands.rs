//! The operator's commands, run as an operator runs them, against an installation on real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use winner::stack::fleet::CopyId;
use winner::stack::installation::Installation;
use winner::stack::{Progress, RealmSpec, Stack, StackOptions};

const BINARY: &str = env!("CARGO_BIN_EXE_winner");

async fn stack() -> Stack {
    let options = StackOptions::from_environment().unwrap();
    Stack::start(options.throwaway().with_progress(Progress::silent()))
        .await
        .unwrap()
}

async fn installation(stack: &Stack, name: &str) -> Installation {
    let realm = stack.realm(RealmSpec::named(name)).await.unwrap();
    Installation::open(stack, realm, Path::new(BINARY))
        .await
        .unwrap()
}

async fn winner(installation: &Installation, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .arg("--config")
        .arg(installation.config());
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn the_services_run_as_processes_and_the_doctor_finds_what_is_wrong() {
    let stack = stack().await;
    let mut installation = installation(&stack, "operated").await;
    let patience = Duration::from_mins(1);
    installation.fleet.start_all(2, patience).await.unwrap();

    let healthy = winner(&installation, &["doctor"]).await;
    assert!(healthy.status.success(), "{}", said(&healthy));
    assert!(said(&healthy).contains(" 0 failed"));

    // A killed copy comes back on its ports, and the others do not mind.
    let second = CopyId::new("judging", 2);
    installation.fleet.kill(&second).unwrap();
    installation.fleet.start(&second).unwrap();
    installation
        .fleet
        .wait_ready(&second, patience)
        .await
        .unwrap();
    assert!(installation.fleet.ended().unwrap().is_empty());

    stack.kill_nats().await.unwrap();
    stack.kill_mail_sink().await.unwrap();
    let ill = winner(&installation, &["doctor"]).await;
    let text = said(&ill);
    assert!(!ill.status.success());
    assert!(text.contains("BAD  broker"), "{text}");
    assert!(text.contains("BAD  mail server"), "{text}");
    assert!(text.contains(" 2 failed"), "{text}");
    installation.fleet.stop_all().unwrap();
}

#[tokio::test]
async fn a_service_that_starts_before_its_database_waits_for_it() {
    let stack = stack().await;
    let mut installation = installation(&stack, "early").await;
    let fleet = &mut installation.fleet;
    fleet.set_environment("WINNER_JUDGING__POSTGRES__ACQUIRE_TIMEOUT_MS", "200");
    stack.kill_postgres().await.unwrap();
    let judging = CopyId::new("judging", 1);
    fleet.start(&judging).unwrap();
    let log = fleet.log(&judging).unwrap().to_owned();
    let waits = || {
        std::fs::read_to_string(&log)
            .unwrap_or_default()
            .matches("postgres.waiting")
            .count()
    };
    for _ in 0..300 {
        if waits() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(waits() > 1, "it says that it waits");
    assert!(fleet.ended().unwrap().is_empty(), "it does not give up");
    stack.revive_postgres().await.unwrap();
    fleet
        .wait_ready(&judging, Duration::from_mins(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn commands_are_repeatable_and_refuse_in_production() {
    let stack = stack().await;
    let installation = installation(&stack, "produced").await;
    for arguments in [
        &["migrate", "--create-roles"][..],
        &["migrate"],
        &["provision"],
        &["config", "check"],
        &["clock", "advance", "36h"],
        &["dlq", "list", "matching"],
    ] {
        let output = winner(&installation, arguments).await;
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    }
    let shown = said(&winner(&installation, &["clock", "show"]).await);
    assert!(shown.contains("ahead by      129600 s"), "{shown}");

    let accounts = winner(&installation, &["provision", "--nats-accounts"]).await;
    let accounts: serde_json::Value = serde_json::from_slice(&accounts.stdout).unwrap();
    let users = accounts["accounts"]["PRODUCED"]["users"]
        .as_array()
        .unwrap();
    assert_eq!(users.len(), 5, "four services and the operator");

    let key = installation.key("intake");
    let person = [
        "token",
        "person",
        "--id",
        "01900000-0000-7000-8000-000000000001",
        "--office",
        "chair@01900000-0000-7000-8000-000000000002",
        "--key",
        key.to_str().unwrap(),
    ];
    let token = winner(&installation, &person).await;
    assert!(token.status.success(), "{}", said(&token));
    assert_eq!(said(&token).trim().split('.').count(), 3);

    let shifted = winner(&installation, &["migrate", "--production"]).await;
    assert!(
        !shifted.status.success(),
        "a shifted clock became production"
    );
    assert!(
        winner(&installation, &["clock", "set", "real"])
            .await
            .status
            .success()
    );
    assert!(
        winner(&installation, &["migrate", "--production"])
            .await
            .status
            .success()
    );
    for arguments in [&["clock", "advance", "1s"][..], &person] {
        let refused = winner(&installation, arguments).await;
        assert!(!refused.status.success(), "{arguments:?} in production");
    }
}

#[tokio::test]
async fn an_outsider_named_in_the_settings_gets_a_consumer_and_an_account() {
    let stack = stack().await;
    let installation = installation(&stack, "lending").await;
    let file = installation.config();
    let settings = std::fs::read_to_string(&file).unwrap()
        + "[[operator.outsiders]]\nname = \"portal\"\nservice = \"intake\"\naggregates = [\"submission\"]\n";
    std::fs::write(&file, settings).unwrap();

    let missing = said(&winner(&installation, &["doctor"]).await);
    let made = "create consumer portal-events on LENDING_INTAKE_PUBLIC";
    assert!(missing.contains(made), "{missing}");
    let provisioned = said(&winner(&installation, &["provision"]).await);
    assert!(provisioned.contains(made), "{provisioned}");
    let well = said(&winner(&installation, &["doctor"]).await);
    assert!(!well.contains("portal-events"), "{well}");
    let replay = ["replay", "intake", "--consumer", "portal-events"];
    assert!(winner(&installation, &replay).await.status.success());

    let accounts = winner(&installation, &["provision", "--nats-accounts"]).await;
    let accounts: serde_json::Value = serde_json::from_slice(&accounts.stdout).unwrap();
    let lent = &accounts["accounts"]["LENDING_OUTSIDE_PORTAL"]["users"];
    assert_eq!(lent[0]["password"], "PASSWORD-OF-outside-portal");
}

#[tokio::test]
async fn every_error_of_the_settings_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("winner.toml");
    std::fs::write(
        &file,
        "[matching.grpc]\nlisten = \"nowhere\"\n[matching.postgres]\nmax_connections = 0\nurls = 1\n",
    )
    .unwrap();
    let output = Command::new(BINARY)
        .args(["config", "check", "matching", "--config"])
        .arg(&file)
        .output()
        .unwrap();
    let text = said(&output);
    assert!(!output.status.success());
    for key in [
        "grpc.listen",
        "postgres.max_connections",
        "postgres.urls",
        "auth.key_file",
    ] {
        assert!(text.contains(key), "{key} is not told:\n{text}");
    }
}
