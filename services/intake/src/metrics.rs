//! What this service measures.

use winner_messaging::Ledger;
use winner_platform::metrics;

use crate::commands::close_wave;
use crate::context::Context;
use crate::refusal::Refusal;
use crate::store::figures;

metrics! {
    /// Submissions by edition and by where they stand: draft, submitted, a verdict of screening, or withdrawn.
    SUBMISSIONS: Gauge = "winner.submission.count", "{submission}", ["winner.edition", "winner.state"];
    /// Waves that may be closed and are not.
    OVERDUE: Gauge = "winner.wave.overdue", "{wave}", [];
}

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) async fn count(context: &Context, ledger: &Ledger) -> Result<(), Refusal> {
    let overdue = close_wave::due(context).await?.len();
    OVERDUE.record(i64::try_from(overdue).unwrap_or(i64::MAX), []);
    for one in figures::submissions(ledger.pool()).await? {
        SUBMISSIONS.record(one.count, [one.edition_id.into(), one.state.into()]);
    }
    Ok(())
}
