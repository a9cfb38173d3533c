//! winner: see `winner --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    winner::cli::main()
}
