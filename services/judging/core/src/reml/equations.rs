//! The score equations at given variance ratios.
//!
//! With `gamma` the ratio of a variance to the error variance and `lambda = 1 / gamma`, Henderson's mixed
//! model equations (Henderson 1975, Biometrics 31:423) are reduced to the kept side by eliminating the
//! diagonal block `D = N_large + lambda_large`. From the inverse factor `W` of what remains come the
//! effects, the criterion, its gradient and every prediction error variance.

use crate::linalg::sums::{add_scaled, dot, sum, sum_of_squares};
use crate::linalg::{Factor, NotPositive, Real, System};

use super::crossing::{Cell, Crossing};

/// One number for the eliminated side and one for the kept side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Of the eliminated (larger) side.
    pub large: f64,
    /// Of the kept (smaller) side.
    pub small: f64,
}

/// The effects that solve the mixed model equations for some right-hand side.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The overall mean, about the scores' centre.
    pub mean: f64,
    /// Effects of the eliminated side.
    pub large: Vec<f64>,
    /// Effects of the kept side.
    pub small: Vec<f64>,
}

/// Sums of some response per level: the right-hand side of the mixed model equations.
#[derive(Debug, Clone)]
pub struct Sums<'a> {
    /// Over everything.
    pub total: f64,
    /// Per level of the eliminated side.
    pub large: &'a [f64],
    /// Per level of the kept side.
    pub small: &'a [f64],
}

/// The mixed model equations at given ratios, factored.
#[derive(Debug)]
pub struct Equations<'a, T = f64> {
    crossing: &'a Crossing,
    /// `lambda`: error variance over each side's variance.
    pub shrinkage: Pair,
    /// The diagonal `D`.
    pub diagonal: Vec<f64>,
    /// The inverse factor of the reduced system of the kept side.
    pub factor: Factor<T>,
    /// What the kept side's levels share with the mean, solved.
    pub mean_share: Vec<f64>,
    /// The information on the mean: `1' H^-1 1`.
    pub mean_information: f64,
}

impl<'a, T: Real> Equations<'a, T> {
    /// Reduces and factors the equations at `ratios` (variances over the error variance, positive).
    ///
    /// # Errors
    /// [`NotPositive`] when rounding leaves no positive pivot.
    pub fn new(crossing: &'a Crossing, ratios: Pair) -> Result<Self, NotPositive> {
        let shrinkage = Pair {
            large: 1.0 / ratios.large,
            small: 1.0 / ratios.small,
        };
        let diagonal: Vec<f64> = crossing
            .large_counts
            .iter()
            .map(|count| count + shrinkage.large)
            .collect();
        let mut reduced = System::<T>::zeros(crossing.small(), crossing.thinning.as_ref());
        let mut share = vec![0.0; crossing.small()];
        for (j, count) in crossing.small_counts.iter().enumerate() {
            reduced.add(j, j, count + shrinkage.small);
        }
        for (i, d) in diagonal.iter().enumerate() {
            let cells = crossing.cells(i);
            for (index, cell) in cells.iter().enumerate() {
                let scaled = cell.count / d;
                share[cell.kept as usize] += shrinkage.large * scaled;
                for other in &cells[..=index] {
                    reduced.add(
                        cell.kept as usize,
                        other.kept as usize,
                        -scaled * other.count,
                    );
                }
            }
        }
        let factor = reduced.factor()?;
        let reduced = Reduced {
            crossing,
            diagonal: &diagonal,
            shrinkage: shrinkage.small,
        };
        let mean_share = reduced.solve(&factor, &share);
        let own: f64 = crossing
            .large_counts
            .iter()
            .zip(&diagonal)
            .map(|(count, d)| count * shrinkage.large / d)
            .sum();
        let mean_information = own - dot(&share, &mean_share);
        Ok(Self {
            crossing,
            shrinkage,
            diagonal,
            factor,
            mean_share,
            mean_information,
        })
    }

    /// Solves for the effects of some response given by its sums.
    pub fn solve(&self, sums: &Sums<'_>) -> Effects {
        let crossing = self.crossing;
        let mut right = sums.small.to_vec();
        let mut right_mean = sums.total;
        for (i, (d, total)) in self.diagonal.iter().zip(sums.large).enumerate() {
            let scaled = total / d;
            right_mean -= crossing.large_counts[i] * scaled;
            for cell in crossing.cells(i) {
                right[cell.kept as usize] -= cell.count * scaled;
            }
        }
        let reduced = Reduced {
            crossing,
            diagonal: &self.diagonal,
            shrinkage: self.shrinkage.small,
        };
        let solved = reduced.solve(&self.factor, &right);
        let share_of_right = dot(&self.mean_share, &right);
        let mean = (right_mean - share_of_right) / self.mean_information;
        let small: Vec<f64> = solved
            .iter()
            .zip(&self.mean_share)
            .map(|(z, x)| z - x * mean)
            .collect();
        let large = (0..crossing.large())
            .map(|i| {
                let explained: f64 = crossing
                    .cells(i)
                    .iter()
                    .map(|c| c.count * small[c.kept as usize])
                    .sum();
                let count = crossing.large_counts[i];
                (sums.large[i] - count * mean - explained) / self.diagonal[i]
            })
            .collect();
        Effects { mean, large, small }
    }

