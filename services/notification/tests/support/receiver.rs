//! An endpoint of the test's own, with whatever manners a test wants.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// How it behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manners {
    /// Answers with this status after so many milliseconds.
    Answer(u16, u64),
    /// Answers with this status and `Retry-After`.
    Later(u16, String),
    /// Sends the caller elsewhere.
    Redirect(String),
    /// Takes the request and says nothing.
    Hang,
    /// Says the head of its answer a byte every now and then.
    Drip,
    /// Answers 200 and then drips the body.
    DripBody,
    /// Takes the request and resets the connection.
    Reset,
    /// Answers 200 and a body without end.
    Endless,
    /// Answers what is no HTTP.
    Garbage,
    /// Answers with headers without end.
    EndlessHead,
    /// Accepts the connection and reads nothing.
    Deaf,
}

/// A request that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub request_line: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub at: Instant,
}

/// A running endpoint.
#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    pub written: Arc<AtomicU64>,
    pub connections: Arc<AtomicUsize>,
    /// The most requests that it had in hand at once.
    pub most_at_once: Arc<AtomicUsize>,
    in_hand: Arc<AtomicUsize>,
    taken: Arc<Mutex<Vec<Taken>>>,
    manners: Arc<Mutex<Manners>>,
    _token: Arc<TaskTrackerToken>,
}

impl Receiver {
    pub async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tasks = TaskTracker::new();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            written: Arc::default(),
            connections: Arc::default(),
            most_at_once: Arc::default(),
            in_hand: Arc::default(),
            taken: Arc::default(),
            manners: Arc::new(Mutex::new(manners)),
            _token: Arc::new(tasks.token()),
        };
        let accepting = receiver.clone();
        let connections = tasks.clone();
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepting.connections.fetch_add(1, Ordering::Relaxed);
                connections.spawn(accepting.clone().serve(stream));
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn behave(&self, manners: Manners) {
        *self.manners.lock().unwrap() = manners;
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// How many requests it took.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    /// The values of `webhook-id`, as often as they came.
    pub fn ids(&self) -> Vec<String> {
        self.taken()
            .iter()
            .map(|taken| taken.headers["webhook-id"].clone())
            .collect()
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        if *self.manners.lock().unwrap() == Manners::Deaf {
            return std::future::pending().await;
        }
        while let Some(taken) = read(&mut stream).await {
            let now = self.in_hand.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_at_once.fetch_max(now, Ordering::SeqCst);
            self.taken.lock().unwrap().push(taken);
            let manners = self.manners.lock().unwrap().clone();
            let goes_on = self.answer(stream.get_mut(), manners).await;
            self.in_hand.fetch_sub(1, Ordering::SeqCst);
            if !goes_on {
                return;
            }
        }
    }

    /// Answers; says whether the connection goes on.
    async fn answer(&self, stream: &mut TcpStream, manners: Manners) -> bool {
        match manners {
            Manners::Answer(status, wait) => {
                tokio::time::sleep(Duration::from_millis(wait)).await;
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\nok");
                stream.write_all(answer.as_bytes()).await.is_ok()
            }
            Manners::Later(status, when) => {
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nretry-after: {when}\r\ncontent-length: 0\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).await.is_ok()
            }
            Manners::Redirect(to) => {
                let answer =
                    format!("HTTP/1.1 302 X\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.is_ok()
            }
            Manners::Hang | Manners::Deaf => std::future::pending().await,
            Manners::Drip => {
                for byte in b"HTTP/1.1 200 OK\r\nx-slow: very very very slow\r\n".repeat(100) {
                    if stream.write_all(&[byte]).await.is_err() {
                        return false;
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                false
            }
            Manners::DripBody => {
                let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
                let mut alive = stream.write_all(head).await.is_ok();
                while alive {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    alive = stream.write_all(b"x").await.is_ok();
                }
                false
            }
            Manners::Reset => {
                // Unread bytes and no lingering make the kernel send a reset.
                stream.set_zero_linger().unwrap();
                false
            }
            Manners::Endless => {
                let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n";
                self.pour(stream, head, &[b'x'; 16_384]).await
            }
            Manners::EndlessHead => {
                let line = b"x-header: 0123456789012345678901234567890123456789\r\n".repeat(64);
                self.pour(stream, b"HTTP/1.1 200 OK\r\n", &line).await
            }
            Manners::Garbage => {
                let said = stream.write_all(b"SSH-2.0-OpenSSH_9.7\r\n\r\n").await;
                said.is_ok()
            }
        }
    }

    async fn pour(&self, stream: &mut TcpStream, first: &[u8], again: &[u8]) -> bool {
        let mut alive = stream.write_all(first).await.is_ok();
        while alive {
            alive = stream.write_all(again).await.is_ok();
            self.written
                .fetch_add(again.len() as u64, Ordering::Relaxed);
        }
        false
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Taken> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let request_line = lines.next()?.to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    stream.read_exact(&mut body).await.ok()?;
    Some(Taken {
        request_line,
        headers,
        body,
        at: Instant::now(),
    })
}
