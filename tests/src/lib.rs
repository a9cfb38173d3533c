//! End-to-end tests against real processes, Postgres, NATS and SMTP.

pub mod crash;
