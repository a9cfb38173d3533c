//! Which address, if any, a message may go to.
//!
//! Nothing leaves an edition that nobody has switched to `live` or `redirect`, and a test edition
//! writes to no real person in any mode.

use crate::domain::reason::Reason;

/// What becomes of an edition's messages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DeliveryMode {
    /// Kept, not sent.
    #[default]
    Hold,
    /// All to one address, for rehearsals.
    Redirect {
        /// The address.
        to: String,
    },
    /// To the people they are for.
    Live,
}

/// How an edition delivers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryRules {
    /// What becomes of messages.
    pub mode: DeliveryMode,
    /// The edition is a rehearsal.
    pub test: bool,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To its recipient.
    Recipient(String),
    /// To the rehearsal's address instead.
    Redirected(String),
}

impl Destination {
    /// The address.
    pub fn address(&self) -> &str {
        match self {
            Self::Recipient(address) | Self::Redirected(address) => address,
        }
    }
}

/// Nothing may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDestination {
    /// Keep it.
    Held(Reason),
    /// There is no address that it may ever go to.
    Suppressed(Reason),
}

/// Top-level domains that RFC 2606 and RFC 6761 reserve: no person reads mail there.
const RESERVED: [&str; 3] = [".test", ".example", ".invalid"];

impl DeliveryRules {
    /// The address that a message to `contact` goes to.
    ///
    /// # Errors
    /// [`NoDestination`] where the rules keep it back or the contact has no address.
    pub fn destination(&self, contact: Option<&str>) -> Result<Destination, NoDestination> {
        let contact = contact.map(str::trim).filter(|address| !address.is_empty());
        match &self.mode {
            DeliveryMode::Hold => Err(NoDestination::Held(Reason::DeliveryMode)),
            DeliveryMode::Redirect { to } if to.trim().is_empty() => {
                Err(NoDestination::Held(Reason::DeliveryMode))
            }
            DeliveryMode::Redirect { to } => match contact {
                Some(_) => Ok(Destination::Redirected(to.trim().to_owned())),
                None => Err(NoDestination::Suppressed(Reason::NoContact)),
            },
            DeliveryMode::Live => match contact {
                None => Err(NoDestination::Suppressed(Reason::NoContact)),
                Some(address) if self.test && !is_reserved(address) => {
                    Err(NoDestination::Suppressed(Reason::TestEdition))
                }
                Some(address) => Ok(Destination::Recipient(address.to_owned())),
            },
        }
    }
}

fn is_reserved(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    RESERVED.iter().any(|domain| address.ends_with(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(mode: DeliveryMode, test: bool) -> DeliveryRules {
        DeliveryRules { mode, test }
    }

    #[test]
    fn nothing_leaves_an_edition_that_nobody_switched_on() {
        assert_eq!(
            DeliveryRules::default().destination(Some("ani@contoh.test")),
            Err(NoDestination::Held(Reason::DeliveryMode))
        );
    }

    #[test]
    fn a_rehearsal_goes_to_one_address() {
        let redirect = rules(
            DeliveryMode::Redirect {
                to: "gladi@contoh.test".to_owned(),
            },
            false,
        );
        assert_eq!(
            redirect.destination(Some("ani@desa.id")),
            Ok(Destination::Redirected("gladi@contoh.test".to_owned()))
        );
    }

    #[test]
    fn a_redirect_to_nowhere_is_a_hold() {
        let redirect = rules(DeliveryMode::Redirect { to: " ".to_owned() }, false);
        assert_eq!(
            redirect.destination(Some("ani@desa.id")),
            Err(NoDestination::Held(Reason::DeliveryMode))
        );
    }

    #[test]
    fn a_test_edition_writes_to_no_real_person() {
        let live_test = rules(DeliveryMode::Live, true);
        assert_eq!(
            live_test.destination(Some("ani@desa.id")),
            Err(NoDestination::Suppressed(Reason::TestEdition))
        );
        assert!(live_test.destination(Some("ani@contoh.TEST")).is_ok());
    }

    #[test]
    fn somebody_erased_gets_nothing() {
        let live = rules(DeliveryMode::Live, false);
        assert_eq!(
            live.destination(None),
            Err(NoDestination::Suppressed(Reason::NoContact))
        );
        assert_eq!(
            live.destination(Some("")),
            Err(NoDestination::Suppressed(Reason::NoContact))
        );
    }
}
