//! Receipts: the proof that one event is in the record, for a judge or an applicant to keep.

use serde::{Deserialize, Serialize};

use super::keys::VerifyingKey;
use super::merkle::{Tree, includes, leaf_hash};
use super::note::{NoteError, SignedCheckpoint};
use crate::canonical::Digest;

/// The proof that a leaf is in the log at a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The leaf's index.
    pub index: usize,
    /// The hashes beside the way to the root.
    pub proof: Vec<Digest>,
    /// The signed checkpoint, as text.
    pub checkpoint: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The checkpoint does not verify.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The proof does not lead from the event to the root.
    #[error("the event is not in the record at this place")]
    NotIncluded,
}

impl Receipt {
    /// The receipt of leaf `index`; `None` when the tree does not match the checkpoint or has no such leaf.
    pub fn of(tree: &Tree, index: usize, checkpoint: &SignedCheckpoint) -> Option<Self> {
        let size = usize::try_from(checkpoint.checkpoint.size).ok()?;
        let fits = tree.root_at(size)? == checkpoint.checkpoint.root;
        let proof = tree.inclusion(index, size).filter(|_| fits)?;
        Some(Self {
            index,
            proof,
            checkpoint: checkpoint.to_text(),
        })
    }

    /// Verifies that the event with these canonical bytes is in the record.
    ///
    /// # Errors
    /// [`ReceiptError`] when the checkpoint or the proof does not hold.
    pub fn verify(&self, event: &[u8], keys: &[VerifyingKey]) -> Result<(), ReceiptError> {
        let signed = SignedCheckpoint::parse(&self.checkpoint)?;
        signed.verify(keys)?;
        let size = usize::try_from(signed.checkpoint.size).unwrap_or(0);
        let root = signed.checkpoint.root;
        if includes(leaf_hash(event), self.index, size, &self.proof, root) {
            Ok(())
        } else {
            Err(ReceiptError::NotIncluded)
        }
    }
}
