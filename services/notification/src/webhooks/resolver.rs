//! Resolves hosts and lets through only addresses that may be called. The connector connects to exactly these:
//! nothing is resolved between the judgement and the connection.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;
use winner_notification_core::webhook::addresses::Addresses;

/// Why a host cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// It has no address, or no name server answers.
    #[error("the host cannot be resolved")]
    Unresolved,
    /// It has none that may be called.
    #[error("the host has no address that may be called")]
    Forbidden,
}

type Lookup = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// Where addresses of names come from.
pub type Names = Arc<dyn Fn(String) -> Lookup + Send + Sync>;

/// The system's resolver.
pub fn system() -> Names {
    Arc::new(|name| {
        Box::pin(async move {
            // The port is the URL's; the connector puts it in.
            Ok(tokio::net::lookup_host((name, 0)).await?.collect())
        })
    })
}

/// Resolves and filters. Cheap to clone.
#[derive(Clone)]
pub struct Resolver {
    names: Names,
    rules: Arc<Addresses>,
}

impl Resolver {
    /// Resolves by `names` and judges by `rules`.
    pub fn new(names: Names, rules: Addresses) -> Self {
        Self {
            names,
            rules: Arc::new(rules),
        }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ResolveError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let lookup = (self.names)(name.as_str().to_owned());
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            let found = lookup.await.map_err(|_| ResolveError::Unresolved)?;
            if found.is_empty() {
                return Err(ResolveError::Unresolved);
            }
            let admitted: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| rules.may_call(address.ip()))
                .collect();
            if admitted.is_empty() {
                return Err(ResolveError::Forbidden);
            }
            Ok(admitted.into_iter())
        })
    }
}
