//! The way of one claimed SMS, from its number to its report.
//!
//! HTTP has no dot that could be held back: with its first byte a request may be taken. So everything that
//! can be decided is decided before, the point of no return is recorded and committed, and then the
//! request leaves, once. No answer, or one that nobody described, is unknown. It is never sent again
//! because no receipt came: receipts in Indonesia are a courtesy.

mod letter;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use uuid::Uuid;
use winner_messaging::Ledger;
use winner_notification_core::addresses::AddressKey;
use winner_notification_core::sms::gateway::{Gateway, Refusal, Verdict};
use winner_notification_core::sms::hours::Hours;

use super::booking::{Booked, Booking, Bookings};
use super::pace::{NoTurn, Pace};
use super::sender::Carrier;
use crate::commands::conclude::Ended;
use crate::directory::Reach;
use crate::domain::channel::Channel;
use crate::domain::delivery::DeliveryRules;
use crate::domain::evidence::{Evidence, without_addresses};
use crate::domain::message::{Answer, BrokenOff, Report};
use crate::domain::notice::Notice;
use crate::domain::reason::Reason;
use crate::domain::sms_destination::SmsRules;
use crate::domain::tempo::Slot;
use crate::points;
use crate::sms::client::{Answered, GatewayClient, NoAnswer};
use crate::sms::config::SmsConfig;
use crate::store::claims::Claim;
use crate::store::{opt_outs, sms_uses};
use crate::templates::EditionFace;

pub use letter::{Letter, Words};

/// So many SMS are on their way for each line: while one request is under way, the next is being recorded.
pub const AHEAD: usize = 3;
/// The longest wait for a turn. What does not get one is put back for a moment.
pub const LONGEST_TURN: Duration = Duration::from_secs(20);
/// So long.
const A_MOMENT: Duration = Duration::from_secs(5);

/// What every SMS needs.
pub struct Texting {
    /// Where claims are kept.
    pub ledger: Ledger,
    /// The settings.
    pub config: SmsConfig,
    /// The gateway's name, for proofs.
    pub route: Arc<str>,
    /// The gateway's description.
    pub gateway: Gateway,
    /// What speaks to it.
    pub client: GatewayClient,
    /// Where receipts go; empty where nobody is told.
    pub receipt_url: String,
    /// Which numbers SMS may go to.
    pub rules: SmsRules,
    /// When they may go.
    pub hours: Hours,
    /// The words.
    pub words: Box<dyn Words>,
    /// Hashes numbers.
    pub key: AddressKey,
    /// Where SMS are booked and points of no return recorded.
    pub bookings: Bookings,
    /// Whose turn it is.
    pub pace: Pace,
    /// One permit for every request that may be under way at once.
    pub lines: Semaphore,
    /// How messages outside editions are delivered.
    pub outside_rules: DeliveryRules,
    /// What they show as their edition.
    pub outside_face: EditionFace,
    /// How many attempts in a row failed for the gateway's sake.
    pub trouble: AtomicU32,
}

impl Texting {
    async fn send(&self, claim: Claim, reach: Option<Reach>) -> Option<Ended> {
        let letter = match self.write(&claim, reach.as_ref()) {
            Ok(letter) => letter,
            Err(end) => return Some(Ended::broken_off(&claim, end)),
        };
        let broken_off = |end| {
            Some(Ended {
                evidence: self.evidence(&letter),
                ..Ended::broken_off(&claim, end)
            })
        };
        points::hit("texting.turn.before").await;
        let mut slot = match self.turn().await {
            Ok(slot) => slot,
            Err(end) => return broken_off(end),
        };
        let booking = Booking {
            message_id: claim.message_id,
            fence: claim.fence,
            number: self.key.hash(Channel::Sms.code(), letter.to.e164()),
            rupiah: self.config.rupiah_per_sms.saturating_mul(letter.segments),
        };
        points::hit("texting.cross.before").await;
        match self.bookings.book(booking).await {
            Ok(Booked::Crossed) => {}
            Ok(Booked::Capped(wait)) => return broken_off(BrokenOff::NotYet(Reason::Capped, wait)),
            Ok(Booked::Suppressed(reason)) => return broken_off(BrokenOff::Unaddressable(reason)),
            Ok(Booked::Lost) => {
                tracing::warn!(message_id = %claim.message_id, "message.lease.lost");
                return None;
            }
            Err(error) => {
                // Whether the record was made is not known; that no byte was written is.
                tracing::warn!(message_id = %claim.message_id, %error, "message.cross.failed");
                return broken_off(BrokenOff::Later(Reason::ConnectionLost));
            }
        }
        points::hit("texting.cross.after").await;
        let Ok(_line) = self.lines.acquire().await else {
            // Nobody closes it.
            return broken_off(BrokenOff::Untried);
        };
        while slot.is_some_and(|slot| Instant::now() > slot.latest) {
            // Recording took longer than the turn: the next one, then.
            slot = match self.turn().await {
                Ok(slot) => slot,
                Err(end) => {
                    self.take_back(&claim).await;
                    return broken_off(end);
                }
            };
        }
        let answered = self.client.send(letter.request.clone()).await;
        points::hit("texting.answer.after").await;
        Some(self.conclude(&claim, &letter, answered).await)
    }

