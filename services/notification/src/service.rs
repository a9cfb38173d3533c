//! Puts the service together and runs it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use winner_messaging::host::{Deps, Host, HostError, Sections};
use winner_messaging::{Ledger, Node, event_log, figures, node};
use winner_platform::grpc::client::AuthorisedChannel;
use winner_platform::grpc::{Listeners, Readiness, ServeError};
use winner_platform::{Shutdown, Tasks};
use winner_proto::notification::v1::message_service_server::MessageServiceServer;
use winner_proto::notification::v1::webhook_service_server::WebhookServiceServer;

use crate::MIGRATOR;
use crate::commands::announce::Habits;
use crate::commands::resend::AddressBook;
use crate::config::{Config, MailSecrets, ProofKeysError, SecretsError};
use crate::directory::Directory;
use crate::grpc::messages::Messages;
use crate::grpc::webhooks::Webhooks;
use crate::http;
use crate::jobs::courier::Courier;
use crate::jobs::crossing::Crossing;
use crate::jobs::sender::Sending;
use crate::jobs::wake::Wake;
use crate::jobs::webhooks::Serving;
use crate::jobs::{concluder, forgetter, outlaster, reaper, stuck};
use crate::metrics;
use crate::reactions::announcing::Announcer;
use crate::reactions::intake::IntakeReactions;
use crate::reactions::judging::JudgingReactions;
use crate::reactions::matching::MatchingReactions;
use crate::reactions::webhooks::WebhookReactions;
use crate::reactions::{intake, judging, matching, webhooks};
use crate::sms::config::SmsError;
use crate::smtp::MailError;
use crate::smtp::config::RouteError;
use crate::templates::{LinksError, RenderError};
use crate::webhooks::keyring::KeyringError;
use crate::webhooks::{Caller, CallerError};

mod mail;
mod sms;

