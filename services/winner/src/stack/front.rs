//! One address for all copies of a service: each new connection goes to the next copy that takes it.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

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

/// A connection no copy takes is closed at once, which its caller sees as unavailable.
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
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
}
