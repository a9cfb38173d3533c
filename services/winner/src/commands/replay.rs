//! `winner replay`: events from a service's ledger onto the broker again.

use anyhow::{Context, Result};
use clap::Args;
use winner_messaging::replay::{self, Selection};
use winner_platform::{Ids, pg};

use crate::cli::Common;
use crate::outsiders::Outsider;
use crate::registry;
use crate::settings::{LedgerConfig, OperatorConfig};

/// What `winner replay` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The service whose events are published again.
    service: String,

    /// Feed this consumer alone, as in `matching-intake` [default: publish for everybody what
    /// the streams no longer hold].
    #[arg(long)]
    consumer: Option<String>,

    /// Only events of this aggregate type.
    #[arg(long)]
    aggregate: Option<String>,

    /// Only events of this aggregate.
    #[arg(long, requires = "aggregate")]
    aggregate_id: Option<String>,

    /// Only events of this edition.
    #[arg(long)]
    edition: Option<String>,
}

/// Runs the command. Stopped half way, it is simply run again.
///
/// # Errors
/// When the database or the broker is not there, or nothing is called so.
pub async fn run(common: &Common, arguments: Arguments) -> Result<()> {
    let service = registry::service(&arguments.service)?;
    let config = LedgerConfig::load(common, service)?;
    let pool = pg::connect(&config.postgres, service.name).await?;
    let client = winner_messaging::nats::connect(&config.nats, "replay", Ids::system()).await?;
    let jetstream = async_nats::jetstream::new(client);
    let naming = config.messaging.naming();
    let selection = Selection {
        aggregate: arguments.aggregate,
        aggregate_id: arguments.aggregate_id,
        edition: arguments.edition,
    };
    let replayed = match arguments.consumer {
        None => replay::lost(&pool, &jetstream, &naming, service.name, &selection).await?,
        Some(durable) => {
            let mut specs = registry::consumers();
            if let Ok(operator) = OperatorConfig::load(common) {
                specs.extend(operator.outsiders.iter().map(Outsider::spec));
            }
            let spec = specs
                .iter()
                .find(|spec| spec.durable() == durable && spec.producer == service.name)
                .with_context(|| format!("no consumer {durable} reads {}", service.name))?;
            replay::to_consumer(
                &pool,
                &jetstream,
                &naming,
                service.name,
                spec,
                &selection,
                &Ids::system(),
            )
            .await?
        }
    };
    println!(
        "{} event(s) looked at, {} published again",
        replayed.examined, replayed.published
    );
    Ok(())
}
