//! What a process measures. An instrument exists only by its declaration in [`metrics!`](crate::metrics!), and the list of
//! metrics is made of the same declarations, so it cannot say anything else than what is exported. Attributes are named
//! in the declaration and given by position, so none can be forgotten or invented where something is measured.

use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::metrics::{self as otel, Meter};
use opentelemetry::{KeyValue, StringValue};

/// What kind of instrument a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A sum that only grows.
    Counter,
    /// A value as it was last measured.
    Gauge,
    /// How values are distributed.
    Histogram,
}

impl Kind {
    /// Its name in lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What is declared of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, by OpenTelemetry's conventions.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its unit, in UCUM: `s`, or `{event}` for what is counted.
    pub unit: &'static str,
    /// The names of its attributes.
    pub attributes: &'static [&'static str],
    /// What it says.
    pub description: &'static str,
}

/// The bounds of durations of calls and computations: those that the conventions advise, and a minute.
const SECONDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0,
];
/// The bounds of delays, which may be hours when something stands still.
const DELAYS: [f64; 14] = [
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0,
];

/// The one meter.
#[expect(
    clippy::disallowed_methods,
    reason = "here instruments are made of their declarations"
)]
fn meter() -> Meter {
    opentelemetry::global::meter("winner")
}

/// The instruments, each with `N` attributes. They are made when first used, which is after telemetry has started.
macro_rules! instruments {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $made:ty, $value:ty, $make:ident, $put:ident, $($verb:ident)+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<const N: usize> {
            metric: Metric,
            keys: [&'static str; N],
            made: OnceLock<$made>,
        }

        impl<const N: usize> $name<N> {
            /// A declared instrument; see [`metrics!`](crate::metrics!).
            pub const fn declare(
                name: &'static str,
                unit: &'static str,
                keys: &'static [&'static str; N],
                description: &'static str,
            ) -> Self {
                let metric = Metric { name, kind: Kind::$kind, unit, attributes: keys, description };
                Self { metric, keys: *keys, made: OnceLock::new() }
            }

            /// What is declared of it.
            pub const fn metric(&self) -> &Metric {
                &self.metric
            }

            $(
            /// Measures one value, with the values of the attributes in the order of their declaration.
            pub fn $verb(&self, value: $value, attributes: [StringValue; N]) {
                let made = self.made.get_or_init(|| $make(&self.metric));
                let pairs = self.keys.into_iter().zip(attributes);
                let labels: Vec<_> = pairs.map(|(key, value)| KeyValue::new(key, value)).collect();
                made.$put(value, &labels);
            }
            )+
        }
    )+};
}

instruments! {
    /// A sum that only grows.
    Counter: Counter, otel::Counter<u64>, u64, counter, add, add;
    /// A whole number as it was last measured.
    Gauge: Gauge, otel::Gauge<i64>, i64, gauge, record, record;
    /// Seconds as they were last measured.
    Seconds: Gauge, otel::Gauge<f64>, f64, seconds, record, record;
    /// How long calls and computations take, in seconds.
    Durations: Histogram, otel::Histogram<f64>, f64, durations, record, record;
    /// How late things come about, in seconds, up to days.
    Delays: Histogram, otel::Histogram<f64>, f64, delays, record, record;
}

impl<const N: usize> Durations<N> {
    /// Measures one duration.
    pub fn took(&self, duration: Duration, attributes: [StringValue; N]) {
        self.record(duration.as_secs_f64(), attributes);
    }
}

fn counter(metric: &Metric) -> otel::Counter<u64> {
    meter()
        .u64_counter(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

fn gauge(metric: &Metric) -> otel::Gauge<i64> {
    meter()
        .i64_gauge(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

fn seconds(metric: &Metric) -> otel::Gauge<f64> {
    meter()
        .f64_gauge(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

fn durations(metric: &Metric) -> otel::Histogram<f64> {
    histogram(metric, SECONDS.to_vec())
}

fn delays(metric: &Metric) -> otel::Histogram<f64> {
    histogram(metric, DELAYS.to_vec())
}

fn histogram(metric: &Metric, bounds: Vec<f64>) -> otel::Histogram<f64> {
    meter()
        .f64_histogram(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .with_boundaries(bounds)
        .build()
}

/// Declares a crate's instruments, and `METRICS`, the list of all of them. What is said of an instrument is its description.
///
/// ```
/// winner_platform::metrics! {
///     /// Crates that left the yard.
///     pub CRATES: Counter = "yard.crates", "{crate}", ["yard.gate"];
/// }
/// CRATES.add(2, ["north".into()]);
/// assert_eq!(METRICS[0].description, "Crates that left the yard.");
/// ```
#[macro_export]
macro_rules! metrics {
    ($($(#[doc = $description:literal])+ $seen:vis $name:ident: $kind:ident = $metric:literal, $unit:literal, [$($key:literal),*];)+) => {
        $(
            $(#[doc = $description])+
            $seen static $name: $crate::telemetry::metrics::$kind<{ $crate::telemetry::metrics::count(&[$($key),*]) }> =
                $crate::telemetry::metrics::$kind::declare(
                    $metric,
                    $unit,
                    &[$($key),*],
                    $crate::telemetry::metrics::without_space(concat!($($description),+)),
                );
        )+
        /// Every metric of this crate.
        pub static METRICS: &[&$crate::telemetry::metrics::Metric] = &[$($name.metric()),+];
    };
}

/// How many attributes there are.
#[doc(hidden)]
pub const fn count(keys: &[&str]) -> usize {
    keys.len()
}

/// A doc comment's text without the space that it begins with.
#[doc(hidden)]
pub const fn without_space(text: &str) -> &str {
    text.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;
    use yard::{CRATES, METRICS, OPEN};

    #[expect(unreachable_pub, reason = "crates export their list")]
    mod yard {
        metrics! {
        /// Crates that left
        /// the yard.
        pub(super) CRATES: Counter = "yard.crates", "{crate}", ["yard.gate"];
        /// How long gates stood open.
        pub(super) OPEN: Durations = "yard.open", "s", [];
        }
    }

    #[test]
    fn what_is_declared_is_listed() {
        CRATES.add(1, ["north".into()]);
        OPEN.took(Duration::from_secs(1), []);
        let listed = Metric {
            name: "yard.crates",
            kind: Kind::Counter,
            unit: "{crate}",
            attributes: &["yard.gate"],
            description: "Crates that left the yard.",
        };
        assert_eq!(METRICS, [&listed, OPEN.metric()]);
        assert_eq!(OPEN.metric().kind.name(), "histogram");
    }
}
