//! A producer, `depot`, and a consumer, `yard`, in a world of their own.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses a part of it"
)]

mod broker;
mod contracts;
mod proxy;
mod recorder;
mod stream;
mod world;

pub(crate) use broker::Broker;
pub(crate) use contracts::{CONTRACTS, CrateMoved, LabelPrinted, SPEC};
pub(crate) use proxy::Proxy;
pub(crate) use recorder::{Recorder, Seen};
pub(crate) use stream::{Message, in_stream};
pub(crate) use world::{Running, World, until};
