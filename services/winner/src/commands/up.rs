//! `winner up`: the whole system on one machine, until Ctrl-C.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use uuid::Uuid;

use crate::cli::Common;
use crate::registry::SERVICES;
use crate::stack::installation::Installation;
use crate::stack::system::{System, Visitor, stop_signal};
use crate::stack::{RealmSpec, Stack, StackOptions};

/// How long a service may take from its start until it is ready.
const READY: Duration = Duration::from_mins(1);

/// What `winner up` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// How many copies of each service.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    copies: u32,

    /// Start the servers and make the installation, but leave the services to you: `winner all`, or
    /// one after the other.
    #[arg(long)]
    servers_only: bool,

    #[command(flatten)]
    stack: StackOptions,
}

/// Runs the command until Ctrl-C or SIGTERM.
///
/// # Errors
/// When something does not start; everything started before is stopped.
pub async fn run(arguments: Arguments) -> Result<()> {
    let progress = arguments.stack.progress.clone();
    // Asked for first, so that Ctrl-C during the start stops what was started.
    let mut stop = std::pin::pin!(stop_signal());
    let mut system = tokio::select! {
        system = start(&arguments) => system?,
        signal = &mut stop => return signal,
    };
    let visitor = Visitor {
        person_id: Uuid::from_u128(1),
        office: "admin".to_owned(),
        call: None,
    };
    println!("{}", system.guide(&visitor)?);
    tokio::select! {
        signal = &mut stop => signal?,
        watched = system.keep_running(&progress) => watched?,
    }
    progress.step("stopping");
    system.installation.fleet.stop_all()?;
    if !arguments.stack.keep {
        system.stack.remove(system.installation.realm()).await?;
    }
    Ok(())
}

async fn start(arguments: &Arguments) -> Result<System> {
    let progress = arguments.stack.progress.clone();
    let stack = Stack::start(arguments.stack.clone()).await?;
    let realm = stack.realm(RealmSpec::named("winner")).await?;
    let program = std::env::current_exe().context("this binary's own path")?;
    let mut installation = Installation::open(&stack, realm, &program).await?;
    progress.step(format!(
        "settings and keys in {}",
        installation.config().display()
    ));
    if arguments.servers_only {
        lead_to_defaults(&installation)?;
    } else {
        installation
            .fleet
            .start_all(arguments.copies, READY)
            .await?;
    }
    Ok(System {
        installation,
        stack,
    })
}

/// Services started by hand listen where their own settings say.
fn lead_to_defaults(installation: &Installation) -> Result<()> {
    let common = Common {
        config: Some(installation.config()),
    };
    for service in SERVICES {
        let port = service.listen(&common)?.port();
        installation.fleet.lead_to(service.name, port)?;
    }
    Ok(())
}
