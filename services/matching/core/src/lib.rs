//! The matching engine: pure, without I/O.
//!
//! Two products stand on it. **Judges and submissions** ([`assign`]): every
//! paper gets as many judges as it demands, loads within their limits, the
//! total score as large as it can be, proved by dual prices that anyone can
//! check in one pass ([`certify`]). **Submissions and challenges**
//! ([`stable`]): deferred acceptance with published cut-offs.
//!
//! Integers only, no clock, no hidden randomness, no hash-map order: the same
//! input gives the same bytes on any machine. Scores are millionths
//! ("micro-units"); papers and judges are positions counted from 0.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod assignment;
pub mod capped;
mod certificate;
mod connect;
mod edits;
mod explain;
mod floor;
mod flow;
pub mod format;
mod instance;
mod late;
mod objective;
mod panel;
mod shortfall;
pub mod stable;
mod swaps;
pub mod synth;
pub mod text;

pub use assignment::{AssignError, Assignment, assign, load_variance};
pub use certificate::{Certificate, CertifyError, certify};
pub use edits::{EditError, Edits};
pub use explain::{Part, Price, PriceError, WhyNot, price_of, total_of, why_not};
pub use floor::FloorReport;
pub use instance::{Instance, InstanceError, Load, MAX_SCORE, Pair, ScoredPair};
pub use late::{Change, FillError, Replacement, fill, reassign, replacements};
pub use objective::{Duals, Rules, TooLarge};
pub use panel::{Limit, PanelRule};
pub use shortfall::{Bottleneck, Shortfall};
