//! Cholesky factorisation of a sparse symmetric matrix: thin rows one by one, the rest dense.
//!
//! As everywhere here the order of every operation is fixed: by the order of elimination, and within a column by position.

use std::sync::Arc;

use super::selected::Selected;
use super::sums::{add_scaled, dot};
use super::thinning::Thinning;
use super::{BATCH, InverseFactor, LowerTiles, NotPositive};

/// A sparse symmetric matrix, arranged for its elimination.
#[derive(Debug, Clone)]
pub struct SparseMatrix {
    thinning: Arc<Thinning>,
    /// Of the thin rows.
    diagonal: Vec<f64>,
    /// Of the thin columns, below their diagonals.
    values: Vec<f64>,
    core: LowerTiles,
}

impl SparseMatrix {
    /// A matrix of zeros with a pattern.
    pub fn zeros(thinning: Arc<Thinning>) -> Self {
        Self {
            diagonal: vec![0.0; thinning.thin()],
            values: vec![0.0; thinning.filled()],
            core: LowerTiles::zeros(thinning.core()),
            thinning,
        }
    }

    /// Adds `value` at `row` and `column` and, off the diagonal, at its mirror image; what the pattern does not have is dropped.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        let (a, b) = (self.thinning.position(row), self.thinning.position(column));
        let (row, column) = (a.max(b), a.min(b));
        let thin = self.thinning.thin();
        if column >= thin {
            self.core.add(row - thin, column - thin, value);
        } else if row == column {
            self.diagonal[row] += value;
        } else if let Some(at) = self.thinning.find(row, column) {
            self.values[at] += value;
        }
    }

    /// Factors the matrix, and inverts it where its pattern has numbers.
    ///
    /// # Errors
    /// [`NotPositive`] when a pivot is not positive.
    pub fn factor(mut self) -> Result<SparseFactor, NotPositive> {
        let thinning = Arc::clone(&self.thinning);
        let mut log_determinant = 0.0;
        for column in 0..thinning.thin() {
            let pivot = self.diagonal[column];
            if pivot.is_nan() || pivot <= 0.0 {
                return Err(NotPositive { row: column });
            }
            log_determinant += libm::log(pivot);
            self.eliminate(&thinning, column, pivot);
        }
        let core = self.core.invert_factor()?;
        log_determinant += core.log_determinant();
        let selected = Selected::of(&thinning, &self.diagonal, &self.values, &core);
        Ok(SparseFactor {
            thinning,
            pivots: self.diagonal,
            values: self.values,
            core,
            log_determinant,
            selected,
        })
    }

    /// Takes the outer product of a column off what comes after it, and divides the column by its pivot.
    fn eliminate(&mut self, thinning: &Thinning, column: usize, pivot: f64) {
        let span = thinning.span(column);
        let rows = thinning.rows(column);
        let thin = thinning.thin();
        let (before, after) = self.values.split_at_mut(span.end);
        let own = &mut before[span.clone()];
        for (index, a) in rows.iter().enumerate() {
            let a = *a as usize;
            let scaled = own[index] / pivot;
            if a >= thin {
                for (b, value) in rows[index..].iter().zip(&own[index..]) {
                    self.core.add(*b as usize - thin, a - thin, -scaled * value);
                }
                continue;
            }
            self.diagonal[a] -= scaled * own[index];
            let target = thinning.span(a);
            let values = &mut after[target.start - span.end..target.end - span.end];
            let mut places = thinning.rows(a).iter().zip(values);
            // What is below in this column is below in that one too.
            for (b, value) in rows[index + 1..].iter().zip(&own[index + 1..]) {
                if let Some((_, place)) = places.find(|(row, _)| *row == b) {
                    *place -= scaled * value;
                }
            }
        }
        for value in own {
            *value /= pivot;
        }
    }
}

/// `A = L D L'` of the thin rows, the inverse factor of the core, and the inverse where the pattern has numbers.
#[derive(Debug, Clone)]
pub struct SparseFactor {
    thinning: Arc<Thinning>,
    /// `D`.
    pivots: Vec<f64>,
    /// `L` below its unit diagonal.
    values: Vec<f64>,
    core: InverseFactor,
    log_determinant: f64,
    selected: Selected,
}

impl SparseFactor {
    /// The order of the matrix.
    pub fn order(&self) -> usize {
        self.thinning.order()
    }

    /// The logarithm of the determinant of the matrix.
    pub fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    /// The inverse at `row` and `column`, which the pattern must have; 0 elsewhere.
    pub fn inverse_at(&self, row: usize, column: usize) -> f64 {
        let (a, b) = (self.thinning.position(row), self.thinning.position(column));
        self.selected.at(&self.thinning, a.max(b), a.min(b))
    }

    fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let rows = self.thinning.rows(column).iter();
        let values = &self.values[self.thinning.span(column)];
        rows.zip(values).map(|(row, value)| (*row as usize, *value))
    }

    fn arranged(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; x.len()];
        for (row, value) in x.iter().enumerate() {
            out[self.thinning.position(row)] = *value;
        }
        out
    }

    fn rearranged(&self, x: &[f64]) -> Vec<f64> {
        (0..x.len())
            .map(|row| x[self.thinning.position(row)])
            .collect()
    }

    /// `L^-1 x` of the thin rows, in place.
    fn forward(&self, x: &mut [f64]) {
        for column in 0..self.thinning.thin() {
            let value = x[column];
            if value == 0.0 {
                continue;
            }
            for (row, factor) in self.column(column) {
                x[row] -= factor * value;
            }
        }
    }

    /// `L'^-1 x` of the thin rows, in place.
    fn backward(&self, x: &mut [f64]) {
        for column in (0..self.thinning.thin()).rev() {
            let mut value = x[column];
            for (row, factor) in self.column(column) {
                value -= factor * x[row];
            }
            x[column] = value;
        }
    }

    /// `W x`, where the inverse of the matrix is `W' W`; by position.
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        let thin = self.thinning.thin();
        let mut out = self.arranged(x);
        self.forward(&mut out);
        for (value, pivot) in out.iter_mut().zip(&self.pivots) {
            *value /= libm::sqrt(*pivot);
        }
        let mut core = vec![0.0; self.thinning.core()];
        for (j, value) in out[thin..].iter().enumerate() {
            if *value != 0.0 {
                add_scaled(&mut core[j..], *value, self.core.column(j));
            }
        }
        out[thin..].copy_from_slice(&core);
        out
    }

    /// `W' x`, with `x` by position.
    pub fn transpose_times(&self, x: &[f64]) -> Vec<f64> {
        let thin = self.thinning.thin();
        let mut out = x.to_vec();
        for (value, pivot) in out.iter_mut().zip(&self.pivots) {
            *value /= libm::sqrt(*pivot);
        }
        for j in 0..self.thinning.core() {
            out[thin + j] = dot(self.core.column(j), &x[thin + j..]);
        }
        self.backward(&mut out);
        self.rearranged(&out)
    }

    /// The same for a batch of `x` side by side.
    pub fn transpose_times_batch(&self, x: &[[f64; BATCH]]) -> Vec<[f64; BATCH]> {
        let mut all = vec![[0.0; BATCH]; x.len()];
        for which in 0..BATCH {
            let one: Vec<f64> = x.iter().map(|x| x[which]).collect();
            for (all, value) in all.iter_mut().zip(self.transpose_times(&one)) {
                all[which] = value;
            }
        }
        all
    }

    /// The solution of a system with the matrix.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        self.transpose_times(&self.times(right))
    }
}

#[cfg(test)]
mod tests;
