//! The matching engine: pure, without I/O.
