//! Cholesky factorisation of a dense symmetric matrix and the inverse of its factor, tile by tile.

use super::inverse::{InverseFactor, before_column};
use super::real::Real;
use super::team;
use super::tile::{
    AREA, SIDE, Strips, Tile, empty_strips, factor, invert_lower, product_of_lower,
    product_with_upper, regroup, regroup_transposed, subtract_lower_half, subtract_product,
    subtract_product_with_lower, transpose, zeros,
};

/// Matrices of a lower order are not worth a second thread.
const PARALLEL_FROM: usize = 400;

/// The lower half of a symmetric matrix in tiles; rows beyond its order are those of the identity.
#[derive(Debug, Clone)]
pub struct LowerTiles<T = f64> {
    pub(super) order: usize,
    pub(super) tiles: Vec<Tile<T>>,
}

/// The matrix has no Cholesky factor: it is not positive definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the matrix is not positive definite at row {row}")]
pub struct NotPositive {
    /// The row of the first pivot that is not positive.
    pub row: usize,
}

pub(super) fn threads_for(order: usize) -> usize {
    if order < PARALLEL_FROM {
        1
    } else {
        team::available()
    }
}

pub(super) const fn at(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl<T: Real> LowerTiles<T> {
    /// A matrix of zeros of this order.
    pub fn zeros(order: usize) -> Self {
        let side = order.div_ceil(SIDE);
        let mut tiles = vec![*zeros(); at(side, 0)];
        for row in order..side * SIDE {
            tiles[at(row / SIDE, row / SIDE)][row % SIDE][row % SIDE] = T::ONE;
        }
        Self { order, tiles }
    }

    /// Adds `value` at `row` and `column`, of which the lower triangle is kept.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        let (row, column) = if row < column {
            (column, row)
        } else {
            (row, column)
        };
        self.tiles[at(row / SIDE, column / SIDE)][row % SIDE][column % SIDE] += T::of(value);
    }

    /// The number at `row` and `column`, the row not before the column.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.tiles[at(row / SIDE, column / SIDE)][row % SIDE][column % SIDE].wide()
    }

    fn side(&self) -> usize {
        self.order.div_ceil(SIDE)
    }

    /// Factors the matrix as `L transpose(L)` and inverts `L`, on as many threads as the machine offers.
    ///
    /// Threads share out whole tiles; no number depends on how.
    ///
    /// # Errors
    /// [`NotPositive`] when a pivot is not positive.
    pub fn invert_factor(self) -> Result<InverseFactor<T>, NotPositive> {
        let threads = threads_for(self.order);
        self.invert_factor_on(threads)
    }

    /// The same on a given number of threads.
    ///
    /// # Errors
    /// [`NotPositive`] when a pivot is not positive.
    pub fn invert_factor_on(mut self, threads: usize) -> Result<InverseFactor<T>, NotPositive> {
        let (diagonal, log_determinant) = self.factor_in_place(threads)?;
        let columns = self.inverse_columns(&diagonal, threads);
        Ok(InverseFactor {
            columns,
            order: self.order,
            log_determinant,
        })
    }

    /// Left-looking: column of tiles by column of tiles. Returns the inverses of the tiles on the
    /// diagonal, and the logarithm of the determinant.
    fn factor_in_place(&mut self, threads: usize) -> Result<(Vec<Tile<T>>, f64), NotPositive> {
        let side = self.side();
        let mut diagonal = vec![*zeros(); side];
        let mut strips: Vec<Strips<T>> = vec![*empty_strips(); side];
        let mut log_determinant = 0.0;
        for j in 0..side {
            for k in 0..j {
                regroup_transposed(&self.tiles[at(j, k)], &mut strips[k]);
            }
            update_row(
                &mut self.tiles[at(j, 0)..=at(j, j)],
                &strips[..j],
                subtract_lower_half,
            );
            let pivot_tile = &mut self.tiles[at(j, j)];
            factor(pivot_tile).map_err(|row| NotPositive {
                row: j * SIDE + row,
            })?;
            for (index, row) in pivot_tile.iter().enumerate() {
                log_determinant += 2.0 * libm::log(row[index].wide());
            }
            invert_lower(pivot_tile, &mut diagonal[j]);
            regroup_transposed(&diagonal[j], &mut strips[j]);
            let rows = rows_from(&mut self.tiles, j + 1, side);
            team::share(threads, rows, |row: &mut [Tile<T>]| {
                update_row(&mut row[..=j], &strips[..j], subtract_product);
                let mut updated = zeros();
                updated.copy_from_slice(&row[j]);
                product_with_upper(&mut row[j], &updated, &strips[j]);
            });
        }
        Ok((diagonal, log_determinant))
    }

    /// The inverse of the factor, written out column by column.
    fn inverse_columns(&self, diagonal: &[Tile<T>], threads: usize) -> Vec<T> {
        let side = self.side();
        let mut columns = vec![T::default(); before_column(side, side)];
        let (mut parts, mut rest) = (Vec::new(), &mut columns[..]);
        for j in 0..side {
            let (own, after) = rest.split_at_mut((side - j) * AREA);
            parts.push((j, own));
            rest = after;
        }
        team::share(threads, parts, |(j, out): (usize, &mut [T])| {
            self.invert_column(j, diagonal, out);
        });
        columns
    }

    /// One column of tiles of the inverse, from its diagonal down.
    fn invert_column(&self, j: usize, diagonal: &[Tile<T>], out: &mut [T]) {
        let side = self.side();
        let mut strips: Vec<Strips<T>> = vec![*empty_strips(); side - j];
        let (mut sum, mut tile, mut sum_strips) = (zeros(), zeros(), empty_strips());
        tile.copy_from_slice(&diagonal[j]);
        for i in j..side {
            if i > j {
                for row in sum.iter_mut() {
                    row.fill(T::default());
                }
                subtract_product_with_lower(&mut sum, &self.tiles[at(i, j)], &strips[0]);
                for k in j + 1..i {
                    subtract_product(&mut sum, &self.tiles[at(i, k)], &strips[k - j]);
                }
                regroup(&sum, &mut sum_strips);
                product_of_lower(&mut tile, &diagonal[i], &sum_strips);
            }
            regroup(&tile, &mut strips[i - j]);
            transpose(&tile, &mut sum);
            for (column, turned) in out.chunks_mut((side - j) * SIDE).zip(sum.iter()) {
                column[(i - j) * SIDE..(i - j + 1) * SIDE].copy_from_slice(turned);
            }
        }
    }
}

