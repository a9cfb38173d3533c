//! Free ports on the loopback address.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

use anyhow::{Result, bail};
use winner_platform::Ids;

/// Below the ports that operating systems give to outgoing connections (from 32768 on Linux, from
/// 49152 elsewhere): none of those can take the port of a server that was killed and starts again.
const PORTS: Range<u16> = 20_000..32_000;
const ATTEMPTS: u32 = 200;

/// A port nobody listened on a moment ago, drawn at random, so that two stacks at once hardly meet.
///
/// Should another process take it before the server does, the server ends at once and its log says
/// why.
pub(crate) fn free_port() -> Result<u16> {
    let ids = Ids::system();
    for _ in 0..ATTEMPTS {
        let drawn = ids.seed() % u64::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(drawn)?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!(
        "no free port on 127.0.0.1 from {} to {}",
        PORTS.start,
        PORTS.end
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
