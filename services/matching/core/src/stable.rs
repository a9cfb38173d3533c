//! Submissions and challenges, both of which rank the other: the matching
//! that is stable and best for the submitters.
//!
//! Deferred acceptance (Gale and Shapley, 1962) with capacities of challenges
//! and of the governments that offer them. A government keeps the best
//! proposals that fit both, which is the greedy choice of a laminar matroid,
//! so the outcome is stable, every submission gets the best challenge it gets
//! in any stable matching, and no submitter gains by misstating its wishes
//! (Fleiner, 2003; Hatfield and Milgrom, 2005; with one list per government
//! it is the student–project allocation of Abraham, Irving and Manlove, 2007).
//! Equal priorities are decided by a lottery whose seed is published.

mod check;
mod problem;
mod propose;
mod quota;

pub use check::{Blocking, blocking_pairs};
pub use problem::{Challenge, Government, Problem, ProblemError, Wish};
pub use propose::{CutOff, Matching, propose};
pub use quota::{QuotaConflict, QuotaError, with_quotas};
