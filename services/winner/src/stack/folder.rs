//! The private folder of one stack: its data, passwords, configuration and logs.
//!
//! The owner holds a lock on `owner.lock` while it lives. A later start finds folders whose lock is
//! free, stops what still runs in them, and removes them.

use std::fs::{File, Permissions, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

use super::child::pause;

const PREFIX: &str = "winner-stack-";
const LOCK: &str = "owner.lock";

/// A folder that is removed at the end unless it is to be kept.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    temporary: Option<tempfile::TempDir>,
    _lock: File,
}

impl DataFolder {
    /// A fresh temporary folder; kept at the end when `keep`.
    pub(crate) fn temporary(keep: bool) -> Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir()
            .context("cannot make a temporary folder")?;
        let path = directory.path().to_owned();
        // Locked before it has its name: the sweep of another winner never sees it free.
        let fresh = path.join("owner.lock.fresh");
        let lock = take_lock(&path, &fresh)?;
        std::fs::rename(&fresh, path.join(LOCK))?;
        let temporary = if keep {
            // Disarms the removal; the sweep leaves a marked folder alone.
            let kept = directory.keep();
            std::fs::write(kept.join("keep"), "")?;
            None
        } else {
            Some(directory)
        };
        let folder = Self {
            path,
            temporary,
            _lock: lock,
        };
        folder.open_to_traversal()?;
        Ok(folder)
    }

    /// A named folder, made when absent and always kept.
    pub(crate) fn named(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("cannot make the data folder {}", path.display()))?;
        let path = path.canonicalize()?;
        let lock = take_lock(&path, &path.join(LOCK))?;
        let folder = Self {
            path,
            temporary: None,
            _lock: lock,
        };
        folder.open_to_traversal()?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.temporary.is_none()
    }

    /// Makes a folder inside that only this user can read.
    pub(crate) fn private(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        std::fs::create_dir_all(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o700))?;
        Ok(path)
    }

    /// Root's Postgres runs as `nobody` and must be able to pass through, not to list.
    fn open_to_traversal(&self) -> Result<()> {
        let mode = if rustix::process::geteuid().is_root() {
            0o711
        } else {
            0o700
        };
        std::fs::set_permissions(&self.path, Permissions::from_mode(mode))?;
        Ok(())
    }
}

/// Writes a file that only this user can read, replacing what was there in one step.
pub(crate) fn write_private(path: &Path, content: &str) -> Result<()> {
    let parent = path.parent().context("a file without a folder")?;
    // tempfile makes files of mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    std::io::Write::write_all(&mut file, content.as_bytes())?;
    file.persist(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

fn take_lock(folder: &Path, file: &Path) -> Result<File> {
    let lock =
        File::create(file).with_context(|| format!("cannot write into {}", folder.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "{} is in use by another winner; stop that one or name another folder",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Stops servers whose owner was killed and removes their folders; returns how many there were.
pub(crate) fn sweep_leftovers() -> Result<usize> {
    let mut swept = 0;
    for entry in std::fs::read_dir(std::env::temp_dir())? {
        let path = entry?.path();
        let named_by_us = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(PREFIX));
        if named_by_us && sweep(&path)? {
            swept += 1;
        }
    }
    Ok(swept)
}

/// Another user's folder, one without a lock yet, or one in use is left alone.
fn sweep(folder: &Path) -> Result<bool> {
    let Ok(lock) = File::options().write(true).open(folder.join(LOCK)) else {
        return Ok(false);
    };
    if lock.try_lock().is_err() {
        return Ok(false);
    }
    stop_leftovers(folder)?;
    if folder.join("keep").exists() {
        return Ok(false);
    }
    std::fs::remove_dir_all(folder)
        .with_context(|| format!("cannot remove the leftover {}", folder.display()))?;
    Ok(true)
}

/// Kills the servers whose pid files lie in `folder` and whose command lines name it.
pub(crate) fn stop_leftovers(folder: &Path) -> Result<()> {
    for name in ["postgres/postmaster.pid", "nats.pid"] {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
            continue;
        };
        // Postgres writes a negative number while initdb runs it alone.
        let pid = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse::<i32>().ok())
            .and_then(i32::checked_abs);
        let Some(pid) = pid.and_then(Pid::from_raw) else {
            continue;
        };
        if runs_in(pid, folder) {
            kill_process(pid, Signal::QUIT)?;
            // Time to let go of its files; what remains is found at the start of the new server.
            for _ in 0..50 {
                if !runs_in(pid, folder) {
                    break;
                }
                pause(Duration::from_millis(100));
            }
        }
    }
    Ok(())
}

fn runs_in(pid: Pid, folder: &Path) -> bool {
    let command_line = format!("/proc/{}/cmdline", pid.as_raw_nonzero());
    let bytes = std::fs::read(command_line).unwrap_or_default();
    String::from_utf8_lossy(&bytes).contains(&*folder.to_string_lossy())
}
