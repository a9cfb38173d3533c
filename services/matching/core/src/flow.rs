//! The max-total engine: a min-cost flow from papers to judges, solved by
//! shortest paths from whatever prices are at hand, over the few best
//! candidates of each paper, until no other pair is worth taking.

mod auction;
mod candidates;
mod column;
mod favourites;
mod layer;
mod lexical;
mod network;
mod search;
mod seniors;
mod stalls;
mod tight;
mod weighted;

pub(crate) use candidates::scramble;
pub(crate) use column::{Solved, Start, solve};
pub(crate) use lexical::{solve_keeping, solve_lexical};
pub(crate) use weighted::Weighted;