    /// The effects of the scores themselves.
    pub fn solve_scores(&self) -> Effects {
        self.solve(&Sums {
            total: sum(&self.crossing.large_sums),
            large: &self.crossing.large_sums,
            small: &self.crossing.small_sums,
        })
    }

    /// `y' P y` times the error variance: residual squares plus shrunken squares of the effects.
    pub fn penalised_squares(&self, effects: &Effects) -> f64 {
        let residual: f64 = self
            .crossing
            .all_cells()
            .map(|(i, cell)| {
                let fitted = effects.mean + effects.large[i] + effects.small[cell.kept as usize];
                let gap = cell.sum / cell.count - fitted;
                cell.count * gap * gap
            })
            .sum();
        self.crossing.within_cells
            + residual
            + self.shrinkage.large * sum_of_squares(&effects.large)
            + self.shrinkage.small * sum_of_squares(&effects.small)
    }

    /// `log |H|` with `H` the variance matrix of the scores over the error variance.
    pub fn log_determinant(&self) -> f64 {
        let mut logs = 0.0;
        for d in &self.diagonal {
            logs += libm::log(*d);
        }
        logs + self.factor.log_determinant()
            - self.crossing.large() as f64 * libm::log(self.shrinkage.large)
            - self.crossing.small() as f64 * libm::log(self.shrinkage.small)
    }

    /// Prediction error variances of the kept side over the error variance.
    pub fn small_errors(&self) -> Vec<f64> {
        (0..self.crossing.small())
            .map(|j| {
                let x = self.mean_share[j];
                self.factor.inverse_diagonal(j) + x * x / self.mean_information
            })
            .collect()
    }

    /// Prediction error variances of the eliminated side over the error variance.
    pub fn large_errors(&self) -> Vec<f64> {
        let mut row = Vec::new();
        (0..self.crossing.large())
            .map(|i| {
                let rest = self.mean_row(i);
                let d = self.diagonal[i];
                let common = self.common(i, &mut row) + rest * rest / self.mean_information;
                1.0 / d + common / (d * d)
            })
            .collect()
    }

    /// `n_i' A^-1 n_i`, for the cells `n_i` of a level of the eliminated side and the reduced system's matrix `A`; leaves `W n_i`
    /// in `row` from the first cell on where the factor is dense.
    pub fn common(&self, i: usize, row: &mut Vec<f64>) -> f64 {
        let cells = self.crossing.cells(i);
        let Factor::Dense(factor) = &self.factor else {
            return self.factor.quadratic(weights(cells));
        };
        let first = cells.first().map_or(0, |cell| cell.kept as usize);
        row.resize(self.crossing.small(), 0.0);
        row[first..].fill(0.0);
        for cell in cells {
            let j = cell.kept as usize;
            for (out, value) in row[j..].iter_mut().zip(factor.column(j)) {
                *out += cell.count * value.wide();
            }
        }
        sum_of_squares(&row[first..])
    }

    /// What a level of the eliminated side shares with the mean: `n_i - n_i' x`.
    pub fn mean_row(&self, i: usize) -> f64 {
        let shared: f64 = self
            .crossing
            .cells(i)
            .iter()
            .map(|cell| cell.count * self.mean_share[cell.kept as usize])
            .sum();
        self.crossing.large_counts[i] - shared
    }
}

/// The reduced system of the kept side as a product of what it is made of.
struct Reduced<'a> {
    crossing: &'a Crossing,
    diagonal: &'a [f64],
    shrinkage: f64,
}

impl Reduced<'_> {
    /// The solution for some right-hand side, refined as often as a factor of such numbers asks for.
    fn solve<T: Real>(&self, factor: &Factor<T>, right: &[f64]) -> Vec<f64> {
        let mut solved = factor.solve(right);
        for _ in 0..T::REFINEMENTS {
            let left = self.left_over(right, &solved);
            add_scaled(&mut solved, 1.0, &factor.solve(&left));
        }
        solved
    }

    /// What a solution leaves over of the right-hand side.
    fn left_over(&self, right: &[f64], solved: &[f64]) -> Vec<f64> {
        let counts = self.crossing.small_counts.iter();
        let mut left: Vec<f64> = right
            .iter()
            .zip(counts.zip(solved))
            .map(|(right, (count, x))| right - (count + self.shrinkage) * x)
            .collect();
        for (i, d) in self.diagonal.iter().enumerate() {
            let cells = self.crossing.cells(i);
            let shared: f64 = cells
                .iter()
                .map(|c| c.count * solved[c.kept as usize])
                .sum();
            for cell in cells {
                left[cell.kept as usize] += cell.count * (shared / d);
            }
        }
        left
    }
}

/// Cells as a sparse vector of the kept side.
pub fn weights(cells: &[Cell]) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
    cells.iter().map(|cell| (cell.kept as usize, cell.count))
}
