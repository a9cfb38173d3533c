//! The inverse of a sparse matrix where its factor has numbers, and nowhere else.
//!
//! Column by column from the last to the first (Takahashi, Fagan & Chin 1973, Proc. 8th PICA Conf., p. 63; Erisman & Tinney 1975,
//! CACM 18:177): each needs only numbers of the inverse that the pattern has and later columns hold.

use super::thinning::Thinning;
use super::{InverseFactor, LowerTiles};

/// The inverse on the pattern; positions are those of the elimination.
#[derive(Debug, Clone)]
pub(super) struct Selected {
    diagonal: Vec<f64>,
    values: Vec<f64>,
    core: LowerTiles,
}

impl Selected {
    /// From `L D L'` of the thin rows and the inverse factor of the core.
    pub(super) fn of(
        thinning: &Thinning,
        pivots: &[f64],
        factors: &[f64],
        core: &InverseFactor,
    ) -> Self {
        let mut selected = Self {
            diagonal: vec![0.0; thinning.thin()],
            values: vec![0.0; factors.len()],
            core: core.inverse(),
        };
        for column in (0..thinning.thin()).rev() {
            let span = thinning.span(column);
            let shares = selected.shares(thinning, column, &factors[span.clone()]);
            let mut own = 1.0 / pivots[column];
            for (share, factor) in shares.iter().zip(&factors[span.clone()]) {
                own += share * factor;
            }
            selected.diagonal[column] = own;
            for (value, share) in selected.values[span].iter_mut().zip(shares) {
                *value = -share;
            }
        }
        selected
    }

    /// The inverse among the rows of a column, times the column.
    fn shares(&self, thinning: &Thinning, column: usize, factors: &[f64]) -> Vec<f64> {
        let rows = thinning.rows(column);
        let thin = thinning.thin();
        let mut shares = vec![0.0; rows.len()];
        for (index, a) in rows.iter().enumerate() {
            let a = *a as usize;
            shares[index] += self.at(thinning, a, a) * factors[index];
            let mut share = 0.0;
            if a >= thin {
                for (later, b) in rows.iter().enumerate().skip(index + 1) {
                    let value = self.core.at(*b as usize - thin, a - thin);
                    share += value * factors[later];
                    shares[later] += value * factors[index];
                }
            } else {
                let held = &self.values[thinning.span(a)];
                let mut places = thinning.rows(a).iter().zip(held);
                for (later, b) in rows.iter().enumerate().skip(index + 1) {
                    if let Some((_, value)) = places.find(|(row, _)| *row == b) {
                        share += value * factors[later];
                        shares[later] += value * factors[index];
                    }
                }
            }
            shares[index] += share;
        }
        shares
    }

    /// The inverse at `row` and `column`, the row not before the column; 0 where the pattern has no number.
    pub(super) fn at(&self, thinning: &Thinning, row: usize, column: usize) -> f64 {
        let thin = thinning.thin();
        if column >= thin {
            self.core.at(row - thin, column - thin)
        } else if row == column {
            self.diagonal[row]
        } else {
            thinning.find(row, column).map_or(0.0, |at| self.values[at])
        }
    }
}
