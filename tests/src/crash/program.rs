//! The `winner` binary that the suite starts and kills.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The binary beside this test, when it can be killed at named points.
///
/// # Errors
/// When it is missing or was built without the feature `failpoints`; the message says what to do.
pub fn winner() -> Result<PathBuf> {
    let test = std::env::current_exe().context("this test's own path")?;
    let target = test
        .parent()
        .and_then(std::path::Path::parent)
        .context("a test lies two folders below the target folder")?;
    let program = target.join("winner");
    let advice = "build it with `cargo build -p winner -p winner-tests`, or run the whole workspace's \
                  tests: both build it with the feature `failpoints`";
    ensure!(
        program.exists(),
        "there is no {}: {advice}",
        program.display()
    );
    let probe = Command::new(&program)
        .args([
            "--kill-at",
            "relay.lock.before",
            "config",
            "schema",
            "operator",
        ])
        .output()
        .with_context(|| format!("{} does not start", program.display()))?;
    ensure!(
        probe.status.success(),
        "{} cannot be killed at a named point: {advice}\n{}",
        program.display(),
        String::from_utf8_lossy(&probe.stderr)
    );
    Ok(program)
}
