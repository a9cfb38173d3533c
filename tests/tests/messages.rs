//! What an organiser's helper types about messages: the real binary against a running installation.
#![allow(
    clippy::large_futures,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test looks at rows, puts messages where a fault would, and may panic"
)]

use std::path::PathBuf;

use serde_json::Value;
use sqlx::PgPool;
use tokio::process::Command;
use winner_tests::edition::{EDITION, Edition, TEAM};
use winner_tests::site::{Site, binary, until};

/// The command, for one installation and one person.
struct Helper {
    server: String,
    token: PathBuf,
}

impl Helper {
    async fn says(&self, arguments: &[&str]) -> (String, bool) {
        let output = Command::new(binary())
            .args(["messages", "--edition", EDITION, "--server", &self.server])
            .arg("--token-file")
            .arg(&self.token)
            .args(arguments)
            .output()
            .await
            .unwrap();
        let mut text = String::from_utf8(output.stdout).unwrap();
        text += &String::from_utf8_lossy(&output.stderr);
        (text, output.status.success())
    }

    /// Runs what must end well and say these words.
    async fn well(&self, arguments: &[&str], words: &[&str]) -> String {
        let (text, well) = self.says(arguments).await;
        assert!(well, "{text}");
        for word in words {
            assert!(text.contains(word), "no {word:?} in\n{text}");
        }
        text
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let text = self
            .well(&[arguments, &["--format", "json"]].concat(), &[])
            .await;
        serde_json::from_str(&text).unwrap()
    }
}

/// Puts every message where a fault would have put it.
async fn put(database: &PgPool, state: &str) {
    sqlx::query(
        "update notification.messages
         set    state = $1, reason = case when $1 = 'queued' then null else 'answer_lost' end,
                not_before = now() + interval '1 hour', lease_until = null",
    )
    .bind(state)
    .execute(database)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_proved_settled_sent_again_and_stopped() {
    let mut site = Site::quick("messages").await.unwrap();
    for role in ["intake", "matching", "judging", "notification"] {
        site.start(role, 1).await.unwrap();
    }
    let edition = Edition::open(site).await.unwrap();
    let database = edition.site.database().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let helper = Helper {
        server: edition.site.installation.fleet.url("notification").unwrap(),
        token: folder.path().join("token"),
    };
    std::fs::write(&helper.token, edition.chair().token).unwrap();

    let draft = edition.draft(1, "36.73").await.unwrap();
    edition.submit(&draft).await.unwrap();
    let list = ["list", "--state", "sent"];
    let listed = until("a message to be sent", async || {
        let listed = helper.json(&list).await;
        Ok((!listed.as_array().unwrap().is_empty()).then_some(listed))
    })
    .await
    .unwrap();
    let (message, event) = (&listed[0], listed[0]["eventId"].as_str().unwrap());
    let name = message["name"].as_str().unwrap();
    let id = name.rsplit_once('/').unwrap().1;
    helper
        .well(
            &["list"],
            &[id, "submission_received", "email", "1 message(s)"],
        )
        .await;
    let hash = message["contentHash"].as_str().unwrap();
    helper
        .well(&["show", id], &["state          sent", hash, " WIB", "250"])
        .await;
    helper
        .well(&["unreached"], &["0 notice(s) reached nobody"])
        .await;

    // Unknown: listed as not reached, settled by what somebody knows, and only once.
    put(&database, "unknown").await;
    helper
        .well(
            &["unreached"],
            &["email: unknown (answer_lost)", "1 notice(s)"],
        )
        .await;
    helper
        .well(&["resolve", id, "--as", "sent"], &["state          sent"])
        .await;
    let (text, well) = helper.says(&["resolve", id, "--as", "cancel"]).await;
    assert!(!well && text.contains("can be settled"), "{text}");

    // Failed: sent again, and the same request again sends nothing more.
    put(&database, "failed").await;
    let resend = ["resend", id, "--request-id", "satu"];
    helper.well(&resend, &["queued (organiser)"]).await;
    let mailbox = edition.site.stack.mailbox().clone();
    until("the second mail", async || {
        Ok((mailbox.letters_to(TEAM)?.len() == 2).then_some(()))
    })
    .await
    .unwrap();
    helper.well(&resend, &["queued (organiser)"]).await;

    // Waiting: stopped, but only when somebody says yes.
    put(&database, "queued").await;
    let stop = ["stop", "--event", event];
    helper
        .well(&stop, &["1  queued", "nothing was stopped: say --yes"])
        .await;
    helper
        .well(
            &["stop", "--event", event, "--yes"],
            &["1 stopped", "0 had gone out"],
        )
        .await;
    let (text, well) = helper.says(&["cancel", id]).await;
    assert!(!well && text.contains("can be stopped"), "{text}");
    assert_eq!(mailbox.letters_to(TEAM).unwrap().len(), 2);

    // A token that is none is not printed, and whoever has no office is refused.
    std::fs::write(&helper.token, "rahasia\u{1}sekali").unwrap();
    let (text, well) = helper.says(&["list"]).await;
    assert!(!well && !text.contains("rahasia"), "{text}");
    let judge = edition.site.sign_in("orang-lain", &[]).await.unwrap();
    std::fs::write(&helper.token, judge.token).unwrap();
    let (text, well) = helper.says(&["list"]).await;
    assert!(!well && text.contains("PermissionDenied"), "{text}");
}
