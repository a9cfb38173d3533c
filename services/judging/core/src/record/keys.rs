//! Keys of logs and witnesses, and how they sign (C2SP signed-note and tlog-cosignature, Ed25519).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use super::note::{Checkpoint, Line, NoteError, SignedCheckpoint};
use crate::canonical::Digest;

/// Signature type of a plain Ed25519 signature.
const SIGNATURE: u8 = 1;
/// Signature type of a timestamped cosignature.
const COSIGNATURE: u8 = 4;

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
    pub(super) fn id(&self) -> [u8; 4] {
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

    /// Whether a signature line's payload is this key's signature of a checkpoint's body.
    pub(super) fn verifies(&self, body: &str, payload: &[u8]) -> bool {
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
