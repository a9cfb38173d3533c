//! Postfix' own fault injector, and a machine that vanishes: every attempt ends on the right side of the dot.
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

use std::time::Duration;

use support::postfix::{Postfix, SmtpSink};
use support::relay::{HANGS, config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::domain::message::{Answer, BrokenOff};
use winner_notification::domain::reason::Reason;
use winner_notification::smtp::{
    AfterDot, BeforeDot, Letter, MailError, OutgoingMail, Relay, Rendered, Sender,
};
use winner_platform::{BusinessTime, Clock, RealTime};

const TEXT: &str = "Yth. Ani,\n.\n..titik dua\n.\n\n.. \nFrom here\nSelesai\n.";

fn build(recipient: &str, name: &str, subject: &str) -> Result<OutgoingMail, MailError> {
    let sender = Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test").unwrap();
    let rendered = Rendered {
        subject: subject.to_owned(),
        text: TEXT.to_owned(),
        html: "<p>Yth. Ani</p>".to_owned(),
    };
    let letter = Letter {
        id: Uuid::from_u128(7),
        recipient,
        display_name: name,
        rendered: &rendered,
        return_path: Some("b+token@bounces.test"),
        leaving: None,
        now: RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap(),
    };
    OutgoingMail::build(&sender, &letter)
}

async fn send(address: std::net::SocketAddr, mail: &OutgoingMail) -> Result<AfterDot, BeforeDot> {
    let clock = Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap());
    let relay = Relay::new(&config(address), clock).unwrap();
    let sending = async { Ok(relay.offer(mail).await?.let_go().await.0) };
    timeout(HANGS, sending).await.expect("an attempt hangs")
}

async fn to_sink(options: &[&str]) -> Result<AfterDot, BeforeDot> {
    let sink = SmtpSink::start(options).await;
    send(
        sink.address,
        &build("ani@good.test", "Ani", "Halo").unwrap(),
    )
    .await
}

