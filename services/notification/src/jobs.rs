//! What happens with time: sending what waits, recording how it ended, looking for what was left behind.

pub mod concluder;
pub mod contacts;
pub mod courier;
pub mod crossing;
pub mod delivery;
pub mod forgetter;
pub mod keeper;
pub mod reaper;
pub mod sender;
pub mod wake;
