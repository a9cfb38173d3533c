//! Telemetry is one per process, so it is tested in a process of its own: this test starts itself
//! again, with the `OTEL_*` variables naming a collector that listens here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::allow_attributes,
    reason = "tests may panic"
)]

use std::convert::Infallible;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tower::Service;
use winner_platform::telemetry::{self, LogFormat, Personal, TelemetryConfig};

const EXPORTS: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// A collector that keeps what it is sent.
#[derive(Clone, Default)]
struct Collector {
    received: Arc<Mutex<Vec<(String, Bytes)>>>,
}

impl Service<http::Request<Body>> for Collector {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let received = Arc::clone(&self.received);
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            received.lock().unwrap().push((path, body));
            let empty = Frame::data(Bytes::from_static(&[0; 5]));
            let status = [("grpc-status".parse().unwrap(), "0".parse().unwrap())];
            let trailers = Frame::trailers(http::HeaderMap::from_iter(status));
            let frames = futures::stream::iter([Ok::<_, Infallible>(empty), Ok(trailers)]);
            Ok(http::Response::builder()
                .header("content-type", "application/grpc")
                .body(Body::new(StreamBody::new(frames)))
                .unwrap())
        })
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_reach_the_collector_logs_are_json_and_personal_data_reaches_neither() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = Collector::default();
    let served = tonic::transport::Server::builder()
        .serve_with_incoming(collector.clone(), TcpListenerStream::new(listener));
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_process_that_traces",
                "--ignored",
                "--nocapture",
            ])
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    });
    let output = tokio::select! {
        output = child => output.unwrap(),
        ended = served => panic!("the collector ended: {ended:?}"),
    };
    let logs = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{logs}");

    let received = collector.received.lock().unwrap();
    let spans: Vec<_> = received
        .iter()
        .filter(|(path, _)| path == EXPORTS)
        .collect();
    assert!(
        spans
            .iter()
            .any(|(_, body)| holds(body, "a.span") && holds(body, "winner-alpha"))
    );
    assert!(!received.iter().any(|(_, body)| holds(body, "siti")));

    let line = logs
        .lines()
        .find(|line| line.contains("something.happened"))
        .unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["message"], "something.happened");
    assert_eq!(
        (line["level"].as_str(), line["count"].as_u64()),
        (Some("INFO"), Some(3))
    );
    assert!(
        !logs.contains("siti") && logs.contains("[personal]"),
        "{logs}"
    );
    assert!(!logs.contains("too.quiet"), "{logs}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test above, in a process of its own"]
async fn a_process_that_traces() {
    let config = TelemetryConfig {
        format: LogFormat::Json,
        filter: "info".to_owned(),
    };
    let telemetry = telemetry::init(&config, "alpha").unwrap();
    assert!(
        telemetry::init(&config, "alpha").is_err(),
        "one per process"
    );
    let email = Personal::new("siti@contoh.test");
    tracing::info_span!("a.span", %email).in_scope(|| {
        tracing::info!(%email, ?email, count = 3, "something.happened");
        tracing::debug!("too.quiet");
        assert!(telemetry::current_traceparent().is_some());
    });
    telemetry.shutdown().await;
}
