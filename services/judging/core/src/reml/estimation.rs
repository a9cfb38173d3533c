//! What it costs not to know the variances.
//!
//! Predictions take the estimated variances for the true ones, so their errors look too small in small
//! rounds. The correction is `2 J V J'`, with `J` the change of a prediction in the logarithms of the
//! ratios and `V` their asymptotic variance: once for what the estimation adds to the error (Kackar &
//! Harville 1984, JASA 79:853), once for what the plug-in variance falls short by on average (Prasad & Rao
//! 1990, JASA 85:163). `examples/coverage.rs` measures what it does to intervals.

use super::boundary::{Present, levels};
use super::crossing::{Crossing, Eliminated};
use super::evaluation::Evaluation;
use super::oneway::Point;

/// The largest variance of the logarithm of a ratio that the first-order form is trusted with.
const WIDEST: f64 = 4.0;
/// The step of the differences on the boundary.
const STEP: f64 = 1e-4;

/// Per entry, of a solution with both variances positive.
pub fn of_interior(crossing: &Crossing, evaluation: &Evaluation<'_>) -> Vec<f64> {
    let [[a, b], [_, d]] = evaluation.information;
    let determinant = a * d - b * b;
    if determinant.is_nan() || determinant <= 0.0 {
        return vec![0.0; entries(crossing)];
    }
    // The criterion is twice the log likelihood, so the variance is twice the inverse.
    let bounded = |variance: f64| libm::fmin(2.0 * variance / determinant, WIDEST);
    let (first, second) = (bounded(d), bounded(a));
    let correlation = -b / libm::sqrt(a * d);
    let both = correlation * libm::sqrt(first * second);
    let [of_large, of_small] = &evaluation.working;
    let (own, from_large, from_small, own_is_large) = match crossing.eliminated {
        Eliminated::Entries => (
            &evaluation.effects.large,
            &of_large.large,
            &of_small.large,
            true,
        ),
        Eliminated::Judges => (
            &evaluation.effects.small,
            &of_large.small,
            &of_small.small,
            false,
        ),
    };
    own.iter()
        .zip(from_large)
        .zip(from_small)
        .map(|((own, large), small)| {
            let own_if = |is: bool| if is { *own } else { 0.0 };
            let by_large = own_if(own_is_large) - large - of_large.mean;
            let by_small = own_if(!own_is_large) - small - of_small.mean;
            2.0 * (by_large * by_large * first
                + by_small * by_small * second
                + 2.0 * by_large * by_small * both)
        })
        .collect()
}

/// Per entry, of a solution on the boundary.
pub fn of_boundary(crossing: &Crossing, present: Present, point: &Point) -> Vec<f64> {
    let side = match crossing.eliminated {
        Eliminated::Entries => Present::Large,
        Eliminated::Judges => Present::Small,
    };
    if side != present || point.ratio <= 0.0 {
        return vec![0.0; entries(crossing)];
    }
    let one_way = levels(crossing, present);
    let up = one_way.at(point.ratio * (1.0 + STEP));
    let down = one_way.at(point.ratio * (1.0 - STEP));
    let information = (up.slope * up.ratio - down.slope * down.ratio) / (2.0 * STEP);
    let variance = if information > 0.0 {
        libm::fmin(2.0 / information, WIDEST)
    } else {
        WIDEST
    };
    let merit = |point: &Point, count: f64, sum: f64| {
        point.mean + point.ratio / (1.0 + point.ratio * count) * (sum - count * point.mean)
    };
    one_way
        .counts
        .iter()
        .zip(one_way.sums)
        .map(|(count, sum)| {
            let change = (merit(&up, *count, *sum) - merit(&down, *count, *sum)) / (2.0 * STEP);
            2.0 * change * change * variance
        })
        .collect()
}

fn entries(crossing: &Crossing) -> usize {
    match crossing.eliminated {
        Eliminated::Entries => crossing.large(),
        Eliminated::Judges => crossing.small(),
    }
}
