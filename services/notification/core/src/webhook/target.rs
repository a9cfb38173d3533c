//! Which URLs may be registered at all; [`super::addresses`] judges what their hosts resolve to.

use std::fmt;

use url::{Host, Url};

/// The longest URL, in bytes.
pub const MAX_BYTES: usize = 2_048;

/// Endings of names that never belong to everybody: special-use names of RFC 6761, 6762, 8375, 9476 and 7686,
/// ICANN's `internal`, and what inside networks is common.
const PRIVATE_ENDINGS: [&str; 18] = [
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "svc",
    "test",
    "workgroup",
];

/// What a URL is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRules {
    /// Ports that may be called besides 443.
    pub ports: Vec<u16>,
    /// Whether `http` and this machine may be called, at any port; for tests and rehearsals only.
    pub allow_plain_loopback: bool,
}

/// Why a URL is refused. Says nothing of the URL, which may hold a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no absolute URL, is too long, or holds blanks, backslashes or control characters.
    #[error("is no URL")]
    Malformed,
    /// It is not `https`.
    #[error("must be https")]
    Scheme,
    /// It has a user or a password; those belong nowhere near a URL.
    #[error("must have no user and no password; every delivery is signed")]
    Credentials,
    /// It has a fragment, which no server ever sees.
    #[error("must have no fragment")]
    Fragment,
    /// Its host is an address.
    #[error("must name a host, not an address")]
    Literal,
    /// Its host is a name of inside networks.
    #[error("must name a host that everybody can resolve")]
    PrivateName,
    /// Its port is none that may be called.
    #[error("must use port 443 or another one that the operator allows")]
    Port,
}

/// A URL that may be called, if its host's addresses may. Prints as its host alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Reads and judges a URL.
    ///
    /// # Errors
    /// [`TargetError`]
    pub fn parse(text: &str, rules: &TargetRules) -> Result<Self, TargetError> {
        let odd = |byte: u8| byte <= b' ' || byte == 0x7f || byte == b'\\';
        if text.len() > MAX_BYTES || text.bytes().any(odd) {
            // The parser would mend these silently, and readers would see another URL than it does.
            return Err(TargetError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(TargetError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment);
        }
        if rules.allow_plain_loopback && is_this_machine(&url) {
            return Ok(Self(url));
        }
        if url.scheme() != "https" {
            return Err(TargetError::Scheme);
        }
        match url.host() {
            Some(Host::Domain(name)) if is_everybodys(name) => {}
            Some(Host::Domain(_)) => return Err(TargetError::PrivateName),
            // In any form: the parser knows octal, hexadecimal, short and full-width ones.
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(TargetError::Literal),
            None => return Err(TargetError::Malformed),
        }
        match url.port_or_known_default() {
            Some(443) => Ok(Self(url)),
            Some(port) if rules.ports.contains(&port) => Ok(Self(url)),
            _ => Err(TargetError::Port),
        }
    }

    /// The URL as it is stored, shown to its owner and called.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, which may be logged.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.host())
    }
}

/// What stands between `//` and the next slash; an empty user leaves no other trace.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn is_this_machine(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// At least two labels, all of letters, digits, `-` and `_`, and no ending of inside networks.
fn is_everybodys(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some((_, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    name.len() <= 253
        && name
            .split('.')
            .all(|label| (1..=63).contains(&label.len()) && label.bytes().all(plain))
        && !PRIVATE_ENDINGS.contains(&ending)
        // Endings are letters, or punycode.
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
