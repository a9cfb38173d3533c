//! A symmetric system, dense or sparse as its pattern asks, and its factor.

use std::sync::Arc;

use super::real::Real;
use super::sums::{add_scaled, dot, sum_of_squares};
use super::thinning::Thinning;
use super::{BATCH, InverseFactor, LowerTiles, NotPositive, SparseFactor, SparseMatrix};

/// A symmetric matrix to be factored.
#[derive(Debug, Clone)]
pub enum System<T = f64> {
    /// Every number is held.
    Dense(LowerTiles<T>),
    /// The pattern is held.
    Sparse(SparseMatrix),
}

impl<T: Real> System<T> {
    /// A matrix of zeros, sparse where a pattern is given.
    pub fn zeros(order: usize, thinning: Option<&Arc<Thinning>>) -> Self {
        match thinning {
            Some(thinning) => Self::Sparse(SparseMatrix::zeros(Arc::clone(thinning))),
            None => Self::Dense(LowerTiles::zeros(order)),
        }
    }

    /// Adds `value` at `row` and `column` and at its mirror image.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        match self {
            Self::Dense(tiles) => tiles.add(row, column, value),
            Self::Sparse(matrix) => matrix.add(row, column, value),
        }
    }

    /// Factors the matrix.
    ///
    /// # Errors
    /// [`NotPositive`] when a pivot is not positive.
    pub fn factor(self) -> Result<Factor<T>, NotPositive> {
        Ok(match self {
            Self::Dense(tiles) => Factor::Dense(tiles.invert_factor()?),
            Self::Sparse(matrix) => Factor::Sparse(Box::new(matrix.factor()?)),
        })
    }
}

/// `W` such that the inverse of a matrix is `W' W`.
#[derive(Debug, Clone)]
pub enum Factor<T = f64> {
    /// All of it.
    Dense(InverseFactor<T>),
    /// As products of sparse factors.
    Sparse(Box<SparseFactor>),
}

impl<T: Real> Factor<T> {
    /// The order of the matrix.
    pub fn order(&self) -> usize {
        match self {
            Self::Dense(factor) => factor.order(),
            Self::Sparse(factor) => factor.order(),
        }
    }

    /// The logarithm of the determinant of the matrix.
    pub fn log_determinant(&self) -> f64 {
        match self {
            Self::Dense(factor) => factor.log_determinant(),
            Self::Sparse(factor) => factor.log_determinant(),
        }
    }

    /// The solution of a system with the matrix.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        match self {
            Self::Dense(factor) => factor.solve(right),
            Self::Sparse(factor) => factor.solve(right),
        }
    }

    /// The inverse's diagonal at `j`.
    pub fn inverse_diagonal(&self, j: usize) -> f64 {
        match self {
            Self::Dense(factor) => sum_of_squares(factor.column(j)),
            Self::Sparse(factor) => factor.inverse_at(j, j),
        }
    }

    /// `W x` of a sparse `x`, ascending; its own order where `W` is sparse.
    pub fn times(&self, x: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut out = vec![0.0; self.order()];
        match self {
            Self::Dense(factor) => {
                for (j, weight) in x {
                    add_scaled(&mut out[j..], weight, factor.column(j));
                }
                out
            }
            Self::Sparse(factor) => {
                for (j, weight) in x {
                    out[j] += weight;
                }
                factor.times(&out)
            }
        }
    }

    /// `x' A^-1 x` of an `x` whose numbers all share a row of the pattern.
    pub fn quadratic(&self, x: impl Iterator<Item = (usize, f64)> + Clone) -> f64 {
        match self {
            Self::Dense(_) => sum_of_squares(&self.times(x)),
            Self::Sparse(factor) => {
                let mut sum = 0.0;
                for (a, weight) in x.clone() {
                    sum += weight * Self::crossed(factor, a, x.clone());
                }
                sum
            }
        }
    }

    /// `(A^-1 x)_j` of an `x` whose numbers all share a row of the pattern with `j`; `row` is `W x` of a dense factor.
    pub fn product_at(&self, j: usize, x: impl Iterator<Item = (usize, f64)>, row: &[f64]) -> f64 {
        match self {
            Self::Dense(factor) => dot(factor.column(j), &row[j..]),
            Self::Sparse(factor) => Self::crossed(factor, j, x),
        }
    }

    fn crossed(factor: &SparseFactor, j: usize, x: impl Iterator<Item = (usize, f64)>) -> f64 {
        let mut sum = 0.0;
        for (k, weight) in x {
            sum += weight * factor.inverse_at(j, k);
        }
        sum
    }

    /// `W' x` for batches of `x` side by side, each number as if alone.
    pub fn transpose_times_batches(&self, x: &[Vec<[f64; BATCH]>]) -> Vec<Vec<[f64; BATCH]>> {
        match self {
            Self::Dense(factor) => factor.transpose_times_batches(x),
            Self::Sparse(factor) => x.iter().map(|x| factor.transpose_times_batch(x)).collect(),
        }
    }
}
