//! Logs and traces: one subscriber per process, OTLP when the `OTEL_*` variables ask for it, and
//! W3C trace context wherever work crosses a process.

mod personal;
mod propagation;

use opentelemetry_sdk::trace::SdkTracerProvider;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::{Problems, Validate};

pub use personal::Personal;
pub use propagation::{current_traceparent, inject, link_or_parent, parent_from};

/// The section `telemetry` of a role's configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// How logs are written.
    pub format: LogFormat,
    /// What is logged, as in `info,sqlx=warn`.
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

/// The process's telemetry; shut it down last.
#[derive(Debug)]
pub struct Telemetry {
    _tracer: Option<SdkTracerProvider>,
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

/// Starts logging, and exporting when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; once per process.
///
/// # Errors
/// When the filter or the `OTEL_*` variables are wrong, or telemetry was started before.
pub fn init(_cfg: &TelemetryConfig, _service: &str) -> Result<Telemetry, TelemetryError> {
    unimplemented!()
}

impl Telemetry {
    /// Sends what is left. On a thread of its own: the exporter blocks.
    pub async fn shutdown(self) {
        unimplemented!()
    }
}
