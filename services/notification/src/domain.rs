//! What notification knows, without any database, network or clock.
//!
//! [`message`] is the life of one message as types; [`announcement`] says what each event becomes and
//! whom it is for; [`notice`] is what a message says; [`delivery`] decides which address, if any, a
//! message may go to; [`patience`] when to try again; [`returned`] what it means when a mail comes back;
//! [`route_health`], [`tempo`] and [`shares`] how relays are spared; [`zone`] how a moment is written for people.

pub mod announcement;
pub mod channel;
pub mod channels;
pub mod delivery;
pub mod evidence;
pub mod language;
pub mod message;
pub mod notice;
pub mod patience;
pub mod purpose;
pub mod reason;
pub mod returned;
pub mod route_health;
pub mod shares;
pub mod sms_destination;
pub mod tempo;
pub mod ways_back;
pub mod zone;
