//! Stops the servers when this process dies without being able to.
//!
//! `Drop` covers a normal end, Ctrl-C and a panic; nothing in this process can cover SIGKILL. So a
//! small shell holds the other end of a pipe: it learns which process groups run and, when the
//! pipe closes for whatever reason, stops those that still do. Test binaries rely on it as well: a
//! stack that all their tests share is never dropped. Without `unsafe` there is no
//! PR_SET_PDEATHSIG, which besides fires when a mere thread of the parent ends.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

/// Reads `+ SIGNAL GROUP` and `- SIGNAL GROUP` lines; at the end of input stops the groups left and
/// removes the folder it was given.
const SCRIPT: &str = r#"
groups=""
while read -r sign signal group; do
  if [ "$sign" = "+" ]; then
    groups="$groups $signal:$group"
  else
    kept=""
    for entry in $groups; do
      [ "$entry" = "$signal:$group" ] || kept="$kept $entry"
    done
    groups="$kept"
  fi
done
left="$groups"
for entry in $groups; do kill -s "${entry%%:*}" -- "-${entry##*:}" 2>/dev/null; done
for round in 1 2 3 4 5 6 7 8 9 10; do
  left=""
  for entry in $groups; do
    kill -s 0 -- "-${entry##*:}" 2>/dev/null && left="$left $entry"
  done
  [ -n "$left" ] || break
  sleep 0.5
done
for entry in $left; do kill -s KILL -- "-${entry##*:}" 2>/dev/null; done
case "$1" in */winner-stack-*) rm -rf -- "$1" ;; esac
"#;

/// A handle on the shell that outlives this process; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Guardian {
    shared: Arc<Mutex<Shell>>,
}

#[derive(Debug)]
struct Shell {
    process: Child,
    input: Option<ChildStdin>,
}

impl Guardian {
    /// Starts the shell in a process group of its own, so that Ctrl-C does not reach it; in the end
    /// it removes `folder`, when one is given.
    pub(crate) fn start(folder: Option<&Path>) -> Result<Self> {
        let mut process = Command::new("sh")
            .args(["-c", SCRIPT, "winner-guardian"])
            .arg(folder.unwrap_or(Path::new("")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start `sh`, which stops the servers should this process be killed")?;
        let input = process.stdin.take();
        Ok(Self {
            shared: Arc::new(Mutex::new(Shell { process, input })),
        })
    }

    /// From now on the group is stopped with `signal` (such as `TERM`) when this process dies.
    pub(crate) fn watch(&self, signal: &str, group: u32) -> Result<()> {
        self.tell('+', signal, group)
    }

    /// The group has ended: its number may soon belong to somebody else.
    pub(crate) fn release(&self, signal: &str, group: u32) -> Result<()> {
        self.tell('-', signal, group)
    }

    fn tell(&self, sign: char, signal: &str, group: u32) -> Result<()> {
        let mut shell = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let input = shell.input.as_mut().context("the guardian has no input")?;
        writeln!(input, "{sign} {signal} {group}").context("the guardian shell has gone")
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        drop(self.input.take());
        if let Err(error) = self.process.wait() {
            tracing::warn!(%error, "stack.guardian_not_reaped");
        }
    }
}
