//! Use cases on real Postgres, through the handlers.

mod authorisation;
mod challenges;
mod closing;
mod editions;
mod figures;
mod invitations;
mod links;
mod people;
mod screenings;
mod sealing;
mod serving;
mod submissions;
mod views;
pub(crate) mod world;
