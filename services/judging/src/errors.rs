//! How a use case fails, and the one place where that becomes an answer to a caller.

use winner_judging_core::ranking::RankingError;
use winner_messaging::{OutboxError, ReactionError, RequestError};
use winner_platform::error::{ApiError, FieldViolation};

use crate::domain::assignment::AssignmentError;
use crate::domain::ranking::RankingStateError;
use crate::domain::round::RoundError;
use crate::domain::rules::RulesError;
use crate::domain::scorecard::{ScoreCause, ScoreProblem};
use crate::store::StoreError;
use winner_platform::names::BadName;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller may not, or asked for what is not there.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// A resource name has another form than it should.
    #[error("{field} {source}")]
    Name {
        /// The field of the request.
        field: &'static str,
        /// The form expected.
        source: BadName,
    },
    /// The round does not allow it.
    #[error(transparent)]
    Round(#[from] RoundError),
    /// The assignment does not allow it.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// The ranking does not allow it.
    #[error(transparent)]
    Ranking(#[from] RankingStateError),
    /// Scores are not taken, with every problem.
    #[error("scores are not taken")]
    Scores(Vec<ScoreProblem>),
    /// Frozen scorecards do not fit the frozen rubric.
    #[error(transparent)]
    Compute(#[from] RankingError),
    /// Frozen rules cannot be judged by.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event could not be written.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A request id is unusable or was used for something else.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The computation did not end.
    #[error("the computation did not end")]
    Computation(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::Sql(error))
    }
}

impl Error {
    /// A name in `field` that has another form than it should.
    pub fn name(field: &'static str) -> impl FnOnce(BadName) -> Self {
        move |source| Self::Name { field, source }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Name { field, source } => {
                Self::invalid_field(field, "BAD_NAME", source.to_string())
            }
            Error::Round(reason) => Self::precondition(round(reason), "round", reason.to_string()),
            Error::Assignment(reason @ AssignmentError::NotDeclared) => {
                Self::precondition("NOT_DECLARED", "entry", reason.to_string())
            }
            Error::Assignment(reason @ AssignmentError::Ended) => {
                Self::precondition("ASSIGNMENT_ENDED", "entry", reason.to_string())
            }
            Error::Ranking(reason) => {
                Self::precondition(ranking(reason), "ranking", reason.to_string())
            }
            Error::Scores(problems) => Self::invalid(problems.iter().map(violation).collect()),
            Error::Store(error) => error.into(),
            Error::Outbox(error) => error.into(),
            Error::Request(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        ApiError::from(error).into()
    }
}

impl From<Error> for ReactionError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(StoreError::Sql(error))
            | Error::Outbox(OutboxError::Store(error))
            | Error::Request(RequestError::Store(error)) => Self::Store(error),
            other => Self::rejected("not_applicable", other),
        }
    }
}

fn round(reason: RoundError) -> &'static str {
    match reason {
        RoundError::NotPlanned => "ROUND_NOT_PLANNED",
        RoundError::NotOpen => "ROUND_NOT_OPEN",
        RoundError::NotClosed => "ROUND_NOT_CLOSED",
        RoundError::OtherPanel => "PANEL_NOT_KNOWN",
        RoundError::Missing(_) => "SCORES_MISSING",
    }
}

fn ranking(reason: RankingStateError) -> &'static str {
    match reason {
        RankingStateError::SamePerson => "SAME_PERSON",
        RankingStateError::OtherRanking => "RANKING_CHANGED",
        RankingStateError::NotOpen => "RANKING_NOT_OPEN",
        RankingStateError::NotApproved { .. } => "NOT_APPROVED",
    }
}

fn violation(problem: &ScoreProblem) -> FieldViolation {
    let reason = match problem.cause {
        ScoreCause::UnknownCriterion => "UNKNOWN_CRITERION",
        ScoreCause::Twice => "SCORED_TWICE",
        ScoreCause::NoMark => "NO_MARK",
        ScoreCause::OffScale => "OFF_SCALE",
        ScoreCause::LongComment => "COMMENT_TOO_LONG",
        ScoreCause::Missing(_) => "CRITERION_MISSING",
    };
    let field = format!("scorecard.scores[{}]", problem.index);
    FieldViolation::new(field, reason, problem.cause.to_string())
}
