//! The judging service.
