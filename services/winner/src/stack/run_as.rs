//! Postgres refuses to run as root: then it runs as `nobody`.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// The account under which Postgres runs when we are root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunAs {
    uid: u32,
    gid: u32,
}

impl RunAs {
    /// Nothing when an ordinary user runs us; `nobody` when root does.
    pub(crate) fn detect() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd")
            .context("cannot read /etc/passwd to find the account `nobody` for Postgres")?;
        let nobody = parse_nobody(&accounts).context(
            "no account `nobody` in /etc/passwd: Postgres refuses to run as root; start winner as another user",
        )?;
        Ok(Some(nobody))
    }

    /// Makes `command` run under this account, without root's other groups.
    pub(crate) fn apply(self, command: &mut Command) {
        // std drops the supplementary groups itself when root sets a uid.
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives a file or folder to this account.
    pub(crate) fn own(self, path: &Path) -> Result<()> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("cannot give {} to `nobody`", path.display()))
    }
}

fn parse_nobody(accounts: &str) -> Option<RunAs> {
    let line = accounts.lines().find(|line| line.starts_with("nobody:"))?;
    let mut fields = line.split(':').skip(2);
    Some(RunAs {
        uid: fields.next()?.parse().ok()?,
        gid: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_found_among_the_accounts() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:n:/:/bin/false\n";
        let nobody = parse_nobody(accounts).unwrap();
        assert_eq!((nobody.uid, nobody.gid), (65534, 65533));
    }

    #[test]
    fn a_machine_without_nobody_is_told_apart() {
        assert_eq!(parse_nobody("root:x:0:0::/root:/bin/sh\n"), None);
    }
}
