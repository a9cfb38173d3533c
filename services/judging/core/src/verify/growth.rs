//! Whether a record has only grown since an earlier checkpoint of it.

use crate::record::merkle::is_consistent;
use crate::record::{Bundle, BundleError, NoteError, SignedCheckpoint, VerifyingKey, bundle};

/// Why a record does not continue an earlier one.
#[derive(Debug, thiserror::Error)]
pub enum GrowthError {
    /// The record itself does not hold.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The earlier checkpoint does not hold.
    #[error("the earlier checkpoint: {0}")]
    Earlier(#[from] NoteError),
    /// They are of different logs.
    #[error("the earlier checkpoint is of another log, `{0}`")]
    OtherLog(String),
    /// What the earlier checkpoint covered was changed or taken away.
    #[error("what the record held at {size} events was changed since")]
    Rewritten {
        /// How many events the earlier checkpoint covers.
        size: u64,
    },
}

/// Checks, by a consistency proof, that the first events of a record are still those of an earlier checkpoint; returns how many
/// these are. `earlier` is a checkpoint or a whole record.
///
/// # Errors
/// [`GrowthError`] when one of the two does not hold, or the record was rewritten.
pub fn growth(record: &[u8], earlier: &str, known: &[VerifyingKey]) -> Result<u64, GrowthError> {
    let record = Bundle::parse(record, known)?;
    let keys = record.keys(known)?;
    let earlier = SignedCheckpoint::parse(bundle::note_of(earlier))?;
    if earlier.checkpoint.origin != record.checkpoint.checkpoint.origin {
        return Err(GrowthError::OtherLog(earlier.checkpoint.origin));
    }
    earlier.verify(&keys)?;
    let size = earlier.checkpoint.size;
    let rewritten = GrowthError::Rewritten { size };
    let tree = bundle::tree(&record.events).map_err(BundleError::from)?;
    let (Ok(old), new) = (usize::try_from(size), tree.size()) else {
        return Err(rewritten);
    };
    let Some(proof) = tree.consistency(old, new) else {
        return Err(rewritten);
    };
    let (before, now) = ((old, earlier.checkpoint.root), (new, tree.root()));
    if is_consistent(before, now, &proof) {
        Ok(size)
    } else {
        Err(rewritten)
    }
}
