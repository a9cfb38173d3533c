//! The embedded stack itself: it starts, survives kills of its servers, and leaves nothing behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may panic, wait, and ask the database in words of their own"
)]

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use winner::stack::{RealmSpec, Stack, StackOptions};

fn options() -> StackOptions {
    StackOptions::from_environment().unwrap().throwaway()
}

async fn connect(stack: &Stack) -> PgConnection {
    PgConnection::connect(stack.postgres_admin_url().expose_secret())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_servers_answer_and_go_away_with_the_stack() {
    let stack = Stack::start(options()).await.unwrap();
    let mut connection = connect(&stack).await;
    let one: i32 = sqlx::query_scalar("SELECT 1")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(one, 1);

    let (folder, smtp) = (stack.folder().to_owned(), stack.smtp_port());
    drop(stack);
    assert!(!folder.exists(), "the data folder stayed");
    assert!(
        std::net::TcpStream::connect(("127.0.0.1", smtp)).is_err(),
        "the mail sink still listens"
    );
}

#[tokio::test]
async fn postgres_comes_back_with_its_data_after_a_kill() {
    let stack = Stack::start(options()).await.unwrap();
    let mut connection = connect(&stack).await;
    sqlx::query("CREATE TABLE kept AS SELECT 7 AS value")
        .execute(&mut connection)
        .await
        .unwrap();

    stack.kill_postgres().await.unwrap();
    // The processes behind the connections see the death of their parent, and end, a little later.
    let died = async {
        while connection.ping().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), died)
        .await
        .expect("it outlived its SIGKILL");
    stack.revive_postgres().await.unwrap();

    let value: i32 = sqlx::query_scalar("SELECT value FROM kept")
        .fetch_one(&mut connect(&stack).await)
        .await
        .unwrap();
    assert_eq!(value, 7);
}

#[tokio::test]
async fn the_mail_sink_keeps_what_it_took() {
    use std::io::{BufRead, BufReader, Write};

    let stack = Stack::start(options()).await.unwrap();
    let port = stack.smtp_port();
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap());
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        for line in [
            "HELO winner.test",
            "MAIL FROM:<winner@x.test>",
            "RCPT TO:<ibu@y.test>",
            "DATA",
            "Subject: Halo\r\n\r\nSelamat pagi\r\n.",
        ] {
            stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
            answer.clear();
            answers.read_line(&mut answer).unwrap();
            assert!(answer.starts_with(['2', '3']), "{line}: {answer}");
        }
    });
    talk.await.unwrap();

    stack.kill_mail_sink().await.unwrap();
    let mailbox = stack.mailbox().clone();
    mailbox.wait_for(1, Duration::from_secs(5)).await.unwrap();
    let letters = mailbox.letters_to("ibu@y.test").unwrap();
    assert_eq!(letters[0].subject(), "Halo");
    assert!(letters[0].text().contains("Selamat pagi"));

    stack.revive_mail_sink().await.unwrap();
    assert_eq!(mailbox.count().unwrap(), 1);
}

#[test]
fn a_killed_process_leaves_no_server_and_no_folder() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mut victim = Command::new(env!("CARGO_BIN_EXE_winner"))
        .args(["up", "--servers-only"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut folder, mut port) = (None, None);
    for line in BufReader::new(victim.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((_, path)) = line.split_once("data and logs in ") {
            folder = Some(std::path::PathBuf::from(path));
        }
        if let Some((_, number)) = line.split_once("the mail sink answers on 127.0.0.1:") {
            port = number.parse::<u16>().ok();
        }
        // Killed in the middle of the start, with the first servers up.
        if folder.is_some() && port.is_some() {
            break;
        }
    }
    let (folder, port) = (folder.unwrap(), port.unwrap());
    assert!(folder.exists());
    victim.kill().unwrap();
    victim.wait().unwrap();

    let gone = || !folder.exists() && std::net::TcpStream::connect(("127.0.0.1", port)).is_err();
    for _ in 0..100 {
        if gone() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!(
        "ten seconds after the kill {} or its servers are still there",
        folder.display()
    );
}

#[tokio::test]
async fn on_anothers_server_nothing_is_left_behind() {
    let theirs = Stack::start(options()).await.unwrap();
    let mut guest = options();
    guest.postgres_url = Some(theirs.postgres_admin_url().clone());
    let guest = Stack::start(guest).await.unwrap();
    assert!(guest.kill_postgres().await.is_err(), "not ours to kill");

    let realm = guest.realm(RealmSpec::named("guest")).await.unwrap();
    let own = realm.postgres_url("judging").unwrap();
    PgConnection::connect(own.expose_secret()).await.unwrap();

    guest.remove(&realm).await.unwrap();
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'guest%')
              + (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'guest%')",
    )
    .fetch_one(&mut connect(&theirs).await)
    .await
    .unwrap();
    assert_eq!(left, 0);
}
