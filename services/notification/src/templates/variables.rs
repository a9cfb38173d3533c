//! The values that templates are given, from a notice, an edition and a reader.

use std::collections::BTreeMap;

use minijinja::value::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::language::{Language, Text};
use crate::domain::notice::{MatchAnswer, Notice, Office, Outcome};
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
}

/// Why links cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the base of links must be an http or https URL that ends in a slash, without query or fragment")]
pub struct LinksError;

/// Makes the links of mails.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links below a base such as `https://winner.example/`.
    ///
    /// # Errors
    /// [`LinksError`] where the base is no such URL.
    pub fn new(base: &str) -> Result<Self, LinksError> {
        let after_scheme =
            base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        let fits = after_scheme.is_some_and(|rest| {
            rest.len() > 1
                && rest.ends_with('/')
                && !rest.starts_with('/')
                && !rest.contains(['?', '#', ' ', '"', '<', '>', '\\', '@'])
                && !rest.chars().any(char::is_control)
        });
        if fits { Ok(Self { base: base.to_owned() }) } else { Err(LinksError) }
    }

    /// The secret stands in the fragment, which browsers send to no server and write into no log.
    fn invitation(&self, membership: Uuid, token: &str) -> String {
        format!("{}invitations/{membership}#token={}", self.base, encode(token))
    }

    fn in_edition(&self, edition: &str, rest: &str) -> String {
        format!("{}editions/{}/{rest}", self.base, encode(edition))
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
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
        edition.rounds.get(id).map_or_else(|| id.to_owned(), |title| title.read(language).to_owned())
    };
    let in_edition = |rest: String| links.in_edition(&edition.edition_id, &rest);
    let mut values = BTreeMap::new();
    values.insert("edition", Value::from(edition.title.read(language)));
    let mut set = |name, value: String| {
        values.insert(name, Value::from(value));
    };
    match notice {
        Notice::Invitation { membership_id, office, expires_at } => {
            set("office", office_name(*office, language).to_owned());
            set("expires_at", when(expires_at.as_offset()));
            set("link", links.invitation(*membership_id, &reader.invitation_token));
        }
        Notice::SubmissionReceived { submission_id, version, content_hash, arrived_at } => {
            let at = arrived_at.as_offset();
            set("reference", reference(*submission_id));
            set("version", version.to_string());
            set("content_hash", content_hash.clone());
            set("arrived_wib", Zone::Wib.write_to_the_second(at, language));
            set("arrived_wita", Zone::Wita.write_to_the_second(at, language));
            set("arrived_wit", Zone::Wit.write_to_the_second(at, language));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::OutcomeAnnounced { submission_id, outcome } => {
            let outcome = match outcome {
                Outcome::Eligible => "eligible",
                Outcome::Ineligible => "ineligible",
                Outcome::NeedsCorrection => "needs_correction",
            };
            set("outcome", outcome.to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::MatchProposed { match_id, submission_id, challenge_title } => {
            set("challenge", challenge_title.read(language).to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("matches/{match_id}")));
        }
        Notice::MatchAnswered { submission_id, challenge_title, answer, match_id: _ } => {
            let answer = match answer {
                MatchAnswer::Accepted => "accepted",
                MatchAnswer::Declined => "declined",
            };
            set("answer", answer.to_owned());
            set("challenge", challenge_title.read(language).to_owned());
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("submissions/{submission_id}")));
        }
        Notice::RoundOpened { round_id, scoring_closes_at } => {
            set("round", round(round_id));
            set("closes_at", when(scoring_closes_at.as_offset()));
            set("link", in_edition(format!("rounds/{}", encode(round_id))));
        }
        Notice::AssignmentAdded { round_id } => {
            set("round", round(round_id));
            set("link", in_edition(format!("rounds/{}", encode(round_id))));
        }
        Notice::PanelShort { round_id, submission_id } => {
            set("round", round(round_id));
            set("reference", reference(*submission_id));
            set("link", in_edition(format!("rounds/{}/panel", encode(round_id))));
        }
        Notice::ResultPublished { round_id, objections_until } => {
            set("round", round(round_id));
            set("objections_until", when(objections_until.as_offset()));
            set("link", in_edition(format!("rounds/{}/result", encode(round_id))));
        }
    }
    values
}

