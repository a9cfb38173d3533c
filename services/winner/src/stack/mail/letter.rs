//! A mail as the sink received it: enough of MIME to read our own letters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One received mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    headers: Vec<(String, String)>,
    body: String,
}

impl Letter {
    /// Reads a mail; what is not understood stays as it is.
    pub fn parse(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        Self {
            headers: unfold(head),
            body: body.to_owned(),
        }
    }

    /// A header's first value, unfolded and decoded (RFC 2047).
    pub fn header(&self, name: &str) -> Option<String> {
        self.raw_header(name).map(decode_words)
    }

    /// The addresses of the SMTP envelope.
    pub fn recipients(&self) -> Vec<String> {
        self.raw_header("X-RcptTo")
            .map(|value| value.split(',').map(|to| to.trim().to_owned()).collect())
            .unwrap_or_default()
    }

    /// The subject line, decoded.
    pub fn subject(&self) -> String {
        self.header("Subject").unwrap_or_default()
    }

    /// The text a person reads: the first `text/plain` part, decoded.
    pub fn text(&self) -> String {
        let kind = self.raw_header("Content-Type").unwrap_or("text/plain");
        if let Some(boundary) = boundary(kind) {
            return self
                .body
                .split(&format!("--{boundary}"))
                .skip(1)
                .filter(|part| !part.starts_with("--"))
                .map(|part| Self::parse(part.trim_start_matches('\n').as_bytes()))
                .map(|part| part.text())
                .find(|text| !text.is_empty())
                .unwrap_or_default();
        }
        if !kind.to_ascii_lowercase().starts_with("text/plain") {
            return String::new();
        }
        let encoding = self.raw_header("Content-Transfer-Encoding").unwrap_or("");
        decode_body(encoding, &self.body)
    }

    fn raw_header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn unfold(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    headers
}

fn boundary(content_type: &str) -> Option<String> {
    let rest = content_type.split("boundary=").nth(1)?;
    let value = rest.split(';').next()?.trim().trim_matches('"');
    Some(value.to_owned())
}

fn decode_body(encoding: &str, body: &str) -> String {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => decode_base64(body),
        "quoted-printable" => decode_quoted(&body.replace("=\n", "")),
        _ => body.to_owned(),
    }
}

fn decode_base64(text: &str) -> String {
    let compact: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(&compact).map_or(compact, |bytes| {
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn decode_quoted(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .filter(|_| first == b'=')
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Decodes `=?utf-8?b?…?=` and `=?utf-8?q?…?=`; space between two such words is not part of the text.
fn decode_words(value: &str) -> String {
    let mut decoded = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let gap = &rest[..start];
        if !(after_word && gap.trim().is_empty()) {
            decoded.push_str(gap);
        }
        let Some((word, tail)) = one_word(&rest[start + 2..]) else {
            decoded.push_str(&rest[start..]);
            return decoded;
        };
        decoded.push_str(&word);
        after_word = true;
        rest = tail;
    }
    decoded.push_str(rest);
    decoded
}

fn one_word(text: &str) -> Option<(String, &str)> {
    let mut parts = text.splitn(3, '?');
    let (_charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (content, tail) = rest.split_once("?=")?;
    let word = if encoding.eq_ignore_ascii_case("b") {
        decode_base64(content)
    } else {
        decode_quoted(&content.replace('_', " "))
    };
    Some((word, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_in_quoted_printable_reads_as_written() {
        let letter = Letter::parse(
            b"Subject: =?utf-8?b?RMOpY2lzaW9u?= =?utf-8?q?_baru?=\r\nX-RcptTo: a@x.test, b@x.test\r\n\
              Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
              Terima kasih =E2=80=94 nomor=\r\n 7\r\n",
        );
        assert_eq!(letter.subject(), "Décision baru");
        assert_eq!(letter.recipients(), ["a@x.test", "b@x.test"]);
        assert_eq!(letter.text(), "Terima kasih — nomor 7\n");
    }

    #[test]
    fn the_plain_part_of_several_is_read() {
        let letter = Letter::parse(
            b"Content-Type: multipart/alternative; boundary=\"zz\"\n\n--zz\nContent-Type: text/html\n\n<b>x</b>\n\
              --zz\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nU2FsYW0=\n--zz--\n",
        );
        assert_eq!(letter.text(), "Salam");
    }
}
