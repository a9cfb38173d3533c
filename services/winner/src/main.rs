//! winner: see `winner --help`.
fn main() {}
