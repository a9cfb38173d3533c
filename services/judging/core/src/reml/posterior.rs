//! The joint uncertainty of the entries' merits.
//!
//! Given the scores, the error of an entry's predicted effect is a sum of three independent parts: what it
//! shares with others through their judges, what it shares with all through the mean, and its own. The
//! first is a sparse combination of one vector common to all, so that a draw of every entry costs little
//! more than a draw of every judge.

use crate::linalg::sums::{dot, sum_of_squares};
use crate::linalg::{BATCH, Factor};

use super::boundary::{Present, levels};
use super::crossing::{Crossing, Eliminated};
use super::evaluation::Evaluation;
use super::oneway::Point;

/// The errors of the entries' effects, in units of the error's standard deviation.
#[derive(Debug, Clone)]
pub struct Posterior {
    /// Predicted effects, by entry.
    pub effects: Vec<f64>,
    /// The standard deviation of an entry's own part.
    own: Vec<f64>,
    /// An entry's weight on the part common through the mean.
    with_mean: Vec<f64>,
    /// The standard deviation of the mean itself.
    mean_sd: f64,
    /// Where the weights of each entry start; one more at the end.
    starts: Vec<usize>,
    /// Weights on the common vector `transpose(W) g`.
    weights: Vec<(u32, f64)>,
    factor: Option<Factor>,
    /// The standard deviation of the error.
    sigma: f64,
}

impl Posterior {
    /// Of a solution with both variances positive.
    pub fn of_interior(crossing: &Crossing, evaluation: Evaluation<'_>) -> Self {
        let (equations, effects) = (evaluation.equations, evaluation.effects);
        let mean_sd = 1.0 / libm::sqrt(equations.mean_information);
        match crossing.eliminated {
            Eliminated::Judges => {
                let count = crossing.small();
                Self {
                    effects: effects.small,
                    own: vec![0.0; count],
                    with_mean: equations.mean_share.iter().map(|x| -x * mean_sd).collect(),
                    mean_sd,
                    starts: (0..=count).collect(),
                    weights: (0u32..)
                        .zip(&crossing.small_counts)
                        .map(|(i, _)| (i, 1.0))
                        .collect(),
                    factor: Some(equations.factor),
                    sigma: 1.0,
                }
            }
            Eliminated::Entries => {
                let mut starts = vec![0];
                let mut weights = Vec::new();
                for i in 0..crossing.large() {
                    let d = equations.diagonal[i];
                    weights.extend(crossing.cells(i).iter().map(|c| (c.kept, -c.count / d)));
                    starts.push(weights.len());
                }
                Self {
                    effects: effects.large,
                    own: equations
                        .diagonal
                        .iter()
                        .map(|d| 1.0 / libm::sqrt(*d))
                        .collect(),
                    with_mean: (0..crossing.large())
                        .map(|i| -equations.mean_row(i) * mean_sd / equations.diagonal[i])
                        .collect(),
                    mean_sd,
                    starts,
                    weights,
                    factor: Some(equations.factor),
                    sigma: 1.0,
                }
            }
        }
    }

    /// Of a solution on the boundary.
    pub fn of_boundary(crossing: &Crossing, present: Present, point: &Point) -> Self {
        let mean_sd = 1.0 / libm::sqrt(point.mean_information);
        let entries = match crossing.eliminated {
            Eliminated::Entries => Present::Large,
            Eliminated::Judges => Present::Small,
        };
        let one_way = levels(crossing, entries);
        let ratio = if entries == present { point.ratio } else { 0.0 };
        let shrunk = |count: f64| ratio / (1.0 + ratio * count);
        Self {
            effects: one_way
                .counts
                .iter()
                .zip(one_way.sums)
                .map(|(count, sum)| shrunk(*count) * (sum - count * point.mean))
                .collect(),
            own: one_way
                .counts
                .iter()
                .map(|count| libm::sqrt(shrunk(*count)))
                .collect(),
            with_mean: one_way
                .counts
                .iter()
                .map(|count| -shrunk(*count) * count * mean_sd)
                .collect(),
            mean_sd,
            starts: vec![0; one_way.counts.len() + 1],
            weights: Vec::new(),
            factor: None,
            sigma: 1.0,
        }
    }

