//! The inverse of a Cholesky factor, and what is asked of it.

use super::cholesky::{LowerTiles, at, rows_from, threads_for};
use super::real::Real;
use super::sums::{add_scaled, dot};
use super::team;
use super::tile::{AREA, SIDE, Tile, empty_strips, regroup_transposed, subtract_product, zeros};

/// How many vectors share one pass over an inverse factor.
pub const BATCH: usize = 8;

/// Numbers of an inverse factor before its column of tiles `j`.
pub(super) const fn before_column(side: usize, j: usize) -> usize {
    (at(side, 0) - at(side - j, 0)) * AREA
}

/// The inverse `W` of a Cholesky factor, so that the inverse of the matrix is `transpose(W) W`.
#[derive(Debug, Clone)]
pub struct InverseFactor<T = f64> {
    pub(super) order: usize,
    /// Column after column from the tile on its diagonal down, padded to whole tiles.
    pub(super) columns: Vec<T>,
    pub(super) log_determinant: f64,
}

impl<T: Real> InverseFactor<T> {
    /// The order of the matrix.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The logarithm of the determinant of the matrix.
    pub fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    /// Column `j` of `W` from its diagonal down.
    pub fn column(&self, j: usize) -> &[T] {
        let side = self.order.div_ceil(SIDE);
        let height = (side - j / SIDE) * SIDE;
        let start = before_column(side, j / SIDE) + j % SIDE * height + j % SIDE;
        &self.columns[start..start + self.order - j]
    }

    /// `W x`.
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.order];
        for (j, factor) in x.iter().enumerate() {
            add_scaled(&mut out[j..], *factor, self.column(j));
        }
        out
    }

    /// `transpose(W) x`.
    pub fn transpose_times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.order)
            .map(|j| dot(self.column(j), &x[j..]))
            .collect()
    }

    /// `transpose(W) x` for batches of `x` side by side, in one pass over `W`, which may be larger than any cache; each number
    /// as if alone.
    pub fn transpose_times_batches(&self, x: &[Vec<[f64; BATCH]>]) -> Vec<Vec<[f64; BATCH]>> {
        let mut out = vec![vec![[0.0; BATCH]; self.order]; x.len()];
        for j in (0..self.order).step_by(2) {
            for (x, out) in x.iter().zip(&mut out) {
                self.times_pair(j, &x[j..], &mut out[j..]);
            }
        }
        out
    }

    /// The products of columns `j` and, where there is one, `j + 1` with a batch. Two together: the sums of one column wait for
    /// each other longer than they take.
    fn times_pair(&self, j: usize, x: &[[f64; BATCH]], out: &mut [[f64; BATCH]]) {
        let one = self.column(j);
        let (Some((own, below)), [out, rest @ ..]) = (x.split_first(), out) else {
            return;
        };
        let mut sums = own.map(|x| one[0].wide() * x);
        let mut others = [0.0; BATCH];
        if let Some(second) = rest.first_mut() {
            for ((a, b), x) in one[1..].iter().zip(self.column(j + 1)).zip(below) {
                let (a, b) = (a.wide(), b.wide());
                for lane in 0..BATCH {
                    sums[lane] += a * x[lane];
                }
                for lane in 0..BATCH {
                    others[lane] += b * x[lane];
                }
            }
            *second = others;
        }
        *out = sums;
    }

    /// The solution of a system with the matrix.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        self.transpose_times(&self.times(right))
    }

    /// The inverse of the matrix, `transpose(W) W`.
    pub fn inverse(&self) -> LowerTiles<T> {
        let side = self.order.div_ceil(SIDE);
        let mut inverse = LowerTiles::zeros(self.order);
        let threads = threads_for(self.order);
        let rows = rows_from(&mut inverse.tiles, 0, side)
            .into_iter()
            .enumerate()
            .collect();
        team::share(threads, rows, |(i, row): (usize, &mut [Tile<T>])| {
            let (mut own, mut other, mut strips) = (zeros(), zeros(), empty_strips());
            for (j, tile) in row.iter_mut().enumerate() {
                *tile = *zeros();
                for k in i..side {
                    self.turned(i, k, &mut own);
                    self.turned(j, k, &mut other);
                    regroup_transposed(&other, &mut strips);
                    subtract_product(tile, &own, &strips);
                }
                for value in tile.as_flattened_mut() {
                    *value = -*value;
                }
            }
        });
        inverse
    }

    /// Tile `k` of the column of tiles `j`, transposed.
    fn turned(&self, j: usize, k: usize, out: &mut Tile<T>) {
        let side = self.order.div_ceil(SIDE);
        let columns = &self.columns[before_column(side, j)..];
        for (column, row) in columns.chunks((side - j) * SIDE).zip(out) {
            row.copy_from_slice(&column[(k - j) * SIDE..(k - j + 1) * SIDE]);
        }
    }
}
