use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use super::*;

/// A copy of a service, which counts its calls.
struct Copy {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Copy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, calls) = (
            listener.local_addr().unwrap(),
            Arc::<AtomicUsize>::default(),
        );
        let counted = Arc::clone(&calls);
        let health = HealthService::from_health_reporter(HealthReporter::new());
        let health = HealthServer::with_interceptor(health, move |request| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(request)
        });
        let served = Server::builder()
            .add_service(health)
            .serve_with_incoming(TcpIncoming::from(listener));
        tokio::spawn(served);
        Self { address, calls }
    }

    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::Relaxed)
    }
}

/// DNS, as it stands.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Option<Vec<SocketAddr>>>>);

impl Names {
    fn say(&self, copies: &[&Copy]) {
        let addresses = copies.iter().map(|copy| copy.address).collect();
        *self.0.lock().unwrap() = Some(addresses);
    }

    fn fail(&self) {
        *self.0.lock().unwrap() = None;
    }

    fn channel(&self) -> (Channel, Arc<Notify>) {
        let names = self.clone();
        let look_up = move || {
            let answer = names.0.lock().unwrap().clone();
            std::future::ready(answer.ok_or_else(|| io::ErrorKind::NotFound.into()))
        };
        let connect = |address| Endpoint::from_shared(format!("http://{address}"));
        channel("beta", look_up, Box::new(connect))
    }
}

async fn call(channel: &Channel, times: usize) {
    for _ in 0..times {
        let mut client = HealthClient::new(channel.clone());
        client.check(HealthCheckRequest::default()).await.unwrap();
    }
}

/// Longer than the least time between two looks.
async fn a_moment() {
    tokio::time::sleep(AT_MOST * 3).await;
}

#[tokio::test]
async fn calls_are_spread_over_the_copies_and_follow_them() {
    let (one, two, three) = (
        Copy::start().await,
        Copy::start().await,
        Copy::start().await,
    );
    let names = Names::default();
    names.say(&[&one]);
    let (channel, doubt) = names.channel();
    call(&channel, 10).await;
    assert_eq!(one.calls(), 10);

    names.say(&[&one, &two, &three]);
    doubt.notify_one();
    a_moment().await;
    call(&channel, 30).await;
    let _warm = (one.calls(), two.calls(), three.calls());
    call(&channel, 900).await;
    for copy in [&one, &two, &three] {
        let calls = copy.calls();
        assert!((240..=360).contains(&calls), "{calls} of 900");
    }

    names.say(&[&two, &three]);
    doubt.notify_one();
    a_moment().await;
    call(&channel, 100).await;
    assert_eq!(one.calls(), 0);
}

#[tokio::test]
async fn dns_that_says_nothing_takes_no_connection_away() {
    let one = Copy::start().await;
    let names = Names::default();
    names.say(&[&one]);
    let (channel, doubt) = names.channel();
    call(&channel, 1).await;
    names.fail();
    doubt.notify_one();
    a_moment().await;
    names.say(&[]);
    doubt.notify_one();
    a_moment().await;
    call(&channel, 10).await;
    assert_eq!(one.calls(), 11);
}

#[tokio::test]
async fn who_asks_before_anybody_is_known_waits_until_somebody_is() {
    let names = Names::default();
    let (channel, _doubt) = names.channel();
    let one = Copy::start().await;
    let asked = tokio::spawn(async move { call(&channel, 1).await });
    a_moment().await;
    names.say(&[&one]);
    asked.await.unwrap();
}

#[tokio::test]
async fn nobody_looks_for_the_peer_of_a_channel_that_is_gone() {
    let names = Names::default();
    names.say(&[]);
    let (channel, _doubt) = names.channel();
    drop(channel);
    a_moment().await;
    // The looker's clone went with it.
    assert_eq!(Arc::strong_count(&names.0), 1);
}
