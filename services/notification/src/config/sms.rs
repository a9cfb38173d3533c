//! What SMS need of the other sections.

use std::time::Duration;

use winner_platform::config::Problems;

use super::Config;
use crate::jobs::texting::LONGEST_TURN;

/// Looks at what `[sms]` needs besides itself.
pub(super) fn beside_sms(config: &Config, problems: &mut Problems) {
    if let Err(error) = config.public_http.proxies() {
        problems.refuse("public_http.trusted_proxies", error.to_string());
    }
    if config.sms.name().is_none() {
        if config.sending.unknown.crosses() {
            let text = "other_channel_after needs SMS: name a gateway under [sms]";
            problems.refuse("sending.unknown", text);
        }
        return;
    }
    if matches!(config.addresses.key(), Ok(None)) {
        problems.refuse(
            "addresses.hash_key_file",
            "must be set: SMS to one number are counted under its hash",
        );
    }
    if config.sms.receipts_base.is_some() && config.public_http.listen.is_none() {
        problems.refuse("public_http.listen", "must be set: receipts come in there");
    }
    let before_crossing = 2 * LONGEST_TURN + Duration::from_millis(config.peers.intake.timeout_ms);
    if Duration::from_millis(config.sending.lease_ms) <= before_crossing {
        let text = format!("must be above {} ms for SMS", before_crossing.as_millis());
        problems.refuse("sending.lease_ms", text);
    }
}
