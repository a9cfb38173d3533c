//! Signed checkpoints of a log and the cosignatures of its witnesses.
//!
//! A checkpoint is three lines (origin, size, root in base64), signed as a note (C2SP tlog-checkpoint and
//! signed-note). A witness's cosignature also states when it was made (C2SP tlog-cosignature).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::keys::VerifyingKey;
use crate::canonical::Digest;

const DASH: &str = "\u{2014} ";

/// Why a note is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text has not the form of a signed checkpoint.
    #[error("not a signed checkpoint: {0}")]
    Malformed(&'static str),
    /// A key has not the form `name+id+base64`.
    #[error("not a key: {0}")]
    BadKey(&'static str),
    /// No known key has this name and id.
    #[error("signed by an unknown key of `{0}`")]
    UnknownKey(String),
    /// The signature is not of this text by this key.
    #[error("the signature of `{0}` does not fit")]
    BadSignature(String),
    /// The log's own signature is missing.
    #[error("the log itself has not signed")]
    NotSignedByLog,
}

/// A log's state: how many leaves, and the root over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, such as `winner.example/edition/round`; no spaces, no plus sign.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root.
    pub root: Digest,
}

impl Checkpoint {
    /// The signed text: three lines.
    pub fn body(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root.0)
        )
    }

    fn parse(body: &str) -> Result<Self, NoteError> {
        let mut lines = body.lines();
        let mut next = || {
            lines
                .next()
                .ok_or(NoteError::Malformed("three lines are needed"))
        };
        let (origin, size, root) = (next()?, next()?, next()?);
        let root = STANDARD
            .decode(root)
            .map_err(|_| NoteError::Malformed("the root"))?;
        let root = <[u8; 32]>::try_from(root).map_err(|_| NoteError::Malformed("the root"))?;
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| NoteError::Malformed("the size"))?,
            root: Digest(root),
        };
        // Also rules out leading zeros, further lines and an empty origin.
        if checkpoint.body() == body && !origin.is_empty() {
            Ok(checkpoint)
        } else {
            Err(NoteError::Malformed("not in its only form"))
        }
    }
}

/// A signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) id: [u8; 4],
    pub(super) payload: Vec<u8>,
}

/// A checkpoint with its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    pub(super) lines: Vec<Line>,
}

impl SignedCheckpoint {
    /// The note: body, empty line, one line a signature.
    pub fn to_text(&self) -> String {
        let mut text = self.checkpoint.body();
        text.push('\n');
        for line in &self.lines {
            let payload = STANDARD.encode([&line.id, line.payload.as_slice()].concat());
            text.extend([DASH, &line.name, " ", &payload, "\n"]);
        }
        text
    }

    /// Reads a note; signatures are not verified yet.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] unless the text is a signed checkpoint in its only form.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (body, signatures) = text
            .split_once("\n\n")
            .ok_or(NoteError::Malformed("no signature"))?;
        let checkpoint = Checkpoint::parse(&format!("{body}\n"))?;
        let lines = signatures
            .lines()
            .map(|line| {
                let (name, payload) = line
                    .strip_prefix(DASH)
                    .and_then(|line| line.split_once(' '))
                    .ok_or(NoteError::Malformed("a signature line"))?;
                let bytes = STANDARD
                    .decode(payload)
                    .map_err(|_| NoteError::Malformed("base64"))?;
                let (id, payload) = bytes
                    .split_first_chunk::<4>()
                    .ok_or(NoteError::Malformed("a signature line"))?;
                Ok(Line {
                    name: name.to_owned(),
                    id: *id,
                    payload: payload.to_vec(),
                })
            })
            .collect::<Result<Vec<_>, NoteError>>()?;
        let signed = Self { checkpoint, lines };
        if signed.to_text() == text {
            Ok(signed)
        } else {
            Err(NoteError::Malformed("not in its only form"))
        }
    }

    /// Verifies every signature with the known keys; returns the witnesses who cosigned.
    ///
    /// # Errors
    /// The first signature that is of an unknown key or does not fit; or that the log's is missing.
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<Vec<String>, NoteError> {
        let body = self.checkpoint.body();
        let mut by_log = false;
        let mut witnesses = Vec::new();
        for line in &self.lines {
            let key = keys
                .iter()
                .find(|key| key.name() == line.name && key.id() == line.id)
                .ok_or_else(|| NoteError::UnknownKey(line.name.clone()))?;
            if !key.verifies(&body, &line.payload) {
                return Err(NoteError::BadSignature(line.name.clone()));
            }
            if key.is_log() {
                by_log = true;
            } else {
                witnesses.push(key.name().to_owned());
            }
        }
        if by_log {
            Ok(witnesses)
        } else {
            Err(NoteError::NotSignedByLog)
        }
    }
}
