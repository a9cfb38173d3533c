//! What people and time ask of intake: one use case a file. Each runs in the caller's unit, so that
//! its effects, its events and the answer to a repeated request become true together.

pub(crate) mod accept_invitation;
pub(crate) mod announce_outcomes;
pub(crate) mod apply_edition_version;
pub(crate) mod close_wave;
pub(crate) mod create_challenge;
pub(crate) mod create_edition;
pub(crate) mod create_organisation;
pub(crate) mod create_submission;
pub(crate) mod exchange_token;
pub(crate) mod expire_invitations;
pub(crate) mod find_links;
mod granted;
pub(crate) mod invite;
pub(crate) mod open_edition;
pub(crate) mod publish_challenge;
pub(crate) mod record_screening;
pub(crate) mod revoke_membership;
pub(crate) mod submit;
pub(crate) mod update_challenge;
pub(crate) mod update_person;
pub(crate) mod update_submission;
pub(crate) mod withdraw_submission;
