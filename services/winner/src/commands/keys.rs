//! `winner keys`: the services' private keys and the list of their public ones, and every secret of an
//! installation that is nothing but random.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::keys::{RandomSecret, complete, trusted_keys};

/// What `winner keys` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The folder: `<service>.pem` for each service, `trusted-keys.json`, and random secrets, a file each.
    /// What is there stays.
    folder: PathBuf,
}

/// Makes what is missing.
///
/// # Errors
/// When the folder cannot be written, or a file in it holds no key.
pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for file in complete(folder)? {
        println!("made {file}");
    }
    println!("every service trusts {}", trusted_keys(folder).display());
    println!("the random secrets, and the settings that name them:");
    for secret in RandomSecret::ALL {
        println!("  {:18} {}", secret.file, secret.setting);
    }
    Ok(())
}
