//! Seals what people are written, so that it can be proved for as long as the installation keeps it.

use std::fmt;
use std::sync::Arc;

use ring::rand::{SystemRandom, generate};
use winner_notification_core::sealing::{Offered, Once, Sealed, SealingKeys};

use crate::domain::message::Answer;
use crate::store::claims::Claim;

/// Seals bodies, or keeps none. Cheap to clone.
#[derive(Clone, Default)]
pub struct Keeper {
    keys: Option<Arc<SealingKeys>>,
}

impl Keeper {
    /// Seals with these keys; without keys nothing is kept.
    pub fn new(keys: Option<SealingKeys>) -> Self {
        Self {
            keys: keys.map(Arc::new),
        }
    }

    /// The sealed body of an attempt that got past the point of no return, where the next server took it or
    /// may have: of what it refused nobody has anything to prove.
    ///
    /// A body that cannot be sealed is told of and not kept: that a message goes out matters more.
    pub fn body(&self, claim: &Claim, answer: Answer, body: &[u8]) -> Option<Sealed> {
        let keys = self.keys.as_deref()?;
        if matches!(answer, Answer::Later(_) | Answer::Refused(_)) {
            return None;
        }
        let sealed = seal(keys, claim, body);
        if sealed.is_none() {
            tracing::error!(message_id = %claim.message_id, "message.body.not_sealed");
        }
        sealed
    }
}

fn seal(keys: &SealingKeys, claim: &Claim, body: &[u8]) -> Option<Sealed> {
    let offered = Offered {
        message_id: claim.message_id,
        attempt: u32::try_from(claim.attempt).ok()?,
    };
    // From the system, not from the service's ids: those can be seeded, and one number twice under a key
    // would give both bodies away.
    let once: Once = generate(&SystemRandom::new()).ok()?.expose();
    keys.seal(&offered.bound(), once, body).ok()
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keeper(keeps: {})", self.keys.is_some())
    }
}
