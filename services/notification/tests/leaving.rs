//! Who wants no more gets no more, at once; and a scanner of links changes nothing.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod support;

use std::net::SocketAddr;

use sqlx::PgPool;
use support::messages::state;
use support::office::{Office, token_keys, ways_back};
use support::relay::Manners;
use support::returns::Listening;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::http::{self, leaving};
use winner_notification_core::mail::unsubscribe::{Subscription, token};
use winner_platform::Shutdown;

/// The page's listener; ends with the test.
async fn page(office: &Office) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = leaving::routes(leaving::Leaving {
        pool: office.pool.clone(),
        keys: token_keys(),
    });
    TaskTracker::new().spawn(http::serve(listener, routes, Shutdown::new()));
    address
}

async fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: winner.test\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn recipient(office: &Office, message: Uuid) -> Uuid {
    sqlx::query_scalar!(
        "SELECT recipient_id FROM notification.messages WHERE message_id = $1",
        message
    )
    .fetch_one(&office.pool)
    .await
    .unwrap()
}

fn gone(reason: &str) -> (String, Option<String>) {
    ("suppressed".to_owned(), Some(reason.to_owned()))
}

/// The path of the link in a mail's header.
fn link(mail: &str) -> String {
    let (_, rest) = mail
        .split_once("List-Unsubscribe: <https://winner.test")
        .unwrap();
    rest.split_once('>').unwrap().0.to_owned()
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn one_click_ends_what_waits_and_no_scanner_does(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let address = page(&office).await;
    let first = office.queue(1).await[0];
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    let mail = office.relay.messages()[0].clone();
    assert!(mail.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert!(mail.contains(">,\r\n <mailto:u+"));
    let path = link(&mail);

    // What waits, for the same person and for another.
    let waiting = office.queue(2).await;
    let person = recipient(&office, first).await;
    sqlx::query!(
        "UPDATE notification.messages SET recipient_id = $1 WHERE message_id = $2",
        person,
        waiting[0]
    )
    .execute(&office.pool)
    .await
    .unwrap();
    for method in ["GET", "HEAD"] {
        let shown = ask(address, method, &path, "").await;
        assert!(shown.starts_with("HTTP/1.1 200"), "{shown}");
        assert!(shown.contains("cache-control: no-store"));
    }
    let left: i64 =
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.opt_outs"#)
            .fetch_one(&office.pool)
            .await
            .unwrap();
    assert_eq!(left, 0, "a GET changed something");

    let taken = ask(address, "POST", &path, "List-Unsubscribe=One-Click").await;
    assert!(taken.starts_with("HTTP/1.1 200"), "{taken}");
    assert!(taken.contains("Anda sudah berhenti berlangganan"));
    let again = ask(address, "POST", &path, "List-Unsubscribe=One-Click").await;
    assert!(
        again.starts_with("HTTP/1.1 200"),
        "twice is as good as once"
    );
    let process = office.start();
    office.wait_for(&["sent", "suppressed"]).await;
    assert_eq!(state(&office, waiting[0]).await, gone("unsubscribed"));
    assert_eq!(state(&office, waiting[1]).await.0, "sent");

    let back = ask(address, "POST", &path, "again=1").await;
    assert!(back.contains("menerima surel ini lagi"));
    sqlx::query!(
        "UPDATE notification.messages SET state = 'queued' WHERE message_id = $1",
        waiting[0]
    )
    .execute(&office.pool)
    .await
    .unwrap();
    office.wake.senders();
    office.wait_for(&["sent"]).await;
    process.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_link_of_nobody_s_tells_nothing(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let address = page(&office).await;
    let essential = Subscription {
        person: Uuid::nil(),
        edition: String::new(),
        purpose: "result_published".to_owned(),
    };
    let essential = token(&token_keys(), &essential).unwrap();
    for token in ["x", "%00", "AQ", &"a".repeat(5_000), &essential] {
        for method in ["GET", "POST"] {
            let answer = ask(address, method, &format!("/u/{token}"), "").await;
            assert!(
                answer.starts_with("HTTP/1.1 404"),
                "{method} {token}: {answer}"
            );
        }
    }
    let left: i64 =
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM notification.opt_outs"#)
            .fetch_one(&office.pool)
            .await
            .unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn one_leaves_by_mail_too_but_not_what_one_must_get(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let listening = Listening::start(&office).await;
    let messages = office.queue(2).await;
    let notice = serde_json::json!({
        "template": "outcome_announced", "submission_id": Uuid::nil(), "outcome": "eligible"
    });
    sqlx::query!(
        r#"
        UPDATE notification.messages
        SET    template = 'outcome_announced', notice = $1
        WHERE  message_id = $2
        "#,
        notice,
        messages[1],
    )
    .execute(&office.pool)
    .await
    .unwrap();
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    for mail in office.relay.messages() {
        let essential = mail.contains(&messages[1].to_string());
        assert_eq!(mail.contains("List-Unsubscribe"), !essential);
    }
    for message in &messages {
        let address = ways_back().leaving_address(*message).unwrap();
        let answer = listening.bring(&address, "Subject: berhenti\n\n").await;
        assert!(answer.starts_with("250"), "{answer}");
    }
    let left = sqlx::query!("SELECT person_id, purpose, way FROM notification.opt_outs")
        .fetch_all(&office.pool)
        .await
        .unwrap();
    let left: Vec<_> = left
        .into_iter()
        .map(|row| (row.person_id, row.purpose, row.way))
        .collect();
    let person = recipient(&office, messages[0]).await;
    assert_eq!(
        left,
        [(person, "assignment_added".to_owned(), "mail".to_owned())]
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres"]
async fn a_rehearsal_s_reader_cannot_leave_for_somebody_else(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    office.queue(1).await;
    sqlx::query!("UPDATE notification.editions SET delivery_mode = 'redirect', redirect_to = 'gladi@contoh.test'")
        .execute(&office.pool)
        .await
        .unwrap();
    let process = office.start();
    office.wait_for(&["sent"]).await;
    process.stop().await;
    assert!(!office.relay.messages()[0].contains("List-Unsubscribe"));
}
