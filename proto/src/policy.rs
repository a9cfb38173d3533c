//! Who may call which RPC, as declared beside it in the contracts.

/// Kind of caller that an RPC admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anybody, within rate limits.
    Public,
    /// Whoever holds a signed, single-purpose, expiring link.
    Link,
    /// Any person with a valid token.
    SignedIn,
    /// Persons who hold one of the offices listed.
    Offices,
    /// The services listed.
    Services,
}

/// The policy of one RPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodPolicy {
    /// `/winner.intake.v1.SubmissionService/Submit`.
    pub path: &'static str,
    /// Who may call at all.
    pub audience: Audience,
    /// With [`Audience::Offices`]: one of these must be held, as lower-case codes.
    pub offices: &'static [&'static str],
    /// Services that may call, beside or instead of people.
    pub services: &'static [&'static str],
    /// The arrival of the request's last byte is stamped.
    pub stamps_arrival: bool,
}

include!(concat!(env!("OUT_DIR"), "/policies.rs"));
