//! The record: what lets an outsider prove a result without trusting who published it.
//!
//! Every event of a round is canonical JSON and a leaf of a Merkle tree (RFC 6962, RFC 9162); a signed
//! checkpoint (C2SP tlog-checkpoint) states the tree's size and root, and witnesses the organiser does not
//! run cosign it (C2SP tlog-cosignature). Whoever holds a checkpoint can later be shown that nothing before
//! it was changed. What this cannot stop: a lie at the time of entry, coercion of a judge, or an organiser
//! who never publishes a checkpoint.
//!
//! Personal data is never in a leaf: leaves hold commitments whose key can be destroyed
//! ([`commitment`]).

pub mod bundle;
pub mod commitment;
pub mod event;
pub mod keys;
pub mod merkle;
pub mod note;
pub mod receipt;

pub use bundle::{Bundle, BundleError};
pub use event::{Event, ModelFigures};
pub use keys::{SigningKey, VerifyingKey};
pub use merkle::Tree;
pub use note::{Checkpoint, NoteError, SignedCheckpoint};
pub use receipt::Receipt;
