//! Whatever a relay does, an attempt ends in time, and on the right side of the final dot.
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

use support::relay::{HANGS, Manners, RudeRelay, config};
use tokio::time::timeout;
use uuid::Uuid;
use winner_notification::domain::message::{Answer, BrokenOff};
use winner_notification::domain::reason::Reason;
use winner_notification::smtp::config::{RelayConfig, StartTls};
use winner_notification::smtp::{
    AfterDot, BeforeDot, Letter, OutgoingMail, Relay, Rendered, Sender,
};
use winner_platform::{BusinessTime, Clock, RealTime};

fn clock() -> Clock {
    Clock::manual(BusinessTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap())
}

fn mail() -> OutgoingMail {
    let sender = Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test").unwrap();
    let rendered = Rendered {
        subject: "Proposal Anda – diterima".to_owned(),
        text: "Yth. Ani,\n.\n..titik\nSelesai".to_owned(),
        html: "<p>Yth. Ani</p>".to_owned(),
    };
    let now = RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap();
    let letter = Letter {
        id: Uuid::nil(),
        recipient: "ani@contoh.test",
        display_name: "Ani",
        rendered: &rendered,
        return_path: None,
        leaving: None,
        now,
    };
    OutgoingMail::build(&sender, &letter).unwrap()
}

/// Sends one mail the whole way.
async fn send(relay: &Relay) -> Result<AfterDot, BeforeDot> {
    let offered = relay.offer(&mail()).await?;
    let (outcome, connection) = offered.let_go().await;
    if let Some(connection) = connection {
        relay.put_back(connection);
    }
    Ok(outcome)
}

async fn attempt(manners: Manners) -> (RudeRelay, Result<AfterDot, BeforeDot>) {
    attempt_with(manners, |_| {}).await
}

async fn attempt_with(
    manners: Manners,
    change: impl FnOnce(&mut RelayConfig),
) -> (RudeRelay, Result<AfterDot, BeforeDot>) {
    let server = RudeRelay::start(manners).await;
    let mut config = config(server.address);
    change(&mut config);
    let relay = Relay::new(&config, clock()).unwrap();
    let outcome = timeout(HANGS, send(&relay))
        .await
        .expect("an attempt hangs");
    (server, outcome)
}

#[tokio::test]
async fn a_polite_relay_takes_the_message() {
    let (server, outcome) = attempt(Manners::Polite).await;
    assert_eq!(
        outcome.unwrap().answer(),
        Answer::Accepted { status_code: 250 }
    );
    assert_eq!(server.messages().len(), 1);
    assert!(server.messages()[0].contains("X-Winner-Message: 00000000"));
}

