//! `winner keys`: the services' private keys and the list of their public ones, for an installation's secrets.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::keys::{complete, trusted_keys};

/// What `winner keys` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder: `<service>.pem` for each service and `trusted-keys.json`. Keys that are there stay.
    folder: PathBuf,
}

/// Makes the keys that are missing.
///
/// # Errors
/// When the folder cannot be written, or a file in it holds no key.
pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for service in complete(folder)? {
        println!("made the key of {service}");
    }
    println!("every service trusts {}", trusted_keys(folder).display());
    Ok(())
}
