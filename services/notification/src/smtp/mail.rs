//! A message as bytes: headers that nobody can inject into, two parts, an envelope.

use std::sync::Arc;
use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use winner_notification_core::mail::dkim::Prepared;
use winner_platform::RealTime;

mod headers;

use super::dkim::{DkimKey, NotSigned};
pub use headers::Leaving;
use headers::{AutoSubmitted, ListUnsubscribe, OneClick, WinnerMessage};

/// Why a message cannot be made. Says which part, never what it held.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address that no envelope can carry.
    #[error("the address cannot be written into an envelope")]
    Address,
    /// A line break or a control character where a header would end early.
    #[error("the {0} holds a line break or another control character")]
    ControlCharacter(&'static str),
    /// The builder refused.
    #[error("the message cannot be built")]
    Build(#[source] lettre::error::Error),
    /// It could not be signed.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
}

/// What a template made: the same message twice, and its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// Who writes.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The visible sender.
    pub from: Mailbox,
    /// Where answers go; a monitored address.
    pub reply_to: Mailbox,
    /// Every mail is signed with each of them.
    pub keys: Vec<Arc<DkimKey>>,
}

/// One mail to be.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The message's id.
    pub id: Uuid,
    /// The address.
    pub recipient: &'a str,
    /// How the person is addressed; empty for none.
    pub display_name: &'a str,
    /// Its words.
    pub rendered: &'a Rendered,
    /// Where it comes back to; `None` for the visible sender.
    pub return_path: Option<&'a str>,
    /// How its reader stops such mails; `None` for what nobody may miss.
    pub leaving: Option<&'a Leaving>,
    /// Real time.
    pub now: RealTime,
}

impl Sender {
    /// Reads both addresses, as in `WiNNER <winner@example.test>`.
    ///
    /// # Errors
    /// [`MailError::Address`] where one of them is none.
    pub fn parse(from: &str, reply_to: &str) -> Result<Self, MailError> {
        let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| MailError::Address);
        Ok(Self {
            from: mailbox(from)?,
            reply_to: mailbox(reply_to)?,
            keys: Vec::new(),
        })
    }

    /// The domain that mails come from.
    pub fn domain(&self) -> &str {
        self.from.email.domain()
    }
}

/// What the relay is told of a message.
#[derive(Clone)]
pub struct Envelope {
    pub(super) sender: Address,
    pub(super) recipient: Address,
}

impl Envelope {
    pub(super) fn is_international(&self) -> bool {
        !AsRef::<str>::as_ref(&self.sender).is_ascii()
            || !AsRef::<str>::as_ref(&self.recipient).is_ascii()
    }
}

/// A message ready to be offered.
#[derive(Clone)]
pub struct OutgoingMail {
    pub(super) envelope: Envelope,
    pub(super) content: Vec<u8>,
}

impl OutgoingMail {
    /// SHA-256 of its content, headers and all.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.content).into()
    }

    /// Builds the message `id` for `recipient`.
    ///
    /// Every attempt at a message carries the same Message-ID, so that a mailbox which keeps one copy
    /// per id shows one, whatever went wrong on the way.
    ///
    /// # Errors
    /// [`MailError`] for an address, a name or a subject that no mail can carry.
    pub fn build(sender: &Sender, letter: &Letter<'_>) -> Result<Self, MailError> {
        let Letter { id, rendered, .. } = *letter;
        refuse_control("recipient", letter.recipient)?;
        refuse_control("display name", letter.display_name)?;
        refuse_control("subject", &rendered.subject)?;
        let address: Address = letter.recipient.parse().map_err(|_| MailError::Address)?;
        let return_path = match letter.return_path {
            Some(path) => path.parse().map_err(|_| MailError::Address)?,
            None => sender.from.email.clone(),
        };
        let name = Some(letter.display_name.trim().to_owned()).filter(|name| !name.is_empty());
        let boundary = format!("winner-{}", id.simple());
        let body = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
            .singlepart(part(ContentType::TEXT_HTML, &rendered.html));
        let mut message = Message::builder()
            .from(sender.from.clone())
            .reply_to(sender.reply_to.clone())
            .to(Mailbox::new(name, address.clone()))
            .date(SystemTime::from(letter.now.as_offset()))
            .message_id(Some(format!("<{id}@{}>", sender.domain())))
            .subject(rendered.subject.clone())
            .header(AutoSubmitted)
            .header(WinnerMessage(id));
        if let Some(leaving) = letter.leaving {
            message = message.header(ListUnsubscribe::of(leaving));
            if leaving.link.is_some() {
                message = message.header(OneClick);
            }
        }
        let content = message
            .multipart(body)
            .map_err(MailError::Build)?
            .formatted();
        Ok(Self {
            envelope: Envelope {
                sender: return_path,
                recipient: address,
            },
            content: signed(content, sender, letter.now)?,
        })
    }

    /// The bytes that go between DATA and the final dot, before dots are stuffed.
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

