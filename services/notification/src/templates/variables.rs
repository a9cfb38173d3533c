//! The values that templates are given, from a notice, an edition and a reader.

use std::collections::BTreeMap;

use minijinja::value::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::catalogue::{self as variable, Kind, Variable};
use super::cut;
use super::links::{Links, encode};
use super::words::office_name;
use crate::domain::channel::Channel;
use crate::domain::language::{Language, Text};
use crate::domain::notice::{MatchAnswer, Notice, Outcome};
use crate::domain::zone::Zone;

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

/// The values of one message, each no longer than its variable may be.
pub(super) struct Values {
    channel: Channel,
    values: BTreeMap<&'static str, Value>,
}

impl Values {
    pub(super) const fn new(channel: Channel) -> Self {
        Self {
            channel,
            values: BTreeMap::new(),
        }
    }

    /// Gives a variable its value where the channel has it. Codes and links are never cut.
    pub(super) fn set(&mut self, variable: &Variable, value: &str) {
        if !variable.is_for(self.channel) {
            return;
        }
        let value = match (variable.kind, self.channel) {
            (Kind::Words { mail, .. }, Channel::Email) => Value::from(cut::for_mail(value, mail)),
            (Kind::Words { sms, .. }, Channel::Sms) => Value::from(cut::for_sms(value, sms)),
            _ => Value::from(value),
        };
        self.values.insert(variable.name, value);
    }

    /// What a variable's value is; empty where it has none.
    pub(super) fn words(&self, variable: &Variable) -> &str {
        let value = self.values.get(variable.name);
        value.and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn into_map(self) -> BTreeMap<&'static str, Value> {
        self.values
    }
}

/// The values of one message.
pub(super) fn values(
    notice: &Notice,
    edition: &EditionFace,
    reader: &Addressee,
    links: &Links,
    channel: Channel,
) -> Values {
    let language = reader.language;
    let when = |at: OffsetDateTime| match channel {
        Channel::Email => reader.zone.write(at, language),
        Channel::Sms => reader.zone.write_short(at, language),
    };
    let round = |id: &String| {
        let title = edition.rounds.get(id);
        title.map_or_else(|| id.clone(), |title| title.read(language).to_owned())
    };
    let thing = |letter: char, id: Uuid, rest: &str| match channel {
        Channel::Email => links.in_edition(&edition.edition_id, &format!("{rest}/{id}")),
        Channel::Sms => links.short(letter, id),
    };
    let in_round = |round: &str, rest: &str| match channel {
        Channel::Email => {
            let rest = format!("rounds/{}{rest}", encode(round));
            links.in_edition(&edition.edition_id, &rest)
        }
        Channel::Sms => links.short_edition(&edition.edition_id),
    };
    let mut values = Values::new(channel);
    values.set(&variable::EDITION, edition.title.read(language));
    match notice {
        Notice::Invitation {
            membership_id,
            office,
            expires_at,
        } => {
            values.set(&variable::OFFICE, office_name(*office, language));
            values.set(&variable::EXPIRES_AT, &when(expires_at.as_offset()));
            let link = links.invitation(*membership_id, &reader.invitation_token);
            values.set(&variable::INVITATION_LINK, &link);
        }
        Notice::SubmissionReceived {
            submission_id,
            version,
            content_hash,
            arrived_at,
        } => {
            let at = arrived_at.as_offset();
            values.set(&variable::REFERENCE, &reference(*submission_id));
            values.set(&variable::VERSION, &version.to_string());
            values.set(&variable::CONTENT_HASH, content_hash);
            for (arrived, zone) in [
                (variable::ARRIVED_WIB, Zone::Wib),
                (variable::ARRIVED_WITA, Zone::Wita),
                (variable::ARRIVED_WIT, Zone::Wit),
            ] {
                values.set(&arrived, &zone.write_to_the_second(at, language));
            }
            values.set(&variable::ARRIVED_AT, &when(at));
            let link = thing('s', *submission_id, "submissions");
            values.set(&variable::THING_LINK, &link);
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
            values.set(&variable::OUTCOME, outcome);
            values.set(&variable::REFERENCE, &reference(*submission_id));
            let link = thing('s', *submission_id, "submissions");
            values.set(&variable::THING_LINK, &link);
        }
        Notice::MatchProposed {
            match_id,
            submission_id,
            challenge_title,
        } => {
            values.set(&variable::CHALLENGE, challenge_title.read(language));
            values.set(&variable::REFERENCE, &reference(*submission_id));
            values.set(&variable::THING_LINK, &thing('m', *match_id, "matches"));
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
            values.set(&variable::ANSWER, answer);
            values.set(&variable::CHALLENGE, challenge_title.read(language));
            values.set(&variable::REFERENCE, &reference(*submission_id));
            let link = thing('s', *submission_id, "submissions");
            values.set(&variable::THING_LINK, &link);
        }
        Notice::RoundOpened {
            round_id,
            scoring_closes_at,
        } => {
            values.set(&variable::ROUND, &round(round_id));
            values.set(&variable::CLOSES_AT, &when(scoring_closes_at.as_offset()));
            values.set(&variable::EDITION_LINK, &in_round(round_id, ""));
        }
        Notice::AssignmentAdded { round_id } => {
            values.set(&variable::ROUND, &round(round_id));
            values.set(&variable::EDITION_LINK, &in_round(round_id, ""));
        }
        Notice::PanelShort {
            round_id,
            submission_id,
        } => {
            values.set(&variable::ROUND, &round(round_id));
            values.set(&variable::REFERENCE, &reference(*submission_id));
            values.set(&variable::EDITION_LINK, &in_round(round_id, "/panel"));
        }
        Notice::WebhookDisabled {
            webhook_id,
            host,
            gone,
        } => {
            values.set(&variable::HOST, host);
            values.set(&variable::GONE, if *gone { "true" } else { "false" });
            values.set(&variable::THING_LINK, &thing('w', *webhook_id, "webhooks"));
        }
        Notice::ResultPublished {
            round_id,
            objections_until,
        } => {
            values.set(&variable::ROUND, &round(round_id));
            let until = when(objections_until.as_offset());
            values.set(&variable::OBJECTIONS_UNTIL, &until);
            values.set(&variable::EDITION_LINK, &in_round(round_id, "/result"));
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
