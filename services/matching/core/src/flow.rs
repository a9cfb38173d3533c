//! The max-total engine: a min-cost flow from papers to judges, solved by
//! shortest paths from whatever prices are at hand, over the few best
//! candidates of each paper, until no other pair is worth taking.

mod candidates;
mod column;
mod network;
mod search;

pub(crate) use column::solve;
