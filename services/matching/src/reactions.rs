//! What matching does when the others say something: one file an event, and here which is which.

mod assignment_recused;
mod challenge_published;
mod edition_version_applied;
mod identities;
mod outcome_announced;
mod round;
mod submission_submitted;
mod wave_closed;

use tonic::Status;
use winner_messaging::{ConsumerSpec, Ledger, ReactionError, Reactions, Received, Unit};
use winner_platform::grpc::client::AuthorisedChannel;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::intake::v1::view_service_client::ViewServiceClient;
use winner_proto::judging::v1 as judging;

/// What matching hears of intake.
pub const FROM_INTAKE: ConsumerSpec = ConsumerSpec {
    owner: "matching",
    name: "intake",
    producer: "intake",
    aggregates: &[
        "edition",
        "wave",
        "challenge",
        "submission",
        "membership",
        "link",
    ],
};

/// What matching hears of judging.
pub const FROM_JUDGING: ConsumerSpec = ConsumerSpec {
    owner: "matching",
    name: "judging",
    producer: "judging",
    aggregates: &["round", "assignment"],
};

/// Everything that matching listens to.
pub const CONSUMERS: &[ConsumerSpec] = &[FROM_INTAKE, FROM_JUDGING];

/// What was fetched before an intake event is applied.
pub enum Fetched {
    /// Nothing was needed.
    Nothing,
    /// An edition's rules.
    Rules(Box<intake::EditionVersion>),
    /// Texts of submissions or challenges.
    Texts(intake::BatchGetMatchingTextResponse),
    /// What was sealed in a wave, and the texts of what was missing here.
    Sealed(
        Vec<intake::SealedSubmission>,
        intake::BatchGetMatchingTextResponse,
    ),
}

/// Reacts to what intake says.
pub struct FromIntake {
    /// The service's ledger.
    pub ledger: Ledger,
    /// Intake's views.
    pub views: ViewServiceClient<AuthorisedChannel>,
    /// Intake's editions.
    pub editions: EditionServiceClient<AuthorisedChannel>,
}

impl Reactions for FromIntake {
    type Prepared = Fetched;

    async fn prepare(&self, event: &Received) -> Result<Fetched, ReactionError> {
        if event.is::<intake::EditionVersionApplied>() {
            edition_version_applied::fetch(self, event).await
        } else if event.is::<intake::ChallengePublished>() {
            challenge_published::fetch(self, event).await
        } else if event.is::<intake::SubmissionSubmitted>() {
            submission_submitted::fetch(self, event).await
        } else if event.is::<intake::WaveClosed>() {
            wave_closed::fetch(self, event).await
        } else {
            Ok(Fetched::Nothing)
        }
    }

    async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        fetched: Fetched,
    ) -> Result<(), ReactionError> {
        match fetched {
            Fetched::Rules(version) => {
                Ok(edition_version_applied::apply(unit, event, &version).await?)
            }
            Fetched::Texts(texts) if event.is::<intake::ChallengePublished>() => {
                Ok(challenge_published::apply(unit, event, texts).await?)
            }
            Fetched::Texts(texts) => Ok(submission_submitted::apply(unit, event, texts).await?),
            Fetched::Sealed(sealed, texts) => {
                Ok(wave_closed::apply(unit, event, &sealed, texts).await?)
            }
            Fetched::Nothing => self.apply_plain(unit, event).await,
        }
    }

    fn is_replaced(&self, aggregate: &str) -> bool {
        aggregate == "edition"
    }
}

impl FromIntake {
    async fn apply_plain(&self, unit: &mut Unit, event: &Received) -> Result<(), ReactionError> {
        if event.is::<intake::SubmissionOutcomeAnnounced>() {
            outcome_announced::announced(unit, event).await
        } else if event.is::<intake::SubmissionWithdrawn>() {
            outcome_announced::withdrawn(unit, event).await
        } else if event.is::<intake::MembershipGranted>() {
            identities::granted(unit, event).await
        } else if event.is::<intake::MembershipRevoked>() {
            identities::revoked(unit, event).await
        } else if event.is::<intake::LinkFound>() {
            identities::linked(unit, event).await
        } else {
            Ok(())
        }
    }
}

/// Reacts to what judging says.
pub struct FromJudging {
    /// The service's ledger.
    pub ledger: Ledger,
}

impl Reactions for FromJudging {
    type Prepared = ();

    async fn prepare(&self, _event: &Received) -> Result<(), ReactionError> {
        Ok(())
    }

    async fn apply(&self, unit: &mut Unit, event: &Received, (): ()) -> Result<(), ReactionError> {
        if event.is::<judging::RoundPlanned>() {
            round::planned(unit, event).await
        } else if event.is::<judging::RoundClosed>() {
            round::closed(unit, event).await
        } else if event.is::<judging::AssignmentRecused>() {
            assignment_recused::recused(unit, &self.ledger, event).await
        } else {
            Ok(())
        }
    }
}

/// Intake did not answer, or refused what it should not refuse.
fn unavailable(status: &Status) -> ReactionError {
    ReactionError::unavailable("intake", format!("{:?}", status.code()))
}

/// An id or slug in an event has another form than it should.
fn parsed<T: std::str::FromStr<Err = crate::domain::ids::BadName>>(
    field: &'static str,
    text: &str,
) -> Result<T, ReactionError> {
    text.parse()
        .map_err(|e| ReactionError::rejected("bad_id", format!("{field} {e}")))
}

/// A count in a message; a negative one is a mistake of the sender.
fn count(field: &'static str, value: i32) -> Result<u32, ReactionError> {
    u32::try_from(value).map_err(|_| ReactionError::rejected("bad_count", field))
}
