//! The three headers by which an endpoint knows that a delivery is ours, unaltered and fresh.
//!
//! Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one `v1,` signature for each live secret, so
//! that its owner may change secrets at leisure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;
use uuid::Uuid;

use super::secret::Secret;

/// Names the delivery: the same in every attempt, so that an endpoint knows what it has seen.
pub const ID: &str = "webhook-id";
/// When this attempt was made, in seconds since 1970; endpoints refuse old ones.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// The headers of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The value of [`ID`].
    pub id: String,
    /// The value of [`TIMESTAMP`].
    pub timestamp: String,
    /// The value of [`SIGNATURE`].
    pub signature: String,
}

/// Signs `body` as it will be sent at `at` (real time), by every live secret in turn.
///
/// The id has no dot, so `id.timestamp.body` can be read in one way only.
pub fn sign(id: Uuid, at: OffsetDateTime, body: &[u8], secrets: &[Secret]) -> Signed {
    let id = id.to_string();
    let timestamp = at.unix_timestamp().to_string();
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
            format!("v1,{}", STANDARD.encode(secret.authenticate(&parts)))
        })
        .collect();
    Signed {
        id,
        timestamp,
        signature: signatures.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    fn secret(byte: u8) -> Secret {
        Secret::from_bytes(&[byte; 32]).unwrap()
    }

    #[test]
    fn while_two_secrets_live_either_of_them_verifies() {
        let (old, new) = (secret(1), secret(2));
        let id = Uuid::from_u128(7);
        let both = sign(id, at(1_800_000_000), b"{}", &[new.clone(), old.clone()]);
        let one = |secret| sign(id, at(1_800_000_000), b"{}", &[secret]).signature;
        assert_eq!(both.signature, format!("{} {}", one(new), one(old)));
        assert_eq!(both.timestamp, "1800000000");
    }

    proptest! {
        #[test]
        fn whatever_is_altered_alters_the_signature(
            body in proptest::collection::vec(any::<u8>(), 1..200), flip in any::<prop::sample::Index>(),
        ) {
            let of = |id, seconds, body: &[u8], byte| {
                sign(Uuid::from_u128(id), at(seconds), body, &[secret(byte)]).signature
            };
            let mut altered = body.clone();
            altered[flip.index(body.len())] ^= 1;
            let original = of(7, 1_800_000_000, &body, 1);
            prop_assert_ne!(&original, &of(7, 1_800_000_000, &altered, 1));
            prop_assert_ne!(&original, &of(8, 1_800_000_000, &body, 1));
            prop_assert_ne!(&original, &of(7, 1_800_000_001, &body, 1));
            prop_assert_ne!(&original, &of(7, 1_800_000_000, &body, 2));
        }
    }
}
