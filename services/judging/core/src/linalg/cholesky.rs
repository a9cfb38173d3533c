//! Cholesky factorisation of a dense symmetric matrix and the inverse of its factor, tile by tile.

use super::sums::{add_scaled, dot};
use super::tile::{
    SIDE, Strips, Tile, empty_strips, factor, invert_lower, product, regroup, regroup_transposed,
    subtract_product, transpose, zeros,
};

/// The lower half of a symmetric matrix in tiles; rows beyond its order are those of the identity.
#[derive(Debug, Clone)]
pub struct LowerTiles {
    order: usize,
    tiles: Vec<Tile>,
}

/// The matrix has no Cholesky factor: it is not positive definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the matrix is not positive definite at row {row}")]
pub struct NotPositive {
    /// The row of the first pivot that is not positive.
    pub row: usize,
}

const fn at(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl LowerTiles {
    /// A matrix of zeros of this order.
    pub fn zeros(order: usize) -> Self {
        let side = order.div_ceil(SIDE);
        let mut tiles = vec![*zeros(); at(side, 0)];
        for row in order..side * SIDE {
            tiles[at(row / SIDE, row / SIDE)][row % SIDE][row % SIDE] = 1.0;
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
        self.tiles[at(row / SIDE, column / SIDE)][row % SIDE][column % SIDE] += value;
    }

    fn side(&self) -> usize {
        self.order.div_ceil(SIDE)
    }

    /// Factors the matrix as `L transpose(L)` and inverts `L`.
    ///
    /// # Errors
    /// [`NotPositive`] when a pivot is not positive.
    pub fn invert_factor(mut self) -> Result<InverseFactor, NotPositive> {
        let (diagonal, log_determinant) = self.factor_in_place()?;
        self.invert_in_place(&diagonal);
        Ok(InverseFactor {
            columns: self.columns(),
            order: self.order,
            log_determinant,
        })
    }

    /// Left-looking: column of tiles by column of tiles. Returns the inverses of the tiles on the
    /// diagonal, and the logarithm of the determinant.
    fn factor_in_place(&mut self) -> Result<(Vec<Tile>, f64), NotPositive> {
        let side = self.side();
        let mut diagonal = vec![*zeros(); side];
        let mut strips: Vec<Strips> = vec![*empty_strips(); side];
        let mut update = zeros();
        let mut log_determinant = 0.0;
        for j in 0..side {
            for k in 0..j {
                regroup_transposed(&self.tiles[at(j, k)], &mut strips[k]);
            }
            for i in j..side {
                let (before, rest) = self.tiles.split_at_mut(at(i, j));
                for k in 0..j {
                    subtract_product(&mut rest[0], &before[at(i, k)], &strips[k]);
                }
            }
            let pivot_tile = &mut self.tiles[at(j, j)];
            factor(pivot_tile).map_err(|row| NotPositive {
                row: j * SIDE + row,
            })?;
            for (index, row) in pivot_tile.iter().enumerate() {
                log_determinant += 2.0 * libm::log(row[index]);
            }
            invert_lower(pivot_tile, &mut diagonal[j]);
            regroup_transposed(&diagonal[j], &mut strips[j]);
            for i in j + 1..side {
                update.copy_from_slice(&self.tiles[at(i, j)]);
                product(&mut self.tiles[at(i, j)], 1.0, &update, &strips[j]);
            }
        }
        Ok((diagonal, log_determinant))
    }

    /// Column by column, from the left: what a column overwrites no later column reads.
    fn invert_in_place(&mut self, diagonal: &[Tile]) {
        let side = self.side();
        let mut strips: Vec<Strips> = vec![*empty_strips(); side];
        let mut sum_strips = empty_strips();
        for j in 0..side {
            self.tiles[at(j, j)] = diagonal[j];
            regroup(&diagonal[j], &mut strips[j]);
            for i in j + 1..side {
                let mut sum = zeros();
                for k in j..i {
                    subtract_product(&mut sum, &self.tiles[at(i, k)], &strips[k]);
                }
                regroup(&sum, &mut sum_strips);
                let tile = &mut self.tiles[at(i, j)];
                product(tile, 1.0, &diagonal[i], &sum_strips);
                regroup(tile, &mut strips[i]);
            }
        }
    }

    /// The lower triangle written out column by column.
    fn columns(&self) -> Vec<f64> {
        let side = self.side();
        let width = side * SIDE;
        let mut columns = vec![0.0; width * width];
        let mut turned = zeros();
        for i in 0..side {
            for j in 0..=i {
                transpose(&self.tiles[at(i, j)], &mut turned);
                for (c, row) in turned.iter().enumerate() {
                    let start = (j * SIDE + c) * width + i * SIDE;
                    columns[start..start + SIDE].copy_from_slice(row);
                }
            }
        }
        columns
    }
}

/// The inverse `W` of a Cholesky factor, so that the inverse of the matrix is `transpose(W) W`.
#[derive(Debug, Clone)]
pub struct InverseFactor {
    order: usize,
    /// Column after column, padded to whole tiles.
    columns: Vec<f64>,
    log_determinant: f64,
}

impl InverseFactor {
    /// The order of the matrix.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The logarithm of the determinant of the matrix.
    pub fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    /// Column `j` of `W` from its diagonal down.
    pub fn column(&self, j: usize) -> &[f64] {
        let width = self.order.div_ceil(SIDE) * SIDE;
        &self.columns[j * width + j..j * width + self.order]
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

    /// `transpose(W) x` for four `x` at once, each number as if alone.
    pub fn transpose_times_four(&self, x: [&[f64]; 4]) -> [Vec<f64>; 4] {
        let mut out = [const { Vec::new() }; 4];
        for j in 0..self.order {
            let column = self.column(j);
            for (out, x) in out.iter_mut().zip(x) {
                out.push(dot(column, &x[j..]));
            }
        }
        out
    }

    /// The solution of a system with the matrix.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        self.transpose_times(&self.times(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            let mut tiles = LowerTiles::zeros(order);
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
    fn a_matrix_that_is_not_positive_is_refused() {
        let mut tiles = LowerTiles::zeros(70);
        for row in 0..70 {
            tiles.add(row, row, if row == 66 { -1.0 } else { 1.0 });
        }
        assert_eq!(tiles.invert_factor().unwrap_err(), NotPositive { row: 66 });
    }
}
