//! `winner metrics list`: every metric that this binary can export. Dashboards and alerts are checked against it, so it is
//! made of the declarations that the instruments themselves are made of.

use std::io::{self, Write as _};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use winner_platform::telemetry::metrics::{Kind, Metric};

use crate::registry::SERVICES;

/// What to do about metrics.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Lists every metric: name, kind, unit, attributes, what it says, and the roles that export it.
    List(List),
}

/// How it is written.
#[derive(Args, Debug)]
pub struct List {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How it is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A line a metric.
    Text,
    /// An array of objects.
    Json,
}

/// A metric as it is listed.
#[derive(Serialize, Debug, PartialEq, Eq)]
struct Listed {
    name: &'static str,
    /// Its name where a collector has handed it to Prometheus.
    prometheus: String,
    kind: &'static str,
    unit: &'static str,
    attributes: &'static [&'static str],
    description: &'static str,
    roles: Vec<&'static str>,
}

/// Writes the list.
///
/// # Errors
/// When it cannot be written.
pub fn run(action: &Action) -> anyhow::Result<()> {
    let Action::List(List { format }) = action;
    let text = match format {
        Format::Text => text(&listed()),
        Format::Json => json(&listed())?,
    };
    io::stdout()
        .write_all(text.as_bytes())
        .context("the list cannot be written")
}

/// Every metric, by name.
fn listed() -> Vec<Listed> {
    let own: [(&str, &[&Metric]); 4] = [
        ("intake", winner_intake::METRICS),
        ("matching", winner_matching::METRICS),
        ("judging", winner_judging::METRICS),
        ("notification", winner_notification::METRICS),
    ];
    let all = || SERVICES.iter().map(|service| service.name).collect();
    let of_all = winner_platform::METRICS
        .iter()
        .chain(winner_messaging::METRICS)
        .map(|metric| list(metric, all()));
    let of_one = own
        .iter()
        .flat_map(|(role, metrics)| metrics.iter().map(|metric| list(metric, vec![*role])));
    let mut listed: Vec<_> = of_all.chain(of_one).collect();
    listed.sort_by_key(|metric| metric.name);
    listed
}

fn list(metric: &Metric, roles: Vec<&'static str>) -> Listed {
    Listed {
        name: metric.name,
        prometheus: prometheus(metric),
        kind: metric.kind.name(),
        unit: metric.unit,
        attributes: metric.attributes,
        description: metric.description,
        roles,
    }
}

/// The name by the rules of OpenTelemetry for Prometheus: dots become underscores, a unit in words is put behind, what is
/// counted (in braces) is not, and sums end in `_total`. Histograms are followed by `_bucket`, `_sum` or `_count`.
fn prometheus(metric: &Metric) -> String {
    let mut name = metric.name.replace(['.', '-'], "_");
    if metric.unit == "s" {
        name.push_str("_seconds");
    }
    if metric.kind == Kind::Counter {
        name.push_str("_total");
    }
    name
}

fn text(listed: &[Listed]) -> String {
    let lines: Vec<String> = listed.iter().map(line).collect();
    lines.concat()
}

fn line(metric: &Listed) -> String {
    format!(
        "{} {} {} [{}] {} ({})\n",
        metric.name,
        metric.kind,
        metric.unit,
        metric.attributes.join(" "),
        metric.description,
        metric.roles.join(" "),
    )
}

fn json(listed: &[Listed]) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(listed)? + "\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Dashboards and alerts are checked against this file, before anything is compiled.
    const COMMITTED: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/metrics.json"
    ));

    #[test]
    fn the_committed_list_of_metrics_is_what_is_exported() {
        let now = json(&listed()).unwrap();
        let how = "run `winner metrics list --format json > deploy/metrics.json`, and look through dashboards and alerts";
        assert!(now == COMMITTED, "{how}; the list now:\n{now}");
    }

    #[test]
    fn the_list_of_metrics_says_what_there_is() {
        insta::assert_snapshot!(text(&listed()));
    }

    #[test]
    fn metrics_are_named_by_the_conventions() {
        let of = |kind, unit| {
            prometheus(&Metric {
                name: "winner.yard.open",
                kind,
                unit,
                attributes: &[],
                description: "",
            })
        };
        assert_eq!(of(Kind::Counter, "{gate}"), "winner_yard_open_total");
        assert_eq!(of(Kind::Gauge, "{gate}"), "winner_yard_open");
        assert_eq!(of(Kind::Histogram, "s"), "winner_yard_open_seconds");
        let listed = listed();
        let names: BTreeSet<_> = listed.iter().map(|metric| &metric.prometheus).collect();
        assert_eq!(names.len(), listed.len(), "two metrics have one name");
        let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
        for metric in &listed {
            let standard = ["rpc.", "db.client."]
                .iter()
                .any(|of| metric.name.starts_with(of));
            assert!(
                standard || metric.name.starts_with("winner."),
                "{}",
                metric.name
            );
            assert!(metric.name.chars().all(plain), "{}", metric.name);
            let unit = metric.unit;
            assert!(
                unit == "s" || unit.starts_with('{') && unit.ends_with('}'),
                "{}",
                metric.name
            );
            for attribute in metric.attributes {
                assert!(
                    attribute.contains('.') && attribute.chars().all(plain),
                    "{attribute}"
                );
            }
        }
    }
}
