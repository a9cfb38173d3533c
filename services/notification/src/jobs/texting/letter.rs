//! Writes an SMS: decides where it goes, whether it may go now, and what it says.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use winner_notification_core::sms::gateway::{Outgoing, Request};
use winner_notification_core::sms::number::Mobile;
use winner_notification_core::sms::plain::plain;
use winner_notification_core::sms::segments::cut;

use super::Texting;
use crate::directory::Reach;
use crate::domain::delivery::NoDestination;
use crate::domain::message::BrokenOff;
use crate::domain::notice::Notice;
use crate::domain::reason::Reason;
use crate::domain::sms_destination::SmsDestination;
use crate::sms::receipts::reference;
use crate::store::claims::Claim;
use crate::templates::{Addressee, EditionFace, RenderError, Templates};

/// Writes the text of a notice.
pub trait Words: Send + Sync {
    /// The text for one reader.
    ///
    /// # Errors
    /// [`RenderError`] where it cannot be written.
    fn write(
        &self,
        notice: &Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<String, RenderError>;
}

impl Words for Templates {
    fn write(
        &self,
        notice: &Notice,
        edition: &EditionFace,
        reader: &Addressee,
    ) -> Result<String, RenderError> {
        self.render_sms(notice, edition, reader)
    }
}

/// An SMS that is ready to leave.
pub struct Letter {
    /// The number.
    pub to: Mobile,
    /// The request.
    pub request: Request,
    /// How many SMS it needs.
    pub segments: u64,
    /// SHA-256 of the text as offered.
    pub hash: [u8; 32],
}

impl Texting {
    /// Writes an SMS, or says why there is none.
    pub(super) fn write(&self, claim: &Claim, reach: Option<&Reach>) -> Result<Letter, BrokenOff> {
        let now = self.ledger.clock().business();
        if claim.useful_until.is_some_and(|until| until < now) {
            return Err(BrokenOff::TooLate);
        }
        if let Some(reason) = claim.obstacle {
            return Err(BrokenOff::Unaddressable(reason));
        }
        let Some(notice) = &claim.notice else {
            // Written by a newer version of this service, which will send it.
            return Err(BrokenOff::Later(Reason::NotRenderable));
        };
        let outside = claim.edition.edition_id.is_empty();
        let rules = if outside {
            self.outside_rules.clone()
        } else {
            claim.rules.clone().unwrap_or_default()
        };
        let phone = reach.map(|reach| reach.phone.reveal().as_str());
        let destination = self
            .rules
            .destination(&rules, phone.unwrap_or_default())
            .map_err(|none| match none {
                NoDestination::Held(reason) => BrokenOff::Held(reason),
                NoDestination::Suppressed(reason) => BrokenOff::Unaddressable(reason),
            })?;
        let reach = reach.ok_or(BrokenOff::Unaddressable(Reason::NoContact))?;
        let redirected = matches!(destination, SmsDestination::Redirected(_));
        if !redirected && !self.config.is_registered(notice.template()) {
            let purpose = notice.template();
            tracing::error!(message_id = %claim.message_id, purpose, "texting.not_registered");
            return Err(BrokenOff::Refused(Reason::NotRegistered));
        }
        self.wait_for_morning(reach)?;
        let reader = Addressee {
            display_name: reach.display_name.reveal().clone(),
            language: reach.language,
            zone: reach.zone,
            invitation_token: reach.invitation_token.reveal().clone(),
            redirected,
            unsubscribe_url: None,
        };
        let face = if outside {
            &self.outside_face
        } else {
            &claim.edition
        };
        let (text, segments) = self.text(claim, notice, face, &reader)?;
        let request = self.request(claim, destination.number(), &text)?;
        Ok(Letter {
            to: destination.number().clone(),
            request,
            segments,
            hash: Sha256::digest(&text).into(),
        })
    }

    /// Nobody is woken: outside the hours it waits for their begin, where its reader lives.
    fn wait_for_morning(&self, reach: &Reach) -> Result<(), BrokenOff> {
        let now = self.ledger.clock().real().as_offset();
        let wait = self.hours.next(now, reach.zone.offset()) - now;
        match Duration::try_from(wait) {
            Ok(wait) if !wait.is_zero() => Err(BrokenOff::NotYet(Reason::QuietHours, wait)),
            _ => Ok(()),
        }
    }

    /// The text in the GSM alphabet, and how many SMS it needs.
    fn text(
        &self,
        claim: &Claim,
        notice: &Notice,
        face: &EditionFace,
        reader: &Addressee,
    ) -> Result<(String, u64), BrokenOff> {
        let message_id = claim.message_id;
        let refused = BrokenOff::Refused(Reason::NotRenderable);
        let written = self.words.write(notice, face, reader).map_err(|error| {
            tracing::error!(%message_id, %error, "message.not_renderable");
            refused
        })?;
        let plain = plain(&written);
        if !plain.is_faithful() {
            let (dropped, lost) = (plain.dropped.len(), plain.lost.len());
            tracing::warn!(%message_id, dropped, lost, "texting.characters_lost");
        }
        if !plain.text.contains(&self.config.brand) {
            tracing::error!(%message_id, purpose = notice.template(), "texting.brand_missing");
            return Err(refused);
        }
        let segments = cut(&plain.text).map_or(usize::MAX, |segments| segments.parts.len());
        if segments > self.config.max_segments {
            tracing::error!(%message_id, purpose = notice.template(), segments, "texting.too_long");
            return Err(refused);
        }
        Ok((plain.text, u64::try_from(segments).unwrap_or(u64::MAX)))
    }

    fn request(&self, claim: &Claim, to: &Mobile, text: &str) -> Result<Request, BrokenOff> {
        let outgoing = Outgoing {
            to,
            text,
            sender: &self.config.sender,
            reference: &reference(claim.message_id, claim.attempt),
            receipt_url: &self.receipt_url,
        };
        self.gateway.describe(&outgoing).map_err(|error| {
            tracing::error!(message_id = %claim.message_id, %error, "texting.not_described");
            BrokenOff::Refused(Reason::GatewayRefused)
        })
    }
}
