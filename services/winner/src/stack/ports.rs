//! Free ports on the loopback address.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// A port nobody listened on a moment ago.
///
/// Between this answer and the server's start another process may take it; the server then ends at
/// once and its log says why. The kernel hands out such ports at random, so this is rare.
pub(crate) fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}
