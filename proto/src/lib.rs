//! The contracts of winner: every message, RPC, event and policy.
//!
//! Generated from the `.proto` files beside this crate, in pure Rust. Messages carry their canonical
//! proto3 JSON form (unknown fields and enum names are ignored when reading), because that is what
//! travels on the bus. [`event`] and [`policy`] hold the tables that the files' options declare.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")
)]

pub mod event;
pub mod policy;

macro_rules! package {
    ($($doc:literal $name:ident),* $(,)?) => {$(
        #[doc = $doc]
        pub mod $name {
            /// Version 1.
            #[allow(
                clippy::all, clippy::pedantic, clippy::allow_attributes,
                clippy::allow_attributes_without_reason, missing_docs, unreachable_pub,
                reason = "generated from the contracts"
            )]
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/winner.", stringify!($name), ".v1.rs"));
                include!(concat!(env!("OUT_DIR"), "/winner.", stringify!($name), ".v1.serde.rs"));
            }
        }
    )*};
}

package! {
    "The options of the contracts." options,
    "Types that several contracts share." types,
    "The ledger of events." events,
    "Intake's contract." intake,
    "Matching's contract." matching,
    "Judging's contract." judging,
    "Notification's contract." notification,
}

/// The compiled contracts, for reflection and for tests that walk them.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));
