//! `winner demo`: a small edition, from the call to the published result, through four separate processes
//! on real Postgres, NATS and SMTP. All people and texts are made up, and say so.
//!
//! The demo is a client like any other: it signs people in, calls the services' RPCs as they would, reads
//! the mails that were really sent, and steps business time from one stage of the edition to the next.

mod api;
mod cast;
mod out;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the demo that tells its story is being written")
)]
mod report;
mod steps;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the demo that tells its story is being written")
)]
mod story;
mod texts;
mod waiting;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::edition;
use crate::stack::installation::Installation;
use crate::stack::{Progress, RealmSpec, Stack, StackOptions};

use api::Api;
use cast::Cast;

/// How long a service may take from its start until it is ready.
const READY: Duration = Duration::from_mins(1);

/// The edition that is run where none is named.
const EXAMPLE: &str = include_str!("../../../tests/editions/contoh-enam-provinsi.yaml");

/// What `winner demo` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Where the results are written.
    #[arg(long, default_value = "winner-demo", value_name = "DIR")]
    out: PathBuf,

    /// Another edition than the example.
    #[arg(long, value_name = "FILE")]
    edition: Option<PathBuf>,

    /// Decides every choice that the people of the demo make.
    #[arg(long, default_value_t = 2027)]
    seed: u64,

    /// How many copies of each service.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=4))]
    copies: u32,

    #[command(flatten)]
    stack: StackOptions,
}

/// What every step works with.
pub(crate) struct Stage {
    /// The services, as people call them.
    pub(crate) api: Api,
    /// The people.
    pub(crate) cast: Cast,
    /// The edition's rules.
    pub(crate) definition: winner_proto::intake::v1::EditionDefinition,
    /// The mails that were sent.
    pub(crate) mailbox: crate::stack::Mailbox,
    /// Business time.
    pub(crate) clock: waiting::StageClock,
    /// Where the lines of progress go.
    pub(crate) progress: Progress,
}

/// Runs the demo and leaves the results in a folder.
///
/// # Errors
/// When something does not start, a step does not come out as it must, or the folder cannot be written.
pub async fn run(arguments: Arguments) -> Result<()> {
    let progress = arguments.stack.progress.clone();
    progress.step("winner demo: DATA CONTOH, made-up people and texts");
    let definition = match &arguments.edition {
        Some(file) => edition::load(file)?,
        None => edition::parse(EXAMPLE).context("the example edition")?,
    };
    let stack = Stack::start(arguments.stack.clone()).await?;
    let realm = stack.realm(RealmSpec::named("winner")).await?;
    let program = std::env::current_exe().context("this binary's own path")?;
    let mut installation = Installation::open(&stack, realm, &program).await?;
    installation
        .fleet
        .start_all(arguments.copies, READY)
        .await?;
    progress.step("four services are ready: intake, matching, judging, notification");

    let mut stage = Stage {
        api: Api::connect(&installation, arguments.seed)?,
        cast: Cast::new(&definition, cast::Scale::SMALL, arguments.seed)?,
        definition,
        mailbox: stack.mailbox().clone(),
        clock: waiting::StageClock::open(&installation).await?,
        progress: progress.clone(),
    };
    let told = steps::all(&mut stage).await?;
    out::write(&arguments.out, &stage, &told)?;
    progress.step(format!("results in {}", arguments.out.display()));
    installation.fleet.stop_all()?;
    Ok(())
}
