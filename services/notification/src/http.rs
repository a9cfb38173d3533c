//! The one small HTTP listener: what people's mail programs and providers of messages call.
//!
//! Its routes come from the parts that own them. Nothing here is behind a login: every route carries a
//! token of its own in its path, bodies are small, and answers tell nothing to whoever lacks the token.

pub mod leaving;
mod leaving_page;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::net::TcpListener;
use winner_platform::Shutdown;

/// The largest body that is read, in bytes: a batch of a hundred receipts.
const LARGEST_BODY: usize = 256 * 1024;

/// The HTTP listener.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicHttpConfig {
    /// Where it listens; absent, there is none, and neither receipts nor unsubscribing.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
}

/// Binds what the settings name; `None` where they name nothing.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn bind(config: &PublicHttpConfig) -> std::io::Result<Option<TcpListener>> {
    match config.listen {
        Some(address) => TcpListener::bind(address).await.map(Some),
        None => Ok(None),
    }
}

/// Answers until `shutdown`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    shutdown: Shutdown,
) -> std::io::Result<()> {
    let routes = routes.layer(DefaultBodyLimit::max(LARGEST_BODY));
    axum::serve(listener, routes)
        .with_graceful_shutdown(shutdown.soft.cancelled_owned())
        .await
}
