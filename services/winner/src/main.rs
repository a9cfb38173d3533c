//! winner
fn main() {}
