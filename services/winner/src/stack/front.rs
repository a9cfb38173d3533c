//! One address for all copies of a service: each new connection goes to the next copy that takes it.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// What an HTTP/2 client says first.
const PREFACE: usize = 24;
/// The head of a frame: three bytes of length, one of type, five more.
const HEAD: usize = 9;
/// The type of the frame that begins a request.
const HEADERS: u8 = 1;
/// HTTP/2's words for "nothing you ask here is looked at": empty SETTINGS, then GOAWAY before the first
/// stream with `REFUSED_STREAM`. gRPC clients call that unavailable; a connection that merely ends they
/// call unknown, or cancelled when they have not asked yet.
const SETTINGS: [u8; HEAD] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const GOAWAY: [u8; HEAD + 8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
/// How long a refused caller may take to ask, and to hang up.
const REFUSING: Duration = Duration::from_secs(1);

/// A listening port that leads to the copies; closed when dropped.
#[derive(Debug)]
pub(crate) struct Front {
    port: u16,
    copies: Arc<Copies>,
    _open: DropGuard,
}

#[derive(Debug, Default)]
struct Copies {
    ports: Mutex<Vec<u16>>,
    next: AtomicUsize,
}

impl Front {
    /// Listens on a free port of the loopback address.
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port on 127.0.0.1")?;
        let port = listener.local_addr()?.port();
        let copies = Arc::new(Copies::default());
        let (open, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(accept(
            listener,
            copies.clone(),
            open.clone(),
            tasks.clone(),
        ));
        Ok(Self {
            port,
            copies,
            _open: open.drop_guard(),
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// One more copy.
    pub(crate) fn lead_to(&self, port: u16) {
        self.copies
            .ports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(port);
    }
}

async fn accept(
    listener: TcpListener,
    copies: Arc<Copies>,
    open: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = open.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((connection, _from)) => {
                let (copies, open) = (copies.clone(), open.clone());
                tasks.spawn(async move {
                    tokio::select! {
                        () = open.cancelled() => {}
                        () = lead(connection, &copies) => {}
                    }
                });
            }
            Err(error) => tracing::warn!(%error, "stack.front_refused"),
        }
    }
}

/// A connection no copy takes is refused, which its caller sees as unavailable.
async fn lead(mut connection: TcpStream, copies: &Copies) {
    let ports = copies
        .ports
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let first = copies.next.fetch_add(1, Ordering::Relaxed);
    for turn in 0..ports.len() {
        let port = ports[(first + turn) % ports.len()];
        let Ok(mut copy) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
            continue;
        };
        // Latency, not throughput, is what RPCs need.
        if let Err(error) = connection.set_nodelay(true).and(copy.set_nodelay(true)) {
            tracing::debug!(%error, "stack.front_delays");
        }
        if let Err(error) = tokio::io::copy_bidirectional(&mut connection, &mut copy).await {
            tracing::debug!(%error, "stack.front_cut");
        }
        return;
    }
    let refused = tokio::time::timeout(REFUSING, refuse(&mut connection)).await;
    if let Ok(Err(error)) = refused {
        tracing::debug!(%error, "stack.front_left");
    }
}

/// Waits for the caller's first request and says so. Then reads what they still send: a connection closed
/// over unread bytes is reset, and the refusal may be lost with it.
async fn refuse(connection: &mut TcpStream) -> std::io::Result<()> {
    connection.write_all(&SETTINGS).await?;
    connection.read_exact(&mut [0; PREFACE]).await?;
    let mut nowhere = tokio::io::sink();
    loop {
        let mut head = [0; HEAD];
        connection.read_exact(&mut head).await?;
        let [high, middle, low, kind, ..] = head;
        if kind == HEADERS {
            break;
        }
        let length = u64::from(u32::from_be_bytes([0, high, middle, low]));
        tokio::io::copy(&mut (&mut *connection).take(length), &mut nowhere).await?;
    }
    connection.write_all(&GOAWAY).await?;
    connection.shutdown().await?;
    tokio::io::copy(connection, &mut nowhere).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn copy_that_says(word: &'static [u8]) -> (u16, TaskTracker) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tasks = TaskTracker::new();
        tasks.spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                connection.write_all(word).await.unwrap();
            }
        });
        (port, tasks)
    }

    async fn hear(port: u16) -> String {
        let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let mut heard = String::new();
        connection.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn connections_take_turns_and_pass_by_a_dead_copy() {
        let front = Front::open().await.unwrap();
        let (one, _tasks) = copy_that_says(b"one").await;
        let (two, _tasks) = copy_that_says(b"two").await;
        front.lead_to(one);
        front.lead_to(two);
        assert_ne!(hear(front.port()).await, hear(front.port()).await);

        let alone = Front::open().await.unwrap();
        alone.lead_to(super::super::ports::free_port().unwrap());
        alone.lead_to(two);
        assert_eq!(hear(alone.port()).await, "two");
        assert_eq!(hear(alone.port()).await, "two");
    }

    #[tokio::test]
    async fn who_finds_no_copy_is_told_that_the_service_is_unavailable() {
        let front = Front::open().await.unwrap();
        front.lead_to(super::super::ports::free_port().unwrap());
        for _ in 0..200 {
            let url = format!("http://127.0.0.1:{}", front.port());
            let channel = tonic::transport::Endpoint::from_shared(url).unwrap();
            let mut health =
                tonic_health::pb::health_client::HealthClient::new(channel.connect_lazy());
            let asked = tonic_health::pb::HealthCheckRequest::default();
            let refused = health.check(asked).await.unwrap_err();
            assert_eq!(refused.code(), tonic::Code::Unavailable, "{refused:?}");
        }
    }
}
