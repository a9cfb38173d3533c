//! Calls spread over every copy of a peer.
//!
//! HTTP/2 keeps one connection, so behind an ordinary Service all calls of a process reach one copy, and a
//! new copy gets none. A headless Service's name stands for every ready copy: it is looked up again and
//! again, each address gets a connection, and each call goes to the less busy of two.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_util::task::TaskTracker;
use tonic::transport::channel::Change;
use tonic::transport::{Channel, Endpoint};

use crate::Ids;

/// How often the name is looked up, give or take: about as long as cluster DNS lets an answer be kept.
const EVERY: Duration = Duration::from_secs(5);
/// The least time between two looks: a peer that is down must not make us ask DNS for every call.
const AT_MOST: Duration = Duration::from_millis(500);
/// Changes on their way to the balancer.
const CHANGES: usize = 64;

/// A channel over the addresses that `look_up` answers, and what to notify when a copy was not there: the
/// name is then looked up without waiting for the next turn.
///
/// It looks for as long as the channel is kept. Where the answer is an error or empty, the last good set
/// stays: DNS that is away for a moment takes nobody's connections.
pub(super) fn channel<L, F>(peer: &str, look_up: L, connect: Connect) -> (Channel, Arc<Notify>)
where
    L: Fn() -> F + Send + 'static,
    F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
{
    let (channel, changes) = Channel::balance_channel(CHANGES);
    let doubt = Arc::new(Notify::new());
    let follow = Follow {
        peer: peer.to_owned(),
        connect,
        changes,
        doubt: Arc::clone(&doubt),
    };
    TaskTracker::new().spawn(follow.run(look_up));
    (channel, doubt)
}

/// How an address is connected to.
pub(super) type Connect =
    Box<dyn Fn(SocketAddr) -> Result<Endpoint, tonic::transport::Error> + Send + Sync>;

/// Keeps a balancer informed of where a peer's copies are.
struct Follow {
    peer: String,
    connect: Connect,
    changes: mpsc::Sender<Change<SocketAddr, Endpoint>>,
    doubt: Arc<Notify>,
}

impl Follow {
    async fn run<L, F>(self, look_up: L)
    where
        L: Fn() -> F + Send,
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send,
    {
        let peer = &self.peer;
        let mut known = BTreeSet::new();
        loop {
            match look_up().await {
                Ok(found) if found.is_empty() => tracing::warn!(peer, "peer.no_address"),
                Ok(found) => {
                    let found = found.into_iter().collect();
                    if !self.tell(&known, &found).await {
                        return;
                    }
                    known = found;
                }
                Err(error) => tracing::warn!(peer, %error, "peer.not_resolved"),
            }
            tokio::time::sleep(AT_MOST).await;
            tokio::select! {
                () = self.changes.closed() => return,
                () = self.doubt.notified() => {}
                () = tokio::time::sleep(pause(known.is_empty())) => {}
            }
        }
    }

    /// Tells the balancer who came and who went; whether it still listens.
    async fn tell(&self, known: &BTreeSet<SocketAddr>, found: &BTreeSet<SocketAddr>) -> bool {
        let mut told = Vec::new();
        for address in found.difference(known) {
            match (self.connect)(*address) {
                Ok(endpoint) => told.push(Change::Insert(*address, endpoint)),
                Err(error) => tracing::error!(peer = self.peer, %error, "peer.not_connectable"),
            }
        }
        told.extend(known.difference(found).copied().map(Change::Remove));
        if !told.is_empty() {
            let (copies, before) = (found.len(), known.len());
            tracing::info!(peer = self.peer, copies, before, "peer.copies");
        }
        for change in told {
            if self.changes.send(change).await.is_err() {
                return false;
            }
        }
        true
    }
}

/// Until the next look; soon, where nobody is known yet.
fn pause(nobody: bool) -> Duration {
    if nobody {
        return AT_MOST;
    }
    Ids::system().jittered(EVERY)
}

#[cfg(test)]
mod tests;
