//! What this service measures.

use winner_messaging::Ledger;
use winner_platform::metrics;

use crate::store::figures;

metrics! {
    /// Assignments of judges by edition and state.
    ASSIGNMENTS: Gauge = "winner.assignment.count", "{assignment}", ["winner.edition", "winner.state"];
    /// How long it took to compute a ranking.
    pub(crate) RANKED: Durations = "winner.ranking.duration", "s", ["winner.outcome"];
}

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) async fn count(ledger: &Ledger) -> Result<(), sqlx::Error> {
    for one in figures::assignments(ledger.pool()).await? {
        ASSIGNMENTS.record(one.count, [one.edition_id.into(), one.state.into()]);
    }
    Ok(())
}

/// What came of a computation, for its duration.
pub(crate) const fn outcome<T, E>(result: &Result<T, E>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(_) => "refused",
    }
}
