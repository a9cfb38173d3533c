//! A DKIM signature (RFC 6376, Ed25519 by RFC 8463) over the very bytes that are sent, relaxed/relaxed.
//!
//! `lettre` could sign, too. But it signs its own picture of a message, cannot say that a header must
//! not be added (`h=` naming it once more than it is there), and walks headers by a recursion per
//! character. Here, what is signed is taken from the finished bytes; making the signature itself, the
//! only part that needs a secret, is the caller's.

mod canonical;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The headers that are signed, in the order of `h=`. Each is named once more than it is there, so
/// that none can be added on the way. `Content-Type` is not among them: relays that carry a message on
/// may write it anew.
const SIGNED: [&str; 12] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-id",
    "cc",
];

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with SHA-256 (PKCS #1 v1.5): what everybody verifies.
    Rsa,
    /// Ed25519 over the SHA-256: small and quick, and not verified everywhere.
    Ed25519,
}

impl Algorithm {
    const fn tag(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-sha256",
            Self::Ed25519 => "ed25519-sha256",
        }
    }
}

/// Under which name a signature is made: its key is published at `SELECTOR._domainkey.DOMAIN`.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The domain that answers for the message.
    pub domain: &'a str,
    /// Which of its keys.
    pub selector: &'a str,
    /// How.
    pub algorithm: Algorithm,
}

/// A message of which the hashes are made: as many signatures as are wanted can be put on it.
pub struct Prepared {
    body_hash: String,
    names: String,
    headers: Vec<u8>,
}

impl Prepared {
    /// Looks at a whole message, header and body, with line ends CR LF.
    pub fn new(message: &[u8]) -> Self {
        let (header, body) = canonical::split(message);
        let fields = canonical::fields(header);
        let (mut names, mut headers) = (Vec::new(), Vec::new());
        for name in SIGNED {
            // From the last one up (RFC 6376, 5.4.2); ours are there once.
            for (_, field) in fields.iter().rev().filter(|(own, _)| own == name) {
                names.push(name);
                headers.extend_from_slice(field);
            }
            names.push(name);
        }
        Self {
            body_hash: STANDARD.encode(Sha256::digest(canonical::body(body))),
            names: names.join(":"),
            headers,
        }
    }

    /// What `signer` has to sign, at `seconds` of real time since 1970.
    pub fn unsigned(&self, signer: Signer<'_>, seconds: i64) -> Unsigned {
        let names = self.names.replace(":list-", ":\r\n list-");
        let header = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n t={seconds}; q=dns/txt;\r\n \
             h={names};\r\n bh={};\r\n b=",
            signer.algorithm.tag(),
            signer.domain,
            signer.selector,
            self.body_hash,
        );
        let mut input = self.headers.clone();
        if let Some((_, own)) = canonical::fields(header.as_bytes()).into_iter().next() {
            // The signature's own header is the last one, and has no line end.
            input.extend_from_slice(own.strip_suffix(b"\r\n").unwrap_or(&own));
        }
        if signer.algorithm == Algorithm::Ed25519 {
            input = Sha256::digest(&input).to_vec();
        }
        Unsigned { header, input }
    }
}

/// A signature that lacks its value.
pub struct Unsigned {
    header: String,
    input: Vec<u8>,
}

impl Unsigned {
    /// What to sign: with RSA by SHA-256, with Ed25519 as it is.
    pub fn input(&self) -> &[u8] {
        &self.input
    }

    /// The header field with its line end, to be put before the message.
    pub fn signed(self, signature: &[u8]) -> String {
        let mut header = self.header;
        let value = STANDARD.encode(signature);
        for (line, letters) in value.as_bytes().chunks(72).enumerate() {
            if line > 0 {
                header.push_str("\r\n ");
            }
            header.push_str(&String::from_utf8_lossy(letters));
        }
        header.push_str("\r\n");
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"From: WiNNER <winner@contoh.test>\r\nTo: Ani <ani@contoh.test>\r\n\
        Subject: Halo\r\nContent-Type: text/plain\r\nList-Unsubscribe: <https://winner.test/u/x>,\r\n \
        <mailto:u+x@bounces.test>\r\n\r\nIsi\r\n";
    const SIGNER: Signer<'_> = Signer {
        domain: "contoh.test",
        selector: "s1",
        algorithm: Algorithm::Rsa,
    };

    fn input(message: &[u8]) -> String {
        let unsigned = Prepared::new(message).unsigned(SIGNER, 1);
        String::from_utf8(unsigned.input().to_vec()).unwrap()
    }

    #[test]
    fn what_readers_see_and_how_they_leave_is_signed_and_nothing_can_be_added() {
        let names = Prepared::new(MESSAGE).names;
        for name in ["from", "to", "subject", "list-unsubscribe"] {
            let count = names.split(':').filter(|own| *own == name).count();
            assert_eq!(count, 2, "{name}");
        }
        assert!(names.contains("list-unsubscribe-post"));
        assert!(!names.contains("content-type"));
    }

    #[test]
    fn a_folded_header_is_signed_as_if_it_were_not() {
        let flat = String::from_utf8(MESSAGE.to_vec())
            .unwrap()
            .replace(",\r\n ", ", ");
        assert_eq!(input(MESSAGE), input(flat.as_bytes()));
    }

    #[test]
    fn whatever_is_altered_alters_what_is_signed() {
        let text = String::from_utf8(MESSAGE.to_vec()).unwrap();
        for (from, to) in [
            ("Isi", "isi"),
            ("Halo", "Hallo"),
            ("/u/x", "/u/y"),
            ("winner@", "w@"),
        ] {
            assert_ne!(
                input(MESSAGE),
                input(text.replacen(from, to, 1).as_bytes()),
                "{from}"
            );
        }
        assert_eq!(
            input(MESSAGE),
            input(text.replace("plain", "html").as_bytes())
        );
    }

    #[test]
    fn no_line_is_long() {
        let unsigned = Prepared::new(MESSAGE).unsigned(SIGNER, 1_800_000_000);
        let header = unsigned.signed(&[7; 256]);
        assert!(header.ends_with("\r\n"));
        assert!(header.lines().all(|line| line.len() <= 160), "{header}");
    }
}
