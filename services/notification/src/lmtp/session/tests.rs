//! What is said to whom, whatever they say.

use std::sync::Mutex;

use tokio::io::{AsyncReadExt, duplex};

use super::*;

/// Takes everything for addresses that begin with `b+`.
#[derive(Default)]
struct Everything {
    taken: Mutex<Vec<Vec<u8>>>,
}

impl Postmaster for Everything {
    type Address = String;

    fn address(&self, path: &str) -> Result<String, Refusal> {
        path.starts_with("b+")
            .then(|| path.to_owned())
            .ok_or(Refusal::NoSuchAddress)
    }

    async fn take(&self, address: &String, message: &[u8]) -> Taken {
        self.taken.lock().unwrap().push(message.to_vec());
        if address.contains("later") {
            Taken::Later
        } else {
            Taken::Done
        }
    }
}

const LIMITS: Limits = Limits {
    largest: 100,
    idle: Duration::from_secs(5),
};

/// What is answered to all of `said` at once, and what was taken.
async fn answers(said: &[u8]) -> (String, Vec<Vec<u8>>) {
    let (ours, mut theirs) = duplex(1 << 20);
    let postmaster = Everything::default();
    theirs.write_all(said).await.unwrap();
    theirs.shutdown().await.unwrap();
    converse(ours, &postmaster, LIMITS).await.unwrap();
    let mut answered = String::new();
    theirs.read_to_string(&mut answered).await.unwrap();
    (answered, postmaster.taken.into_inner().unwrap())
}

fn codes(answered: &str) -> Vec<&str> {
    answered
        .lines()
        .filter(|line| line.as_bytes().get(3) == Some(&b' '))
        .map(|line| &line[..3])
        .collect()
}

#[tokio::test]
async fn a_message_is_answered_once_for_each_recipient() {
    let said = b"LHLO mta.test\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nRCPT TO:<stranger@x>\r\nRCPT TO:<b+later@x>\r\n\
        DATA\r\nHalo\r\n..\r\n.\r\nQUIT\r\n";
    let (answered, taken) = answers(said).await;
    assert_eq!(
        codes(&answered),
        [
            "220", "250", "250", "250", "550", "250", "354", "250", "451", "221"
        ]
    );
    assert_eq!(
        taken,
        [b"Halo\r\n.\r\n".to_vec(), b"Halo\r\n.\r\n".to_vec()]
    );
}

#[tokio::test]
async fn nothing_is_taken_out_of_order() {
    let said = b"MAIL FROM:<>\r\nLHLO a\r\nRCPT TO:<b+1@x>\r\nDATA\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\nDATA\r\nRSET\r\n\
        RCPT TO:<b+1@x>\r\nQUIT\r\n";
    let (answered, taken) = answers(said).await;
    assert_eq!(
        codes(&answered),
        [
            "220", "503", "250", "503", "503", "250", "503", "554", "250", "503", "221"
        ]
    );
    assert!(taken.is_empty());
}

#[tokio::test]
async fn other_protocols_and_commands_are_not_spoken() {
    let said = b"EHLO a\r\nSTARTTLS\r\nVRFY b+1\r\nAUTH PLAIN\r\nGET / HTTP/1.1\r\nQUIT\r\n";
    let (answered, _) = answers(said).await;
    assert_eq!(
        codes(&answered),
        ["220", "500", "500", "500", "500", "500", "221"]
    );
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_and_the_next_one_taken() {
    let said = format!(
        "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nDATA\r\n{}\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nDATA\r\nHalo\r\n.\r\n",
        "x".repeat(200)
    );
    let (answered, taken) = answers(said.as_bytes()).await;
    assert!(answered.contains("552 5.3.4"));
    assert_eq!(taken, [b"Halo\r\n".to_vec()]);
}

#[tokio::test]
async fn who_only_makes_mistakes_is_shown_out() {
    let (answered, _) = answers("X\r\n".repeat(1_000).as_bytes()).await;
    assert!(answered.ends_with("421 4.7.0 too many mistakes\r\n"));
    assert!(answered.lines().count() < 20);
    let (answered, _) = answers(&[b'x'; 100_000]).await;
    assert!(answered.ends_with("500 5.5.2 line too long\r\n"));
    let (answered, _) = answers("NOOP\r\n".repeat(5_000).as_bytes()).await;
    assert!(answered.ends_with("421 4.7.0 too many commands\r\n"));
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_shown_out() {
    let (ours, mut theirs) = duplex(1_000);
    let postmaster = Everything::default();
    theirs.write_all(b"LHLO a\r\nMAIL FR").await.unwrap();
    converse(ours, &postmaster, LIMITS).await.unwrap();
    let mut answered = String::new();
    theirs.read_to_string(&mut answered).await.unwrap();
    assert!(answered.ends_with("421 4.4.2 silent for too long\r\n"));
}

#[tokio::test(start_paused = true)]
async fn a_content_that_drips_is_not_waited_for() {
    let (ours, mut theirs) = duplex(1_000);
    let postmaster = Everything::default();
    let begin = b"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nDATA\r\n";
    theirs.write_all(begin).await.unwrap();
    let dripping = async {
        while theirs.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
    };
    let (talked, ()) = tokio::join!(
        async {
            let talked = converse(ours, &postmaster, LIMITS).await;
            talked.unwrap();
        },
        dripping
    );
    talked
}
