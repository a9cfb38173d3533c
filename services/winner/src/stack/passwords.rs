//! Passwords for the servers of one stack.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use winner_platform::Ids;

/// 256 random bits in letters that need no quoting in a URL, a file or a shell.
pub(crate) fn generate_password() -> SecretString {
    URL_SAFE_NO_PAD.encode(Ids::system().secret()).into()
}
