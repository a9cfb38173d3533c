//! `winner demo`: an edition as large as that of 2023, from the call to the published result, through four
//! separate processes on real Postgres, NATS and SMTP. All people and texts are made up, and say so.
//!
//! The demo is a client like any other: it signs people in, calls the services' RPCs as they would, reads
//! the mails that were really sent, and steps business time from one stage of the edition to the next.
//! The same seed gives the same people, panel and ranking, byte by byte.

mod api;
mod cast;
mod estimate;
mod out;
mod report;
mod steps;
mod story;
mod telling;
mod texts;
mod timeline;
mod told;
mod truth;
mod waiting;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use tokio::time::Instant;

use crate::edition;
use crate::stack::installation::Installation;
use crate::stack::otlp::{Sampling, SpanSink, TraceId};
use crate::stack::system::{System, Visitor, stop_signal};
use crate::stack::{Progress, RealmSpec, Stack, StackOptions};

use api::Api;
use cast::{Cast, Scale, Team};

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

    /// How large the edition is.
    #[arg(long, value_enum, default_value_t)]
    size: Size,

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

/// How large the edition is.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Size {
    /// 466 submissions, 60 challenges, 40 judges.
    #[default]
    Full,
    /// 30 submissions, 8 challenges, 9 judges.
    Small,
}

impl From<Size> for Scale {
    fn from(size: Size) -> Self {
        match size {
            Size::Full => Self::FULL,
            Size::Small => Self::SMALL,
        }
    }
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
    /// The telephones and the subscriber that were told.
    pub(crate) outside: crate::stack::outside::Outside,
    /// Where the services send the spans of the one submission that is traced.
    pub(crate) spans: SpanSink,
    /// Business time.
    pub(crate) clock: waiting::StageClock,
    /// Where the lines of progress go.
    pub(crate) progress: Progress,
}

impl Stage {
    /// The trace that a team's `Submit` begins: the first team's is followed through all services.
    pub(crate) fn traced(&self, team: &Team) -> Option<TraceId> {
        let first = self.cast.in_time().next()?;
        (first.submission_id == team.submission_id).then(|| self.trace())
    }

    /// The one trace of the demo, never zero.
    fn trace(&self) -> TraceId {
        TraceId::from_u128(u128::from(self.cast.seed.unsigned_abs()) + 1)
    }
}

/// Runs the demo and leaves the results in a folder; where the stack is to be kept, it stays up until Ctrl-C.
///
/// # Errors
/// When something does not start, a step does not come out as it must, or the folder cannot be written.
pub async fn run(arguments: Arguments) -> Result<()> {
    let began = Instant::now();
    let progress = arguments.stack.progress.clone();
    progress.step("winner demo: DATA CONTOH, made-up people and texts");
    let definition = match &arguments.edition {
        Some(file) => edition::load(file)?,
        None => edition::parse(EXAMPLE).context("the example edition")?,
    };
    let cast = Cast::new(&definition, arguments.size.into(), arguments.seed)?;
    let spans = SpanSink::open().await?;
    let mut system = start(&arguments, &spans).await?;
    let stage = Stage {
        api: Api::connect(&system.installation, arguments.seed)?,
        clock: waiting::StageClock::open(&system).await?,
        mailbox: system.stack.mailbox().clone(),
        outside: system.stack.outside().clone(),
        spans,
        cast,
        definition,
        progress: progress.clone(),
    };
    play(&stage, &arguments).await?;
    progress.step(format!(
        "all of it took {:.1} s",
        began.elapsed().as_secs_f64()
    ));
    if system.stack.is_kept() {
        println!("{}", system.guide(&chair(&stage))?);
        tokio::select! {
            signal = stop_signal() => signal?,
            watched = system.keep_running(&progress) => watched?,
        }
    }
    system.installation.fleet.stop_all()
}

async fn start(arguments: &Arguments, spans: &SpanSink) -> Result<System> {
    let mut options = arguments.stack.clone();
    if !options.keep && options.data.is_none() {
        // Forcing to the disk what is deleted at the end would be half of the demo's time.
        options = options.throwaway();
    }
    let stack = Stack::start(options).await?;
    let realm = stack.realm(RealmSpec::named("winner")).await?;
    let program = std::env::current_exe().context("this binary's own path")?;
    let mut installation = Installation::open(&stack, realm, &program).await?;
    for (name, value) in spans.environment(Sampling::OnlyAsked) {
        installation.fleet.set_environment(name, &value);
    }
    let fleet = &mut installation.fleet;
    fleet.set_environment("WINNER_NOTIFICATION__SMS__GATEWAY", "kannel");
    for purpose in steps::BY_SMS {
        let name = format!(
            "WINNER_NOTIFICATION__SMS__PURPOSES__{}",
            purpose.to_uppercase()
        );
        fleet.set_environment(&name, "registered");
    }
    fleet.start_all(arguments.copies, READY).await?;
    let progress = &arguments.stack.progress;
    progress.step("four services are ready: intake, matching, judging, notification");
    Ok(System {
        installation,
        stack,
    })
}

async fn play(stage: &Stage, arguments: &Arguments) -> Result<()> {
    let told = steps::all(stage).await?;
    let began = Instant::now();
    let mut story = telling::tell(stage, &told)?;
    story.timeline = timeline::timeline(&stage.spans, stage.trace()).await?;
    out::write(&arguments.out, stage, &told, &story)?;
    stage.progress.step(format!(
        "business time was stepped and waited for in {:.1} s; the results were written in {:.1} s: {}",
        stage.clock.waited().as_secs_f64(),
        began.elapsed().as_secs_f64(),
        arguments.out.display()
    ));
    Ok(())
}

/// The chair looks at the edition's messages.
fn chair(stage: &Stage) -> Visitor {
    let edition = &stage.definition.edition_id;
    let method = "winner.notification.v1.MessageService/ListMessages";
    let request = format!("{{\"parent\": \"editions/{edition}\", \"page_size\": 5}}");
    Visitor {
        person_id: stage.cast.chair.person_id,
        office: format!("chair@{edition}"),
        call: Some(("notification", method, request)),
    }
}