    /// States errors in score units, at the error variance `error`.
    pub fn scale(&mut self, error: f64) {
        self.sigma = libm::sqrt(error);
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// The order of the common vector.
    pub fn common_order(&self) -> usize {
        self.factor.as_ref().map_or(0, Factor::order)
    }

    /// The standard deviation of entry `i`'s own part, in score units.
    pub fn own_sd(&self, i: usize) -> f64 {
        self.sigma * self.own[i]
    }

    /// The weight of entry `i` on the part common through the mean, in score units.
    pub fn mean_weight(&self, i: usize) -> f64 {
        self.sigma * self.with_mean[i]
    }

    /// The weights of entry `i` on the common vector, in units of the error's standard deviation.
    pub fn weights(&self, i: usize) -> &[(u32, f64)] {
        &self.weights[self.starts[i]..self.starts[i + 1]]
    }

    /// The common vectors for batches of standard normal vectors, in score units; empty where nothing is common.
    pub fn commons(&self, normals: &[Vec<[f64; BATCH]>]) -> Vec<Vec<[f64; BATCH]>> {
        let Some(factor) = &self.factor else {
            return vec![Vec::new(); normals.len()];
        };
        let mut commons = factor.transpose_times_batches(normals);
        for value in commons
            .iter_mut()
            .flat_map(|batch| batch.as_flattened_mut())
        {
            *value *= self.sigma;
        }
        commons
    }

    /// The standard deviations of `mu + entry`, the mean's own uncertainty included, in score units.
    pub fn merit_sds(&self) -> Vec<f64> {
        self.sds(self.mean_sd)
    }

    /// The standard deviations of the entries' effects, in score units.
    pub fn effect_sds(&self) -> Vec<f64> {
        self.sds(0.0)
    }

    fn sds(&self, mean_sd: f64) -> Vec<f64> {
        (0..self.len())
            .map(|i| {
                let (own, mean) = (self.own[i], self.with_mean[i] + mean_sd);
                let common = self
                    .factor
                    .as_ref()
                    .map_or(0.0, |factor| factor.quadratic(self.vector(i)));
                self.sigma * libm::sqrt(own * own + common + mean * mean)
            })
            .collect()
    }

    fn vector(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
        self.weights(i)
            .iter()
            .map(|(j, weight)| (*j as usize, *weight))
    }

    /// The standard deviations of the differences of entry `i`'s effect and every other's, in score units.
    ///
    /// One system is solved, whatever the number of others.
    pub fn differences_from(&self, i: usize) -> Vec<f64> {
        let mut own = vec![0.0; self.common_order()];
        for (j, weight) in self.vector(i) {
            own[j] += weight;
        }
        let solved = self.factor.as_ref().map(|factor| factor.solve(&own));
        // The two entries' shares of the common part, by their product with `A^-1 w_i`.
        let shared = |j: usize| -> f64 {
            let solved = solved.iter();
            solved
                .map(|solved| {
                    self.vector(j)
                        .map(|(k, weight)| weight * solved[k])
                        .sum::<f64>()
                })
                .sum()
        };
        let square = |j: usize| {
            let factor = self.factor.as_ref();
            factor.map_or(0.0, |factor| factor.quadratic(self.vector(j)))
        };
        let of_i = square(i);
        (0..self.len())
            .map(|j| {
                if i == j {
                    return 0.0;
                }
                let common = libm::fmax(of_i + square(j) - 2.0 * shared(j), 0.0);
                let mean = self.with_mean[i] - self.with_mean[j];
                let own = self.own[i] * self.own[i] + self.own[j] * self.own[j];
                self.sigma * libm::sqrt(common + mean * mean + own)
            })
            .collect()
    }

    /// `W w_i` of one entry.
    fn row(&self, i: usize) -> Vec<f64> {
        self.factor
            .as_ref()
            .map_or_else(Vec::new, |factor| factor.times(self.vector(i)))
    }

    /// `W w_i` of every entry.
    fn rows(&self) -> impl Iterator<Item = Vec<f64>> + '_ {
        (0..self.len()).map(|i| self.row(i))
    }

    /// Calls `visit(i, j, sd)` for every pair `i < j` with the standard deviation of the difference of
    /// their effects, in score units.
    pub fn each_difference(&self, mut visit: impl FnMut(usize, usize, f64)) {
        let rows: Vec<Vec<f64>> = self
            .rows()
            .enumerate()
            .map(|(i, mut row)| {
                row.push(self.with_mean[i]);
                row
            })
            .collect();
        let squares: Vec<f64> = rows.iter().map(|row| sum_of_squares(row)).collect();
        for i in 0..self.len() {
            for j in i + 1..self.len() {
                let shared = squares[i] + squares[j] - 2.0 * dot(&rows[i], &rows[j]);
                let own = self.own[i] * self.own[i] + self.own[j] * self.own[j];
                visit(i, j, self.sigma * libm::sqrt(libm::fmax(shared, 0.0) + own));
            }
        }
    }
}
