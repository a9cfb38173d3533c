//! The values that templates are given, from a notice, an edition and a reader.

use std::collections::BTreeMap;

use minijinja::value::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::language::{Language, Text};
use crate::domain::notice::{MatchAnswer, Notice, Outcome};
use crate::domain::zone::Zone;
use crate::templates::links::{Links, encode};
use crate::templates::words::office_name;

/// What a mail shows of its edition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditionFace {
    /// The edition's id; empty where there is none.
    pub edition_id: String,
    /// What it is called.
    pub title: Text,
    /// Marks made-up data; empty for real editions.
    pub data_notice: String,
    /// What its rounds are called, by id.
    pub rounds: BTreeMap<String, Text>,
}

/// Who reads a mail. Personal: never stored, never printed.
pub struct Addressee {
    /// How the person is addressed; empty for somebody invited.
    pub display_name: String,
    /// Their language.
    pub language: Language,
    /// Where they live, for local times.
    pub zone: Zone,
    /// The single-use secret of an invitation; empty otherwise.
    pub invitation_token: String,
    /// The mail goes to a rehearsal's address instead of theirs.
    pub redirected: bool,
    /// The link by which they leave; `None` where this is no mail to leave.
    pub unsubscribe_url: Option<String>,
}

/// The short form of an id that people quote: its last eight digits, which are the random ones.
fn reference(id: Uuid) -> String {
    let digits = id.simple().to_string().to_uppercase();
    let (_, tail) = digits.split_at(digits.len() - 8);
    format!("{}-{}", &tail[..4], &tail[4..])
}

/// The values of one mail.
pub(super) fn variables(
    notice: &Notice,
    edition: &EditionFace,
    reader: &Addressee,
    links: &Links,
) -> BTreeMap<&'static str, Value> {
    let language = reader.language;
    let when = |at: OffsetDateTime| reader.zone.write(at, language);
    let round = |id: &str| {
        edition
            .rounds
            .get(id)
            .map_or_else(|| id.to_owned(), |title| title.read(language).to_owned())
    };
    let in_edition = |rest: String| links.in_edition(&edition.edition_id, &rest);
    let mut values = BTreeMap::new();
    values.insert("edition", Value::from(edition.title.read(language)));
    let mut set = |name, value: String| {
        values.insert(name, Value::from(value));
    };
    match notice {
        Notice::Invitation {
            membership_id,
            office,
            expires_at,
        } => {
            set("office", office_name(*office, language).to_owned());
            set("expires_at", when(expires_at.as_offset()));
            set(
                "link",
                links.invitation(*membership_id, &reader.invitation_token),
            );
        }
        Notice::SubmissionReceived {
            submission_id,
            version,
            content_hash,
            arrived_at,
        } => {
            let at = arrived_at.as_offset();
            set("reference", reference(*submission_id));
            set("version", version.to_string());
            set("content_hash", content_hash.clone());
            set("arrived_wib", Zone::Wib.write_to_the_second(at, language));
            set("arrived_wita", Zone::Wita.write_to_the_second(at, language));
            set("arrived_wit", Zone::Wit.write_to_the_second(at, language));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::OutcomeAnnounced {
            submission_id,
            outcome,
        } => {
            let outcome = match outcome {
                Outcome::Eligible => "eligible",
                Outcome::Ineligible => "ineligible",
                Outcome::NeedsCorrection => "needs_correction",
            };
            set("outcome", outcome.to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::MatchProposed {
            match_id,
            submission_id,
            challenge_title,
        } => {
            set("challenge", challenge_title.read(language).to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("matches/{match_id}")));
        }
        Notice::MatchAnswered {
            submission_id,
            challenge_title,
            answer,
            match_id: _,
        } => {
            let answer = match answer {
                MatchAnswer::Accepted => "accepted",
                MatchAnswer::Declined => "declined",
            };
            set("answer", answer.to_owned());
            set("challenge", challenge_title.read(language).to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::RoundOpened {
            round_id,
            scoring_closes_at,
        } => {
            set("round", round(round_id));
            set("closes_at", when(scoring_closes_at.as_offset()));
            set("link", in_edition(format!("rounds/{}", encode(round_id))));
        }
        Notice::AssignmentAdded { round_id } => {
            set("round", round(round_id));
            set("link", in_edition(format!("rounds/{}", encode(round_id))));
        }
        Notice::PanelShort {
            round_id,
            submission_id,
        } => {
            set("round", round(round_id));
            set("reference", reference(*submission_id));
            set(
                "link",
                in_edition(format!("rounds/{}/panel", encode(round_id))),
            );
        }
        Notice::WebhookDisabled {
            webhook_id,
            host,
            gone,
        } => {
            set("host", host.clone());
            set("gone", gone.to_string());
            set("link", in_edition(format!("webhooks/{webhook_id}")));
        }
        Notice::ResultPublished {
            round_id,
            objections_until,
        } => {
            set("round", round(round_id));
            set("objections_until", when(objections_until.as_offset()));
            set(
                "link",
                in_edition(format!("rounds/{}/result", encode(round_id))),
            );
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_quote_the_random_end_of_an_id() {
        let id = Uuid::parse_str("01990000-0000-7000-8000-0000a1b2c3d4").unwrap();
        assert_eq!(reference(id), "A1B2-C3D4");
    }
}
