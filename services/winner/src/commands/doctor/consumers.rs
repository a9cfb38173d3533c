//! Those who read events: does each of them get on, and does the broker know others?

use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::Stream;
use futures::TryStreamExt;

use super::{Finding, Verdict};
use crate::nats::account::Reader;
use crate::registry::readers;
use crate::settings::OperatorConfig;

/// Events wait this long for their reader only when there is none.
const STALLED: Duration = Duration::from_mins(1);
/// More than a rush leaves behind for a moment.
const BEHIND: u64 = 10_000;

pub(super) async fn examine(
    streams: &[Stream],
    config: &OperatorConfig,
    now: Duration,
) -> Vec<Finding> {
    let readers = readers(&config.messaging.naming());
    let mut findings = Vec::new();
    let mut count = 0;
    for stream in streams {
        match stream.consumers().try_collect::<Vec<Info>>().await {
            Ok(consumers) => {
                count += consumers.len();
                let found = consumers
                    .iter()
                    .map(|info| one(info, &readers, config, now));
                findings.extend(found);
            }
            Err(error) => findings.push(Finding::bad(
                format!("stream {}", stream.cached_info().config.name),
                anyhow::Error::from(error),
                "does the operator's user have the rights of `winner provision --nats-accounts`?",
            )),
        }
    }
    findings.retain(|finding| finding.verdict != Verdict::Good);
    if findings.is_empty() {
        let seen = format_args!("{count}, and each gets on");
        findings.push(Finding::good("consumers", seen));
    }
    findings
}

fn one(info: &Info, readers: &[Reader], config: &OperatorConfig, now: Duration) -> Finding {
    let (stream, name) = (&info.stream_name, &info.name);
    let subject = format!("consumer {name} on {stream}");
    if info.paused {
        return Finding::bad(
            subject,
            "is paused: its service hears nothing",
            &format!("`nats consumer resume {stream} {name}`"),
        );
    }
    let reader = readers
        .iter()
        .find(|reader| reader.durable == *name && reader.stream == *stream);
    let outsider = config
        .outsiders
        .iter()
        .find(|outsider| outsider.durable() == *name);
    match (reader, outsider) {
        (Some(reader), _) => gets_on(info, subject, &reader.service, now),
        // How an outsider gets on is the outsider's.
        (None, Some(_)) => Finding::good(subject, "an outsider's"),
        (None, None) => Finding::odd(
            subject,
            "belongs to no service of this version and to no outsider of the settings",
            &format!(
                "`nats consumer rm {stream} {name}` if an older version left it; name it under \
                 [[operator.outsiders]] if somebody reads by it"
            ),
        ),
    }
}

fn gets_on(info: &Info, subject: String, service: &str, now: Duration) -> Finding {
    let since = info.delivered.last_active.unwrap_or(info.created);
    let since = u64::try_from(since.unix_timestamp()).unwrap_or_default();
    let quiet = now.saturating_sub(Duration::from_secs(since));
    if info.num_pending > 0 && info.num_waiting == 0 && quiet > STALLED {
        return Finding::bad(
            subject,
            format_args!(
                "{} event(s) wait and nobody has asked for {} s",
                info.num_pending,
                quiet.as_secs()
            ),
            &format!(
                "start `winner {service}`; if it runs, it waits for a service it must ask: see the calls \
                 of {service} above, and its log"
            ),
        );
    }
    if info.num_redelivered > 0 {
        return Finding::odd(
            subject,
            format_args!(
                "{} event(s) came more than once and are not applied",
                info.num_redelivered
            ),
            &format!(
                "the log of {service} says why it puts them back; what fails for its own sake becomes \
                 a dead letter: `winner dlq list {service}`"
            ),
        );
    }
    if info.num_pending > BEHIND {
        return Finding::odd(
            subject,
            format_args!("{} event(s) behind", info.num_pending),
            &format!(
                "look again in a minute; if it does not shrink, start another copy of {service}"
            ),
        );
    }
    Finding::good(subject, "gets on")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A consumer that was last given an event at 1,000 s.
    fn consumer(pending: u64, waiting: usize, redelivered: usize) -> Info {
        let sequence =
            json!({ "consumer_seq": 1, "stream_seq": 1, "last_active": "1970-01-01T00:16:40Z" });
        serde_json::from_value(json!({
            "stream_name": "WINNER_INTAKE_PUBLIC", "name": "matching-intake",
            "created": "1970-01-01T00:00:00Z",
            "config": { "deliver_policy": "all", "ack_policy": "explicit", "replay_policy": "instant" },
            "delivered": sequence, "ack_floor": sequence, "num_ack_pending": 0,
            "num_redelivered": redelivered, "num_waiting": waiting, "num_pending": pending,
        }))
        .unwrap()
    }

    fn found(info: &Info, now: u64) -> Finding {
        gets_on(info, "c".to_owned(), "matching", Duration::from_secs(now))
    }

    #[test]
    fn events_that_nobody_asks_for_are_found_after_a_minute() {
        assert_eq!(found(&consumer(5, 0, 0), 1_030).verdict, Verdict::Good);
        let stalled = found(&consumer(5, 0, 0), 1_100);
        assert_eq!(stalled.verdict, Verdict::Bad);
        assert!(stalled.seen.contains("5 event(s) wait") && stalled.seen.contains("100 s"));
        assert_eq!(
            found(&consumer(5, 1, 0), 9_999).verdict,
            Verdict::Good,
            "it is asked"
        );
        assert_eq!(
            found(&consumer(0, 0, 0), 9_999).verdict,
            Verdict::Good,
            "nothing waits"
        );
    }

    #[test]
    fn events_that_come_again_and_a_long_queue_are_found() {
        assert!(
            found(&consumer(0, 1, 3), 1_000)
                .seen
                .contains("3 event(s) came more than once")
        );
        assert!(
            found(&consumer(20_000, 1, 0), 1_000)
                .seen
                .contains("20000 event(s) behind")
        );
    }
}
