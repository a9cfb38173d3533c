//! The one small HTTP listener: what people's mail programs and providers of messages call.
//!
//! Its routes come from the parts that own them. Nothing here is behind a login: every route carries a
//! token of its own in its path, bodies are small, and answers tell nothing to whoever lacks the token.

pub mod leaving;
mod leaving_page;

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use ipnet::IpNet;
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
    /// Ranges of your own proxies: what they say in `X-Forwarded-For` about the caller is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
}

/// The proxies whose word about the caller's address is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl PublicHttpConfig {
    /// The proxies.
    ///
    /// # Errors
    /// Where one is not a range of addresses.
    pub fn proxies(&self) -> Result<Proxies, ipnet::AddrParseError> {
        let ranges = self.trusted_proxies.iter().map(|range| range.parse());
        ranges.collect::<Result<_, _>>().map(Proxies)
    }
}

impl Proxies {
    /// Who calls: the peer, or whom a proxy of ours says that it speaks for.
    pub fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let ours = |address: &IpAddr| self.0.iter().any(|range| range.contains(address));
        let mut caller = peer.to_canonical();
        let told = headers.get_all("x-forwarded-for").iter();
        let told: Vec<&str> = told.filter_map(|value| value.to_str().ok()).collect();
        // The last is what the nearest proxy saw; what stands before a stranger's word is the stranger's.
        for word in told.iter().flat_map(|value| value.split(',')).rev() {
            if !ours(&caller) {
                break;
            }
            let Ok(before) = word.trim().parse::<IpAddr>() else {
                break;
            };
            caller = before.to_canonical();
        }
        caller
    }
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
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes)
        .with_graceful_shutdown(shutdown.soft.cancelled_owned())
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, told: &[&str]) -> String {
        let config = PublicHttpConfig {
            trusted_proxies: vec!["10.0.0.0/8".to_owned()],
            ..PublicHttpConfig::default()
        };
        let mut headers = HeaderMap::new();
        for value in told {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies = config.proxies().unwrap();
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_our_own_proxies_say_who_calls() {
        assert_eq!(caller("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(caller("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        // The caller's own word stands before what our proxy saw.
        assert_eq!(
            caller("10.0.0.1", &["127.0.0.1, 198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(
            caller("10.0.0.1", &["198.51.100.7, 10.0.0.2"]),
            "198.51.100.7"
        );
        assert_eq!(
            caller("10.0.0.1", &["198.51.100.7", "10.0.0.2"]),
            "198.51.100.7"
        );
        assert_eq!(caller("::ffff:10.0.0.1", &["rubbish"]), "10.0.0.1");
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
    }
}
