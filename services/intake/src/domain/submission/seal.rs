//! Sealing a draft as the applicant's submission.

use winner_platform::BusinessTime;

use super::{Draft, Sealed};
use crate::domain::deadline::{Moment, Window};
use crate::domain::form::{AnswerError, Form, says_something};
use crate::domain::ids::FieldId;

/// The rules by which a draft is accepted.
#[derive(Debug, Clone, Copy)]
pub struct SealRules {
    /// When submissions of its wave are taken.
    pub window: Window,
    /// The version of the edition's rules.
    pub edition_version: i32,
}

/// Why a draft was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The request arrived before submissions are taken.
    #[error("submissions are not taken yet")]
    NotOpenYet,
    /// The request arrived after the deadline.
    #[error("the deadline had passed when the request had arrived")]
    Closed,
    /// Required fields without an answer, all of them, in the order of the form.
    #[error("required fields are not answered")]
    Incomplete(Vec<FieldId>),
    /// Answers that no longer fit, because the rules changed after they were given.
    #[error("some answers do not fit the form any more")]
    Invalid(Vec<(FieldId, AnswerError)>),
}

impl Draft {
    /// Accepts a draft as the applicant's submission.
    ///
    /// The deadline is judged by the request's arrival, cut to milliseconds.
    ///
    /// # Errors
    /// [`SubmitError::Closed`] after the deadline, [`SubmitError::Incomplete`] with every missing
    /// field.
    pub fn submit(
        self,
        form: &Form,
        arrived: BusinessTime,
        rules: &SealRules,
    ) -> Result<Sealed, SubmitError> {
        match rules.window.place(arrived) {
            Moment::Before => return Err(SubmitError::NotOpenYet),
            Moment::After => return Err(SubmitError::Closed),
            Moment::Within => {}
        }
        let mut missing: Vec<_> = form
            .fields()
            .iter()
            .filter(|(id, field)| {
                let answer = self.proposal.answers.get(id);
                field.required && !answer.is_some_and(|answer| says_something(&answer.value))
            })
            .collect();
        missing.sort_by_key(|(_, field)| field.position);
        if !missing.is_empty() {
            let ids = missing.into_iter().map(|(id, _)| id.clone()).collect();
            return Err(SubmitError::Incomplete(ids));
        }
        let misfits: Vec<_> = self
            .proposal
            .answers
            .iter()
            .filter_map(|(id, answer)| Some((id.clone(), form.fits(id, &answer.value).err()?)))
            .collect();
        if !misfits.is_empty() {
            return Err(SubmitError::Invalid(misfits));
        }
        Ok(Sealed {
            proposal: self.proposal,
            version: self.sealed_version + 1,
            arrived: arrived.truncate_to_millis(),
            edition_version: rules.edition_version,
        })
    }
}
