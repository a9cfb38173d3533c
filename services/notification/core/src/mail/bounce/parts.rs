//! The outermost parts of a multipart message (RFC 2046, 5.1).
//!
//! `mail-parser` reads headers and encodings. That it walks whole messages is not made use of: what is
//! nested without end would be dropped level by level, and end the process by its stack.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, Message, MessageParser, MimeHeaders};

/// A header that is longer is cut.
const HEADER: usize = 32 * 1024;
/// Reports have three parts.
const PARTS: usize = 16;

/// The parts of a message, in order; none where it is not in parts.
pub(super) struct Parts<'a>(Vec<&'a [u8]>);

impl Parts<'_> {
    /// The content of the first part of that type, decoded.
    pub(super) fn find(&self, content_type: &str) -> Option<Cow<'_, [u8]>> {
        self.0.iter().find_map(|part| {
            let header = header_of(part)?;
            let own = header.content_type().map(type_of)?;
            (own == content_type).then(|| decoded(part, &header))
        })
    }
}

/// The parts of a message.
pub(super) fn of(message: &[u8]) -> Parts<'_> {
    let boundary = header_of(message).and_then(|header| {
        let kind = header.content_type()?;
        let boundary = kind.attribute("boundary").map(str::to_owned);
        boundary.filter(|boundary| kind.ctype() == "multipart" && !boundary.is_empty())
    });
    let Some(boundary) = boundary else {
        return Parts(Vec::new());
    };
    Parts(split(body_of(message), boundary.as_bytes()))
}

fn header_of(part: &[u8]) -> Option<Message<'_>> {
    let head = &part[..part.len() - body_of(part).len()];
    MessageParser::new()
        .with_mime_headers()
        .default_header_ignore()
        .parse_headers(head.get(..HEADER).unwrap_or(head))
}

fn type_of(kind: &ContentType<'_>) -> String {
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
}

fn decoded<'a>(part: &'a [u8], header: &Message<'_>) -> Cow<'a, [u8]> {
    let body = body_of(part);
    let encoding = header.content_transfer_encoding().unwrap_or_default();
    let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => base64_decode(body),
        "quoted-printable" => quoted_printable_decode(body),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// What follows the first empty line; nothing where there is none.
fn body_of(part: &[u8]) -> &[u8] {
    let mut rest = part;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.is_empty() {
            break;
        }
    }
    rest
}

/// What stands between lines `--boundary`, up to the line `--boundary--` or the end.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let (mut parts, mut rest) = (Vec::new(), body);
    let mut began: Option<&[u8]> = None;
    while !rest.is_empty() && parts.len() < PARTS {
        let here = rest;
        let (line, after) = next_line(rest);
        rest = after;
        let Some(tail) = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
        else {
            continue;
        };
        let tail = tail.trim_ascii();
        if !tail.is_empty() && tail != b"--" {
            continue; // a longer boundary, of something inside
        }
        if let Some(part) = began {
            parts.push(&part[..part.len() - here.len()]);
        }
        began = tail.is_empty().then_some(rest);
        if began.is_none() {
            return parts;
        }
    }
    // Cut off on its way: what there is of the last part counts.
    parts.extend(began.filter(|_| parts.len() < PARTS));
    parts
}

/// A line without its end, and what follows it.
fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &bytes[bytes.len()..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_between_boundaries() {
        let body = b"preamble\r\n--b\r\n\r\none\r\n--bb\r\n--b  \r\ntwo\r\n--b--\r\nepilogue";
        let parts = split(body, b"b");
        assert_eq!(parts, [&b"\r\none\r\n--bb\r\n"[..], &b"two\r\n"[..]]);
    }

    #[test]
    fn a_message_that_was_cut_off_still_has_its_parts() {
        assert_eq!(
            split(b"--b\none\n--b\ntw", b"b"),
            [&b"one\n"[..], &b"tw"[..]]
        );
        assert_eq!(split(b"--b\n".repeat(1_000).as_slice(), b"b").len(), PARTS);
    }

    #[test]
    fn what_is_not_in_parts_has_none() {
        for message in [
            &b""[..],
            b"\n",
            b"no header",
            b"Content-Type: multipart/report\n\nx",
        ] {
            assert!(of(message).0.is_empty());
        }
    }

    #[test]
    fn encodings_are_taken_off() {
        let message = b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: Message/Delivery-Status\n\
            Content-Transfer-Encoding: BASE64\n\nQTogYg==\n--b--\n";
        assert_eq!(
            of(message).find("message/delivery-status").as_deref(),
            Some(&b"A: b"[..])
        );
    }
}
