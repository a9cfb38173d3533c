//! What is wrong with a definition, with the place where it is wrong.

use crate::domain::ids::IdError;

/// One thing that is wrong with an edition's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The path of the field, such as `rounds[0].rubric.criteria[1].weight_thousandths`.
    pub path: String,
    /// For machines, such as `WEIGHTS_DO_NOT_SUM_TO_1000`.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// Collects problems, so that all are told at once.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Notes one.
    pub(super) fn add(
        &mut self,
        path: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.0.push(FieldProblem {
            path: path.into(),
            code,
            message: message.into(),
        });
    }

    /// Notes one unless `holds`.
    pub(super) fn require(
        &mut self,
        holds: bool,
        path: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        if !holds {
            self.add(path, code, message);
        }
    }

    /// The id, or a note that it is none.
    pub(super) fn id<T>(
        &mut self,
        path: impl Into<String>,
        parsed: Result<T, IdError>,
    ) -> Option<T> {
        match parsed {
            Ok(id) => Some(id),
            Err(error) => {
                self.add(path, "INVALID_ID", error.to_string());
                None
            }
        }
    }

    /// All of them, in the order found.
    pub(super) fn into_vec(self) -> Vec<FieldProblem> {
        self.0
    }

    /// None was noted.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
