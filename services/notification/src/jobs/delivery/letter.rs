//! Writes a claimed message as a mail, or says why there is none.

use uuid::Uuid;
use winner_notification_core::mail::unsubscribe::Subscription;
use winner_platform::telemetry::Personal;

use super::Desk;
use crate::directory::Reach;
use crate::domain::delivery::{Destination, NoDestination};
use crate::domain::message::BrokenOff;
use crate::domain::notice::Notice;
use crate::domain::reason::Reason;
use crate::smtp::{Leaving, Letter, OutgoingMail};
use crate::store::claims::Claim;
use crate::store::messages::Recipient;
use crate::templates::{Addressee, EditionFace};

impl Desk {
    /// Decides where the mail goes and writes it.
    pub(super) fn write(
        &self,
        claim: &Claim,
        reach: Option<Reach>,
    ) -> Result<OutgoingMail, BrokenOff> {
        let now = self.ledger.clock().business();
        if claim.useful_until.is_some_and(|until| until < now) {
            return Err(BrokenOff::TooLate);
        }
        let Some(notice) = &claim.notice else {
            // Written by a newer version of this service, which will send it.
            return Err(BrokenOff::Later(Reason::NotRenderable));
        };
        let destination = self.destination(claim, reach.as_ref())?;
        if let Some(reason) = claim.obstacle {
            return Err(BrokenOff::Unaddressable(reason));
        }
        let Some(reach) = reach else {
            return Err(BrokenOff::Unaddressable(Reason::NoContact));
        };
        let redirected = matches!(destination, Destination::Redirected(_));
        let leaving = self.leaving(claim, notice, redirected);
        let reader = Addressee {
            display_name: reach.display_name.into_revealed(),
            language: reach.language,
            zone: reach.zone,
            invitation_token: reach.invitation_token.into_revealed(),
            redirected,
            unsubscribe_url: leaving.as_ref().and_then(|leaving| leaving.link.clone()),
        };
        let rendered = self
            .templates
            .render(notice, &self.face(claim), &reader)
            .map_err(|error| {
                tracing::error!(message_id = %claim.message_id, %error, "message.not_renderable");
                BrokenOff::Refused(Reason::NotRenderable)
            })?;
        let address = Personal::new(destination.address());
        let return_path = self.return_path(claim.message_id);
        let letter = Letter {
            id: claim.message_id,
            recipient: address.reveal(),
            display_name: if redirected { "" } else { &reader.display_name },
            rendered: &rendered,
            return_path: return_path.as_deref(),
            leaving: leaving.as_ref(),
            now: self.ledger.clock().real(),
        };
        OutgoingMail::build(&self.sender, &letter).map_err(|error| {
            tracing::warn!(message_id = %claim.message_id, %error, "message.address_invalid");
            BrokenOff::Unaddressable(Reason::AddressInvalid)
        })
    }

    /// The address that it goes to by its edition's rules.
    pub(super) fn destination(
        &self,
        claim: &Claim,
        reach: Option<&Reach>,
    ) -> Result<Destination, BrokenOff> {
        let rules = if claim.edition.edition_id.is_empty() {
            self.outside_rules.clone()
        } else {
            claim.rules.clone().unwrap_or_default()
        };
        let email = reach.map(|reach| reach.email.reveal().as_str());
        rules.destination(email).map_err(|none| match none {
            NoDestination::Held(reason) => BrokenOff::Held(reason),
            NoDestination::Suppressed(reason) => BrokenOff::Unaddressable(reason),
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

    fn return_path(&self, message_id: Uuid) -> Option<String> {
        self.ways_back.as_ref()?.return_path(message_id)
    }

    /// How its reader leaves. A rehearsal's mail is read by somebody else, who must not leave for them.
    fn leaving(&self, claim: &Claim, notice: &Notice, redirected: bool) -> Option<Leaving> {
        let ways_back = self.ways_back.as_ref()?;
        let Recipient::Person(person) = claim.recipient else {
            return None;
        };
        if !notice.is_informative() || redirected {
            return None;
        }
        let subscription = Subscription {
            person,
            edition: claim.edition.edition_id.clone(),
            purpose: notice.template().to_owned(),
        };
        let leaving = Leaving {
            link: ways_back.leaving_link(&subscription),
            mailbox: ways_back.leaving_address(claim.message_id),
        };
        (leaving != Leaving::default()).then_some(leaving)
    }
}
