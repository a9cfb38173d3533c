//! Records how attempts ended, many in one transaction, and believes only who still holds the token.

use std::collections::HashMap;

use uuid::Uuid;
use winner_messaging::{Ledger, Origin, OutboxError};

use crate::commands::fate;
use crate::domain::evidence::Evidence;
use crate::domain::message::{Answer, BrokenOff, Fence, Report, State};
use crate::domain::patience::Patience;
use crate::metrics;
use crate::points;
use crate::store::claims::{self, Claim};
use crate::store::states::{self, Change};
use crate::store::{bodies, figures};

/// A sender's report of one attempt.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The message.
    pub message_id: Uuid,
    /// The token under which it was sent.
    pub fence: Fence,
    /// How the attempt ended.
    pub report: Report,
    /// It had begun to talk to the next server.
    pub talked: bool,
    /// What proves it.
    pub evidence: Evidence,
}

impl Ended {
    /// The report of an attempt that ended before anything was said to the next server.
    pub fn broken_off(claim: &Claim, end: BrokenOff) -> Self {
        Self {
            message_id: claim.message_id,
            fence: claim.fence,
            report: Report::BrokenOff(end),
            talked: false,
            evidence: Evidence::default(),
        }
    }

    /// Whether the next server took the message.
    pub const fn is_sent(&self) -> bool {
        matches!(self.report, Report::Answered(Answer::Accepted { .. }))
    }
}

/// Why reports could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum ConcludeError {
    /// The database's.
    #[error("the store refused")]
    Store(#[from] sqlx::Error),
    /// An event could not be written.
    #[error("an event could not be written")]
    Outbox(#[from] OutboxError),
}

/// Records reports. One that is about nothing any more (the message moved on, the token is
/// another's) is logged and dropped.
///
/// # Errors
/// [`ConcludeError`]: nothing was recorded, and the same reports may be recorded again.
pub async fn conclude(
    ledger: &Ledger,
    patience: &Patience,
    ended: &[Ended],
) -> Result<(), ConcludeError> {
    let ids: Vec<Uuid> = ended.iter().map(|end| end.message_id).collect();
    points::hit("conclude.begin.before").await;
    let mut unit = ledger
        .begin(Origin::job("message.conclude", ledger.ids()))
        .await?;
    let in_flight = claims::lock_in_flight(unit.conn(), &ids).await?;
    let mut by_id: HashMap<Uuid, _> = in_flight
        .into_iter()
        .map(|message| (message.message_id, message))
        .collect();
    let mut changes = Vec::with_capacity(ended.len());
    let mut told = Vec::with_capacity(ended.len());
    let mut attempted = Vec::with_capacity(ended.len());
    for end in ended {
        let Some(message) = by_id.remove(&end.message_id) else {
            tracing::warn!(message_id = %end.message_id, "message.report.late");
            continue;
        };
        match message.state.clone().take(end.fence, end.report, patience) {
            Ok(state) => {
                attempted.push((message.channel, end));
                let state = state.unless_stopped(message.stopped);
                changes.push(Change {
                    message_id: end.message_id,
                    state: state.clone(),
                    phase: Some(phase(end)),
                    evidence: end.evidence.clone(),
                });
                told.push((message, state));
            }
            Err(_) => {
                tracing::warn!(message_id = %end.message_id, "message.report.superseded");
            }
        }
    }
    let sent: Vec<Uuid> = attempted
        .iter()
        .filter(|(_, end)| end.is_sent())
        .map(|(_, end)| end.message_id)
        .collect();
    let waited = figures::waited(unit.conn(), &sent).await?;
    states::save(unit.conn(), &changes, ledger.clock().business()).await?;
    bodies::keep(unit.conn(), &changes).await?;
    points::hit("conclude.save.after").await;
    let fates = told.iter().map(|(message, state)| (message.into(), state));
    fate::tell_all(&mut unit, fates).await?;
    for (message, state) in &told {
        log(message.message_id, &message.template, state);
    }
    points::hit("conclude.commit.before").await;
    unit.commit().await?;
    points::hit("conclude.commit.after").await;
    metrics::taken(&waited);
    for (channel, end) in attempted {
        metrics::attempted(channel, end);
    }
    Ok(())
}

/// How far the attempt got.
const fn phase(end: &Ended) -> &'static str {
    match end.report {
        Report::Answered(Answer::None(_)) => "committing",
        Report::Answered(_) => "answered",
        Report::BrokenOff(_) if end.evidence.status_code.is_some() => "answered",
        Report::BrokenOff(_) if end.talked => "before_commit",
        Report::BrokenOff(_) => "claimed",
    }
}

fn log(message_id: Uuid, template: &str, state: &State) {
    let reason = states::reason(state).map(crate::domain::reason::Reason::code);
    let state = states::code(state);
    tracing::info!(%message_id, template, state, reason, "message.concluded");
}
