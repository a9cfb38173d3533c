//! The listener for what comes back, and somebody who brings it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use winner_notification::jobs::returns;
use winner_notification::lmtp::Limits;
use winner_notification::lmtp::listener::serve;
use winner_notification::lmtp::returns::Returns;
use winner_platform::Shutdown;

use super::office::{BOUNCES, Office, token_keys, ways_back};

/// A running listener, with the job that lets messages hear again.
pub struct Listening {
    pub address: SocketAddr,
    shutdown: Shutdown,
}

impl Listening {
    pub async fn start(office: &Office) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let postmaster = Returns {
            ledger: office.ledger.clone(),
            keys: token_keys(),
            domain: BOUNCES.to_owned(),
            complaints: Some("fbl".to_owned()),
        };
        let limits = Limits {
            largest: 200_000,
            idle: Duration::from_secs(5),
        };
        TaskTracker::new().spawn(serve(
            listener,
            Arc::new(postmaster),
            limits,
            4,
            shutdown.clone(),
        ));
        TaskTracker::new().spawn(returns::run(office.ledger.clone(), shutdown.clone()));
        Self { address, shutdown }
    }

    /// Brings a message as a mail server would; what is answered to RCPT, or to the message.
    pub async fn bring(&self, to: &str, message: &str) -> String {
        let mut stream = BufReader::new(TcpStream::connect(self.address).await.unwrap());
        answer(&mut stream).await;
        for said in ["LHLO mta.test", "MAIL FROM:<>"] {
            say(&mut stream, said).await;
        }
        let recipient = say(&mut stream, &format!("RCPT TO:<{to}>")).await;
        if !recipient.starts_with("250") {
            return recipient;
        }
        say(&mut stream, "DATA").await;
        say(
            &mut stream,
            &format!("{}\r\n.", message.replace('\n', "\r\n")),
        )
        .await
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.shutdown.soft.cancel();
    }
}

async fn say(stream: &mut BufReader<TcpStream>, said: &str) -> String {
    stream
        .get_mut()
        .write_all(format!("{said}\r\n").as_bytes())
        .await
        .unwrap();
    answer(stream).await
}

async fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

/// Where what is said about a message goes.
pub fn return_path(message: Uuid) -> String {
    ways_back().return_path(message).unwrap()
}

/// A report as servers write it.
pub fn report(action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mta.test\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mta.test\n\nFinal-Recipient: rfc822; somebody.else@contoh.test\n\
         Action: {action}\nStatus: {status}\n--b--"
    )
}
