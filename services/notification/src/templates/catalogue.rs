//! The variables that each purpose's templates are given: names, kinds, and how long each may be.
//!
//! The list is the contract between this program and whoever writes templates. `winner template lint`
//! holds templates to it, and tests hold the program to it.

use crate::domain::channel::Channel;
use crate::domain::purpose::Purpose;

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words that people chose: titles, names. What is longer is cut at a word.
    Words {
        /// At most so many characters in a mail.
        mail: usize,
        /// At most so many septets in an SMS.
        sms: usize,
    },
    /// A code that people quote, whole.
    Code {
        /// At most so many characters.
        longest: usize,
    },
    /// A moment, in the reader's zone or the one that the variable's name says.
    Moment,
    /// A whole number.
    Count,
    /// A link, never cut.
    Link {
        /// In an SMS, what follows the base has at most so many characters.
        sms: usize,
    },
    /// One of these words, to be asked for by `if`.
    Choice(&'static [&'static str]),
}

/// A variable of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// What templates call it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The channel that has it; `None` for both.
    pub only: Option<Channel>,
    /// It may be empty, and a template has to ask first.
    pub optional: bool,
}

impl Variable {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            only: None,
            optional: false,
        }
    }

    const fn only(mut self, channel: Channel) -> Self {
        self.only = Some(channel);
        self
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Whether templates of this channel are given it.
    pub fn is_for(&self, channel: Channel) -> bool {
        self.only.is_none_or(|only| only == channel)
    }
}

/// The longest id of an edition, a slug.
const EDITION_ID: usize = 40;
/// `s/` and 22 digits.
const TO_A_THING: Kind = Kind::Link { sms: 24 };
/// `e/` and a slug.
const TO_AN_EDITION: Kind = Kind::Link {
    sms: 2 + EDITION_ID,
};

pub(super) const EDITION: Variable =
    Variable::new("edition", Kind::Words { mail: 120, sms: 24 }).only(Channel::Email);
const EDITION_IF_ANY: Variable = EDITION.optional();
pub(super) const OFFICE: Variable = Variable::new("office", Kind::Words { mail: 40, sms: 28 });
pub(super) const EXPIRES_AT: Variable = Variable::new("expires_at", Kind::Moment);
pub(super) const INVITATION_LINK: Variable =
    Variable::new("link", Kind::Link { sms: 0 }).only(Channel::Email);
pub(super) const REFERENCE: Variable = Variable::new("reference", Kind::Code { longest: 9 });
pub(super) const VERSION: Variable = Variable::new("version", Kind::Count).only(Channel::Email);
pub(super) const CONTENT_HASH: Variable =
    Variable::new("content_hash", Kind::Code { longest: 64 }).only(Channel::Email);
pub(super) const ARRIVED_WIB: Variable =
    Variable::new("arrived_wib", Kind::Moment).only(Channel::Email);
pub(super) const ARRIVED_WITA: Variable =
    Variable::new("arrived_wita", Kind::Moment).only(Channel::Email);
pub(super) const ARRIVED_WIT: Variable =
    Variable::new("arrived_wit", Kind::Moment).only(Channel::Email);
pub(super) const ARRIVED_AT: Variable =
    Variable::new("arrived_at", Kind::Moment).only(Channel::Sms);
pub(super) const OUTCOME: Variable = Variable::new(
    "outcome",
    Kind::Choice(&["eligible", "ineligible", "needs_correction"]),
);
pub(super) const CHALLENGE: Variable =
    Variable::new("challenge", Kind::Words { mail: 200, sms: 24 });
pub(super) const ANSWER: Variable =
    Variable::new("answer", Kind::Choice(&["accepted", "declined"]));
pub(super) const ROUND: Variable = Variable::new("round", Kind::Words { mail: 120, sms: 24 });
pub(super) const CLOSES_AT: Variable = Variable::new("closes_at", Kind::Moment);
pub(super) const OBJECTIONS_UNTIL: Variable = Variable::new("objections_until", Kind::Moment);
pub(super) const HOST: Variable = Variable::new("host", Kind::Words { mail: 120, sms: 24 });
pub(super) const GONE: Variable = Variable::new("gone", Kind::Choice(&["true", "false"]));
pub(super) const THING_LINK: Variable = Variable::new("link", TO_A_THING);
pub(super) const EDITION_LINK: Variable = Variable::new("link", TO_AN_EDITION);

/// What the templates of a purpose are given.
pub const fn variables_of(purpose: Purpose) -> &'static [Variable] {
    match purpose {
        Purpose::Invitation => &[EDITION_IF_ANY, OFFICE, EXPIRES_AT, INVITATION_LINK],
        Purpose::SubmissionReceived => &[
            EDITION,
            REFERENCE,
            VERSION,
            CONTENT_HASH,
            ARRIVED_WIB,
            ARRIVED_WITA,
            ARRIVED_WIT,
            ARRIVED_AT,
            THING_LINK,
        ],
        Purpose::OutcomeAnnounced => &[EDITION, OUTCOME, REFERENCE, THING_LINK],
        Purpose::MatchProposed => &[EDITION, CHALLENGE, REFERENCE, THING_LINK],
        Purpose::MatchAnswered => &[EDITION, ANSWER, CHALLENGE, REFERENCE, THING_LINK],
        Purpose::RoundOpened => &[EDITION, ROUND, CLOSES_AT, EDITION_LINK],
        Purpose::AssignmentAdded => &[EDITION, ROUND, EDITION_LINK],
        Purpose::PanelShort => &[EDITION, ROUND, REFERENCE, EDITION_LINK],
        Purpose::ResultPublished => &[EDITION, ROUND, OBJECTIONS_UNTIL, EDITION_LINK],
        Purpose::WebhookDisabled => &[EDITION, HOST, GONE, THING_LINK],
    }
}

/// What the frame of a mail is given besides. All but the link come from this program's own words.
pub const FRAME_VARIABLES: [&str; 12] = [
    "closing",
    "content",
    "data_notice",
    "edition",
    "reason",
    "redirected_note",
    "reply",
    "salutation",
    "sent_by",
    "signature",
    "subject",
    "unsubscribe",
];
/// The frame's link by which a reader leaves; empty in mails that nobody may miss.
pub const UNSUBSCRIBE_URL: &str = "unsubscribe_url";
