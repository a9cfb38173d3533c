//! What happens with time: sending what waits, recording how it ended, looking for what was left behind.

pub mod booking;
pub mod concluder;
pub mod connection_share;
pub mod contacts;
pub mod courier;
pub mod crossing;
pub mod delivery;
pub mod forgetter;
pub mod keeper;
pub mod outlaster;
pub mod pace;
pub mod reaper;
pub mod receiver;
pub mod relay_watch;
pub mod relays;
pub mod returns;
pub mod sender;
pub mod stuck;
pub mod texting;
pub mod wake;
pub mod webhooks;
