//! The command line: a role per service, and what an operator types.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands;

/// Runs competitions for social enterprises: the four services and the operator's commands.
#[derive(Parser, Debug)]
#[command(name = "winner", version, max_term_width = 100)]
pub struct Cli {
    /// What every command shares.
    #[command(flatten)]
    pub common: Common,
    /// Where to die, in a build for the crash suite.
    #[cfg(feature = "failpoints")]
    #[command(flatten)]
    pub kill_at: crate::kill_at::KillAt,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command shares.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The configuration file. The environment wins over it: `WINNER_ROLE__SECTION__KEY`.
    #[arg(
        long,
        global = true,
        env = "WINNER_CONFIG",
        value_name = "FILE",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Runs the intake service: editions, people, challenges, submissions.
    Intake,
    /// Runs the matching service: matches and panels.
    Matching,
    /// Runs the judging service: rounds, scorecards, rankings, results.
    Judging,
    /// Runs the notification service: messages to people.
    Notification,
    /// Runs the four services in one process, for one small machine.
    All,
    /// Plays a whole edition through four processes on real servers, and shows what came of it.
    Demo(crate::demo::Arguments),
    /// Starts everything on this machine and keeps it running until Ctrl-C.
    Up(commands::up::Arguments),
    /// Brings the database's schemas to this binary's version.
    Migrate(commands::migrate::Arguments),
    /// Declares streams and consumers on the broker.
    Provision(commands::provision::Arguments),
    /// Mints a token for development; refuses in production.
    Token(commands::token::Arguments),
    /// Shows or shifts business time; refuses to shift it in production.
    #[command(subcommand)]
    Clock(commands::clock::Action),
    /// Publishes events again from the ledger.
    Replay(commands::replay::Arguments),
    /// Lists or applies dead letters.
    #[command(subcommand)]
    Dlq(commands::dlq::Action),
    /// Shows what became of messages to people, settles, stops or sends them again.
    Messages(commands::messages::Arguments),
    /// Registers endpoints outside that are told what happens, and shows what was brought to them.
    Webhook(commands::webhook::Arguments),
    /// Checks an installation and says what to do about what is wrong.
    Doctor(commands::doctor::Arguments),
    /// Shows what the services measure; needs no server.
    #[command(subcommand)]
    Metrics(commands::metrics::Action),
    /// Shows what an organiser, a government, an applicant, a judge or an operator does.
    Guide(commands::guide::Arguments),
    /// Makes the keys with which the services know each other.
    Keys(commands::keys::Arguments),
    /// Checks an edition file and prints the request that creates or changes the edition; needs no server.
    Edition(commands::edition::Arguments),
    /// Checks the templates of messages and shows what people get; needs no server.
    #[command(subcommand)]
    Template(commands::template::Action),
    /// Assigns judges to the papers of a folder and proves the result; needs no server.
    Assign(crate::assign::Args),
    /// Matches two-sided preference lists of a file, stably; needs no server.
    Match(crate::match_lists::Args),
    /// Does the arithmetic of a round before it opens: hours, load, and how a panel hangs together; needs no server.
    Workload(crate::workload::Args),
    /// Ranks the scores of a spreadsheet and says how sure the ranking is; needs no server.
    Rank(crate::rank::Args),
    /// Checks a published bundle offline; needs no server.
    Verify(crate::verify::Args),
    /// Checks texts for SMS; needs no server.
    #[command(subcommand)]
    Sms(commands::sms::Action),
    /// Checks and explains the configuration.
    #[command(subcommand)]
    Config(commands::config::Action),
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("winner: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(Box::pin(run(cli))) {
        Ok(code) => code,
        Err(error) => {
            // The chain of causes: what could not be done, and why.
            eprintln!("winner: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let common = &cli.common;
    #[cfg(feature = "failpoints")]
    cli.kill_at.arm()?;
    match cli.command {
        Command::Intake => commands::run::one(common, "intake").await?,
        Command::Matching => commands::run::one(common, "matching").await?,
        Command::Judging => commands::run::one(common, "judging").await?,
        Command::Notification => commands::run::one(common, "notification").await?,
        Command::All => commands::run::all(common).await?,
        Command::Demo(arguments) => Box::pin(crate::demo::run(arguments)).await?,
        Command::Up(arguments) => Box::pin(commands::up::run(arguments)).await?,
        Command::Migrate(arguments) => commands::migrate::run(common, arguments).await?,
        Command::Provision(arguments) => commands::provision::run(common, arguments).await?,
        Command::Token(arguments) => commands::token::run(common, arguments).await?,
        Command::Clock(action) => commands::clock::run(common, action).await?,
        Command::Replay(arguments) => commands::replay::run(common, arguments).await?,
        Command::Dlq(action) => commands::dlq::run(common, action).await?,
        Command::Messages(arguments) => commands::messages::run(common, arguments).await?,
        Command::Webhook(arguments) => return commands::webhook::run(common, arguments).await,
        Command::Doctor(arguments) => return commands::doctor::run(common, arguments).await,
        Command::Metrics(action) => commands::metrics::run(&action)?,
        Command::Guide(arguments) => commands::guide::run(&arguments)?,
        Command::Keys(arguments) => commands::keys::run(&arguments)?,
        Command::Edition(arguments) => commands::edition::run(arguments)?,
        Command::Template(action) => return commands::template::run(&action),
        Command::Assign(arguments) => return crate::assign::run(arguments),
        Command::Match(arguments) => return crate::match_lists::run(&arguments),
        Command::Workload(arguments) => return crate::workload::run(&arguments),
        Command::Rank(arguments) => return crate::rank::run(&arguments),
        Command::Verify(arguments) => return crate::verify::run(&arguments),
        Command::Sms(action) => return commands::sms::run(action),
        Command::Config(action) => return commands::config::run(common, action),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_says_what_there_is() {
        insta::assert_snapshot!(Cli::command().render_help());
    }
}
