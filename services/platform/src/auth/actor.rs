//! The caller of an RPC, as the handler sees it.

use tonic::Request;
use uuid::Uuid;

use super::Grant;
use super::link::LinkClaims;
use crate::error::ApiError;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody known: only a public RPC is called so.
    Nobody,
    /// Whoever holds a signed link.
    Link(LinkClaims),
    /// A person.
    Person(Uuid),
    /// A service.
    Service(String),
}

/// The caller, what they were granted, and for whom a service acts. The server puts it into every
/// request before the handler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who calls.
    pub caller: Caller,
    /// What a person was granted; empty for everyone else.
    pub grants: Vec<Grant>,
    /// The person a service acts for, for the record: it gives the service no more rights.
    pub on_behalf_of: Option<Uuid>,
}

impl Actor {
    /// A caller without a token.
    pub const fn nobody() -> Self {
        Self {
            caller: Caller::Nobody,
            grants: Vec::new(),
            on_behalf_of: None,
        }
    }

    /// A person with grants.
    pub const fn of_person(person: Uuid, grants: Vec<Grant>) -> Self {
        Self {
            caller: Caller::Person(person),
            grants,
            on_behalf_of: None,
        }
    }

    /// A service.
    pub fn of_service(name: impl Into<String>, on_behalf_of: Option<Uuid>) -> Self {
        Self {
            caller: Caller::Service(name.into()),
            grants: Vec::new(),
            on_behalf_of,
        }
    }

    /// The holder of a link.
    pub const fn of_link(claims: LinkClaims) -> Self {
        Self {
            caller: Caller::Link(claims),
            grants: Vec::new(),
            on_behalf_of: None,
        }
    }

    /// The caller of a request.
    ///
    /// # Errors
    /// [`ApiError::internal`] when the request passed no server of ours: a mistake in wiring, and
    /// no reason to let anybody through.
    pub fn from_request<T>(request: &Request<T>) -> Result<Self, ApiError> {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ApiError::internal(Unguarded))
    }

    /// Makes this the caller of `request`, for tests that call a handler without a server.
    pub fn attach<T>(self, mut request: Request<T>) -> Request<T> {
        request.extensions_mut().insert(self);
        request
    }

    /// The person who calls.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] for nobody, [`ApiError::denied`] for a service or a link.
    pub fn person(&self) -> Result<Uuid, ApiError> {
        match &self.caller {
            Caller::Person(person) => Ok(*person),
            Caller::Nobody => Err(ApiError::unauthenticated()),
            Caller::Service(_) | Caller::Link(_) => Err(ApiError::denied("PERSON_REQUIRED")),
        }
    }

    /// The service that calls.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] for nobody, [`ApiError::denied`] for anyone else.
    pub fn service(&self) -> Result<&str, ApiError> {
        match &self.caller {
            Caller::Service(name) => Ok(name),
            Caller::Nobody => Err(ApiError::unauthenticated()),
            Caller::Person(_) | Caller::Link(_) => Err(ApiError::denied("SERVICE_REQUIRED")),
        }
    }

    /// What a link with this purpose is about.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] without a link, [`ApiError::denied`] with one for another
    /// purpose.
    pub fn link(&self, purpose: &str) -> Result<&LinkClaims, ApiError> {
        match &self.caller {
            Caller::Link(claims) if claims.purpose == purpose => Ok(claims),
            Caller::Link(_) => Err(ApiError::denied("LINK_FOR_ANOTHER_PURPOSE")),
            _ => Err(ApiError::unauthenticated()),
        }
    }

    /// Whether the caller holds `office` in `edition`, the tenant-like scope, as a whole or for a
    /// part of it. An office of the whole installation is another office: see
    /// [`Self::holds_everywhere`].
    pub fn holds(&self, office: &str, edition: &str) -> bool {
        self.in_edition(edition).any(|grant| grant.office == office)
    }

    /// Whether the caller holds `office` for the whole installation.
    pub fn holds_everywhere(&self, office: &str) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.office == office && grant.edition.is_none())
    }

    /// Whether the caller holds `office` in `edition` for `scope`, or for all of `edition`.
    pub fn holds_scope(&self, office: &str, edition: &str, scope: &str) -> bool {
        self.in_edition(edition).any(|grant| {
            grant.office == office && grant.scope.as_deref().is_none_or(|held| held == scope)
        })
    }

    /// The parts of `edition` that the caller holds `office` for; an office for all of it has none.
    pub fn scopes<'a>(&'a self, office: &str, edition: &str) -> impl Iterator<Item = &'a str> {
        self.in_edition(edition)
            .filter(move |grant| grant.office == office)
            .filter_map(|grant| grant.scope.as_deref())
    }

    /// Lets pass who holds one of the offices in `edition`.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] for nobody, [`ApiError::denied`] otherwise.
    pub fn require(&self, offices: &[&str], edition: &str) -> Result<(), ApiError> {
        self.allow(offices.iter().any(|office| self.holds(office, edition)))
    }

    /// Lets pass who holds `office` in `edition` for `scope`, or for all of `edition`.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] for nobody, [`ApiError::denied`] otherwise.
    pub fn require_scope(&self, office: &str, edition: &str, scope: &str) -> Result<(), ApiError> {
        self.allow(self.holds_scope(office, edition, scope))
    }

    /// Lets pass who holds `office` for the whole installation.
    ///
    /// # Errors
    /// [`ApiError::unauthenticated`] for nobody, [`ApiError::denied`] otherwise.
    pub fn require_everywhere(&self, office: &str) -> Result<(), ApiError> {
        self.allow(self.holds_everywhere(office))
    }

    /// The caller's stable key, for idempotency and limits. Two people who act through one
    /// service have two keys.
    pub fn key(&self) -> String {
        match (&self.caller, self.on_behalf_of) {
            (Caller::Nobody, _) => "nobody".to_owned(),
            (Caller::Link(claims), _) => format!("link:{}:{}", claims.purpose, claims.subject),
            (Caller::Person(person), _) => format!("person:{person}"),
            (Caller::Service(name), None) => format!("service:{name}"),
            (Caller::Service(name), Some(person)) => format!("service:{name}:{person}"),
        }
    }

    /// What kind of caller it is, for spans: it names nobody.
    pub fn kind(&self) -> &str {
        match &self.caller {
            Caller::Nobody => "nobody",
            Caller::Link(_) => "link",
            Caller::Person(_) => "person",
            Caller::Service(name) => name,
        }
    }

    fn in_edition(&self, edition: &str) -> impl Iterator<Item = &Grant> {
        self.grants
            .iter()
            .filter(move |grant| grant.edition.as_deref() == Some(edition))
    }

    fn allow(&self, allowed: bool) -> Result<(), ApiError> {
        match (&self.caller, allowed) {
            (_, true) => Ok(()),
            (Caller::Nobody, false) => Err(ApiError::unauthenticated()),
            (_, false) => Err(ApiError::denied("OFFICE_REQUIRED")),
        }
    }
}

/// A handler was reached without passing the server's authorisation.
#[derive(Debug, thiserror::Error)]
#[error("the request passed no authorisation")]
struct Unguarded;

#[cfg(test)]
#[path = "actor_tests.rs"]
mod tests;
