//! What the clients wrote down for themselves, outside the system.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;
use winner_proto::intake::v1::{Receipt, SubmitRequest};

/// A submission that was accepted, as its team knows it.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The submission's id.
    pub submission: Uuid,
    /// The request that was sent, again and again when it had to be.
    pub request: SubmitRequest,
    /// The receipt that came back.
    pub receipt: Receipt,
    /// How often the request was sent.
    pub tries: u32,
    /// The team withdrew it afterwards, and was told so.
    pub withdrawn: bool,
}

/// The notes of all clients.
#[derive(Debug, Default)]
pub struct Journal {
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    accepted: BTreeMap<Uuid, Accepted>,
    failures: BTreeMap<String, u64>,
    wrong: Vec<String>,
}

impl Journal {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A receipt came.
    pub fn accepted(&self, accepted: Accepted) {
        self.notes().accepted.insert(accepted.submission, accepted);
    }

    /// The team was told that its submission is withdrawn.
    pub fn withdrawn(&self, submission: Uuid) {
        if let Some(accepted) = self.notes().accepted.get_mut(&submission) {
            accepted.withdrawn = true;
        }
    }

    /// A try failed in a way that a client tries again after.
    pub fn failed(&self, status: &tonic::Status) {
        *self
            .notes()
            .failures
            .entry(format!("{:?}", status.code()))
            .or_default() += 1;
    }

    /// Something came that must never come.
    pub fn wrong(&self, what: String) {
        self.notes().wrong.push(what);
    }

    /// Everything that was accepted.
    pub fn all_accepted(&self) -> Vec<Accepted> {
        self.notes().accepted.values().cloned().collect()
    }

    /// How many receipts came.
    pub fn receipts(&self) -> usize {
        self.notes().accepted.len()
    }

    /// How often each kind of failure made a client try again.
    pub fn failures(&self) -> BTreeMap<String, u64> {
        self.notes().failures.clone()
    }

    /// What came that must never come.
    pub fn all_wrong(&self) -> Vec<String> {
        self.notes().wrong.clone()
    }
}
