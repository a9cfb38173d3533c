//! Through a mail server nobody here wrote, read back by a parser nobody here wrote.
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

use secrecy::SecretString;
use support::relay::config;
use support::sink::{Sink, certificate};
use uuid::Uuid;
use winner_notification::domain::message::{Answer, BrokenOff};
use winner_notification::domain::reason::Reason;
use winner_notification::smtp::config::{RelayConfig, StartTls};
use winner_notification::smtp::{
    AfterDot, BeforeDot, Letter, OutgoingMail, Relay, Rendered, Sender,
};
use winner_platform::{BusinessTime, Clock, RealTime};

const TEXT: &str = "Yth. Ani,\n.\n..titik dua\nBaris panjang: é — ✓ 社会\n\nSelesai";

fn mail(name: &str) -> OutgoingMail {
    let sender = Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test").unwrap();
    let rendered = Rendered {
        subject: "[DATA CONTOH] Proposal A1B2-C3D4 – telah kami terima, terima kasih ✓".to_owned(),
        text: TEXT.to_owned(),
        html: "<p>Yth. Ani &amp; Rekan</p>".to_owned(),
    };
    let now = RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap();
    let letter = Letter {
        id: Uuid::nil(),
        recipient: "ani@contoh.test",
        display_name: name,
        rendered: &rendered,
        return_path: None,
        leaving: None,
        now,
    };
    OutgoingMail::build(&sender, &letter).unwrap()
}

async fn send(config: &RelayConfig, mail: &OutgoingMail) -> Result<AfterDot, BeforeDot> {
    let clock = Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap());
    let relay = Relay::new(config, clock).unwrap();
    Ok(relay.offer(mail).await?.let_go().await.0)
}

#[tokio::test]
#[ignore = "needs aiosmtpd"]
async fn a_mail_is_read_as_it_was_written() {
    let mut sink = Sink::start(None).await;
    let outcome = send(&config(sink.address), &mail("Ani, \"Sulastri\" é"))
        .await
        .unwrap();
    assert_eq!(outcome.answer(), Answer::Accepted { status_code: 250 });
    let taken = sink.next().await;
    assert_eq!(taken["mail_from"], "winner@contoh.test");
    assert_eq!(taken["rcpt_tos"], serde_json::json!(["ani@contoh.test"]));
    assert_eq!(taken["defects"], serde_json::json!([]));
    let headers = &taken["headers"];
    assert_eq!(
        headers["Subject"],
        "[DATA CONTOH] Proposal A1B2-C3D4 – telah kami terima, terima kasih ✓"
    );
    assert_eq!(headers["From"], "WiNNER <winner@contoh.test>");
    assert_eq!(headers["Reply-To"], "sekretariat@contoh.test");
    assert_eq!(
        headers["To"],
        "\"Ani, \\\"Sulastri\\\" é\" <ani@contoh.test>"
    );
    assert_eq!(
        headers["Message-ID"],
        "<00000000-0000-0000-0000-000000000000@contoh.test>"
    );
    assert_eq!(headers["X-Winner-Message"], Uuid::nil().to_string());
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert_eq!(headers["Date"], "Tue, 24 Nov 2026 05:00:00 +0000");
    assert_eq!(
        taken["text"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n")
            .trim_end(),
        TEXT
    );
    assert_eq!(
        taken["html"].as_str().unwrap().trim_end(),
        "<p>Yth. Ani &amp; Rekan</p>"
    );
}

/// A relay that demands encryption and a login, and a configuration that offers both.
async fn guarded() -> (tempfile::TempDir, Sink, RelayConfig) {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path()).await;
    let authority = folder.path().join("certificate.pem");
    let sink = Sink::start(Some((&authority, &folder.path().join("key.pem")))).await;
    let mut config = config(sink.address);
    "localhost".clone_into(&mut config.host);
    config.starttls = StartTls::Required;
    config.ca_file = Some(authority);
    config.user = Some("winner".to_owned());
    config.password = Some(SecretString::from("rahasia"));
    config.greeting_timeout_ms = 5_000;
    (folder, sink, config)
}

#[tokio::test]
#[ignore = "needs aiosmtpd"]
async fn an_encrypted_and_authenticated_relay_takes_mail() {
    let (_folder, mut sink, config) = guarded().await;
    let outcome = send(&config, &mail("Ani")).await.unwrap();
    assert_eq!(outcome.answer(), Answer::Accepted { status_code: 250 });
    let taken = sink.next().await;
    assert_eq!(taken["encrypted"], true);
    assert_eq!(taken["login"], true);
    assert_eq!(
        taken["text"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n")
            .trim_end(),
        TEXT
    );
}

#[tokio::test]
#[ignore = "needs aiosmtpd"]
async fn a_wrong_password_is_the_relay_s_trouble_and_not_the_message_s() {
    let (_folder, _sink, mut config) = guarded().await;
    config.password = Some(SecretString::from("salah"));
    let failure = send(&config, &mail("Ani")).await.unwrap_err();
    assert!(failure.concerns_the_relay());
    assert_eq!(
        failure.verdict(),
        BrokenOff::Later(Reason::CredentialsRefused)
    );
}

#[tokio::test]
#[ignore = "needs aiosmtpd"]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (_folder, _sink, mut config) = guarded().await;
    config.ca_file = None;
    let failure = send(&config, &mail("Ani")).await.unwrap_err();
    assert_eq!(
        failure.verdict(),
        BrokenOff::Later(Reason::EncryptionRefused)
    );
}

#[tokio::test]
#[ignore = "needs aiosmtpd"]
async fn an_encrypted_dot_is_held_back_too() {
    let (_folder, mut sink, config) = guarded().await;
    let clock = Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap());
    let relay = Relay::new(&config, clock).unwrap();
    let offered = relay.offer(&mail("Ani")).await.unwrap();
    tokio::select! {
        _ = sink.next() => panic!("the dot left before it was let go"),
        () = tokio::time::sleep(std::time::Duration::from_millis(300)) => {}
    }
    let (outcome, connection) = offered.let_go().await;
    assert_eq!(outcome.answer(), Answer::Accepted { status_code: 250 });
    assert!(connection.is_some());
    sink.next().await;
}
