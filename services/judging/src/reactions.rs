//! What judging does when the others say something: one file an event, and here which is which.

mod edition_version_applied;
mod panel;
mod submission_withdrawn;

use tonic::Status;
use winner_messaging::{ConsumerSpec, Ledger, ReactionError, Reactions, Received, Unit};
use winner_platform::grpc::client::AuthorisedChannel;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;

use crate::domain::ids::RoundKey;

/// What judging hears of intake.
pub const FROM_INTAKE: ConsumerSpec = ConsumerSpec {
    owner: "judging",
    name: "intake",
    producer: "intake",
    aggregates: &["edition", "submission"],
};

/// What judging hears of matching.
pub const FROM_MATCHING: ConsumerSpec = ConsumerSpec {
    owner: "judging",
    name: "matching",
    producer: "matching",
    aggregates: &["panel"],
};

/// Everything that judging listens to.
pub const CONSUMERS: &[ConsumerSpec] = &[FROM_INTAKE, FROM_MATCHING];

/// Reacts to what intake says.
#[derive(Debug)]
pub struct FromIntake {
    /// Intake's editions.
    pub editions: EditionServiceClient<AuthorisedChannel>,
}

impl Reactions for FromIntake {
    type Prepared = Option<Box<intake::EditionVersion>>;

    async fn prepare(&self, event: &Received) -> Result<Self::Prepared, ReactionError> {
        if event.is::<intake::EditionVersionApplied>() {
            edition_version_applied::fetch(&self.editions, event)
                .await
                .map(Some)
        } else {
            Ok(None)
        }
    }

    async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        version: Self::Prepared,
    ) -> Result<(), ReactionError> {
        match version {
            Some(version) => edition_version_applied::apply(unit, event, &version).await,
            None if event.is::<intake::SubmissionWithdrawn>() => {
                submission_withdrawn::withdrawn(unit, event).await
            }
            None => Ok(()),
        }
    }

    fn is_replaced(&self, aggregate: &str) -> bool {
        aggregate == "edition"
    }
}

/// Reacts to what matching says.
#[derive(Debug)]
pub struct FromMatching {
    /// The service's ledger.
    pub ledger: Ledger,
    /// Matching's panels.
    pub panels: PanelServiceClient<AuthorisedChannel>,
}

impl Reactions for FromMatching {
    type Prepared = Option<Box<matching::Panel>>;

    async fn prepare(&self, event: &Received) -> Result<Self::Prepared, ReactionError> {
        if event.is::<matching::PanelConfirmed>() {
            panel::fetch(&self.panels, event).await.map(Some)
        } else {
            Ok(None)
        }
    }

    async fn apply(
        &self,
        unit: &mut Unit,
        event: &Received,
        fetched: Self::Prepared,
    ) -> Result<(), ReactionError> {
        match fetched {
            Some(fetched) => panel::confirmed(unit, &self.ledger, event, &fetched).await,
            None if event.is::<matching::PanelJudgeReplaced>() => {
                panel::replaced(unit, &self.ledger, event).await
            }
            None if event.is::<matching::PanelShort>() => panel::short(unit, event).await,
            None => Ok(()),
        }
    }
}

/// A service did not answer, or refused what it should not refuse.
fn unavailable(service: &'static str, status: &Status) -> ReactionError {
    ReactionError::unavailable(service, format!("{:?}", status.code()))
}

fn round(edition: &str, round: &str) -> Result<RoundKey, ReactionError> {
    RoundKey::new(edition, round).map_err(|e| ReactionError::rejected("bad_id", e))
}

/// An id in an event has another form than it should.
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
