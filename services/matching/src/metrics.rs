//! What this service measures.

use winner_messaging::Ledger;
use winner_platform::metrics;

use crate::store::figures;

metrics! {
    /// Matches by edition and state.
    MATCHES: Gauge = "winner.match.count", "{match}", ["winner.edition", "winner.state"];
    /// How long it took to plan a panel, proof included.
    pub(crate) PLANNED: Durations = "winner.panel.plan.duration", "s", ["winner.outcome"];
    /// How long it took to find an edition's matches.
    pub(crate) PROPOSED: Durations = "winner.match.propose.duration", "s", [];
}

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) async fn count(ledger: &Ledger) -> Result<(), sqlx::Error> {
    for one in figures::matches(ledger.pool()).await? {
        MATCHES.record(one.count, [one.edition_id.into(), one.state.into()]);
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
