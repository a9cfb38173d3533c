//! What comes back over a mail's return path. Only a report can be anything, and no token of a stranger is one of ours.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use winner_notification_core::mail::bounce::{self, Kind};
use winner_notification_core::mail::keys::TokenKeys;
use winner_notification_core::mail::{return_path, unsubscribe};

static KEYS: LazyLock<TokenKeys> = LazyLock::new(|| TokenKeys::read("1 fuzz-fuzz-fuzz-fuzz-fuzz-fuzz-fuzz").expect("a key"));

fuzz_target!(|bytes: &[u8]| {
    let bounce = bounce::read(bytes);
    match bounce.kind {
        Kind::NotABounce => assert!(bounce.action.is_none() && bounce.status.is_none()),
        Kind::Complaint => assert!(bounce.original_addresses.len() <= 8),
        Kind::Hard => assert!(bounce.status.is_some_and(|status| status.class == 5)),
        Kind::Soft | Kind::Delayed | Kind::Delivered | Kind::Relayed => assert!(bounce.action.is_some()),
    }
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(return_path::read(&KEYS, &text), None);
    assert_eq!(unsubscribe::read(&KEYS, &text), None);
});
