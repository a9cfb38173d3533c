//! Sees everything that a process writes: its log, its spans, its metrics, every row of its database.

use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use sqlx::{AssertSqlSafe, PgPool};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What was written of one kind.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<String>>);

impl Written {
    fn add(&self, text: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_str(text);
        all.push('\n');
    }

    fn read(&self) -> String {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.clone()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl SpanExporter for Written {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.add(&format!("{batch:?}"));
        Ok(())
    }
}

impl PushMetricExporter for Written {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.add(&format!("{metrics:?}"));
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// One of the places that things are written to, and what stands there.
pub struct Place {
    pub name: String,
    pub text: String,
}

/// What every test of this process writes.
pub struct Witness {
    log: Written,
    spans: Written,
    metrics: Written,
    tracer: SdkTracerProvider,
    meter: SdkMeterProvider,
}

impl Witness {
    /// Listens from now on, to the whole process; to be called before anything is written. Our own log is
    /// heard down to its finest level, and all spans, also those that no trace would show.
    pub fn of_this_process() -> &'static Self {
        static WITNESS: OnceLock<Witness> = OnceLock::new();
        WITNESS.get_or_init(Self::listen)
    }

    fn listen() -> Self {
        let (log, spans, metrics) = (Written::default(), Written::default(), Written::default());
        let tracer = SdkTracerProvider::builder()
            .with_simple_exporter(spans.clone())
            .build();
        let meter = SdkMeterProvider::builder()
            .with_periodic_exporter(metrics.clone())
            .build();
        opentelemetry::global::set_meter_provider(meter.clone());
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .with_span_events(FmtSpan::FULL)
            .with_writer(log.clone())
            .with_filter(EnvFilter::new("info,winner=trace"));
        tracing_subscriber::registry()
            .with(lines)
            .with(tracing_opentelemetry::layer().with_tracer(tracer.tracer("winner")))
            .init();
        Self {
            log,
            spans,
            metrics,
            tracer,
            meter,
        }
    }

    /// Everything written so far, here and in every table of this database.
    pub async fn places(&self, pool: &PgPool) -> Vec<Place> {
        self.tracer.force_flush().unwrap();
        self.meter.force_flush().unwrap();
        let written = [
            ("log", &self.log),
            ("spans", &self.spans),
            ("metrics", &self.metrics),
        ];
        let mut places: Vec<Place> = written
            .map(|(name, written)| Place {
                name: name.to_owned(),
                text: written.read(),
            })
            .into();
        places.extend(tables(pool).await);
        places
    }
}

/// Every row of every table, as text; bytes in hexadecimal.
#[expect(
    clippy::disallowed_methods,
    reason = "which tables there are is known only when the test runs"
)]
async fn tables(pool: &PgPool) -> Vec<Place> {
    let names = sqlx::query_scalar!(
        r#"
        SELECT   format('%I.%I', schemaname, tablename) AS "name!"
        FROM     pg_tables
        WHERE    schemaname NOT IN ('pg_catalog', 'information_schema')
        ORDER BY 1
        "#
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut places = Vec::new();
    for name in names {
        let rows = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {name} AS t");
        let text: String = sqlx::query_scalar(AssertSqlSafe(rows))
            .fetch_one(pool)
            .await
            .unwrap();
        places.push(Place { name, text });
    }
    places
}

/// Where one of these words stands, plainly or in hexadecimal: `place: word`.
pub fn sightings(places: &[Place], words: &[&str]) -> Vec<String> {
    let mut seen = Vec::new();
    for place in places {
        let text = place.text.to_lowercase();
        for word in words {
            let plain = word.to_lowercase();
            let as_bytes = [*word, plain.as_str()].map(hex::encode);
            if text.contains(&plain) || as_bytes.iter().any(|bytes| text.contains(bytes)) {
                seen.push(format!("{}: {word}", place.name));
            }
        }
    }
    seen
}
