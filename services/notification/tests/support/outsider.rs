//! Endpoints that other people's software makes: Python over TLS, and Node.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

/// A running endpoint in another language; ends when it is dropped.
pub struct Outsider {
    pub port: u16,
    pub folder: tempfile::TempDir,
    lines: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Outsider {
    /// In Python, over TLS with the certificate `certificate.pem` of its folder.
    pub async fn python() -> Self {
        let folder = tempfile::tempdir().unwrap();
        super::sink::certificate(folder.path()).await;
        let port = free_port().await;
        let mut command = Command::new("python3");
        command
            .arg(root().join("services/notification/tests/support/endpoint.py"))
            .arg(port.to_string())
            .arg(root().join("services/winner/guide/developer.md"))
            .args(["certificate.pem", "key.pem", "secret"])
            .env("PYTHONPATH", peer("webhooks-py"));
        Self::run(command, port, folder).await
    }

    /// In JavaScript, in plain text.
    pub async fn node() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port().await;
        // Node looks for packages beside the script.
        let script = root().join("services/notification/tests/support/endpoint.mjs");
        std::fs::copy(script, folder.path().join("endpoint.mjs")).unwrap();
        let packages = folder.path().join("node_modules");
        std::os::unix::fs::symlink(peer("webhooks-js"), packages).unwrap();
        let mut command = Command::new("node");
        command.args(["endpoint.mjs", &port.to_string(), "secret"]);
        Self::run(command, port, folder).await
    }

    async fn run(mut command: Command, port: u16, folder: tempfile::TempDir) -> Self {
        let mut child = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut outsider = Self {
            port,
            folder,
            lines,
            _child: child,
        };
        assert_eq!(outsider.line().await, "ready");
        outsider
    }

    /// Gives it the secret that it believes in.
    pub fn believe(&self, secret: &str) {
        std::fs::write(self.folder.path().join("secret"), secret).unwrap();
    }

    /// What it says of the next request that it took.
    pub async fn told(&mut self) -> serde_json::Value {
        serde_json::from_str(&self.line().await).unwrap()
    }

    async fn line(&mut self) -> String {
        let next = self.lines.next_line();
        let line = tokio::time::timeout(std::time::Duration::from_mins(1), next).await;
        line.expect("the endpoint says nothing")
            .unwrap()
            .expect("the endpoint has ended")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of pinned software, installed first when it is not there.
fn peer(name: &str) -> PathBuf {
    let said = std::process::Command::new("python3")
        .arg(root().join("tests/peers.py"))
        .arg(name)
        .output()
        .unwrap();
    let trouble = String::from_utf8(said.stderr).unwrap();
    assert!(said.status.success(), "{trouble}");
    String::from_utf8(said.stdout).unwrap().trim().into()
}

async fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    free.local_addr().unwrap().port()
}