#[tokio::test]
async fn a_refused_recipient_is_refused_for_good() {
    let (server, outcome) = attempt(Manners::AnswersRcpt("550 5.1.1 no such user")).await;
    assert_eq!(
        outcome.unwrap_err().verdict(),
        BrokenOff::Refused(Reason::RecipientRefused)
    );
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn a_busy_recipient_is_tried_again() {
    let (_, outcome) = attempt(Manners::AnswersRcpt("451 4.3.2 later")).await;
    assert_eq!(
        outcome.unwrap_err().verdict(),
        BrokenOff::Later(Reason::Deferred)
    );
}

#[tokio::test]
async fn a_refused_sender_is_our_fault_and_not_the_message_s() {
    let (_, outcome) = attempt(Manners::AnswersMail("553 5.7.1 not you")).await;
    let failure = outcome.unwrap_err();
    assert!(failure.concerns_the_relay());
    assert_eq!(failure.verdict(), BrokenOff::Later(Reason::SenderRefused));
}

#[tokio::test]
async fn a_relay_that_goes_down_is_tried_again() {
    for manners in [
        Manners::AnswersMail("421 bye"),
        Manners::AnswersData("421 bye"),
    ] {
        let (_, outcome) = attempt(manners).await;
        let failure = outcome.unwrap_err();
        assert!(failure.concerns_the_relay(), "{manners:?}");
        assert_eq!(
            failure.verdict(),
            BrokenOff::Later(Reason::Deferred),
            "{manners:?}"
        );
    }
}

#[tokio::test]
async fn a_message_refused_at_the_dot_is_known_not_to_be_out() {
    let (_, outcome) = attempt(Manners::AnswersDot("552 5.2.2 too large")).await;
    assert_eq!(
        outcome.unwrap().answer(),
        Answer::Refused(Reason::MessageRefused)
    );
    let (_, outcome) = attempt(Manners::AnswersDot("451 4.3.0 later")).await;
    assert_eq!(outcome.unwrap().answer(), Answer::Later(Reason::Deferred));
    let (_, outcome) = attempt(Manners::AnswersDot("421 4.3.0 closing")).await;
    assert_eq!(outcome.unwrap().answer(), Answer::Later(Reason::Deferred));
}

#[tokio::test]
async fn silence_after_the_dot_is_unknown_and_does_not_hang() {
    let (server, outcome) = attempt(Manners::SilentAfterDot).await;
    assert_eq!(
        outcome.unwrap().answer(),
        Answer::None(Reason::AnswerTimedOut)
    );
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn a_close_after_the_dot_is_unknown() {
    let (server, outcome) = attempt(Manners::ClosesAfterDot).await;
    assert_eq!(outcome.unwrap().answer(), Answer::None(Reason::AnswerLost));
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn nonsense_after_the_dot_is_unknown() {
    for nonsense in ["354 go on", "bukan SMTP"] {
        let (_, outcome) = attempt(Manners::AnswersDot(nonsense)).await;
        assert!(
            matches!(outcome.unwrap().answer(), Answer::None(_)),
            "{nonsense}"
        );
    }
}

#[tokio::test]
async fn silence_before_the_dot_is_no_reason_to_doubt() {
    for manners in [Manners::SilentGreeting, Manners::SilentAtData] {
        let (server, outcome) = attempt(manners).await;
        assert_eq!(
            outcome.unwrap_err().verdict(),
            BrokenOff::Later(Reason::TimedOut),
            "{manners:?}"
        );
        assert!(server.messages().is_empty());
    }
}

#[tokio::test]
async fn a_relay_that_nobody_runs_is_unreachable() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let relay = Relay::new(&config(address), clock()).unwrap();
    let failure = send(&relay).await.unwrap_err();
    assert_eq!(
        failure.verdict(),
        BrokenOff::Later(Reason::RelayUnreachable)
    );
}

#[tokio::test]
async fn a_connection_lost_before_the_dot_is_known_to_be_harmless() {
    let server = RudeRelay::start(Manners::ClosesAfterData).await;
    let relay = Relay::new(&config(server.address), clock()).unwrap();
    match relay.offer(&mail()).await {
        Err(failure) => assert!(matches!(failure.verdict(), BrokenOff::Later(_))),
        Ok(offered) => {
            // The relay's goodbye arrives while the caller records that it will write the dot. The
            // kernel may still take the dot, so only two endings are honest: lost, or never left.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let (outcome, connection) = offered.let_go().await;
            assert!(connection.is_none());
            assert!(
                matches!(outcome, AfterDot::Lost(_) | AfterDot::NeverLeft(_)),
                "{outcome:?}"
            );
        }
    }
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn a_message_that_is_offered_and_dropped_never_arrives() {
    let server = RudeRelay::start(Manners::Polite).await;
    let relay = Relay::new(&config(server.address), clock()).unwrap();
    let offered = relay.offer(&mail()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        server.messages().is_empty(),
        "the dot left before it was let go"
    );
    drop(offered);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn one_connection_carries_many_messages() {
    let server = RudeRelay::start(Manners::Polite).await;
    let relay = Relay::new(&config(server.address), clock()).unwrap();
    for _ in 0..5 {
        send(&relay).await.unwrap();
    }
    relay.close().await;
    assert_eq!(server.messages().len(), 5);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_went_stale_is_replaced_without_a_second_copy() {
    let server = RudeRelay::start(Manners::ClosesAfterEachMessage).await;
    let relay = Relay::new(&config(server.address), clock()).unwrap();
    for _ in 0..3 {
        let outcome = send(&relay).await.unwrap();
        assert_eq!(outcome.answer(), Answer::Accepted { status_code: 250 });
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.messages().len(), 3);
}

#[tokio::test]
async fn without_encryption_nothing_is_sent_unless_configured() {
    let (server, outcome) = attempt_with(Manners::Polite, |config| {
        config.starttls = StartTls::Required;
    })
    .await;
    let failure = outcome.unwrap_err();
    assert!(failure.concerns_the_relay());
    assert_eq!(
        failure.verdict(),
        BrokenOff::Later(Reason::EncryptionRefused)
    );
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn plain_text_behind_starttls_is_not_taken_for_encrypted() {
    let (_, outcome) = attempt_with(Manners::InjectsBehindStartTls, |config| {
        config.starttls = StartTls::Required;
    })
    .await;
    assert_eq!(
        outcome.unwrap_err().verdict(),
        BrokenOff::Later(Reason::EncryptionRefused)
    );
}

#[tokio::test]
async fn lines_of_dots_arrive_as_they_were() {
    let (server, outcome) = attempt(Manners::Polite).await;
    outcome.unwrap();
    let content = &server.messages()[0];
    // Stuffed on the wire; a receiver takes the first dot of a line away.
    assert!(content.contains("\r\n..\r\n"), "{content}");
    assert!(content.contains("\r\n...titik\r\n"), "{content}");
}