/// The sentences of the frame round every mail.
pub(super) struct Words {
    dear: &'static str,
    somebody: &'static str,
    closing: &'static str,
    team: &'static str,
    reason: &'static str,
    reply: &'static str,
    redirected: &'static str,
    pub(super) rehearsal: &'static str,
}

impl Words {
    pub(super) fn salutation(&self, name: &str) -> String {
        let name = name.trim();
        format!("{} {},", self.dear, if name.is_empty() { self.somebody } else { name })
    }

    pub(super) fn values(&self, edition: &str) -> Value {
        minijinja::context! {
            closing => self.closing,
            signature => if edition.is_empty() {
                "WiNNER".to_owned()
            } else {
                format!("{} {edition}", self.team)
            },
            reason => self.reason,
            reply => self.reply,
            redirected => self.redirected,
        }
    }
}

pub(super) const fn words(language: Language) -> Words {
    match language {
        Language::Indonesian => Words {
            dear: "Yth.",
            somebody: "Bapak/Ibu",
            closing: "Salam hormat,",
            team: "Sekretariat",
            reason: "Surat ini dikirim otomatis karena peran Anda dalam kompetisi.",
            reply: "Balasan Anda dibaca oleh sekretariat.",
            redirected: "Gladi: surat ini dialihkan. Penerima sebenarnya tidak menerimanya.",
            rehearsal: "Gladi",
        },
        Language::English => Words {
            dear: "Dear",
            somebody: "Sir or Madam",
            closing: "Kind regards,",
            team: "The secretariat of",
            reason: "This message was sent automatically because of your part in the competition.",
            reply: "Your reply will be read by the secretariat.",
            redirected: "Rehearsal: this message was redirected. Its reader did not get it.",
            rehearsal: "Rehearsal",
        },
    }
}

const fn office_name(office: Office, language: Language) -> &'static str {
    match (office, language) {
        (Office::PlatformAdmin, Language::Indonesian) => "pengelola platform",
        (Office::Chair, Language::Indonesian) => "ketua penyelenggara",
        (Office::Organiser, Language::Indonesian) => "penyelenggara",
        (Office::Screener, Language::Indonesian) => "petugas seleksi administrasi",
        (Office::Auditor, Language::Indonesian) => "auditor",
        (Office::Official, Language::Indonesian) => "pejabat pemerintah daerah",
        (Office::Member, Language::Indonesian) => "anggota tim",
        (Office::Judge, Language::Indonesian) => "juri",
        (Office::Mentor, Language::Indonesian) => "mentor",
        (Office::PlatformAdmin, Language::English) => "platform administrator",
        (Office::Chair, Language::English) => "chair",
        (Office::Organiser, Language::English) => "organiser",
        (Office::Screener, Language::English) => "screener",
        (Office::Auditor, Language::English) => "auditor",
        (Office::Official, Language::English) => "government official",
        (Office::Member, Language::English) => "team member",
        (Office::Judge, Language::English) => "judge",
        (Office::Mentor, Language::English) => "mentor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_in_the_fragment_and_is_encoded() {
        let links = Links::new("https://winner.example/").unwrap();
        assert_eq!(
            links.invitation(Uuid::nil(), "a/b&c"),
            "https://winner.example/invitations/00000000-0000-0000-0000-000000000000#token=a%2Fb%26c"
        );
    }

    #[test]
    fn a_base_that_is_no_url_is_refused() {
        for base in ["", "winner.example/", "https://", "https://x", "javascript:alert(1)/",
            "https://winner.example/?a=/", "https://u@winner.example/", "https://x\n/"]
        {
            assert_eq!(Links::new(base).err(), Some(LinksError), "{base:?}");
        }
    }

    #[test]
    fn people_quote_the_random_end_of_an_id() {
        let id = Uuid::parse_str("01990000-0000-7000-8000-0000a1b2c3d4").unwrap();
        assert_eq!(reference(id), "A1B2-C3D4");
    }
}
