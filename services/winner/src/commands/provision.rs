//! `winner provision`: streams and consumers on the broker, as the contracts and services want them.

use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::jetstream;
use clap::Args;
use winner_messaging::provision::{Topology, drift, provision};
use winner_platform::Ids;

use crate::cli::Common;
use crate::nats::account::AccountPlan;
use crate::nats::config::accounts;
use crate::outsiders::Outsider;
use crate::registry;
use crate::settings::OperatorConfig;

/// What `winner provision` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Copies of each stream: 1 on a single server, 3 on a cluster.
    #[arg(long, default_value_t = 1)]
    replicas: usize,

    /// The most bytes each stream may hold before the broker refuses more [default: no limit].
    #[arg(long)]
    max_bytes: Option<i64>,

    /// Only say what would be done.
    #[arg(long, conflicts_with = "nats_accounts")]
    dry_run: bool,

    /// Print the accounts for nats-server's configuration instead: what each service's user may say
    /// and hear, with a place for each password. The server reads JSON as well.
    #[arg(long)]
    nats_accounts: bool,
}

/// Runs the command.
///
/// # Errors
/// When the broker is not there, or a change could lose events.
pub async fn run(common: &Common, arguments: Arguments) -> Result<()> {
    let config = OperatorConfig::load(common)?;
    if arguments.nats_accounts {
        return print_accounts(&config);
    }
    let jetstream = jetstream_of(&config).await?;
    let topology = Topology {
        replicas: arguments.replicas,
        max_bytes: arguments.max_bytes.unwrap_or(-1),
        ..topology_of(&config)
    };
    let changes = if arguments.dry_run {
        drift(&jetstream, &topology).await?
    } else {
        provision(&jetstream, &topology).await?.changes
    };
    for change in &changes {
        println!("{change}");
    }
    if changes.is_empty() {
        println!("streams and consumers are as they should be");
    }
    Ok(())
}

/// The permissions that the embedded server has too, so that tests show what holds in production.
fn print_accounts(config: &OperatorConfig) -> Result<()> {
    let naming = config.messaging.naming();
    let outside: Vec<_> = config
        .outsiders
        .iter()
        .map(|outsider| outsider.reader(&naming))
        .collect();
    let plan = AccountPlan {
        name: &naming.prefix,
        naming: &naming,
        readers: &registry::readers(&naming),
        outside: &outside,
    };
    let account = plan.account(|user| format!("PASSWORD-OF-{user}").into());
    let block = serde_json::json!({ "accounts": accounts(&[account]), "system_account": "SYS" });
    println!("{}", serde_json::to_string_pretty(&block)?);
    Ok(())
}

/// What the services of this version and the outsiders of the settings want of the broker.
pub(crate) fn topology_of(config: &OperatorConfig) -> Topology {
    Topology {
        outside: config.outsiders.iter().map(Outsider::spec).collect(),
        ..Topology::new(config.messaging.clone(), registry::consumers())
    }
}

/// JetStream as the operator, when the broker answers within a few seconds.
///
/// # Errors
/// When it does not.
pub(crate) async fn jetstream_of(config: &OperatorConfig) -> Result<jetstream::Context> {
    let client = winner_messaging::nats::connect(&config.nats, "operator", Ids::system()).await?;
    // The client connects in its own time; an operator wants to know.
    tokio::time::timeout(Duration::from_secs(5), client.flush())
        .await
        .ok()
        .and_then(std::result::Result::ok)
        .with_context(|| {
            format!(
                "no broker answers at {} within 5 s, or it does not let this user in",
                config.nats.servers.join(", ")
            )
        })?;
    Ok(jetstream::new(client))
}
