//! Measures the figures of `tests/bench/README.md` on a release build and prints a row for each.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use winner_tests::figures::{Figure, Size};
use winner_tests::site::binary;

/// `cargo build --release && cargo bench -p winner-tests --bench figures -- idle`
#[derive(Debug, Parser)]
struct Options {
    /// What to measure.
    #[arg(required = true)]
    figures: Vec<Figure>,
    /// With tiny numbers: whether everything still works, and no figure.
    #[arg(long)]
    quick: bool,
    /// The program whose services are measured [default: target/release/winner].
    #[arg(long)]
    winner: Option<PathBuf>,
    /// Cargo says so to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let program = options.winner.unwrap_or_else(binary);
    let program = program
        .canonicalize()
        .with_context(|| format!("no program {}", program.display()))?;
    let size = Size {
        quick: options.quick,
    };
    for figure in options.figures {
        for row in Box::pin(figure.measure(&program, size)).await? {
            println!("{row}");
        }
    }
    Ok(())
}
