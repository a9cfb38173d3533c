//! `winner up`: the whole system on one machine, until Ctrl-C.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use secrecy::ExposeSecret;

use crate::cli::Common;
use crate::nats::account::OPERATOR;
use crate::registry::SERVICES;
use crate::stack::installation::Installation;
use crate::stack::{Progress, RealmSpec, Stack, StackOptions};

/// How long a service may take from its start until it is ready.
const READY: Duration = Duration::from_mins(1);

/// How often the services are looked at.
const WATCH: Duration = Duration::from_secs(2);

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
    println!("{}", system.guide()?);
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

/// Ctrl-C, or SIGTERM from whoever supervises us.
async fn stop_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => Ok(pressed?),
        _ = terminate.recv() => Ok(()),
    }
}

/// Fields drop in order: the services before the servers they use.
struct System {
    installation: Installation,
    stack: Stack,
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

impl System {
    /// Starts again what has ended by itself, as Kubernetes would. Never ends without an error.
    async fn keep_running(&mut self, progress: &Progress) -> Result<()> {
        loop {
            tokio::time::sleep(WATCH).await;
            let fleet = &mut self.installation.fleet;
            for id in fleet.ended()? {
                progress.step(format!(
                    "{id} has ended; starting it again (see {})",
                    fleet.log(&id)?.display()
                ));
                fleet.start(&id)?;
            }
        }
    }

    /// What to type in another terminal.
    fn guide(&self) -> Result<String> {
        let config = self.installation.config();
        let config = config.display();
        let realm = self.installation.realm();
        let operator = realm.nats_login(OPERATOR)?;
        let mut text = String::from("\nIn another terminal:\n");
        for service in SERVICES {
            let url = self.installation.fleet.url(service.name)?;
            let address = url.trim_start_matches("http://");
            writeln!(
                text,
                "  grpcurl -plaintext {address} list    # {}",
                service.name
            )?;
        }
        writeln!(
            text,
            "  nats --server {} --user {} --password {} --inbox-prefix {} sub '{}.>'",
            operator.address,
            operator.user,
            operator.password.expose_secret(),
            operator.inbox_prefix,
            realm.naming().root,
        )?;
        writeln!(
            text,
            "  psql '{}'    # as the migrator; SET ROLE {} to look into a schema",
            realm.postgres_url("migrator")?.expose_secret(),
            realm.role_prefix().owner("intake"),
        )?;
        writeln!(
            text,
            "  ls {}/new    # every mail that was sent",
            self.stack.mailbox().path().display()
        )?;
        let key = self.installation.key("intake");
        writeln!(
            text,
            "  export WINNER_CONFIG={config}\n  \
               winner doctor\n  \
               winner clock advance 2d\n  \
               winner token person --id 00000000-0000-7000-8000-000000000001 --office admin --key {}\n\
             Logs are in {}. Ctrl-C stops everything{}.",
            key.display(),
            self.installation.logs().display(),
            if self.stack.is_kept() {
                " and keeps the data"
            } else {
                " and removes the data"
            },
        )?;
        Ok(text)
    }
}
