//! A server we started: stopped when dropped, whatever the reason.

use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use super::guardian::Guardian;

/// How long a server may take to stop politely.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// The signal that asks a server to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopSignal {
    /// SIGTERM: nats-server, the services, Python.
    Terminate,
    /// SIGINT: Postgres's fast shutdown (SIGTERM would wait for every session).
    Interrupt,
    /// SIGQUIT: Postgres at once, for data that is thrown away.
    Quit,
}

impl StopSignal {
    fn name(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
            Self::Quit => "QUIT",
        }
    }

    fn signal(self) -> Signal {
        match self {
            Self::Terminate => Signal::TERM,
            Self::Interrupt => Signal::INT,
            Self::Quit => Signal::QUIT,
        }
    }
}

/// A running process at the head of its own process group.
#[derive(Debug)]
pub(crate) struct Child {
    name: String,
    process: std::process::Child,
    stop_signal: StopSignal,
    guardian: Guardian,
    ended: bool,
}

impl Child {
    /// Starts `command`, its output appended to `log`, in a process group of its own: Ctrl-C at the
    /// terminal reaches us alone, and we stop the servers in the right order.
    pub(crate) fn spawn(
        name: &str,
        mut command: Command,
        log: &Path,
        stop_signal: StopSignal,
        guardian: &Guardian,
    ) -> Result<Self> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("cannot write the log {}", log.display()))?;
        let process = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| {
                format!("cannot start {name} ({})", command.get_program().display())
            })?;
        let child = Self {
            name: name.to_owned(),
            process,
            stop_signal,
            guardian: guardian.clone(),
            ended: false,
        };
        guardian.watch(stop_signal.name(), child.id())?;
        Ok(child)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// How the process ended, or nothing while it runs.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.process.try_wait()?;
        if status.is_some() {
            self.note_end();
        }
        Ok(status)
    }

    /// Fails when the process has ended, naming its log.
    pub(crate) fn ensure_running(&mut self, log: &Path) -> Result<()> {
        if let Some(status) = self.ended()? {
            anyhow::bail!(
                "{} ended with {}; the last lines of {}:\n{}",
                self.name,
                describe(status),
                log.display(),
                last_lines(log)
            );
        }
        Ok(())
    }

    /// Asks the process to reread its configuration.
    pub(crate) fn hang_up(&self) -> Result<()> {
        self.signal(Signal::HUP)
    }

    /// SIGSTOP: the process hears and says nothing more, until it is killed.
    pub(crate) fn freeze(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// SIGKILL, as a crash would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if self.ended()?.is_none() {
            self.signal(Signal::KILL)?;
            self.process.wait()?;
            self.note_end();
        }
        Ok(())
    }

    /// Asks the process to stop without waiting for it.
    pub(crate) fn ask_to_stop(&mut self) -> Result<()> {
        if self.ended()?.is_none() {
            self.signal(self.stop_signal.signal())?;
        }
        Ok(())
    }

    /// Asks, waits up to ten seconds, then kills.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.ask_to_stop()?;
        let mut waited = Duration::ZERO;
        while self.ended()?.is_none() {
            if waited >= PATIENCE {
                tracing::warn!(name = self.name, "stack.child_killed");
                return self.kill();
            }
            pause(POLL);
            waited += POLL;
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.id())
            .ok()
            .and_then(Pid::from_raw)
            .context("a process id out of range")?;
        kill_process_group(pid, signal).with_context(|| format!("cannot signal {}", self.name))
    }

    fn note_end(&mut self) {
        if !self.ended {
            self.ended = true;
            if let Err(error) = self.guardian.release(self.stop_signal.name(), self.id()) {
                tracing::warn!(%error, "stack.guardian_not_told");
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!(name = self.name, %error, "stack.child_not_stopped");
        }
    }
}

/// Waits where there may be no runtime: children are stopped when they are dropped.
pub(crate) fn pause(duration: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "Drop cannot await, and a stop must be over when it returns"
    )]
    std::thread::sleep(duration);
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".to_owned(),
    }
}

/// The end of a log, for an error message; empty when it cannot be read.
pub(crate) fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
