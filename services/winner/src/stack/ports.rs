//! Free ports on the loopback address.

use std::fs::{File, TryLockError};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use winner_platform::Ids;

/// Below the ports that operating systems give to outgoing connections (from 32768 on Linux, from
/// 49152 elsewhere): none of those can take the port of a server that was killed and starts again.
const PORTS: Range<u16> = 20_000..32_000;
const ATTEMPTS: u32 = 200;

/// Locked until the process ends.
static KEPT: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port nobody listens on, drawn at random and kept for this process until it ends: what listens there
/// may be killed and come back.
///
/// A server listens only some time after its port was drawn, so another draw, here or in another of this
/// user's processes, must not find the same port free: a locked file stands for each.
pub(crate) fn free_port() -> Result<u16> {
    let (ids, folder) = (Ids::system(), folder()?);
    for _ in 0..ATTEMPTS {
        let drawn = ids.seed() % u64::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(drawn)?;
        let kept = File::create(folder.join(port.to_string())).context("a port's lock")?;
        match kept.try_lock() {
            Ok(()) if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() => {
                KEPT.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(kept);
                return Ok(port);
            }
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error).context("a port's lock"),
        }
    }
    bail!(
        "no free port on 127.0.0.1 from {} to {}",
        PORTS.start,
        PORTS.end
    )
}

/// Where the locks are; each user has a folder of their own.
fn folder() -> Result<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("winner-ports-{user}"));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let drawn: BTreeSet<_> = (0..600).map(|_| free_port().unwrap()).collect();
        assert_eq!(drawn.len(), 600);
    }

    #[test]
    fn a_port_in_use_is_not_given() {
        let port = free_port().unwrap();
        assert!(PORTS.contains(&port));
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        for _ in 0..500 {
            assert_ne!(free_port().unwrap(), port);
        }
    }
}
