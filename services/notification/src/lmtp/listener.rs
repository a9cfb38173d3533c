//! Listens for mail servers.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use winner_platform::Shutdown;

use super::session::{Limits, Postmaster, converse};

/// After a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes messages until `shutdown`: at its soft stage no new connection is accepted, at its hard stage
/// the open ones are dropped. `connections` are served at once; more wait.
///
/// # Errors
/// None: what fails is one connection.
pub async fn serve<P: Postmaster>(
    listener: TcpListener,
    postmaster: Arc<P>,
    limits: Limits,
    connections: usize,
    shutdown: Shutdown,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(connections));
    let open = TaskTracker::new();
    loop {
        let accepting = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            biased;
            () = shutdown.soft.cancelled() => break,
            accepted = accepting => accepted,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                tracing::warn!(%error, "lmtp.accept.failed");
                sleep(PAUSE).await;
                continue;
            }
        };
        let (postmaster, shutdown) = (Arc::clone(&postmaster), shutdown.clone());
        open.spawn(async move {
            let talking = converse(socket, &*postmaster, limits);
            if let Some(Err(error)) = shutdown.hard.run_until_cancelled(talking).await {
                tracing::debug!(%error, "lmtp.connection.failed");
            }
            drop(place);
        });
    }
    open.close();
    open.wait().await;
    Ok(())
}
