//! Editing a draft: two members may change different fields at once, but not the same one unseen.

use std::collections::BTreeMap;

use winner_proto::types::v1::Value;

use super::{Answer, Draft, LONGEST_TITLE};
use crate::domain::form::{AnswerError, Form};
use crate::domain::ids::FieldId;

/// The most that all answers of a draft may hold together, in bytes of text.
const MOST_BYTES: usize = 192 * 1024;

/// A change of a draft.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// New answers.
    pub answers: BTreeMap<FieldId, FieldChange>,
    /// A new title.
    pub title: Option<String>,
}

/// A change of one answer.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// The new answer; of no kind to clear it.
    pub value: Value,
    /// The version of the answer that the author saw, 0 for none.
    pub base_version: i64,
}

/// Why a draft was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Somebody changed these fields meanwhile.
    #[error("somebody else changed these fields meanwhile")]
    Stale(Vec<FieldId>),
    /// These answers do not fit their fields.
    #[error("some answers do not fit their fields")]
    Invalid(Vec<(FieldId, AnswerError)>),
    /// The title is empty or too long.
    #[error("the title must have 1 to {LONGEST_TITLE} characters")]
    BadTitle,
    /// All answers together are too much to be sealed.
    #[error("all answers together hold more than {MOST_BYTES} bytes")]
    TooMuch,
}

impl Draft {
    /// Applies a change whole, or not at all.
    ///
    /// # Errors
    /// [`EditError`], with every field concerned.
    pub fn edit(mut self, form: &Form, edit: Edit) -> Result<Self, EditError> {
        let misfits: Vec<_> = edit
            .answers
            .iter()
            .filter_map(|(id, change)| Some((id.clone(), form.fits(id, &change.value).err()?)))
            .collect();
        if !misfits.is_empty() {
            return Err(EditError::Invalid(misfits));
        }
        let stale: Vec<_> = edit
            .answers
            .iter()
            .filter(|(id, change)| self.answer_version(id) != change.base_version)
            .map(|(id, _)| id.clone())
            .collect();
        if !stale.is_empty() {
            return Err(EditError::Stale(stale));
        }
        if let Some(title) = edit.title {
            self.proposal.title = checked_title(&title).ok_or(EditError::BadTitle)?;
        }
        for (id, change) in edit.answers {
            let version = change.base_version + 1;
            self.proposal.answers.insert(
                id,
                Answer {
                    value: change.value,
                    version,
                },
            );
        }
        let bytes: usize = self
            .proposal
            .answers
            .values()
            .map(|answer| prost::Message::encoded_len(&answer.value))
            .sum();
        if bytes > MOST_BYTES {
            return Err(EditError::TooMuch);
        }
        self.etag += 1;
        Ok(self)
    }

    fn answer_version(&self, id: &FieldId) -> i64 {
        self.proposal
            .answers
            .get(id)
            .map_or(0, |answer| answer.version)
    }
}

/// A title without blanks around it, of a length that fits.
pub(crate) fn checked_title(text: &str) -> Option<String> {
    let title = text.trim();
    let fits = (1..=LONGEST_TITLE).contains(&title.chars().count());
    (fits && !title.chars().any(char::is_control)).then(|| title.to_owned())
}