/// The message behind a signature of every key.
fn signed(content: Vec<u8>, sender: &Sender, now: RealTime) -> Result<Vec<u8>, NotSigned> {
    if sender.keys.is_empty() {
        return Ok(content);
    }
    let prepared = Prepared::new(&content);
    let mut whole = Vec::with_capacity(content.len() + 1_024 * sender.keys.len());
    for key in &sender.keys {
        whole.extend_from_slice(key.sign(&prepared, now)?.as_bytes());
    }
    whole.extend_from_slice(&content);
    Ok(whole)
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.to_owned())
}

fn refuse_control(what: &'static str, text: &str) -> Result<(), MailError> {
    if text.chars().any(char::is_control) {
        return Err(MailError::ControlCharacter(what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        Sender::parse("WiNNER <winner@contoh.test>", "sekretariat@contoh.test").unwrap()
    }

    fn rendered(subject: &str) -> Rendered {
        Rendered {
            subject: subject.to_owned(),
            text: "Yth. Ani,\n.\nSelesai".to_owned(),
            html: "<p>Yth. Ani</p>".to_owned(),
        }
    }

    fn build(recipient: &str, name: &str, subject: &str) -> Result<OutgoingMail, MailError> {
        let now = RealTime::parse_rfc3339("2026-11-24T05:00:00Z").unwrap();
        let letter = Letter {
            id: Uuid::nil(),
            recipient,
            display_name: name,
            rendered: &rendered(subject),
            return_path: None,
            leaving: None,
            now,
        };
        OutgoingMail::build(&sender(), &letter)
    }

    #[test]
    fn a_line_break_never_reaches_a_header() {
        assert!(build("ani@contoh.test\r\nBcc: x@y.test", "Ani", "Halo").is_err());
        assert!(build("ani@contoh.test", "Ani\r\nBcc: x@y.test", "Halo").is_err());
        assert!(build("ani@contoh.test", "Ani", "Halo\nBcc: x@y.test").is_err());
        assert!(build("ani@contoh.test", "Ani", "Halo\0").is_err());
        assert!(build("bukan alamat", "Ani", "Halo").is_err());
    }

    #[test]
    fn every_attempt_has_the_same_message_id() {
        let mail = build("ani@contoh.test", "Ani", "Halo").unwrap();
        let again = build("ani@contoh.test", "Ani", "Halo").unwrap();
        assert_eq!(mail.content(), again.content());
        let text = String::from_utf8(mail.content).unwrap();
        assert!(
            text.contains("Message-ID: <00000000-0000-0000-0000-000000000000@contoh.test>\r\n")
        );
        assert!(text.contains("X-Winner-Message: 00000000-0000-0000-0000-000000000000\r\n"));
        assert!(text.contains("Reply-To: sekretariat@contoh.test\r\n"));
        assert!(text.contains("Date: Tue, 24 Nov 2026 05:00:00 +0000\r\n"));
    }

    #[test]
    fn everything_on_the_wire_is_ascii_with_whole_line_ends() {
        let mail = build("ani@contoh.test", "Ani Sulastri — Café", "Terima kasih — ✓").unwrap();
        assert!(mail.content.is_ascii());
        let text = String::from_utf8(mail.content).unwrap();
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    }
}
