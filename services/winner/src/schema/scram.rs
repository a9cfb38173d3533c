//! The SCRAM-SHA-256 verifier of a password (RFC 5803), made here so that the password itself never
//! appears in a statement, and so in no log of the server.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2};
use secrecy::{ExposeSecret, SecretString};

/// Postgres's own default.
const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4095);

/// Why a password has no verifier.
#[derive(Debug, thiserror::Error)]
#[error("a database password is 12 or more printable ASCII characters")]
pub(super) struct BadPassword;

/// What `CREATE ROLE … PASSWORD` stores.
///
/// # Errors
/// When the password is short, or holds characters that SASLprep might change.
pub(super) fn verifier(password: &SecretString, salt: &[u8; 16]) -> Result<String, BadPassword> {
    let password = password.expose_secret();
    if password.len() < 12 || !password.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BadPassword);
    }
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ITERATIONS,
        salt,
        password.as_bytes(),
        &mut salted,
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let client_key = hmac::sign(&key, b"Client Key");
    let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
    let server_key = hmac::sign(&key, b"Server Key");
    Ok(format!(
        "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
        STANDARD.encode(salt),
        STANDARD.encode(stored_key),
        STANDARD.encode(server_key)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_postgres_makes() {
        // From Python: hashlib.pbkdf2_hmac, hmac, as in PostgreSQL's scram-common.c.
        let verifier = verifier(&"correct-horse-battery".into(), b"0123456789abcdef").unwrap();
        assert_eq!(verifier, EXPECTED);
    }

    const EXPECTED: &str = "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$V7VFETp4Y2CB0MbopovtXxB5VHCtriCADgsJOgDxKUQ=:wxNVNTum+swy1UQMadddPXpuDYBuYFpfqsYhrV2mlAY=";

    #[test]
    fn a_short_or_exotic_password_is_refused() {
        for text in ["short", "kata sandi yang panjang", "kata-sandi-é-panjang"] {
            assert!(verifier(&text.into(), &[0; 16]).is_err(), "{text}");
        }
    }
}
