//! The way of one claimed message, from its contact to its report.
//!
//! The order is what matters: nothing personal is kept, the mail is offered without its final dot, the
//! point of no return is recorded and committed, and only then the dot is let go. Killed anywhere
//! before that commit, the message is not out; killed anywhere after it, the record says that it may be.

mod letter;
mod obstacles;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use uuid::Uuid;
use winner_messaging::Ledger;
use winner_notification_core::addresses::AddressKey;

use super::crossing::Crossing;
use super::relays::{NotOffered, Relays, Way};
use super::sender::Carrier;
use crate::commands::conclude::Ended;
use crate::directory::Reach;
use crate::domain::channel::Channel;
use crate::domain::delivery::DeliveryRules;
use crate::domain::evidence::{Evidence, without_addresses};
use crate::domain::message::{BrokenOff, Report};
use crate::domain::reason::Reason;
use crate::domain::ways_back::WaysBack;
use crate::points;
use crate::smtp::{BeforeDot, OutgoingMail, Sender};
use crate::store::claims::Claim;
use crate::templates::Templates;

/// What every delivery needs.
pub struct Desk {
    /// Where claims are kept.
    pub ledger: Ledger,
    /// The mail servers.
    pub relays: Arc<Relays>,
    /// The words.
    pub templates: Templates,
    /// Who writes.
    pub sender: Sender,
    /// Where points of no return are recorded.
    pub crossing: Crossing,
    /// How mails come back and readers leave; `None` where nothing of ours takes that.
    pub ways_back: Option<WaysBack>,
    /// By which addresses are known again; `None` where none is.
    pub address_key: Option<AddressKey>,
    /// How messages outside editions are delivered.
    pub outside_rules: DeliveryRules,
    /// What marks made-up data in them.
    pub outside_notice: String,
    /// How many attempts in a row failed for the relay's sake.
    pub trouble: Arc<AtomicU32>,
}

impl Desk {
    async fn send(&self, claim: Claim, reach: Option<Reach>) -> Option<Ended> {
        let mail = match self.write(&claim, reach) {
            Ok(mail) => mail,
            Err(end) => return Some(Ended::broken_off(&claim, end)),
        };
        points::hit("sender.offer.before").await;
        let (way, offered) = match self.relays.offer(&mail).await {
            Ok(offered) => offered,
            Err(not) => return Some(self.not_offered(&claim, &mail, not)),
        };
        points::hit("sender.offer.after").await;
        match self.crossing.cross((claim.message_id, claim.fence)).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(message_id = %claim.message_id, "message.lease.lost");
                return None;
            }
            Err(error) => {
                // Whether the record was made is not known; that the dot was not written is.
                tracing::warn!(message_id = %claim.message_id, %error, "message.cross.failed");
                let later = BrokenOff::Later(Reason::ConnectionLost);
                let evidence = evidence(way, &mail);
                return Some(broken_off(&claim, later, true, evidence));
            }
        }
        points::hit("sender.cross.after").await;
        let (outcome, connection) = offered.let_go().await;
        points::hit("sender.dot.after").await;
        self.trouble.store(0, Ordering::Relaxed);
        self.relays.learn(way, &outcome, connection);
        Some(Ended {
            message_id: claim.message_id,
            fence: claim.fence,
            report: Report::Answered(outcome.answer()),
            talked: true,
            evidence: Evidence {
                status_code: outcome.status_code(),
                answer: outcome.said().map(without_addresses),
                ..evidence(way, &mail)
            },
        })
    }

    fn not_offered(&self, claim: &Claim, mail: &OutgoingMail, not: NotOffered<'_>) -> Ended {
        let (way, failure) = match not {
            NotOffered::Failed(way, failure) => (way, failure),
            NotOffered::NoTurn(error) => {
                tracing::debug!(message_id = %claim.message_id, %error, "smtp.no_turn");
                return Ended::broken_off(claim, BrokenOff::Untried);
            }
        };
        if failure.concerns_the_relay() {
            self.trouble.fetch_add(1, Ordering::Relaxed);
        } else {
            self.trouble.store(0, Ordering::Relaxed);
        }
        let cause = std::error::Error::source(&failure).map(ToString::to_string);
        tracing::warn!(message_id = %claim.message_id, error = %failure, cause, "smtp.not_offered");
        let talked = !matches!(failure, BeforeDot::Unreachable(_));
        let evidence = Evidence {
            status_code: failure.status_code(),
            answer: failure.said().map(without_addresses),
            ..evidence(way, mail)
        };
        broken_off(claim, failure.verdict(), talked, evidence)
    }
}

impl Carrier for Desk {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    async fn deliver(&self, claim: Claim, reach: Option<Reach>) -> Option<Ended> {
        self.send(claim, reach).await
    }

    fn trouble(&self) -> u32 {
        self.trouble.load(Ordering::Relaxed)
    }

    async fn close(&self) {
        self.relays.close().await;
    }

    async fn obstacles(
        &self,
        claims: &[Claim],
        found: &HashMap<Uuid, Reach>,
    ) -> Result<HashMap<Uuid, Reason>, sqlx::Error> {
        self.look_for_obstacles(claims, found).await
    }
}

fn evidence(way: &Way, mail: &OutgoingMail) -> Evidence {
    Evidence {
        route: Some(way.relay.name()),
        content_hash: Some(mail.hash()),
        ..Evidence::default()
    }
}

/// The report of an attempt that was broken off.
fn broken_off(claim: &Claim, end: BrokenOff, talked: bool, evidence: Evidence) -> Ended {
    Ended {
        talked,
        evidence,
        ..Ended::broken_off(claim, end)
    }
}
