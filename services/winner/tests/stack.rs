//! The embedded stack itself: it starts, survives kills of its servers, and leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use winner::stack::{Stack, StackOptions};

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
    let mut stack = Stack::start(options()).await.unwrap();
    let mut connection = connect(&stack).await;
    sqlx::query("CREATE TABLE kept AS SELECT 7 AS value")
        .execute(&mut connection)
        .await
        .unwrap();

    stack.kill_postgres().unwrap();
    assert!(connection.ping().await.is_err(), "it outlived its SIGKILL");
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

    let mut stack = Stack::start(options()).await.unwrap();
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

    stack.kill_mail_sink().unwrap();
    let mailbox = stack.mailbox();
    mailbox.wait_for(1, Duration::from_secs(5)).await.unwrap();
    let letters = mailbox.letters_to("ibu@y.test").unwrap();
    assert_eq!(letters[0].subject(), "Halo");
    assert!(letters[0].text().contains("Selamat pagi"));

    stack.revive_mail_sink().await.unwrap();
    assert_eq!(mailbox.count().unwrap(), 1);
}
