//! Webhooks: how a delivery is signed, when it is tried again, where it may go.
