//! The judging engine: pure, without I/O.
