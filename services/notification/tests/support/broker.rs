//! A NATS server of the test's own.

use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// A running broker; ends when it is dropped.
pub struct Broker {
    pub url: String,
    _folder: tempfile::TempDir,
    _child: Child,
}

impl Broker {
    /// Starts `nats-server` from the path, with JetStream.
    pub async fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("nats-server")
            .args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"])
            .arg(folder.path())
            .args(["-l", "/dev/null"])
            .kill_on_drop(true)
            .spawn()
            .expect("nats-server is on the path");
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                let url = format!("nats://127.0.0.1:{port}");
                return Self {
                    url,
                    _folder: folder,
                    _child: child,
                };
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nats-server does not answer");
    }
}
