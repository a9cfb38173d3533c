//! A receiver of OTLP traces for tests and the demo: what services export is kept here, a little while
//! and in memory only, and can be read as [`Trace`]s.
//!
//! Not a collector: it takes traces over gRPC and nothing else, and drops what comes when it is full.

mod span;
mod trace;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

pub use span::{Kind, Span, SpanId, TraceId};
pub use trace::Trace;
#[cfg(test)]
pub(crate) use trace::tests;

/// The most spans that are kept: about 50 MiB of them.
const MOST: usize = 50_000;
/// How often services send what they have.
const EXPORT_EVERY: Duration = Duration::from_millis(200);
/// A trace to which nothing came for so long has its last span.
const QUIET: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(50);

/// Which traces a service begins by itself. Those that its caller has sampled it always exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Every one.
    All,
    /// None: only what somebody asked for costs anything.
    OnlyAsked,
}

/// Takes spans on a port of this machine until it is dropped.
#[derive(Debug)]
pub struct SpanSink {
    port: u16,
    kept: Arc<Kept>,
    _open: DropGuard,
}

#[derive(Debug, Default)]
struct Kept(Mutex<Vec<Span>>);

impl SpanSink {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port on 127.0.0.1")?;
        let port = listener.local_addr()?.port();
        let (kept, open) = (Arc::<Kept>::default(), CancellationToken::new());
        let served = Server::builder()
            .add_service(TraceServiceServer::new(Receiver(kept.clone())))
            .serve_with_incoming_shutdown(
                TcpIncoming::from(listener),
                open.clone().cancelled_owned(),
            );
        TaskTracker::new().spawn(async move {
            if let Err(error) = served.await {
                tracing::warn!(%error, "stack.spans_refused");
            }
        });
        Ok(Self {
            port,
            kept,
            _open: open.drop_guard(),
        })
    }

    /// The variables that make a service export its traces here, for
    /// [`Fleet::set_environment`](super::fleet::Fleet::set_environment).
    pub fn environment(&self, sampling: Sampling) -> [(&'static str, String); 3] {
        let sampler = match sampling {
            Sampling::All => "parentbased_always_on",
            Sampling::OnlyAsked => "parentbased_always_off",
        };
        [
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                format!("http://127.0.0.1:{}", self.port),
            ),
            (
                "OTEL_BSP_SCHEDULE_DELAY",
                EXPORT_EVERY.as_millis().to_string(),
            ),
            ("OTEL_TRACES_SAMPLER", sampler.to_owned()),
        ]
    }

    /// Everything that came, in the order in which it came.
    pub fn spans(&self) -> Vec<Span> {
        self.kept.spans().clone()
    }

    /// What came of one trace so far.
    pub fn trace(&self, id: TraceId) -> Trace {
        Trace::of(id, self.kept.spans().iter().cloned())
    }

    /// Waits until a trace hangs together, has all that is `wanted`, and nothing more comes.
    ///
    /// # Errors
    /// When that is not so within `patience`, with what there is of it.
    pub async fn whole(
        &self,
        id: TraceId,
        patience: Duration,
        wanted: impl Fn(&Trace) -> bool,
    ) -> Result<Trace> {
        let end = Instant::now() + patience;
        let (mut known, mut grown) = (0, Instant::now());
        loop {
            let trace = self.trace(id);
            let now = Instant::now();
            if trace.spans().len() > known {
                (known, grown) = (trace.spans().len(), now);
            }
            if now > grown + QUIET && trace.is_one_tree() && wanted(&trace) {
                return Ok(trace);
            }
            if now > end {
                bail!(
                    "the trace is not whole after {} s\n{trace}",
                    patience.as_secs()
                );
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Kept {
    fn spans(&self) -> std::sync::MutexGuard<'_, Vec<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers the exporters.
struct Receiver(Arc<Kept>);

#[tonic::async_trait]
impl TraceService for Receiver {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut spans = span::read(request.into_inner())
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let mut kept = self.0.spans();
        let room = MOST.saturating_sub(kept.len());
        if spans.len() > room {
            tracing::warn!(dropped = spans.len() - room, "stack.spans_dropped");
            spans.truncate(room);
        }
        kept.append(&mut spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
