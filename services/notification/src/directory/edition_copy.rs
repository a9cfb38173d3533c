//! What this service keeps of an edition's rules. What is not said holds messages back.

use winner_proto::intake::v1::{DeliveryMode as WireMode, EditionPurpose, EditionVersion};
use winner_proto::types::v1::LocalizedText;

use super::DirectoryError;
use crate::domain::delivery::{DeliveryMode, DeliveryRules};
use crate::domain::language::Text;
use crate::store::editions::EditionCopy;
use crate::templates::EditionFace;

pub(super) fn text(text: LocalizedText) -> Text {
    Text {
        id: text.id,
        en: text.en,
    }
}

/// Keeps of an edition's rules what messages need.
pub(super) fn copy(
    edition_id: &str,
    version: EditionVersion,
) -> Result<EditionCopy, DirectoryError> {
    let definition = version
        .definition
        .ok_or(DirectoryError::Incomplete("the definition"))?;
    let test = definition.purpose() != EditionPurpose::Real;
    let rules = definition.notification.unwrap_or_default();
    let mode = match rules.delivery_mode() {
        WireMode::Live => DeliveryMode::Live,
        WireMode::Redirect if !rules.redirect_to.trim().is_empty() => DeliveryMode::Redirect {
            to: rules.redirect_to,
        },
        WireMode::Redirect | WireMode::Hold | WireMode::Unspecified => DeliveryMode::Hold,
    };
    let rounds = definition
        .rounds
        .into_iter()
        .map(|round| (round.round_id, round.title.map(text).unwrap_or_default()))
        .collect();
    Ok(EditionCopy {
        version: version.version,
        face: EditionFace {
            edition_id: edition_id.to_owned(),
            title: definition.title.map(text).unwrap_or_default(),
            data_notice: definition.data_notice,
            rounds,
        },
        rules: DeliveryRules { mode, test },
    })
}

#[cfg(test)]
mod tests {
    use winner_proto::intake::v1::{EditionDefinition, NotificationRules};

    use super::*;

    fn rules(purpose: EditionPurpose, mode: WireMode, to: &str) -> DeliveryRules {
        let definition = EditionDefinition {
            purpose: purpose.into(),
            notification: Some(NotificationRules {
                delivery_mode: mode.into(),
                redirect_to: to.to_owned(),
            }),
            ..Default::default()
        };
        let version = EditionVersion {
            definition: Some(definition),
            ..Default::default()
        };
        copy("contoh", version).unwrap().rules
    }

    #[test]
    fn what_is_not_said_holds_and_is_a_test() {
        let rules = rules(EditionPurpose::Unspecified, WireMode::Unspecified, "");
        assert_eq!(
            rules,
            DeliveryRules {
                mode: DeliveryMode::Hold,
                test: true
            }
        );
    }

    #[test]
    fn a_redirect_without_an_address_holds() {
        let rules = rules(EditionPurpose::Real, WireMode::Redirect, " ");
        assert_eq!(
            rules,
            DeliveryRules {
                mode: DeliveryMode::Hold,
                test: false
            }
        );
    }
}
