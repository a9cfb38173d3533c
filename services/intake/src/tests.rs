//! Use cases on real Postgres, through the handlers.

mod closing;
mod editions;
mod people;
mod screenings;
mod submissions;
mod views;
