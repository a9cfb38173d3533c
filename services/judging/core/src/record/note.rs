//! Signed checkpoints of a log and the cosignatures of its witnesses.
//!
//! A checkpoint is three lines (origin, size, root in base64), signed as a note (C2SP tlog-checkpoint and
//! signed-note). A witness's cosignature also states when it was made (C2SP tlog-cosignature).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::canonical::Digest;

/// Signature type of a plain Ed25519 signature.
const SIGNATURE: u8 = 1;
/// Signature type of a timestamped cosignature.
const COSIGNATURE: u8 = 4;
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

/// A key that signs, with its name.
#[derive(Debug)]
pub struct SigningKey {
    name: String,
    pair: Ed25519KeyPair,
}

/// A key that verifies, with its name: of a log or of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    kind: u8,
    public: Vec<u8>,
}

impl SigningKey {
    /// A key from 32 secret bytes.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] when the name is empty or holds a space or a plus sign.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let valid = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::BadKey("the seed"))?;
        if valid {
            Ok(Self {
                name: name.to_owned(),
                pair,
            })
        } else {
            Err(NoteError::BadKey("the name"))
        }
    }

    /// The key that verifies this key's checkpoints.
    pub fn log_key(&self) -> VerifyingKey {
        self.verifying(SIGNATURE)
    }

    /// The key that verifies this key's cosignatures.
    pub fn witness_key(&self) -> VerifyingKey {
        self.verifying(COSIGNATURE)
    }

    fn verifying(&self, kind: u8) -> VerifyingKey {
        let public = self.pair.public_key().as_ref().to_vec();
        VerifyingKey {
            name: self.name.clone(),
            kind,
            public,
        }
    }

    /// Signs a checkpoint as the log.
    pub fn sign(&self, checkpoint: Checkpoint) -> SignedCheckpoint {
        let body = checkpoint.body();
        let signature = self.pair.sign(body.as_bytes());
        let line = Line {
            name: self.name.clone(),
            id: self.log_key().id(),
            payload: signature.as_ref().to_vec(),
        };
        SignedCheckpoint {
            checkpoint,
            lines: vec![line],
        }
    }

    /// Adds a witness's cosignature, made at `unix_seconds`.
    pub fn cosign(&self, signed: &mut SignedCheckpoint, unix_seconds: u64) {
        let message = cosigned_message(unix_seconds, &signed.checkpoint.body());
        let signature = self.pair.sign(message.as_bytes());
        let payload = [&unix_seconds.to_be_bytes(), signature.as_ref()].concat();
        signed.lines.push(Line {
            name: self.name.clone(),
            id: self.witness_key().id(),
            payload,
        });
    }
}

fn cosigned_message(unix_seconds: u64, body: &str) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{body}")
}

impl VerifyingKey {
    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the key of a log, not of a witness.
    pub fn is_log(&self) -> bool {
        self.kind == SIGNATURE
    }

    /// The first four bytes of SHA-256 of name, newline, kind and public key.
    fn id(&self) -> [u8; 4] {
        let bytes = [self.name.as_bytes(), b"\n", &[self.kind], &self.public].concat();
        let digest = Digest::of(&bytes).0;
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The key as text: `name+id+base64`.
    pub fn to_text(&self) -> String {
        let material = [&[self.kind], self.public.as_slice()].concat();
        format!(
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(material)
        )
    }

    /// Reads a key from its text.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] when the text is no Ed25519 key or its id does not fit.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let mut next = || {
            parts
                .next()
                .ok_or(NoteError::BadKey("name+id+base64 is needed"))
        };
        let (name, id, material) = (next()?, next()?, next()?);
        let material = STANDARD
            .decode(material)
            .map_err(|_| NoteError::BadKey("base64"))?;
        let (kind, public) = material.split_first().ok_or(NoteError::BadKey("empty"))?;
        if !matches!(*kind, SIGNATURE | COSIGNATURE) || public.len() != 32 || name.is_empty() {
            return Err(NoteError::BadKey("not Ed25519"));
        }
        let key = Self {
            name: name.to_owned(),
            kind: *kind,
            public: public.to_vec(),
        };
        if key.to_text() == text && hex::encode(key.id()) == id {
            Ok(key)
        } else {
            Err(NoteError::BadKey("the id does not fit"))
        }
    }

    fn verifies(&self, body: &str, payload: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&ED25519, &self.public);
        if self.is_log() {
            return public.verify(body.as_bytes(), payload).is_ok();
        }
        let Some((time, signature)) = payload.split_first_chunk::<8>() else {
            return false;
        };
        let message = cosigned_message(u64::from_be_bytes(*time), body);
        public.verify(message.as_bytes(), signature).is_ok()
    }
}

/// A signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: String,
    id: [u8; 4],
    payload: Vec<u8>,
}

/// A checkpoint with its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    lines: Vec<Line>,
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
                .find(|key| key.name == line.name && key.id() == line.id)
                .ok_or_else(|| NoteError::UnknownKey(line.name.clone()))?;
            if !key.verifies(&body, &line.payload) {
                return Err(NoteError::BadSignature(line.name.clone()));
            }
            if key.is_log() {
                by_log = true;
            } else {
                witnesses.push(key.name.clone());
            }
        }
        if by_log {
            Ok(witnesses)
        } else {
            Err(NoteError::NotSignedByLog)
        }
    }
}
