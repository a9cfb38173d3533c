//! Postfix' `smtp-sink`: takes every mail and keeps none.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Connections that may wait to be accepted.
const BACKLOG: &str = "200";

/// A running sink, stopped when it is dropped.
pub(crate) struct Sink {
    program: Child,
    port: u16,
}

impl Sink {
    pub(crate) fn start() -> Result<Self> {
        let path = ["/usr/sbin/smtp-sink", "/usr/libexec/postfix/smtp-sink"];
        let path = path
            .into_iter()
            .find(|path| Path::new(path).exists())
            .context("smtp-sink is missing: install postfix (Debian: apt-get install postfix)")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let program = Command::new(path)
            .args(["-u", "nobody", &format!("127.0.0.1:{port}"), BACKLOG])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("smtp-sink does not start")?;
        let mut sink = Self { program, port };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(sink);
            }
            ensure!(sink.program.try_wait()?.is_none(), "smtp-sink ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("smtp-sink does not listen")
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if self.program.kill().is_ok() {
            self.program.wait().ok();
        }
    }
}