/// Takes the products of the tiles left of the last one off the last one of a row.
fn update_row<T: Real>(
    row: &mut [Tile<T>],
    strips: &[Strips<T>],
    subtract: fn(&mut Tile<T>, &Tile<T>, &Strips<T>),
) {
    if let Some((last, before)) = row.split_last_mut() {
        for (tile, strips) in before.iter().zip(strips) {
            subtract(last, tile, strips);
        }
    }
}

/// The rows of tiles from `first` on, each as a slice of its own.
pub(super) fn rows_from<T>(
    tiles: &mut [Tile<T>],
    first: usize,
    side: usize,
) -> Vec<&mut [Tile<T>]> {
    let mut rest = &mut tiles[at(first, 0)..];
    let mut rows = Vec::new();
    for row in first..side {
        let (own, after) = rest.split_at_mut(row + 1);
        rows.push(own);
        rest = after;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::sums::dot;
    use proptest::prelude::*;

    /// A diagonally dominant matrix of this order.
    fn matrix(order: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut state = seed;
        let mut full = vec![vec![0.0; order]; order];
        for i in 0..order {
            for j in 0..=i {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let value = (state >> 40) as f64 / (1u64 << 24) as f64 - 0.5;
                let value = if i == j { value + order as f64 } else { value };
                full[i][j] = value;
                full[j][i] = value;
            }
        }
        full
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn solutions_solve_the_system(order in 1usize..200, seed in any::<u64>()) {
            let full = matrix(order, seed);
            let mut tiles = LowerTiles::<f64>::zeros(order);
            for (i, row) in full.iter().enumerate() {
                for (j, value) in row.iter().enumerate().take(i + 1) {
                    tiles.add(i, j, *value);
                }
            }
            let inverse = tiles.invert_factor().unwrap();
            let right: Vec<f64> = (0..order).map(|i| i as f64 - 3.0).collect();
            let solution = inverse.solve(&right);
            for (row, expected) in full.iter().zip(&right) {
                prop_assert!((dot(row, &solution) - expected).abs() < 1e-10 * order as f64);
            }
        }
    }

    #[test]
    fn no_bit_depends_on_the_number_of_threads() {
        let full = matrix(300, 7);
        let inverse = |threads| {
            let mut tiles = LowerTiles::<f64>::zeros(300);
            for (i, row) in full.iter().enumerate() {
                for (j, value) in row.iter().enumerate().take(i + 1) {
                    tiles.add(i, j, *value);
                }
            }
            let inverse = tiles.invert_factor_on(threads).unwrap();
            let bits: Vec<u64> = inverse
                .columns
                .iter()
                .map(|value| value.to_bits())
                .collect();
            (bits, inverse.log_determinant.to_bits())
        };
        let one = inverse(1);
        for threads in [2, 3, 8] {
            assert!(inverse(threads) == one, "{threads} threads");
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_is_refused() {
        let mut tiles = LowerTiles::<f64>::zeros(70);
        for row in 0..70 {
            tiles.add(row, row, if row == 66 { -1.0 } else { 1.0 });
        }
        assert_eq!(tiles.invert_factor().unwrap_err(), NotPositive { row: 66 });
    }
}
