//! Dense linear algebra whose every bit is decided by the source.
//!
//! Each number is the result of one fixed sequence of additions and multiplications, never fused, never
//! regrouped, whatever the processor can do: the compiler may compute several numbers at once, but not
//! one number in another order. That is why these kernels are here and not a library's.
#![expect(
    clippy::needless_range_loop,
    reason = "kernels read like the formulas they are: by index"
)]

pub mod cholesky;
mod factor;
mod inverse;
pub(crate) mod real;
mod selected;
mod sparse;
pub mod sums;
pub(crate) mod team;
pub mod thinning;
pub mod tile;

pub use cholesky::{LowerTiles, NotPositive};
pub use factor::{Factor, System};
pub use inverse::{BATCH, InverseFactor};
pub use real::Real;
pub use sparse::{SparseFactor, SparseMatrix};
