//! Whether published variances and effects solve the score equations.
//!
//! At the solution of restricted maximum likelihood two kinds of equations hold, and holding they prove it:
//! Henderson's mixed model equations, one for each effect and the mean, which need sums only; and the score
//! equations of the variances, `lambda tr C + (n - 1) lambda u'u / q = levels`, whose traces need one
//! inverse of the smaller side. Nothing is searched for.

use std::collections::BTreeMap;

use super::VerifyError;
use crate::ids::{EntryId, JudgeId};
use crate::linalg::sums::sum_of_squares;
use crate::linalg::{InverseFactor, LowerTiles};
use crate::record::ModelFigures;
use crate::round::ReviewedEntry;

/// By how much, relative to its largest term, an equation of an effect may miss.
const EFFECTS: f64 = 1e-9;
/// By how much, relative to the number of levels, a score equation may miss.
const SCORES: f64 = 1e-7;

/// One review: entry, judge, total.
struct Cell {
    entry: usize,
    judge: usize,
    total: f64,
}

/// Checks every equation.
///
/// # Errors
/// [`VerifyError::Wrong`] with the first kind of equation that does not hold.
pub fn check(entries: &[&ReviewedEntry], figures: &ModelFigures) -> Result<(), VerifyError> {
    let positive = figures.var_entry > 0.0 && figures.var_judge > 0.0 && figures.var_resid > 0.0;
    let names: Vec<&EntryId> = entries.iter().map(|entry| &entry.entry).collect();
    let judges: Vec<&JudgeId> = figures.judges.keys().collect();
    if !positive || names != figures.entries.keys().collect::<Vec<_>>() {
        return Err(VerifyError::Wrong("model"));
    }
    let mut cells = Vec::new();
    for (entry, reviewed) in entries.iter().enumerate() {
        for review in &reviewed.reviews {
            let judge = judges
                .binary_search(&&review.judge)
                .map_err(|_| VerifyError::Wrong("list of judges"))?;
            cells.push(Cell {
                entry,
                judge,
                total: review.total.to_f64(),
            });
        }
    }
    let u: Vec<f64> = figures.entries.values().copied().collect();
    let b: Vec<f64> = figures.judges.values().copied().collect();
    let finite = u.iter().chain(&b).all(|value| value.is_finite()) && figures.mu.is_finite();
    if !finite || !effects_hold(&cells, figures, &u, &b) {
        return Err(VerifyError::Wrong("effects"));
    }
    if scores_hold(&cells, figures, &u, &b) {
        Ok(())
    } else {
        Err(VerifyError::Wrong("variances"))
    }
}

/// Henderson's equations: what is left over at each entry is `lambda u`, at each judge `lambda b`, and over
/// all it is nothing.
fn effects_hold(cells: &[Cell], figures: &ModelFigures, u: &[f64], b: &[f64]) -> bool {
    let (mut at_entry, mut at_judge, mut over_all, mut size) =
        (vec![0.0; u.len()], vec![0.0; b.len()], 0.0, 0.0);
    for cell in cells {
        let left = cell.total - figures.mu - u[cell.entry] - b[cell.judge];
        at_entry[cell.entry] += left;
        at_judge[cell.judge] += left;
        over_all += left;
        size += libm::fabs(cell.total);
    }
    let scale = libm::fmax(size / cells.len() as f64, 1.0);
    let holds = |left: &[f64], effects: &[f64], variance: f64| {
        let lambda = figures.var_resid / variance;
        let pairs = left.iter().zip(effects);
        pairs.into_iter().all(|(left, effect)| {
            libm::fabs(left - lambda * effect) <= EFFECTS * scale * (1.0 + lambda) * 100.0
        })
    };
    libm::fabs(over_all) <= EFFECTS * size
        && holds(&at_entry, u, figures.var_entry)
        && holds(&at_judge, b, figures.var_judge)
}

