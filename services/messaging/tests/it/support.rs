//! A producer, `depot`, and a consumer, `yard`, in a world of their own.

mod broker;
mod contracts;
mod recorder;
mod world;

pub(crate) use broker::Broker;
pub(crate) use contracts::{CONTRACTS, CrateMoved, LabelPrinted, SPEC};
pub(crate) use recorder::{Recorder, Seen};
pub(crate) use world::{World, until};
