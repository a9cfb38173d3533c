//! Use cases on real Postgres, through the handlers.

mod authorisation;
mod closing;
mod editions;
mod people;
mod screenings;
mod serving;
mod submissions;
mod views;
