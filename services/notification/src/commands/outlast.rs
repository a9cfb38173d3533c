//! Does what policy says with messages that nobody has settled: sends them again, or over another channel.
//! Unless policy says so for their purpose, they stay unknown and listed.

use std::collections::BTreeMap;

use uuid::Uuid;
use winner_messaging::{Ledger, Origin};

use crate::commands::conclude::ConcludeError;
use crate::domain::channel::Channel;
use crate::domain::evidence::Evidence;
use crate::domain::message::{Outlasted, State, UnknownPolicy};
use crate::domain::patience::Patience;
use crate::store::states::{self, Change};
use crate::store::unknowns::{self, Sought};

/// Messages per transaction: as many looked at means that there may be more.
pub const FULL: usize = 200;

/// What becomes of unknown messages, by purpose (the template's id). What is not named is held.
#[derive(Debug, Clone, Default)]
pub struct Policies(pub BTreeMap<String, UnknownPolicy>);

impl Policies {
    fn sought(&self) -> Vec<Sought<'_>> {
        let policies = self.0.iter();
        policies
            .filter_map(|(purpose, policy)| {
                let (since, single) = match *policy {
                    UnknownPolicy::Hold => return None,
                    UnknownPolicy::ResendAfter(since) => (since, false),
                    UnknownPolicy::OtherChannelAfter(since) => (since, true),
                };
                Some(Sought {
                    purpose,
                    since,
                    single,
                })
            })
            .collect()
    }
}

/// Applies the policies to what has been unknown for long. Says how many messages were looked at.
///
/// # Errors
/// [`ConcludeError`]: nothing was recorded.
pub async fn outlast(
    ledger: &Ledger,
    policies: &Policies,
    patience: &Patience,
) -> Result<usize, ConcludeError> {
    let sought = policies.sought();
    if sought.is_empty() {
        return Ok(0);
    }
    let mut unit = ledger
        .begin(Origin::job("message.outlast", ledger.ids()))
        .await?;
    let limit = i64::try_from(FULL).unwrap_or(i64::MAX);
    let found = unknowns::lock(unit.conn(), &sought, patience.tries, limit).await?;
    let looked_at = found.len();
    let mut again = Vec::new();
    let mut over: BTreeMap<Channel, Vec<(Uuid, Uuid)>> = BTreeMap::new();
    for (message, since) in found {
        let policy = policies.0.get(&message.template).copied();
        let State::Unknown(unknown) = message.state else {
            continue;
        };
        match unknown.outlast(policy.unwrap_or_default(), since, patience) {
            Outlasted::Stays(_) => {}
            Outlasted::Again(queued) => again.push(Change {
                message_id: message.message_id,
                state: State::Queued(queued),
                phase: None,
                evidence: Evidence::default(),
            }),
            Outlasted::OtherChannel(_) => {
                let new = (message.message_id, ledger.ids().uuid());
                over.entry(message.channel.other()).or_default().push(new);
            }
        }
    }
    let now = ledger.clock().business();
    if !again.is_empty() {
        states::save(unit.conn(), &again, now).await?;
    }
    let mut repeated = 0;
    for (channel, messages) in &over {
        repeated += unknowns::repeat_over(unit.conn(), *channel, messages, now).await?;
    }
    unit.commit().await?;
    if looked_at > 0 {
        tracing::info!(resent = again.len(), repeated, "messages.outlasted");
    }
    Ok(looked_at)
}
