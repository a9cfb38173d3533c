//! States, channels and times as operators read them.

use time::format_description::FormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};
use winner_proto::notification::v1 as wire;

const MOMENT: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second] WIB");

/// A moment in Western Indonesian Time; nothing where there is none.
pub(super) fn moment(at: Option<&pbjson_types::Timestamp>) -> String {
    let wib = UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC);
    at.and_then(|at| OffsetDateTime::from_unix_timestamp(at.seconds).ok())
        .and_then(|at| at.to_offset(wib).format(MOMENT).ok())
        .unwrap_or_default()
}

/// A state in one word.
pub(super) fn state(state: wire::MessageState) -> String {
    word(state.as_str_name(), "MESSAGE_STATE_")
}

/// A channel in one word.
pub(super) fn channel(channel: wire::Channel) -> String {
    word(channel.as_str_name(), "CHANNEL_")
}

/// How far an attempt got.
pub(super) fn phase(phase: wire::AttemptPhase) -> String {
    word(phase.as_str_name(), "ATTEMPT_PHASE_").replace('_', " ")
}

/// The id at the end of a message's name.
pub(super) fn id(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, id)| id)
}

fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}
