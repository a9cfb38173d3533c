//! Where the search starts: variances by the method of moments.
//!
//! Henderson's method 1 (Henderson 1953, Biometrics 9:226): three sums of squares are set equal to their
//! expectations, which are linear in the variances.

use super::crossing::Crossing;
use super::equations::Pair;

/// The smallest ratio a search starts from.
const FLOOR: f64 = 0.01;
/// The largest.
const CEILING: f64 = 1000.0;

/// Ratios of the two variances to the error variance, kept between sensible bounds.
pub fn starting_ratios(crossing: &Crossing) -> Pair {
    let n = crossing.scores;
    let per_level = |sums: &[f64], counts: &[f64]| -> f64 {
        sums.iter()
            .zip(counts)
            .map(|(sum, count)| sum * sum / count)
            .sum()
    };
    let total: f64 = crossing.large_sums.iter().sum();
    let correction = total * total / n;
    let between_large = per_level(&crossing.large_sums, &crossing.large_counts) - correction;
    let between_small = per_level(&crossing.small_sums, &crossing.small_counts) - correction;
    let all = crossing.squares - correction;
    let (mut across_large, mut across_small) = (0.0, 0.0);
    for (i, cell) in crossing.all_cells() {
        let squared = cell.count * cell.count;
        across_large += squared / crossing.large_counts[i];
        across_small += squared / crossing.small_counts[cell.kept as usize];
    }
    let mean_square = |counts: &[f64]| -> f64 { counts.iter().map(|c| c * c).sum::<f64>() / n };
    let (large_mean, small_mean) = (
        mean_square(&crossing.large_counts),
        mean_square(&crossing.small_counts),
    );
    let (b, s) = (crossing.large() as f64, crossing.small() as f64);
    // Expectations as coefficients of (large variance, small variance, error variance).
    let equations = [
        (
            [n - large_mean, across_large - small_mean, b - 1.0],
            between_large,
        ),
        (
            [across_small - large_mean, n - small_mean, s - 1.0],
            between_small,
        ),
        ([n - large_mean, n - small_mean, n - 1.0], all),
    ];
    let solved = solve_three(equations).filter(|[.., error]| *error > 0.0);
    let [large, small, error] = solved.unwrap_or([1.0, 1.0, 1.0]);
    Pair {
        large: (large / error).clamp(FLOOR, CEILING),
        small: (small / error).clamp(FLOOR, CEILING),
    }
}

/// Cramer's rule; `None` of a singular system.
fn solve_three(rows: [([f64; 3], f64); 3]) -> Option<[f64; 3]> {
    let determinant = |m: [[f64; 3]; 3]| -> f64 {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let matrix = rows.map(|(row, _)| row);
    let whole = determinant(matrix);
    if whole == 0.0 || !whole.is_finite() {
        return None;
    }
    let mut solution = [0.0; 3];
    for (column, value) in solution.iter_mut().enumerate() {
        let mut replaced = matrix;
        for (row, (_, right)) in replaced.iter_mut().zip(rows) {
            row[column] = right;
        }
        *value = determinant(replaced) / whole;
    }
    Some(solution)
}