/// The score equations of the three variances.
fn scores_hold(cells: &[Cell], figures: &ModelFigures, u: &[f64], b: &[f64]) -> bool {
    let of_entries = figures.var_resid / figures.var_entry;
    let of_judges = figures.var_resid / figures.var_judge;
    let mut squares = of_entries * sum_of_squares(u) + of_judges * sum_of_squares(b);
    for cell in cells {
        let left = cell.total - figures.mu - u[cell.entry] - b[cell.judge];
        squares += left * left;
    }
    let freedom = cells.len() as f64 - 1.0;
    // The error variance itself.
    if libm::fabs(squares / freedom / figures.var_resid - 1.0) > SCORES {
        return false;
    }
    let side = |pick: fn(&Cell) -> (usize, usize), large: (usize, f64), small: (usize, f64)| {
        traces(cells, pick, large, small)
    };
    let (for_entries, for_judges) = if u.len() >= b.len() {
        let found = side(
            |cell| (cell.entry, cell.judge),
            (u.len(), of_entries),
            (b.len(), of_judges),
        );
        (
            found.map(|traces| traces.large),
            found.map(|traces| traces.small),
        )
    } else {
        let found = side(
            |cell| (cell.judge, cell.entry),
            (b.len(), of_judges),
            (u.len(), of_entries),
        );
        (
            found.map(|traces| traces.small),
            found.map(|traces| traces.large),
        )
    };
    let holds = |trace: Option<f64>, lambda: f64, effects: &[f64]| {
        let levels = effects.len() as f64;
        trace.is_some_and(|trace| {
            let explained = lambda * trace + lambda * sum_of_squares(effects) / figures.var_resid;
            libm::fabs(explained - levels) <= SCORES * levels
        })
    };
    holds(for_entries, of_entries, u) && holds(for_judges, of_judges, b)
}

/// Traces of both blocks of the inverse of the mixed model equations.
#[derive(Clone, Copy)]
struct Traces {
    large: f64,
    small: f64,
}

/// The traces, by eliminating the larger side; `None` where the equations are singular.
fn traces(
    cells: &[Cell],
    pick: fn(&Cell) -> (usize, usize),
    (large, lambda_large): (usize, f64),
    (small, lambda_small): (usize, f64),
) -> Option<Traces> {
    let mut rows: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); large];
    let mut left = LowerTiles::zeros(small);
    for j in 0..small {
        left.add(j, j, lambda_small);
    }
    for cell in cells {
        let (i, j) = pick(cell);
        *rows[i].entry(j).or_default() += 1.0;
        left.add(j, j, 1.0);
    }
    // What each level of the larger side takes away, and the column of the mean.
    let (mut border, mut corner) = (vec![0.0; small], 0.0);
    for row in &rows {
        let count: f64 = row.values().sum();
        let d = count + lambda_large;
        for (j, n) in row {
            border[*j] += n - n * count / d;
            for (k, m) in row.range(..=*j) {
                left.add(*j, *k, -(n * m) / d);
            }
        }
        corner += count - count * count / d;
    }
    let inverse = left.invert_factor().ok()?;
    let turned = inverse.times(&border);
    let mean = corner - sum_of_squares(&turned);
    let shared = inverse.transpose_times(&turned);
    let mut of_small = sum_of_squares(&shared) / mean;
    for j in 0..small {
        of_small += sum_of_squares(inverse.column(j));
    }
    let of_large = rows
        .iter()
        .map(|row| large_term(row, lambda_large, &inverse, &shared, mean))
        .sum();
    (mean > 0.0).then_some(Traces {
        large: of_large,
        small: of_small,
    })
}

/// One diagonal element of the larger side's block.
fn large_term(
    row: &BTreeMap<usize, f64>,
    lambda: f64,
    inverse: &InverseFactor,
    shared: &[f64],
    mean: f64,
) -> f64 {
    let count: f64 = row.values().sum();
    let d = count + lambda;
    let first = row.keys().next().copied().unwrap_or(0);
    let mut sum = vec![0.0; inverse.order() - first];
    let mut with_mean = count;
    for (j, n) in row {
        for (sum, value) in sum[j - first..].iter_mut().zip(inverse.column(*j)) {
            *sum += n * value;
        }
        with_mean -= n * shared[*j];
    }
    (1.0 + (sum_of_squares(&sum) + with_mean * with_mean / mean) / d) / d
}
