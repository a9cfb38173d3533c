//! Logs, traces and metrics: one subscriber per process, OTLP when the `OTEL_*` variables ask for it, and
//! W3C trace context wherever work crosses a process.

pub mod metrics;
pub(crate) mod own;
mod personal;
mod propagation;
#[cfg(test)]
pub(crate) mod testing;

use std::error::Error;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use schemars::JsonSchema;
use serde::Deserialize;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, LevelFilter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::Ids;
use crate::config::{Problems, Validate};
use crate::lifecycle;

pub use personal::Personal;
pub use propagation::{
    Cause, caused_by, current_traceparent, inject, is_sampled, link_or_parent, parent_from,
    trace_id, traceparent,
};

/// The section `telemetry` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// How logs are written.
    pub format: LogFormat,
    /// What is logged, as in `info,sqlx=warn`. Traces do not depend on it.
    pub filter: String,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Pretty,
}

impl Validate for TelemetryConfig {
    fn validate(&self, problems: &mut Problems) {
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.filter) {
            problems.refuse("filter", error.to_string());
        }
    }
}

/// Names a copy of a service, for as long as its process lives.
const INSTANCE: &str = "service.instance.id";

/// The process's telemetry; shut it down last.
#[derive(Debug)]
pub struct Telemetry {
    tracer: SdkTracerProvider,
    meter: Option<SdkMeterProvider>,
}

/// Why telemetry does not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is malformed.
    #[error("the log filter is malformed")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter the `OTEL_*` variables describe cannot be built.
    #[error("the OTLP exporter cannot be built")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Another subscriber is in place already.
    #[error("telemetry has been started already")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts logging to standard error, and exporting when `OTEL_EXPORTER_OTLP_ENDPOINT` (or
/// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` for one of the two) is
/// set; once per process. What is sampled is `OTEL_TRACES_SAMPLER`'s affair.
///
/// Without an exporter spans still have trace ids, so that trace context reaches rows and headers; but
/// only traces that others sample are marked as sampled.
///
/// # Errors
/// When the filter or the `OTEL_*` variables are wrong, or telemetry was started before.
pub fn init(cfg: &TelemetryConfig, service: &str) -> Result<Telemetry, TelemetryError> {
    let filter = EnvFilter::try_new(&cfg.filter)?;
    let resource = resource(service);

    let mut tracer = SdkTracerProvider::builder().with_resource(resource.clone());
    if exports("TRACES") {
        tracer = tracer.with_batch_exporter(SpanExporter::builder().with_tonic().build()?);
    } else {
        // Nobody would see the beginnings of these traces, so nobody pays for their recording.
        tracer = tracer.with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)));
    }
    let mut meter = None;
    if exports("METRICS") {
        let exporter = MetricExporter::builder().with_tonic().build()?;
        let provider = SdkMeterProvider::builder()
            .with_resource(resource)
            .with_periodic_exporter(exporter)
            .build();
        opentelemetry::global::set_meter_provider(provider.clone());
        meter = Some(provider);
    }
    let tracer = tracer.build();

    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let logs = match cfg.format {
        LogFormat::Json => logs
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .boxed(),
        LogFormat::Pretty => logs.boxed(),
    };
    // The filter is of logs alone: a quiet log must not break the traces of others.
    let spans = tracing_opentelemetry::layer().with_tracer(tracer.tracer("winner"));
    let wanted = FilterFn::new(is_traced).with_max_level_hint(LevelFilter::INFO);
    tracing_subscriber::registry()
        .with(logs.with_filter(filter))
        .with(spans.with_filter(wanted))
        .try_init()?;
    Ok(Telemetry { tracer, meter })
}

/// Who measures: the service, and which of its copies. Two copies that do not say so would write over each other's sums.
fn resource(service: &str) -> Resource {
    let named = Resource::builder().with_service_name(format!("winner-{service}"));
    let detected = Resource::builder().build();
    if detected.get(&Key::from_static_str(INSTANCE)).is_some() {
        return named.build();
    }
    let id = Ids::system().uuid().to_string();
    named.with_attribute(KeyValue::new(INSTANCE, id)).build()
}

/// Whether a span or an event becomes part of a trace. The span of a task does not: it lasts as long as
/// the process, and all that happens in the task would be one trace without an end.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO
        && !(metadata.is_span() && metadata.name() == lifecycle::TASK_SPAN)
}

/// Whether the environment asks for an export of `TRACES` or `METRICS`.
#[expect(
    clippy::disallowed_methods,
    reason = "the OTEL_* variables are OpenTelemetry's own"
)]
fn exports(signal: &str) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let disabled = std::env::var_os("OTEL_SDK_DISABLED").is_some_and(|value| value == "true");
    !disabled
        && (set("OTEL_EXPORTER_OTLP_ENDPOINT")
            || set(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")))
}

impl Telemetry {
    /// Sends what is left. On a thread of its own: the exporter blocks, and needs this runtime's
    /// threads meanwhile.
    pub async fn shutdown(self) {
        let sent = tokio::task::spawn_blocking(move || {
            if let Some(Err(error)) = self.meter.map(|meter| meter.shutdown()) {
                report(&error);
            }
            if let Err(error) = self.tracer.shutdown() {
                report(&error);
            }
        });
        if let Err(error) = sent.await {
            report(&error);
        }
    }
}

fn report(error: &dyn Error) {
    tracing::warn!(%error, "telemetry.shutdown_failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_copies_of_a_service_are_told_apart() {
        let of = |key| {
            let both = ["intake", "intake"].map(resource);
            both.map(|one| one.get(&Key::from_static_str(key)).unwrap().to_string())
        };
        let [one, other] = of(INSTANCE);
        assert_ne!(one, other);
        assert_eq!(of("service.name"), ["winner-intake"; 2]);
    }
}
