//! The oracle: whether anything was lost, told or done twice, or done out of order.
//!
//! First everything that moves must come to rest ([`settle`]), then [`judge`] names every violation.

mod consumers;
mod ledger;
mod mails;
mod receipts;
mod streams;

use std::time::Duration;

use anyhow::{Result, bail};
use winner::registry::{SERVICES, consumers as all_consumers};

use super::rig::Rig;
use super::sql;
use super::waiting::until_nothing;

/// Waits until nothing moves any more: outboxes are empty, consumers have seen everything, no message
/// waits to be sent.
///
/// # Errors
/// When something still moves, or never will, after `patience`: what it is.
pub async fn settle(rig: &Rig, patience: Duration) -> Result<()> {
    until_nothing(patience, async || in_the_way(rig).await).await
}

/// Judges, and fails with every violation.
///
/// # Errors
/// The violations, or that a table, a stream or the spool cannot be read.
pub async fn judge(rig: &Rig, exceptions: &Exceptions) -> Result<()> {
    let mut violations = rig.journal.all_wrong();
    violations.extend(receipts::judge(rig).await?);
    violations.extend(ledger::judge(rig).await?);
    violations.extend(streams::judge(rig, exceptions).await?);
    violations.extend(consumers::judge(rig).await?);
    violations.extend(mails::judge(rig, exceptions).await?);
    if violations.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = violations.iter().take(40).map(String::as_str).collect();
    bail!("{} violation(s):\n{}", violations.len(), shown.join("\n"));
}

/// What a test did on purpose, and the oracle must not take for a violation.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    /// Messages that the test deleted from a stream: the stream and the sequence.
    pub deleted: Vec<(String, u64)>,
    /// The most mails that may be `unknown`: those that were on the wire at the kills.
    pub unknown: usize,
}

/// What still moves, or will never.
///
/// # Errors
/// When the database is away.
pub async fn in_the_way(rig: &Rig) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for service in SERVICES {
        let waiting = sql::rows(
            &rig.admin,
            format!(
                "select aggregate_type, name, count(*)::text, max(failure)
                 from {}.outbox group by 1, 2",
                service.name
            ),
        )
        .await?;
        left.extend(
            waiting
                .iter()
                .map(|row| format!("{}: in the outbox: {row:?}", service.name)),
        );
    }
    for spec in all_consumers() {
        let behind = sql::rows(
            &rig.admin,
            format!(
                "select a.aggregate_type, a.aggregate_id, a.count::text, i.count::text, i.parked::text
                 from   {producer}.aggregates a
                 left   join {owner}.inbox i
                 on     i.consumer = '{name}'
                 and    i.aggregate_type = a.aggregate_type
                 and    i.aggregate_id = a.aggregate_id
                 where  a.aggregate_type in ({types})
                 and    (i.epoch, i.count) is distinct from (a.epoch, a.count)
                 limit  3",
                producer = spec.producer,
                owner = spec.owner,
                name = spec.name,
                types = quoted(spec.aggregates),
            ),
        )
        .await?;
        left.extend(behind.iter().map(|row| {
            format!(
                "{} has not applied all of {}: {row:?}",
                spec.owner, spec.producer
            )
        }));
    }
    let moving = sql::rows(
        &rig.admin,
        "select state, count(*)::text, max(reason), max(attempt)::text from notification.messages
         where state in ('queued', 'sending') group by 1",
    )
    .await?;
    left.extend(
        moving
            .iter()
            .map(|row| format!("messages on their way: {row:?}")),
    );
    Ok(left)
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    names.join(", ")
}