/// Why the service does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A part that every service stands on cannot be opened, or failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The relay cannot be used as configured.
    #[error("the relay cannot be used")]
    Relay(#[from] RouteError),
    /// The sender's address is wrong.
    #[error("the sender cannot be used")]
    Sender(#[from] MailError),
    /// A secret of mail cannot be used.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The keys of kept bodies cannot be used.
    #[error("proof.keys_file: {0}")]
    Proof(#[from] ProofKeysError),
    /// The base of links is wrong.
    #[error(transparent)]
    Links(#[from] LinksError),
    /// SMS cannot be sent as configured.
    #[error("sms: {0}")]
    Sms(#[from] SmsError),
    /// A proxy is not a range of addresses.
    #[error("public_http.trusted_proxies: {0}")]
    Proxies(#[source] ipnet::AddrParseError),
    /// The HTTP listener cannot be opened.
    #[error("public_http.listen cannot be used")]
    PublicHttp(#[source] std::io::Error),
    /// The keys that seal secrets of endpoints cannot be used.
    #[error("webhooks.key_file cannot be used")]
    WebhookKeys(#[source] KeyringError),
    /// Endpoints cannot be called as configured.
    #[error("webhooks cannot be served")]
    Webhooks(#[from] CallerError),
    /// The listener for what comes back cannot be opened.
    #[error("bounces.listen cannot be used")]
    Bounces(#[source] std::io::Error),
    /// A template is broken.
    #[error("the templates cannot be used")]
    Templates(#[from] RenderError),
    /// The server failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// How many reports may wait to be recorded.
const REPORTS: usize = 1_000;

/// Runs the service until `shutdown`.
///
/// # Errors
/// [`RunError`] where it cannot start, or its server fails.
pub async fn run(
    config: Config,
    listeners: Listeners,
    deps: Deps,
    shutdown: Shutdown,
) -> Result<(), RunError> {
    let sections = Sections {
        postgres: &config.postgres,
        nats: &config.nats,
        messaging: &config.messaging,
        grpc: &config.grpc,
        auth: &config.auth,
    };
    let host = Host::open("notification", &MIGRATOR, sections, &deps, &shutdown).await?;
    let ledger = host.ledger.clone();
    let wake = Wake::default();
    let to_intake = host.peer(&config.peers.intake, "intake")?;
    let to_matching = host.peer(&config.peers.matching, "matching")?;
    let to_judging = host.peer(&config.peers.judging, "judging")?;
    let directory = Directory::new(to_intake.clone());
    let secrets = MailSecrets::read(&config)?;

    let receipts = sms::start(&sms::Surroundings {
        config: &config,
        ledger: &ledger,
        directory: directory.clone(),
        wake: &wake,
        tasks: &deps.tasks,
        shutdown: &shutdown,
    })?;
    if let Some(listener) = http::bind(&config.public_http)
        .await
        .map_err(RunError::PublicHttp)?
    {
        let routes = mail::routes(&secrets, &ledger).unwrap_or_default();
        let answering = http::serve(listener, routes.merge(receipts), shutdown.clone());
        deps.tasks.spawn("public-http", answering);
    }
    mail::start_returns(&config, &secrets, &ledger, &deps.tasks, &shutdown).await?;
    start_sending(
        &config,
        &secrets,
        &ledger,
        directory.clone(),
        &wake,
        &deps.tasks,
        &shutdown,
    )?;
    let book = AddressBook {
        directory: directory.clone(),
        key: secrets.addresses.clone(),
        countries: config.sms.rules()?.countries,
    };
    let announcer = Announcer {
        ledger: ledger.clone(),
        directory,
        habits: Habits {
            outside_editions: config.outside_editions.mode(),
            channels: config.sms.channels(),
        },
        wake: wake.clone(),
    };
    let webhooks = serve_webhooks(&config, &ledger, &wake, &announcer, &deps.tasks, &shutdown)?;
    listen(host.node(), &announcer, to_intake, to_matching, to_judging)
        .start(&deps.tasks, &shutdown);

    let counting = figures::keep(host.ledger.clone(), shutdown.soft.clone(), metrics::count);
    deps.tasks.spawn("figures", counting);
    host.server()
        .add(MessageServiceServer::new(Messages { ledger, wake, book }))
        .add(WebhookServiceServer::new(webhooks))
        .serve(listeners, readiness(&host), shutdown)
        .await?;
    Ok(())
}

fn listen(
    node: Node,
    announcer: &Announcer,
    to_intake: AuthorisedChannel,
    to_matching: AuthorisedChannel,
    to_judging: AuthorisedChannel,
) -> Node {
    let webhooks = WebhookReactions {
        ledger: announcer.ledger.clone(),
        wake: announcer.wake.clone(),
    };
    node.consume(
        &webhooks::INTAKE,
        webhooks.clone(),
        event_log::client("intake", to_intake.clone()),
    )
    .consume(
        &webhooks::JUDGING,
        webhooks,
        event_log::client("judging", to_judging.clone()),
    )
    .consume(
        &intake::CONSUMER,
        IntakeReactions(announcer.clone()),
        event_log::client("intake", to_intake),
    )
    .consume(
        &matching::CONSUMER,
        MatchingReactions(announcer.clone()),
        event_log::client("matching", to_matching),
    )
    .consume(
        &judging::CONSUMER,
        JudgingReactions(announcer.clone()),
        event_log::client("judging", to_judging),
    )
}

/// Starts what brings events to endpoints, where there is a key; gives the RPCs about them.
fn serve_webhooks(
    config: &Config,
    ledger: &Ledger,
    wake: &Wake,
    announcer: &Announcer,
    tasks: &Tasks,
    shutdown: &Shutdown,
) -> Result<Webhooks, RunError> {
    let keyring = config.webhooks.keyring().map_err(RunError::WebhookKeys)?;
    let webhooks = Webhooks {
        ledger: ledger.clone(),
        wake: wake.clone(),
        config: Arc::new(config.webhooks.clone()),
        keyring: keyring.map(Arc::new),
        caller: Caller::new(&config.webhooks)?,
    };
    if let Some(keyring) = &webhooks.keyring {
        let serving = Serving {
            ledger: ledger.clone(),
            config: Arc::clone(&webhooks.config),
            caller: webhooks.caller.clone(),
            keyring: Arc::clone(keyring),
            wake: wake.clone(),
        };
        serving.start(announcer.clone(), tasks, shutdown);
    }
    Ok(webhooks)
}

fn start_sending(
    config: &Config,
    secrets: &MailSecrets,
    ledger: &Ledger,
    directory: Directory,
    wake: &Wake,
    tasks: &Tasks,
    shutdown: &Shutdown,
) -> Result<(), RunError> {
    let sending = &config.sending;
    let margin = Duration::from_millis(sending.answer_margin_ms);
    let answer_lease = config.smtp.time_outs().answer + margin;
    let (crossing, recording) = Crossing::new(ledger.pool().clone(), answer_lease);
    tasks.spawn("crossing", forever(recording));
    let (desk, connections) = mail::desk(config, secrets, ledger, crossing, tasks, shutdown)?;
    let (reports, heard) = mpsc::channel(REPORTS);
    let lease = Duration::from_millis(sending.lease_ms);
    let courier = Courier {
        carrier: Arc::new(desk),
        reports,
        connections,
        fresh_for: lease.saturating_sub(config.smtp.longest_before_dot() + config.longest_turn()),
    };
    let job = Sending {
        courier,
        directory,
        wake: wake.clone(),
        batch: sending.batch,
        lease,
        poll: Duration::from_millis(sending.poll_ms),
    };
    tasks.spawn("sender", forever(job.run(shutdown.clone())));
    let concluding = concluder::run(ledger.clone(), sending.patience(), heard, shutdown.clone());
    tasks.spawn("concluder", forever(concluding));
    let outlasting = outlaster::run(
        ledger.clone(),
        sending.unknown.policies(),
        sending.patience(),
        wake.clone(),
        shutdown.clone(),
    );
    tasks.spawn("outlaster", forever(outlasting));
    let every = Duration::from_millis(sending.reap_ms);
    let left_behind = stuck::run(
        ledger.clone(),
        wake.clone(),
        margin.max(every * 3),
        shutdown.clone(),
    );
    tasks.spawn("stuck", forever(left_behind));
    tasks.spawn(
        "reaper",
        forever(reaper::run(ledger.clone(), every, shutdown.clone())),
    );
    let forgetting = forgetter::run(ledger.clone(), config.proof.keep(), shutdown.clone());
    tasks.spawn("forgetter", forever(forgetting));
    Ok(())
}

/// A task that ends only when it is told to.
async fn forever(task: impl Future<Output = ()>) -> Result<(), std::convert::Infallible> {
    task.await;
    Ok(())
}

/// Nothing but events gives this service work, so its readiness also follows the broker.
fn readiness(host: &Host) -> Readiness {
    let broker = host.broker.clone();
    host.readiness().require("broker", move || {
        let connected = node::is_connected(&broker);
        async move {
            if connected {
                Ok(())
            } else {
                Err("the broker is not connected")
            }
        }
    })
}
