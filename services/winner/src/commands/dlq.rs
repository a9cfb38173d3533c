//! `winner dlq`: events a service could not apply, and what becomes of them.

use anyhow::{Result, bail};
use clap::Subcommand;
use uuid::Uuid;
use winner_messaging::dead_letters::{self, DeadLetter};
use winner_platform::pg;

use crate::cli::Common;
use crate::registry;
use crate::settings::LedgerConfig;

const PAGE: i64 = 100;

/// What to do with dead letters.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Lists what waits, with the cause and how many later events wait behind it.
    List {
        /// The service that could not apply them.
        service: String,
        /// Show headers and payload too.
        #[arg(long)]
        full: bool,
    },
    /// Has them applied again, in order, with what waits behind them.
    Replay {
        /// The service that could not apply them.
        service: String,
        /// One dead letter [default: all that wait].
        #[arg(long)]
        id: Option<Uuid>,
    },
    /// Passes over one whose effect was made by hand; what waits behind it is applied.
    Skip {
        /// The service that could not apply it.
        service: String,
        /// The dead letter.
        #[arg(long)]
        id: Uuid,
    },
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be reached, or the dead letter named does not wait.
pub async fn run(common: &Common, action: Action) -> Result<()> {
    match action {
        Action::List { service, full } => list(common, &service, full).await,
        Action::Replay { service, id } => {
            let pool = pool_of(common, &service).await?;
            let asked = dead_letters::request_replay(&pool, id).await?;
            settle(asked, id, "will be applied again")
        }
        Action::Skip { service, id } => {
            let pool = pool_of(common, &service).await?;
            let asked = dead_letters::request_skip(&pool, id).await?;
            settle(asked, Some(id), "will be passed over")
        }
    }
}

fn settle(asked: u64, id: Option<Uuid>, what: &str) -> Result<()> {
    if let (0, Some(id)) = (asked, id) {
        bail!("no dead letter {id} is open");
    }
    println!("{asked} {what}, as soon as a copy of the service runs");
    Ok(())
}

async fn list(common: &Common, service: &str, full: bool) -> Result<()> {
    let pool = pool_of(common, service).await?;
    let (mut after, mut count) = (None, 0_usize);
    loop {
        let page = dead_letters::list(&pool, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        count += page.len();
        for letter in &page {
            print_letter(letter, full);
        }
    }
    println!("{count} dead letter(s) of {service}");
    Ok(())
}

fn print_letter(letter: &DeadLetter, full: bool) {
    println!(
        "{}  {:?}  {}  {}  {}  {} held",
        letter.id, letter.state, letter.consumer, letter.subject, letter.cause, letter.held
    );
    if full {
        println!("    headers {}", letter.headers);
        println!("    payload {}", String::from_utf8_lossy(&letter.payload));
    }
}

async fn pool_of(common: &Common, service: &str) -> Result<sqlx::PgPool> {
    let service = registry::service(service)?;
    let config = LedgerConfig::load(common, service)?;
    Ok(pg::connect(&config.postgres, service.name).await?)
}
