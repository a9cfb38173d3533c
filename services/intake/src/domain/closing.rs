//! Closing a wave: how many were accepted, and one hash that stands for them all.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::ids::SubmissionId;
use super::submission::content::ContentHash;

/// A submission as it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The submission.
    pub submission: SubmissionId,
    /// The version sealed.
    pub version: i32,
    /// The salted hash of its content.
    pub content_hash: ContentHash,
}

/// SHA-256 over the accepted submissions of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RootHash([u8; 32]);

impl RootHash {
    /// One line `{submission} {version} {content hash in hexadecimal}\n` for each, sorted by the
    /// submission's id; the same for any order given.
    pub fn over(accepted: &[Accepted]) -> Self {
        let mut sorted: Vec<&Accepted> = accepted.iter().collect();
        sorted.sort_by_key(|one| (one.submission, one.version));
        let mut hash = Sha256::new();
        for one in sorted {
            hash.update(format!(
                "{} {} {}\n",
                one.submission, one.version, one.content_hash
            ));
        }
        Self(hash.finalize().into())
    }

    /// For a database column.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From a database column; `None` unless it has 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for RootHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn accepted(id: u128, version: i32) -> Accepted {
        Accepted {
            submission: SubmissionId::from_uuid(Uuid::from_u128(id)),
            version,
            content_hash: ContentHash::of(&[7; 16], &id.to_string()),
        }
    }

    #[test]
    fn an_empty_wave_has_the_hash_of_nothing() {
        assert_eq!(
            RootHash::over(&[]).to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_hash_and_any_change_another(ids in proptest::collection::btree_set(any::<u128>(), 1..20)) {
            let sorted: Vec<_> = ids.iter().map(|id| accepted(*id, 1)).collect();
            let reversed: Vec<_> = sorted.iter().rev().copied().collect();
            prop_assert_eq!(RootHash::over(&sorted), RootHash::over(&reversed));
            let mut changed = sorted.clone();
            changed[0].version = 2;
            prop_assert_ne!(RootHash::over(&sorted), RootHash::over(&changed));
            prop_assert_ne!(RootHash::over(&sorted), RootHash::over(&sorted[1..]));
        }
    }
}
