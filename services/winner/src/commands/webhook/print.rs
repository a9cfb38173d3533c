//! Endpoints and deliveries for people at a terminal.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use winner_proto::notification::v1 as wire;

/// An endpoint and its secret.
pub(super) fn with_secret(made: &wire::EndpointWithSecret) {
    if let Some(shown) = &made.endpoint {
        endpoint(shown);
    }
    println!("    secret   {}", made.secret);
    println!("    Keep it where the endpoint finds it: it is not shown again.");
}

/// An endpoint, a few lines.
pub(super) fn endpoint(endpoint: &wire::Endpoint) {
    let id = last(&endpoint.name);
    let state = match endpoint.state() {
        wire::EndpointState::Enabled => "enabled".to_owned(),
        wire::EndpointState::Disabled => format!("disabled: {}", endpoint.disabled_reason),
        wire::EndpointState::Unspecified => "unknown".to_owned(),
    };
    println!("{id}  {state}");
    println!("    url      {}", endpoint.url);
    println!("    subjects {}", endpoint.subjects.join(" "));
    if endpoint.max_per_second > 0 {
        println!("    rate     {} a second at most", endpoint.max_per_second);
    }
    if let Some(since) = &endpoint.failing_since {
        println!("    failing  since {}", when(since));
    }
    if let Some(until) = &endpoint.previous_secret_until {
        println!(
            "    rotating until {} the secret before signs, too",
            when(until)
        );
    }
}

/// A delivery, one line.
pub(super) fn delivery(delivery: &wire::Delivery) {
    let state = delivery.state().as_str_name();
    let state = state
        .rsplit('_')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let answer = match (delivery.status_code, delivery.reason_code.as_str()) {
        (0, "") => String::new(),
        (0, reason) => format!("  {reason}"),
        (status, "") => format!("  {status}"),
        (status, reason) => format!("  {status} {reason}"),
    };
    let next = delivery
        .next_attempt_time
        .as_ref()
        .map(|at| format!("  next {}", when(at)))
        .unwrap_or_default();
    println!(
        "{}  {}  {}  {state}  {} attempt(s){answer}{next}",
        last(&delivery.name),
        delivery.create_time.as_ref().map(when).unwrap_or_default(),
        delivery.event_type,
        delivery.attempt_count,
    );
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

fn when(at: &pbjson_types::Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(at.seconds)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}
