//! A broker of the test's own, that can be killed and started again on the same data.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) struct Broker {
    binary: PathBuf,
    dir: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

impl Broker {
    /// Starts one; `None` when the environment names no binary.
    pub(crate) async fn start() -> Option<Self> {
        let binary = std::env::var_os("WINNER_NATS_SERVER")?;
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut broker = Self {
            binary: binary.into(),
            dir: tempfile::tempdir().unwrap(),
            port,
            child: None,
        };
        broker.restart().await;
        Some(broker)
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Kills it, without a chance to say goodbye.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it on its old port and data, and waits until it listens.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        let config = self.dir.path().join("nats.conf");
        let store = self.dir.path().join("store");
        std::fs::write(
            &config,
            format!(
                "host: 127.0.0.1\nport: {}\njetstream {{ store_dir: \"{}\", sync_interval: always }}\n",
                self.port,
                store.display()
            ),
        )
        .unwrap();
        let child = Command::new(&self.binary)
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port))
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the broker does not listen");
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
