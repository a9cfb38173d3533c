//! What stands round every message: who writes, to whom, why, and where to answer.

use std::collections::BTreeMap;

use minijinja::value::Value;

use super::catalogue::{EDITION, UNSUBSCRIBE_URL};
use super::cut;
use super::variables::{Addressee, EditionFace, Values};
use super::words::{reason, words};
use crate::domain::purpose::Purpose;

/// The longest name of a reader, in characters.
const NAME: usize = 80;
/// The longest mark of made-up data in a mail, in characters, and in an SMS, in septets.
const DATA_NOTICE: usize = 60;
/// `(DATA CONTOH) ` is what fits.
const DATA_NOTICE_IN_SMS: usize = 11;

/// The most that [`sms_mark`] takes of an SMS, in septets: parentheses and a space besides. (Square brackets
/// would cost two each.)
pub(super) const SMS_MARK: usize = DATA_NOTICE_IN_SMS + 3;

/// What the frame of a mail is given.
pub(super) struct Framed {
    /// What a subject begins with; empty in real mails.
    pub(super) mark: String,
    /// The variables.
    pub(super) values: BTreeMap<&'static str, Value>,
}

pub(super) fn mail(
    values: &Values,
    purpose: Purpose,
    edition: &EditionFace,
    reader: &Addressee,
) -> Framed {
    let words = words(reader.language);
    let title = values.words(&EDITION);
    let data_notice = cut::for_mail(&edition.data_notice, DATA_NOTICE);
    let redirected_note = if reader.redirected {
        words.redirected
    } else {
        ""
    };
    let mark = match (data_notice.as_str(), reader.redirected) {
        ("", false) => String::new(),
        ("", true) => format!("[{}] ", words.rehearsal),
        (notice, _) => format!("[{notice}] "),
    };
    let name = cut::for_mail(&reader.display_name, NAME);
    let values = [
        ("closing", words.closing.to_owned()),
        ("data_notice", data_notice),
        ("edition", title.to_owned()),
        ("reason", reason(purpose, reader.language).to_owned()),
        ("redirected_note", redirected_note.to_owned()),
        ("reply", words.reply.to_owned()),
        ("salutation", words.salutation(&name)),
        ("sent_by", words.sent_by(title)),
        ("signature", words.signature(title)),
        ("unsubscribe", words.unsubscribe.to_owned()),
        (
            UNSUBSCRIBE_URL,
            reader.unsubscribe_url.clone().unwrap_or_default(),
        ),
    ];
    Framed {
        mark,
        values: values
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect(),
    }
}

/// What an SMS begins with that is made up, or goes to a rehearsal's number.
pub(super) fn sms_mark(edition: &EditionFace, reader: &Addressee) -> String {
    let notice = cut::for_sms(&edition.data_notice, DATA_NOTICE_IN_SMS);
    match (notice.as_str(), reader.redirected) {
        ("", false) => String::new(),
        ("", true) => format!("({}) ", words(reader.language).rehearsal),
        (notice, _) => format!("({notice}) "),
    }
}
