//! The crash suite's own parts: an installation with two copies of each service on servers of its
//! own, a load of submissions whose clients keep a journal, killers, and an oracle outside the system.
//!
//! The oracle believes nothing that the services say of themselves: it compares the journal of the
//! clients, the mails in the sink's spool, the streams, and the tables as the administrator reads them.

pub mod client;
mod crowd;
pub mod journal;
pub mod killer;
pub mod load;
pub mod oracle;
pub mod program;
pub mod random;
pub mod rig;
pub mod sql;
pub mod waiting;
pub mod witness;

pub use journal::Journal;
pub use load::Load;
pub use rig::Rig;
