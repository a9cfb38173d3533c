//! A message as bytes: headers that nobody can inject into, two parts, an envelope.

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use winner_platform::RealTime;

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
        })
    }

    fn domain(&self) -> &str {
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
    pub fn build(
        sender: &Sender,
        id: Uuid,
        recipient: &str,
        display_name: &str,
        rendered: &Rendered,
        now: RealTime,
    ) -> Result<Self, MailError> {
        refuse_control("recipient", recipient)?;
        refuse_control("display name", display_name)?;
        refuse_control("subject", &rendered.subject)?;
        let address: Address = recipient.parse().map_err(|_| MailError::Address)?;
        let name = Some(display_name.trim().to_owned()).filter(|name| !name.is_empty());
        let boundary = format!("winner-{}", id.simple());
        let body = MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
            .singlepart(part(ContentType::TEXT_HTML, &rendered.html));
        let message = Message::builder()
            .from(sender.from.clone())
            .reply_to(sender.reply_to.clone())
            .to(Mailbox::new(name, address.clone()))
            .date(SystemTime::from(now.as_offset()))
            .message_id(Some(format!("<{id}@{}>", sender.domain())))
            .subject(rendered.subject.clone())
            .header(AutoSubmitted)
            .header(WinnerMessage(id))
            .multipart(body)
            .map_err(MailError::Build)?;
        let envelope = Envelope {
            sender: sender.from.email.clone(),
            recipient: address,
        };
        Ok(Self {
            envelope,
            content: message.formatted(),
        })
    }

    /// The bytes that go between DATA and the final dot, before dots are stuffed.
    pub fn content(&self) -> &[u8] {
        &self.content
    }
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

/// `X-Winner-Message`: the message's id, for operators and tests.
#[derive(Debug, Clone)]
struct WinnerMessage(Uuid);

impl Header for WinnerMessage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Winner-Message")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_string())
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no robot should answer.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
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
        OutgoingMail::build(
            &sender(),
            Uuid::nil(),
            recipient,
            name,
            &rendered(subject),
            now,
        )
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
