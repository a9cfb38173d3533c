//! Which number, if any, an SMS may go to.
//!
//! As with mail, nothing leaves an edition that nobody has switched on, and a test edition writes to no
//! real person. No range of Indonesian numbers is reserved for tests, so a test edition's SMS go nowhere
//! but to numbers that the installation calls its own.

use winner_notification_core::sms::number::{Countries, Mobile, Refused};

use super::delivery::{DeliveryMode, DeliveryRules, NoDestination};
use super::reason::Reason;

/// What this installation allows.
#[derive(Debug, Clone)]
pub struct SmsRules {
    /// The countries to whose mobile numbers SMS may go.
    pub countries: Countries,
    /// Where SMS of rehearsals go; without it they are kept back.
    pub redirect_to: Option<Mobile>,
    /// What numbers begin with, in E.164, that belong to nobody or to us.
    pub test_prefixes: Vec<String>,
}

/// Where an SMS goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsDestination {
    /// To its recipient.
    Recipient(Mobile),
    /// To the rehearsal's number instead.
    Redirected(Mobile),
}

impl SmsDestination {
    /// The number.
    pub const fn number(&self) -> &Mobile {
        match self {
            Self::Recipient(number) | Self::Redirected(number) => number,
        }
    }
}

impl SmsRules {
    /// The number that an SMS to `phone` goes to.
    ///
    /// # Errors
    /// [`NoDestination`] where the rules keep it back, or there is no number that it may go to.
    pub fn destination(
        &self,
        rules: &DeliveryRules,
        phone: &str,
    ) -> Result<SmsDestination, NoDestination> {
        if rules.mode == DeliveryMode::Hold {
            return Err(NoDestination::Held(Reason::DeliveryMode));
        }
        let number = self.countries.mobile(phone).map_err(|refused| {
            NoDestination::Suppressed(match refused {
                Refused::Empty => Reason::NoContact,
                _ => Reason::NumberRefused,
            })
        })?;
        match (&rules.mode, &self.redirect_to) {
            (DeliveryMode::Redirect { .. }, Some(ours)) => {
                Ok(SmsDestination::Redirected(ours.clone()))
            }
            (DeliveryMode::Redirect { .. } | DeliveryMode::Hold, _) => {
                Err(NoDestination::Held(Reason::DeliveryMode))
            }
            (DeliveryMode::Live, _) if rules.test && !self.is_for_tests(&number) => {
                Err(NoDestination::Suppressed(Reason::TestEdition))
            }
            (DeliveryMode::Live, _) => Ok(SmsDestination::Recipient(number)),
        }
    }

    fn is_for_tests(&self, number: &Mobile) -> bool {
        let e164 = number.e164();
        self.test_prefixes
            .iter()
            .any(|prefix| e164.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "0812-3456-7890";

    fn sms(redirect_to: Option<&str>) -> SmsRules {
        SmsRules {
            countries: Countries::INDONESIA,
            redirect_to: redirect_to.map(|ours| Countries::INDONESIA.mobile(ours).unwrap()),
            test_prefixes: vec!["+6281100".to_owned()],
        }
    }

    fn rules(mode: DeliveryMode, test: bool) -> DeliveryRules {
        DeliveryRules { mode, test }
    }

    fn redirect() -> DeliveryMode {
        DeliveryMode::Redirect {
            to: "gladi@contoh.test".to_owned(),
        }
    }

    #[test]
    fn nothing_leaves_an_edition_that_nobody_switched_on() {
        assert_eq!(
            sms(None).destination(&DeliveryRules::default(), PHONE),
            Err(NoDestination::Held(Reason::DeliveryMode))
        );
    }

    #[test]
    fn a_rehearsals_sms_are_kept_back_or_go_to_its_number() {
        let rehearsal = rules(redirect(), true);
        assert_eq!(
            sms(None).destination(&rehearsal, PHONE),
            Err(NoDestination::Held(Reason::DeliveryMode))
        );
        let redirected = sms(Some("081199988877")).destination(&rehearsal, PHONE);
        assert_eq!(redirected.unwrap().number().e164(), "+6281199988877");
    }

    #[test]
    fn a_test_edition_writes_to_no_real_number() {
        let test = rules(DeliveryMode::Live, true);
        assert_eq!(
            sms(None).destination(&test, PHONE),
            Err(NoDestination::Suppressed(Reason::TestEdition))
        );
        assert!(sms(None).destination(&test, "0811-0000-1234").is_ok());
    }

    #[test]
    fn landlines_and_missing_numbers_are_told_apart() {
        let live = rules(DeliveryMode::Live, false);
        for (phone, reason) in [
            ("", Reason::NoContact),
            ("(021) 345-6789", Reason::NumberRefused),
            ("+65 9123 4567", Reason::NumberRefused),
        ] {
            assert_eq!(
                sms(None).destination(&live, phone),
                Err(NoDestination::Suppressed(reason))
            );
        }
        assert!(matches!(
            sms(None).destination(&live, PHONE),
            Ok(SmsDestination::Recipient(_))
        ));
    }
}
