//! A gateway of the test's own, over plain TCP so that it can misbehave.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    /// Takes every SMS and says so as Kannel does.
    Takes,
    /// Answers with this status and text.
    Answers(u16, &'static str),
    /// Reads the request and says nothing.
    Hangs,
    /// Reads the request and resets the connection.
    Resets,
    /// Answers a byte at a time, for longer than anybody waits.
    Drips,
    /// Says yes, and then ten gigabytes.
    Floods,
    /// Sends elsewhere.
    Redirects,
    /// Answers with something that is not HTTP.
    Rubbish,
}

/// A request that reached it.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Which message, and which attempt.
    pub reference: (Uuid, i32),
    /// When its first byte came.
    pub at: Instant,
    /// The request's first line.
    pub line: String,
}

#[derive(Clone)]
pub struct RudeGateway {
    pub address: SocketAddr,
    pub ways: Arc<Mutex<Ways>>,
    reached: Arc<Mutex<Vec<Reached>>>,
}

impl RudeGateway {
    /// Starts it on a thread of its own, so that what it notes does not wait for the test.
    pub fn start(ways: Ways) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let gateway = Self {
            address: listener.local_addr().unwrap(),
            ways: Arc::new(Mutex::new(ways)),
            reached: Arc::default(),
        };
        let serving = gateway.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let tasks = TaskTracker::new();
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    stream.set_nodelay(true).unwrap();
                    tasks.spawn(serving.clone().serve(stream));
                }
            });
        });
        gateway
    }

    pub fn behave(&self, ways: Ways) {
        *self.ways.lock().unwrap() = ways;
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/cgi-bin/sendsms", self.address)
    }

    /// How often each message reached it.
    pub fn copies(&self) -> BTreeMap<Uuid, usize> {
        let mut copies = BTreeMap::new();
        for reached in self.reached() {
            *copies.entry(reached.reference.0).or_default() += 1;
        }
        copies
    }

    /// What reached it, in order.
    pub fn reached(&self) -> Vec<Reached> {
        self.reached.lock().unwrap().clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut read = Vec::new();
        loop {
            let mut first = None;
            while !read.windows(4).any(|end| end == b"\r\n\r\n") {
                let mut chunk = [0; 4096];
                let Ok(length @ 1..) = stream.read(&mut chunk).await else {
                    return;
                };
                first.get_or_insert_with(Instant::now);
                read.extend_from_slice(&chunk[..length]);
            }
            let head = String::from_utf8(std::mem::take(&mut read)).unwrap();
            self.note(&head, first.unwrap());
            let ways = *self.ways.lock().unwrap();
            if answer(&mut stream, ways).await.is_none() {
                return;
            }
        }
    }

    fn note(&self, head: &str, at: Instant) {
        let line = head.lines().next().unwrap().to_owned();
        let (_, after) = line.split_once("reference%3D").unwrap();
        let (id, attempt) = after.split_once('-').unwrap();
        let attempt: String = attempt.chars().take_while(char::is_ascii_digit).collect();
        self.reached.lock().unwrap().push(Reached {
            reference: (Uuid::parse_str(id).unwrap(), attempt.parse().unwrap()),
            at,
            line,
        });
    }
}

async fn answer(stream: &mut TcpStream, ways: Ways) -> Option<()> {
    match ways {
        Ways::Takes => say(stream, 202, "0: Accepted for delivery").await,
        Ways::Answers(status, text) => say(stream, status, text).await,
        Ways::Hangs => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            None
        }
        Ways::Resets => {
            socket_reset(stream);
            None
        }
        Ways::Drips => {
            let text =
                "HTTP/1.1 202 Accepted\r\ncontent-length: 500\r\n\r\n0: Accepted for delivery";
            for byte in text.bytes().cycle() {
                stream.write_all(&[byte]).await.ok()?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            None
        }
        Ways::Floods => {
            let head = "HTTP/1.1 202 Accepted\r\ncontent-length: 10737418240\r\n\r\n0: Accepted for delivery";
            stream.write_all(head.as_bytes()).await.ok()?;
            let block = vec![b'x'; 1 << 16];
            for _ in 0..(10_737_418_240_u64 >> 16) {
                stream.write_all(&block).await.ok()?;
            }
            None
        }
        Ways::Redirects => {
            let head = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(head.as_bytes()).await.ok()
        }
        Ways::Rubbish => {
            stream.write_all(b"\x00\x01 halo?\r\n\r\n").await.ok()?;
            None
        }
    }
}

async fn say(stream: &mut TcpStream, status: u16, text: &str) -> Option<()> {
    let answer = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await.ok()
}

/// Closes with a reset: what was written and not read is gone.
fn socket_reset(stream: &TcpStream) {
    stream.set_zero_linger().unwrap();
}
