//! What an event is: a message of the contracts that names one aggregate and what happened to it.

/// Who may read events of an aggregate type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Winner's own services only.
    Internal,
    /// Also outsiders, through consumers provisioned for them.
    Public,
}

/// What the contracts say about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDescriptor {
    /// The service that says it: `intake`.
    pub service: &'static str,
    /// The aggregate type that it is about: `submission`.
    pub aggregate: &'static str,
    /// What happened: `submitted`.
    pub name: &'static str,
    /// The version of its meaning, from 1.
    pub version: u32,
    /// Who may read it.
    pub visibility: Visibility,
    /// Full name of its message: `winner.intake.v1.SubmissionSubmitted`.
    pub message: &'static str,
}

/// What the contracts say about an aggregate type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateDescriptor {
    /// The service that owns it.
    pub service: &'static str,
    /// Its name as in subjects.
    pub name: &'static str,
    /// Who may read its events.
    pub visibility: Visibility,
}

/// A message that travels as an event's data.
pub trait Event:
    prost::Message + serde::Serialize + serde::de::DeserializeOwned + Default + 'static
{
    /// What the contracts say about it.
    const DESCRIPTOR: &'static EventDescriptor;
}

include!(concat!(env!("OUT_DIR"), "/events.rs"));
