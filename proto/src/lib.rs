//! The contracts: every message, RPC, event and policy of winner.
