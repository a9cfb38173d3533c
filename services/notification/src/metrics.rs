//! What this service measures.

use std::collections::HashMap;

use winner_messaging::Ledger;
use winner_platform::metrics;

use crate::commands::conclude::Ended;
use crate::domain::channel::Channel;
use crate::domain::message::{Answer, Report};
use crate::store::figures::{self, Taken};

metrics! {
    /// Messages that nobody takes care of, by channel and state.
    pub(crate) STUCK: Gauge = "winner.message.stuck", "{message}", ["winner.channel", "winner.state"];
    /// Messages that wait, or that did not reach anybody, by channel and state.
    MESSAGES: Gauge = "winner.message.count", "{message}", ["winner.channel", "winner.state"];
    /// Attempts to send a message, by the relay or gateway, and what came of them.
    ATTEMPTS: Counter = "winner.message.attempts", "{attempt}", ["winner.channel", "winner.provider", "winner.outcome"];
    /// How long after its turn, or its first attempt, the next server took a message.
    DELAY: Delays = "winner.message.delay", "s", ["winner.channel"];
    /// Deliveries to endpoints outside that wait or have failed for good, by state.
    DELIVERIES: Gauge = "winner.webhook.count", "{delivery}", ["winner.state"];
    /// Attempts to deliver to endpoints outside, and what came of them.
    CALLS: Counter = "winner.webhook.attempts", "{attempt}", ["winner.outcome"];
}

/// States that a look at the messages is worth; what was sent is counted as attempts.
const STATES: [&str; 7] = [
    "held",
    "queued",
    "sending",
    "unknown",
    "failed",
    "suppressed",
    "bounced",
];

/// Counts.
///
/// # Errors
/// The database's.
pub(crate) async fn count(ledger: &Ledger) -> Result<(), sqlx::Error> {
    let mut found: HashMap<(String, String), i64> = figures::messages(ledger.pool())
        .await?
        .into_iter()
        .map(|one| ((one.channel, one.state), one.count))
        .collect();
    for channel in Channel::ALL.map(Channel::code) {
        for state in STATES {
            let key = (channel.to_owned(), state.to_owned());
            let count = found.remove(&key).unwrap_or_default();
            MESSAGES.record(count, [channel.into(), state.into()]);
        }
    }
    for one in figures::deliveries(ledger.pool()).await? {
        DELIVERIES.record(one.count, [one.state.into()]);
    }
    Ok(())
}

/// An attempt whose end is recorded.
pub(crate) fn attempted(channel: Channel, ended: &Ended) {
    let provider = ended.evidence.route.clone();
    let provider = provider.map_or("none".into(), Into::into);
    ATTEMPTS.add(
        1,
        [
            channel.code().into(),
            provider,
            outcome(ended.report).into(),
        ],
    );
}

/// What the next server took.
pub(crate) fn taken(taken: &[Taken]) {
    for one in taken {
        DELAY.record(one.seconds.max(0.0), [one.channel.clone().into()]);
    }
}

/// An attempt to deliver to an endpoint outside; `state` is what the delivery is in now.
pub(crate) fn called(state: &'static str) {
    CALLS.add(1, [state.into()]);
}

const fn outcome(report: Report) -> &'static str {
    match report {
        Report::BrokenOff(_) => "broken_off",
        Report::Answered(Answer::Accepted { .. }) => "accepted",
        Report::Answered(Answer::Later(_)) => "later",
        Report::Answered(Answer::Refused(_)) => "refused",
        Report::Answered(Answer::None(_)) => "unknown",
    }
}