#[tokio::test]
#[ignore = "needs Postfix"]
async fn silence_at_the_dot_is_unknown() {
    for options in [&["-q", "."][..], &["-W", ".:40"]] {
        let outcome = to_sink(options).await.unwrap();
        assert!(
            matches!(outcome.answer(), Answer::None(_)),
            "{options:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs Postfix"]
async fn whatever_happens_before_the_dot_is_known_not_to_be_out() {
    for (options, reason) in [
        (&["-q", "MAIL"][..], Reason::ConnectionLost),
        (&["-q", "RCPT"], Reason::ConnectionLost),
        (&["-q", "DATA"], Reason::ConnectionLost),
        (&["-W", "RCPT:40"], Reason::TimedOut),
        (&["-W", "DATA:40"], Reason::TimedOut),
        (&["-Q", "MAIL"], Reason::Deferred),
        (&["-Q", "RCPT"], Reason::Deferred),
        (&["-Q", "DATA"], Reason::Deferred),
        (&["-r", "RCPT"], Reason::Deferred),
        (&["-r", "DATA"], Reason::Deferred),
    ] {
        let failure = to_sink(options).await.unwrap_err();
        assert_eq!(
            failure.verdict(),
            BrokenOff::Later(reason),
            "{options:?}: {failure:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs Postfix"]
async fn a_no_for_good_is_for_good() {
    let refused = to_sink(&["-f", "RCPT", "-B", "550 5.1.1 user unknown"]).await;
    assert_eq!(
        refused.unwrap_err().verdict(),
        BrokenOff::Refused(Reason::RecipientRefused)
    );
    let refused = to_sink(&["-f", "DATA", "-B", "552 5.2.2 mailbox full"]).await;
    assert_eq!(
        refused.unwrap_err().verdict(),
        BrokenOff::Refused(Reason::MessageRefused)
    );
    let later = to_sink(&["-Q", "."]).await.unwrap();
    assert_eq!(later.answer(), Answer::Later(Reason::Deferred));
}

#[tokio::test]
#[ignore = "needs Postfix"]
async fn a_body_full_of_dots_comes_through_postfix_as_it_was() {
    let postfix = Postfix::start("").await;
    let mail = build("ani@good.test", "Ani", "Halo").unwrap();
    let outcome = send(postfix.address, &mail).await.unwrap();
    assert!(matches!(outcome.answer(), Answer::Accepted { .. }));
    let waiting = async {
        while postfix.kept().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(HANGS, waiting).await.unwrap();
    let kept = postfix.kept().remove(0);
    let sent = String::from_utf8(mail.content().to_vec())
        .unwrap()
        .replace("\r\n", "\n");
    let body = |text: &str| text.split_once("\n\n").unwrap().1.to_owned();
    assert_eq!(body(&kept), body(&sent));
    assert!(
        kept.starts_with("Return-Path: <b+token@bounces.test>\n"),
        "{kept}"
    );
}

#[tokio::test]
#[ignore = "needs Postfix"]
async fn strange_names_and_subjects_arrive_as_what_they_are() {
    let postfix = Postfix::start("").await;
    let rtl = "\u{202e}gnp.exe \u{200f}عاني";
    let long = "Sangat ".repeat(2_000);
    let names = [
        rtl,
        "Ani <x@y.test>",
        "Ani\u{2028}Bcc: x@y.test",
        "=?utf-8?q?x?=",
        long.trim(),
    ];
    for name in names {
        let mail = build("ani@good.test", name, &format!("Halo {name}")).unwrap();
        let text = String::from_utf8(mail.content().to_vec()).unwrap();
        assert!(
            text.lines().all(|line| line.len() <= 998),
            "a line is too long for SMTP"
        );
        let outcome = send(postfix.address, &mail).await.unwrap();
        assert!(
            matches!(outcome.answer(), Answer::Accepted { .. }),
            "{outcome:?}"
        );
    }
    let waiting = async {
        while postfix.kept().len() < names.len() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(HANGS, waiting).await.unwrap();
    for kept in postfix.kept() {
        let header = kept.split_once("\n\n").unwrap().0;
        let lines = header.lines().filter(|line| !line.starts_with([' ', '\t']));
        let names: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        assert!(!names.contains(&"Bcc"), "{header}");
        assert_eq!(names.iter().filter(|name| **name == "To").count(), 1);
    }
}

#[tokio::test]
async fn what_no_header_can_carry_is_refused_before_anybody_hears_of_it() {
    for (recipient, name, subject) in [
        ("ani@good.test\r\nRCPT TO:<x@y.test>", "Ani", "Halo"),
        ("ani@good.test\0", "Ani", "Halo"),
        ("<ani@good.test> SIZE=1", "Ani", "Halo"),
        ("ani@good.test", "Ani\r\nBcc: x@y.test", "Halo"),
        ("ani@good.test", "Ani\n.\n", "Halo"),
        ("ani@good.test", "Ani", "Halo\r\n\r\nIsi lain"),
        ("ani@good.test", "Ani\u{85}", "Halo"),
    ] {
        assert!(
            build(recipient, name, subject).is_err(),
            "{recipient:?} {name:?} {subject:?}"
        );
    }
}

/// A relay that stands still in the middle of a content: the connection stays open, and takes nothing any more.
#[tokio::test]
async fn a_machine_that_takes_nothing_any_more_is_not_waited_for_as_long_as_a_slow_one() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let relay = TaskTracker::new().spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"220 x\r\n").await.unwrap();
        let mut seen = Vec::new();
        let mut chunk = [0_u8; 1024];
        loop {
            let read = socket.read(&mut chunk).await.unwrap_or(0);
            seen.extend_from_slice(&chunk[..read]);
            let text = String::from_utf8_lossy(&seen).to_string();
            if text.ends_with("DATA\r\n") {
                socket.write_all(b"354 go\r\n").await.unwrap();
                // Its window closes, and it never speaks again.
                std::future::pending::<()>().await;
            }
            let answer: &[u8] = if text.starts_with("EHLO") && text.lines().count() == 1 {
                b"250 x\r\n"
            } else {
                b"250 ok\r\n"
            };
            socket.write_all(answer).await.unwrap();
        }
    });
    let clock = Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap());
    let mut config = config(address);
    config.answer_timeout_ms = 60_000;
    config.body_timeout_ms = 60_000;
    config.connect_timeout_ms = 1_000;
    let sender = Relay::new(&config, clock).unwrap();
    let sent = Rendered {
        subject: "Halo".to_owned(),
        text: "x".repeat(20_000_000),
        html: String::new(),
    };
    let letter = Letter {
        id: Uuid::from_u128(7),
        recipient: "ani@good.test",
        display_name: "",
        rendered: &sent,
        return_path: None,
        leaving: None,
        now: RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap(),
    };
    let mail = OutgoingMail::build(
        &Sender::parse("winner@contoh.test", "sekretariat@contoh.test").unwrap(),
        &letter,
    )
    .unwrap();
    let began = Instant::now();
    let outcome = timeout(Duration::from_secs(30), sender.offer(&mail)).await;
    relay.abort();
    let failure = outcome.expect("it is waited for").err().unwrap();
    assert!(matches!(failure, BeforeDot::Broken { .. }), "{failure:?}");
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}
