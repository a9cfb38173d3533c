//! A connection to the broker that can lose the acknowledgement of a batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) struct Proxy {
    port: u16,
    lost: Arc<AtomicU32>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Stands before `upstream` and loses the first acknowledgement of a batch.
    pub(crate) async fn that_loses_an_acknowledgement(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lost = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&lost);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let upstream = upstream.trim_start_matches("nats://").to_owned();
                let counter = Arc::clone(&counter);
                connections.spawn(async move {
                    let server = TcpStream::connect(upstream).await.unwrap();
                    pass(client, server, &counter).await;
                });
            }
        });
        Self {
            port,
            lost,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// How many acknowledgements were lost.
    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }
}

async fn pass(client: TcpStream, server: TcpStream, lost: &AtomicU32) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::io::copy(&mut from_client, &mut to_server);
    let down = async {
        let mut buffer = vec![0_u8; 1 << 20];
        while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
            let part = &buffer[..read];
            let acknowledges = part.windows(8).any(|bytes| bytes == b"\"batch\":");
            if acknowledges && lost.load(Ordering::SeqCst) == 0 {
                lost.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            to_client.write_all(part).await.unwrap();
        }
    };
    tokio::select! {
        _ = up => {}
        () = down => {}
    }
}