    async fn turn(&self) -> Result<Option<Slot<Instant>>, BrokenOff> {
        let turn = self.pace.turn(Instant::now() + LONGEST_TURN).await;
        turn.map_err(|none| match none {
            NoTurn::TooLate => BrokenOff::NotYet(Reason::Capped, A_MOMENT),
            NoTurn::Store(error) => {
                tracing::warn!(%error, "texting.turn.failed");
                BrokenOff::Later(Reason::ConnectionLost)
            }
        })
    }

    /// The report of a request that left, or may have.
    async fn conclude(
        &self,
        claim: &Claim,
        letter: &Letter,
        answered: Result<Answered, NoAnswer>,
    ) -> Ended {
        let mut evidence = self.evidence(letter);
        let report = match answered {
            Ok(answered) => {
                evidence.status_code = Some(answered.status);
                evidence.answer = self
                    .gateway
                    .said(&answered.answer())
                    .filter(|said| !letter.to.is_in(said))
                    .map(|said| without_addresses(&said));
                let verdict = self.gateway.judge(&answered.answer());
                Report::Answered(self.take(verdict, answered.status, &mut evidence))
            }
            Err(none @ (NoAnswer::NotConnected | NoAnswer::Unwritable)) => {
                tracing::warn!(message_id = %claim.message_id, error = %none, "gateway.not_reached");
                self.trouble.fetch_add(1, Ordering::Relaxed);
                // Nothing left, and so nothing can be out.
                Report::BrokenOff(BrokenOff::Later(Reason::RelayUnreachable))
            }
            Err(NoAnswer::Lost) => Report::Answered(Answer::None(Reason::AnswerLost)),
            Err(NoAnswer::TimedOut) => Report::Answered(Answer::None(Reason::AnswerTimedOut)),
        };
        let certainly_not_out = matches!(
            report,
            Report::BrokenOff(_) | Report::Answered(Answer::Later(_) | Answer::Refused(_))
        );
        if certainly_not_out {
            self.take_back(claim).await;
        }
        Ended {
            message_id: claim.message_id,
            fence: claim.fence,
            report,
            talked: true,
            evidence,
        }
    }

    fn take(&self, verdict: Verdict, status_code: u16, evidence: &mut Evidence) -> Answer {
        let trouble = verdict == Verdict::Later;
        if trouble {
            self.trouble.fetch_add(1, Ordering::Relaxed);
        } else {
            self.trouble.store(0, Ordering::Relaxed);
        }
        match verdict {
            Verdict::Accepted { id } => {
                evidence.provider_id = id;
                Answer::Accepted { status_code }
            }
            Verdict::Later => Answer::Later(Reason::Deferred),
            Verdict::Refused(Refusal::Number) => Answer::Refused(Reason::NumberRefused),
            Verdict::Refused(Refusal::Message) => Answer::Refused(Reason::GatewayRefused),
            Verdict::Unknown => Answer::None(Reason::AnswerUnclear),
        }
    }

    /// It did not go out after all, so it counts for nothing.
    async fn take_back(&self, claim: &Claim) {
        if let Err(error) = sms_uses::take_back(self.ledger.pool(), claim.fence).await {
            // It counts for a day, then: the caps err on the safe side.
            tracing::warn!(message_id = %claim.message_id, %error, "texting.take_back.failed");
        }
    }

    fn evidence(&self, letter: &Letter) -> Evidence {
        Evidence {
            route: Some(Arc::clone(&self.route)),
            content_hash: Some(letter.hash),
            ..Evidence::default()
        }
    }
}

impl Carrier for Texting {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    async fn deliver(&self, claim: Claim, reach: Option<Reach>) -> Option<Ended> {
        self.send(claim, reach).await
    }

    /// Who wants no more messages of a kind wants no SMS of it either.
    async fn obstacles(
        &self,
        claims: &[Claim],
        _: &HashMap<Uuid, Reach>,
    ) -> Result<HashMap<Uuid, Reason>, sqlx::Error> {
        let informative =
            |claim: &&Claim| claim.notice.as_ref().is_some_and(Notice::is_informative);
        let messages: Vec<Uuid> = claims
            .iter()
            .filter(informative)
            .map(|claim| claim.message_id)
            .collect();
        if messages.is_empty() {
            return Ok(HashMap::new());
        }
        let unwanted = opt_outs::unwanted(self.ledger.pool(), &messages).await?;
        Ok(unwanted
            .into_iter()
            .map(|id| (id, Reason::Unsubscribed))
            .collect())
    }

    fn trouble(&self) -> u32 {
        self.trouble.load(Ordering::Relaxed)
    }

    async fn close(&self) {}
}
