//! pgbench, Postgres' own load generator, running the statements of `Submit`.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use secrecy::ExposeSecret;
use tokio::process::Command;

use crate::figures::process;
use crate::figures::rig::{Rig, TEAMS};

/// The transaction, as `services/intake/src/commands/submit.rs` and what it calls make it.
const SCRIPT: &str = include_str!("submit.sql");

/// Runs `amount` transactions with so many clients, on drafts of its own; returns transactions a
/// second.
pub(crate) async fn submits(rig: &Rig, clients: u64, amount: u64) -> Result<f64> {
    let program =
        process::beside_postgres("pgbench").context("there is no pgbench beside this Postgres")?;
    let each = amount / clients;
    let base = rig.drafts(each * clients).await?;
    let folder = rig.edition.site.stack.folder().join("pgbench");
    std::fs::create_dir_all(&folder)?;
    let script = folder.join("submit.sql");
    std::fs::write(&script, SCRIPT)?;
    let realm = rig.edition.site.installation.realm();
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-j", "2"])
        .arg(format!("--client={clients}"))
        .arg(format!("--transactions={each}"))
        .arg(format!("--define=base={base}"))
        .arg(format!("--define=each={each}"))
        .arg(format!("--define=teams={TEAMS}"))
        .args(["--define=i=-1", "-f"])
        .arg(&script)
        .arg(realm.postgres_url("intake")?.expose_secret())
        .env("PGOPTIONS", "-c search_path=intake")
        .stdin(Stdio::null())
        .output()
        .await
        .context("pgbench does not start")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "pgbench failed\n{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said.lines()
        .find_map(|line| {
            let rate = line.strip_prefix("tps = ")?;
            rate.split_whitespace().next()?.parse().ok()
        })
        .with_context(|| format!("pgbench says no rate:\n{said}"))
}
