//! The way of one claimed message, from its contact to its report.
//!
//! The order is what matters: nothing personal is kept, the mail is offered without its final dot, the
//! point of no return is recorded and committed, and only then the dot is let go. Killed anywhere
//! before that commit, the message is not out; killed anywhere after it, the record says that it may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use winner_messaging::Ledger;
use winner_platform::telemetry::Personal;

use super::crossing::Crossing;
use super::keeper::Keeper;
use super::sender::Carrier;
use crate::commands::conclude::Ended;
use crate::directory::Reach;
use crate::domain::channel::Channel;
use crate::domain::delivery::{DeliveryRules, Destination, NoDestination};
use crate::domain::evidence::{Evidence, without_addresses};
use crate::domain::message::{BrokenOff, Report};
use crate::domain::reason::Reason;
use crate::points;
use crate::smtp::{BeforeDot, OutgoingMail, Relay, Sender};
use crate::store::claims::Claim;
use crate::templates::{Addressee, EditionFace, Templates};

/// What every delivery needs.
pub struct Desk {
    /// Where claims are kept.
    pub ledger: Ledger,
    /// The mail server.
    pub relay: Relay,
    /// The words.
    pub templates: Templates,
    /// Who writes.
    pub sender: Sender,
    /// Where points of no return are recorded.
    pub crossing: Crossing,
    /// What is kept of bodies.
    pub keeper: Keeper,
    /// How messages outside editions are delivered.
    pub outside_rules: DeliveryRules,
    /// What marks made-up data in them.
    pub outside_notice: String,
    /// How many attempts in a row failed for the relay's sake.
    pub trouble: Arc<AtomicU32>,
}

/// A mail that is ready, or why there is none.
type Prepared = Result<OutgoingMail, BrokenOff>;

impl Desk {
    async fn send(&self, claim: Claim, reach: Option<Reach>) -> Option<Ended> {
        let mail = match self.prepare(&claim, reach) {
            Ok(mail) => mail,
            Err(end) => return Some(Ended::broken_off(&claim, end)),
        };
        points::hit("sender.offer.before").await;
        let offered = match self.relay.offer(&mail).await {
            Ok(offered) => offered,
            Err(failure) => return Some(self.not_offered(&claim, &mail, &failure)),
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
                let evidence = self.evidence(&mail);
                return Some(broken_off(&claim, later, true, evidence));
            }
        }
        points::hit("sender.cross.after").await;
        let (outcome, connection) = offered.let_go().await;
        points::hit("sender.dot.after").await;
        self.trouble.store(0, Ordering::Relaxed);
        if let Some(connection) = connection {
            self.relay.put_back(connection);
        }
        let answer = outcome.answer();
        Some(Ended {
            message_id: claim.message_id,
            fence: claim.fence,
            report: Report::Answered(answer),
            talked: true,
            evidence: Evidence {
                status_code: outcome.status_code(),
                answer: outcome.said().map(without_addresses),
                body: self.keeper.body(&claim, answer, mail.content()),
                ..self.evidence(&mail)
            },
        })
    }

    fn evidence(&self, mail: &OutgoingMail) -> Evidence {
        Evidence {
            route: Some(self.relay.name()),
            content_hash: Some(mail.hash()),
            ..Evidence::default()
        }
    }

    /// Decides where the mail goes and writes it.
    fn prepare(&self, claim: &Claim, reach: Option<Reach>) -> Prepared {
        let now = self.ledger.clock().business();
        if claim.useful_until.is_some_and(|until| until < now) {
            return Err(BrokenOff::TooLate);
        }
        let Some(notice) = &claim.notice else {
            // Written by a newer version of this service, which will send it.
            return Err(BrokenOff::Later(Reason::NotRenderable));
        };
        let rules = if claim.edition.edition_id.is_empty() {
            self.outside_rules.clone()
        } else {
            claim.rules.clone().unwrap_or_default()
        };
        let email = reach.as_ref().map(|reach| reach.email.reveal().as_str());
        let destination = rules.destination(email).map_err(|none| match none {
            NoDestination::Held(reason) => BrokenOff::Held(reason),
            NoDestination::Suppressed(reason) => BrokenOff::Unaddressable(reason),
        })?;
        let Some(reach) = reach else {
            return Err(BrokenOff::Unaddressable(Reason::NoContact));
        };
        let reader = Addressee {
            display_name: reach.display_name.into_revealed(),
            language: reach.language,
            zone: reach.zone,
            invitation_token: reach.invitation_token.into_revealed(),
            redirected: matches!(destination, Destination::Redirected(_)),
        };
        let rendered = self
            .templates
            .render(notice, &self.face(claim), &reader)
            .map_err(|error| {
                tracing::error!(message_id = %claim.message_id, %error, "message.not_renderable");
                BrokenOff::Refused(Reason::NotRenderable)
            })?;
        let name = if reader.redirected {
            ""
        } else {
            reader.display_name.as_str()
        };
        let address = Personal::new(destination.address());
        let now = self.ledger.clock().real();
        OutgoingMail::build(
            &self.sender,
            claim.message_id,
            address.reveal(),
            name,
            &rendered,
            now,
        )
        .map_err(|error| {
            tracing::warn!(message_id = %claim.message_id, %error, "message.address_invalid");
            BrokenOff::Unaddressable(Reason::AddressInvalid)
        })
    }

    fn face(&self, claim: &Claim) -> EditionFace {
        if claim.edition.edition_id.is_empty() {
            let data_notice = self.outside_notice.clone();
            EditionFace {
                data_notice,
                ..EditionFace::default()
            }
        } else {
            claim.edition.clone()
        }
    }

    fn not_offered(&self, claim: &Claim, mail: &OutgoingMail, failure: &BeforeDot) -> Ended {
        if failure.concerns_the_relay() {
            self.trouble.fetch_add(1, Ordering::Relaxed);
        } else {
            self.trouble.store(0, Ordering::Relaxed);
        }
        let cause = std::error::Error::source(failure).map(ToString::to_string);
        tracing::warn!(message_id = %claim.message_id, error = %failure, cause, "smtp.not_offered");
        let talked = !matches!(failure, BeforeDot::Unreachable(_));
        let evidence = Evidence {
            status_code: failure.status_code(),
            answer: failure.said().map(without_addresses),
            ..self.evidence(mail)
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
        self.relay.close().await;
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
