//! Streams refuse new events when they are full, never drop old ones: so they must not get full.

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::Stream;

use super::{Finding, Verdict};

/// From this share on somebody should look, in hundredths.
const LOOK: u64 = 80;
/// From this share on the next rush may fill it, in hundredths.
const FULL: u64 = 95;

/// One finding for what is nearly full, or one that says how full the fullest is.
pub(super) async fn examine(jetstream: &Context, streams: &[Stream]) -> Vec<Finding> {
    let mut findings: Vec<_> = streams
        .iter()
        .filter_map(|stream| {
            let info = stream.cached_info();
            space(
                &format!("stream {}", info.config.name),
                info.state.bytes,
                info.config.max_bytes,
                "`winner provision --max-bytes` with a larger number",
            )
        })
        .collect();
    if let Ok(account) = jetstream.query_account().await {
        findings.extend(space(
            "broker account",
            account.storage,
            account.limits.max_storage.unwrap_or(-1),
            "raise the account's max_file in the server's configuration, and see that the disk has it",
        ));
    }
    findings.retain(|finding| finding.verdict != Verdict::Good);
    if findings.is_empty() {
        findings.push(Finding::good("streams", "have room"));
    }
    findings
}

/// Nothing to say where there is no limit.
fn space(subject: &str, held: u64, limit: i64, remedy: &str) -> Option<Finding> {
    let limit = u64::try_from(limit).ok().filter(|limit| *limit > 0)?;
    let share = held.saturating_mul(100) / limit;
    let seen = format_args!("holds {held} of {limit} bytes, {share} %").to_string();
    Some(match share {
        FULL.. => Finding::bad(subject, seen, remedy),
        LOOK.. => Finding::odd(subject, seen, remedy),
        _ => Finding::good(subject, seen),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_told_of_before_it_is_full() {
        let verdict = |held, limit| space("s", held, limit, "more").map(|found| found.verdict);
        assert_eq!(verdict(79, 100), Some(Verdict::Good));
        assert_eq!(verdict(80, 100), Some(Verdict::Odd));
        assert_eq!(verdict(95, 100), Some(Verdict::Bad));
        assert_eq!(verdict(u64::MAX, -1), None, "without limit");
    }
}
