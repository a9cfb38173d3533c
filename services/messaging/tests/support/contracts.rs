//! The contracts of the tests: crates are public, labels internal.

use serde::{Deserialize, Serialize};
use winner_messaging::ConsumerSpec;
use winner_proto::event::{AggregateDescriptor, Event, EventDescriptor, Visibility};

pub(crate) static CONTRACTS: &[AggregateDescriptor] = &[
    AggregateDescriptor {
        service: "depot",
        name: "crate",
        visibility: Visibility::Public,
    },
    AggregateDescriptor {
        service: "depot",
        name: "label",
        visibility: Visibility::Internal,
    },
];

pub(crate) const SPEC: ConsumerSpec = ConsumerSpec {
    owner: "yard",
    name: "stock",
    producer: "depot",
    aggregates: &["crate", "label"],
};

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CrateMoved {
    #[prost(string, tag = "1")]
    pub(crate) to: String,
}

impl Event for CrateMoved {
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor {
        service: "depot",
        aggregate: "crate",
        name: "moved",
        version: 1,
        visibility: Visibility::Public,
        message: "depot.v1.CrateMoved",
    };
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LabelPrinted {
    #[prost(string, tag = "1")]
    pub(crate) text: String,
}

impl Event for LabelPrinted {
    const DESCRIPTOR: &'static EventDescriptor = &EventDescriptor {
        service: "depot",
        aggregate: "label",
        name: "printed",
        version: 1,
        visibility: Visibility::Internal,
        message: "depot.v1.LabelPrinted",
    };
}
