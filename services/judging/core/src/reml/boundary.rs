//! Whether a variance of zero is the solution: the sign of the criterion's slope there.
//!
//! With one effect left out the model is one-way; the slope of the criterion in the ratio of the missing
//! effect, at zero, is a sum over cells. Where it is not negative, no small variance does better
//! (Karush-Kuhn-Tucker).

use super::crossing::Crossing;
use super::oneway::{Levels, Point};

/// Which effect a one-way model keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// The effect of the eliminated side.
    Large,
    /// The effect of the kept side.
    Small,
}

/// The one-way model of one side.
pub fn levels(crossing: &Crossing, present: Present) -> Levels<'_> {
    let (counts, sums) = match present {
        Present::Large => (&crossing.large_counts, &crossing.large_sums),
        Present::Small => (&crossing.small_counts, &crossing.small_sums),
    };
    Levels {
        counts,
        sums,
        squares: crossing.squares,
    }
}

/// The slope of the criterion in the ratio of the missing effect, where that is zero.
pub fn slope_of_missing(crossing: &Crossing, present: Present, point: &Point) -> f64 {
    let kept = levels(crossing, present);
    let shrink: Vec<f64> = kept
        .counts
        .iter()
        .map(|count| 1.0 + point.ratio * count)
        .collect();
    let effects: Vec<f64> = kept
        .counts
        .iter()
        .zip(kept.sums)
        .zip(&shrink)
        .map(|((count, sum), shrink)| point.ratio * (sum - count * point.mean) / shrink)
        .collect();
    let missing_counts = match present {
        Present::Large => &crossing.small_counts,
        Present::Small => &crossing.large_counts,
    };
    // Per level of the missing effect: z' H^-1 z, 1' H^-1 z and z' P y.
    let mut own = missing_counts.clone();
    let mut with_mean = vec![0.0; missing_counts.len()];
    let mut residual = vec![0.0; missing_counts.len()];
    for (i, cell) in crossing.all_cells() {
        let j = cell.kept as usize;
        let (present_level, missing_level) = match present {
            Present::Large => (i, j),
            Present::Small => (j, i),
        };
        let shrink = shrink[present_level];
        own[missing_level] -= point.ratio * cell.count * cell.count / shrink;
        with_mean[missing_level] += cell.count / shrink;
        residual[missing_level] += cell.sum - cell.count * (point.mean + effects[present_level]);
    }
    let mut trace = 0.0;
    let mut quadratic = 0.0;
    for ((own, with_mean), residual) in own.iter().zip(&with_mean).zip(&residual) {
        trace += own - with_mean * with_mean / point.mean_information;
        quadratic += residual * residual;
    }
    trace - (crossing.scores - 1.0) * quadratic / point.squares
}
