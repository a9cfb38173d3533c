//! SMS through a real Kannel: what it takes, what its SMSC gets, what its receipts change.
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

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::PgPool;
use support::calls::Receiving;
use support::kannel::{Kannel, Submitted};
use support::office::{Office, Process, Timing};
use support::relay::Manners;
use support::texting::{Says, queue, settings, start, start_saying};
use tokio::net::TcpListener;
use tokio::time::Instant;
use winner_notification::sms::client::GatewayClient;
use winner_notification::sms::config::SmsConfig;
use winner_notification_core::sms::gateway::Outgoing;
use winner_notification_core::sms::number::Countries;

/// Settings for a Kannel, with a listener for its receipts.
async fn receiving(office: &Office, kannel: &Kannel) -> (SmsConfig, Receiving) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = settings(&kannel.url);
    config.receipts_base = Some(format!("http://{}/", listener.local_addr().unwrap()));
    config.answer_timeout_ms = 10_000;
    let receiving = Receiving::start_on(office, &config, listener);
    (config, receiving)
}

async fn stop(process: Process, receiving: Receiving) {
    process.stop().await;
    receiving.stop().await;
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres, Kannel and npm"]
async fn kannel_takes_an_sms_and_its_receipt_tells_that_it_arrived(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let kannel = Kannel::start("delivered").await;
    let (config, receiving) = receiving(&office, &kannel).await;
    office.intake.knowledge.lock().unwrap().phone = Some("0811-0000-1111".to_owned());
    queue(&office, 1).await;
    // Everything that has to be encoded on the way, and a character of two septets.
    let text = "WiNNER: 50% & \u{201c}lulus\u{201d}+tahap 2 \u{2013} [cek] https://w.test/a?b=c#d \u{20ac}5 \u{e9}";
    let process = start_saying(&office, &config, Timing::default(), Says(text.to_owned()));
    office.wait_for(&["delivered"]).await;
    stop(process, receiving).await;
    let got = kannel.submitted();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].from, "WiNNER");
    // Kannel says that it is an international number instead of writing the plus.
    assert_eq!(got[0].to, "6281100001111");
    assert_eq!(
        got[0].text,
        "WiNNER: 50% & \"lulus\"+tahap 2 - [cek] https://w.test/a?b=c#d \u{20ac}5 \u{e9}"
    );
    assert_eq!(got[0].coding, 0, "not in the GSM alphabet");
    let said = office.said().await;
    assert_eq!(
        (said.get("sent"), said.get("delivered")),
        (Some(&1), Some(&1))
    );
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres, Kannel and npm"]
async fn a_receipt_of_kannels_tells_that_an_sms_did_not_arrive(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let kannel = Kannel::start("undelivered").await;
    let (config, receiving) = receiving(&office, &kannel).await;
    queue(&office, 1).await;
    let process = start(&office, &config, Timing::default());
    office.wait_for(&["bounced"]).await;
    stop(process, receiving).await;
    assert_eq!(office.said().await.get("bounced"), Some(&1));
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres, Kannel and npm"]
async fn an_sms_is_never_sent_again_because_no_receipt_came(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let kannel = Kannel::start("silent").await;
    let (config, receiving) = receiving(&office, &kannel).await;
    queue(&office, 5).await;
    let timing = Timing {
        lease: Duration::from_millis(600),
        answer_lease: Duration::from_millis(600),
        ..Timing::default()
    };
    let process = start(&office, &config, timing);
    office.wait_for(&["sent"]).await;
    // Longer than every lease and every wait.
    tokio::time::sleep(Duration::from_secs(2)).await;
    stop(process, receiving).await;
    assert_eq!(office.states().await.get("sent"), Some(&5));
    assert_eq!(kannel.submitted().len(), 5);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres, Kannel and npm"]
async fn wrong_credentials_are_waited_out_and_nothing_is_lost(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let kannel = Kannel::start("delivered").await;
    let (config, receiving) = receiving(&office, &kannel).await;
    queue(&office, 2).await;
    let mut wrong = config.clone();
    let password = "salah".to_owned().into();
    wrong.secrets.insert("password".to_owned(), password);
    let timing = Timing {
        tries: 1_000,
        ..Timing::default()
    };
    let process = start(&office, &wrong, timing);
    let reason = || async { support::texting::reasons(&office).await };
    while reason().await != [Some("deferred".to_owned())] {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.stop().await;
    let process = start(&office, &config, timing);
    office.wait_for(&["delivered"]).await;
    stop(process, receiving).await;
    assert_eq!(kannel.submitted().len(), 2);
}

/// How many SMS the figure is measured with.
const MANY: usize = 500;

#[sqlx::test(migrations = false)]
#[ignore = "needs Postgres, Kannel and npm"]
async fn sms_leave_almost_as_fast_as_a_bare_client_could_send_them(pool: PgPool) {
    let office = Office::open(&pool, Manners::Polite).await;
    let kannel = Kannel::start("delivered").await;
    let (mut config, receiving) = receiving(&office, &kannel).await;
    config.messages_in_a_window = 0;
    let raw = bare(&config, MANY).await;
    println!("bare {raw:.0}");
    let messages = queue(&office, MANY).await;
    let began = Instant::now();
    let process = start(&office, &config, Timing::default());
    office.wait_for(&["sent", "delivered"]).await;
    let ours = MANY as f64 / began.elapsed().as_secs_f64();
    let again = bare(&config, MANY).await;
    office.wait_for(&["delivered"]).await;
    stop(process, receiving).await;
    let best = raw.max(again);
    println!(
        "Kannel takes {ours:.0} SMS a second from us, {raw:.0} and {again:.0} from a bare client: {:.0} %",
        100.0 * ours / best
    );
    let to: BTreeSet<String> = kannel
        .submitted()
        .iter()
        .map(|sms: &Submitted| sms.to.clone())
        .collect();
    assert!(to.len() > messages.len() / 2);
    assert_eq!(kannel.submitted().len(), 3 * MANY);
}

/// SMS a second of a client that only sends, over as many connections.
async fn bare(config: &SmsConfig, count: usize) -> f64 {
    let (gateway, client) = (
        config.gateway().unwrap().unwrap(),
        GatewayClient::new(config.limits()),
    );
    let to = Countries::INDONESIA.mobile("081100009999").unwrap();
    let outgoing = Outgoing {
        to: &to,
        text: "WiNNER: ada tugas baru - lihat https://w.test/a",
        sender: "WiNNER",
        reference: "bare-1",
        receipt_url: "http://127.0.0.1:1/",
    };
    let request = gateway.describe(&outgoing).unwrap();
    let left = std::sync::atomic::AtomicUsize::new(count);
    let sending = (0..config.connections).map(|_| async {
        while left
            .fetch_update(
                std::sync::atomic::Ordering::SeqCst,
                std::sync::atomic::Ordering::SeqCst,
                |left| left.checked_sub(1),
            )
            .is_ok()
        {
            let answered = client.send(request.clone()).await.unwrap();
            assert_eq!(answered.status, 202);
        }
    });
    let began = Instant::now();
    futures::future::join_all(sending).await;
    count as f64 / began.elapsed().as_secs_f64()
}
