//! A version of an edition's rules is in force: judging keeps the rules of its rounds.

use winner_messaging::{ReactionError, Received, Unit};
use winner_platform::grpc::client::AuthorisedChannel;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::edition_service_client::EditionServiceClient;

use super::{count, round, unavailable};
use crate::domain::rules::RoundRules;
use crate::errors::Error;
use crate::store::rounds::{self, KeptRules};

pub(super) async fn fetch(
    editions: &EditionServiceClient<AuthorisedChannel>,
    event: &Received,
) -> Result<Box<intake::EditionVersion>, ReactionError> {
    let said: intake::EditionVersionApplied = event.decode()?;
    let name = format!("editions/{}/versions/{}", said.edition_id, said.version);
    let question = intake::GetEditionVersionRequest { name };
    let answer = editions.clone().get_edition_version(question).await;
    Ok(Box::new(
        answer
            .map_err(|status| unavailable("intake", &status))?
            .into_inner(),
    ))
}

pub(super) async fn apply(
    unit: &mut Unit,
    event: &Received,
    version: &intake::EditionVersion,
) -> Result<(), ReactionError> {
    let Some(definition) = &version.definition else {
        return Err(ReactionError::rejected("no_definition", &version.name));
    };
    let window = definition
        .objection_window
        .as_ref()
        .map_or(0, |w| w.seconds);
    for defined in &definition.rounds {
        let key = round(&event.aggregate_id, &defined.round_id)?;
        let rules = match RoundRules::parse(defined) {
            Ok(rules) => rules,
            // The edition may stand although this version cannot judge one of its rounds: that round
            // cannot be planned, and the log says why.
            Err(reason) => {
                tracing::error!(
                    edition.id = %event.aggregate_id,
                    round.id = %defined.round_id,
                    "round.rules.unusable: round {} cannot be judged: {reason}",
                    defined.round_id,
                );
                continue;
            }
        };
        let kept = KeptRules {
            rules,
            edition_version: count("version", version.version)?,
            objection_window_seconds: window,
        };
        rounds::put_rules(unit.conn(), &key, &kept)
            .await
            .map_err(Error::from)?;
    }
    Ok(())
}
