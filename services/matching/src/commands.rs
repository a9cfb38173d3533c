//! What people and events make matching do: one file a use case.

pub mod answer_match;
pub mod confirm_panel;
pub mod declare_conflict;
pub mod plan_panel;
pub mod propose_matches;
pub mod repair_panels;
pub mod update_judge;
