//! Additive fixed effects by least squares, dense or sparse as the round asks.

use std::sync::Arc;

use crate::linalg::thinning::Thinning;
use crate::linalg::{LowerTiles, SparseMatrix, System};
use crate::reml::Cost;

/// Fixed effects of levels, summing to zero within each part, from groups of one value per level and group, groups eliminated.
pub(super) fn effects(groups: &[Vec<(usize, f64)>], part_of: &[usize]) -> Option<Vec<f64>> {
    let levels = part_of.len();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "levels are counted in 32 bits"
    )]
    let patterns = groups
        .iter()
        .map(|group| group.iter().map(|(level, _)| *level as u32));
    let thinning = Thinning::worthwhile(levels, patterns).map(Arc::new);
    effects_by(groups, part_of, thinning.as_ref())
}

fn effects_by(
    groups: &[Vec<(usize, f64)>],
    part_of: &[usize],
    thinning: Option<&Arc<Thinning>>,
) -> Option<Vec<f64>> {
    let levels = part_of.len();
    let equations = thinning.map_or(levels, |thinning| thinning.core());
    if !Cost::of(equations, thinning.is_some()).is_affordable() {
        return None;
    }
    let mut normal = System::zeros(levels, thinning);
    match &mut normal {
        System::Dense(tiles) => fill_null_directions(part_of, tiles),
        System::Sparse(matrix) => hold_first_levels(part_of, matrix),
    }
    let mut right = vec![0.0; levels];
    for group in groups {
        let count = group.len() as f64;
        let mean = group.iter().map(|(_, value)| value).sum::<f64>() / count;
        for (index, (level, value)) in group.iter().enumerate() {
            right[*level] += value - mean;
            normal.add(*level, *level, 1.0 - 1.0 / count);
            for (other, _) in &group[..index] {
                // A judge who reviewed an entry twice meets himself in both orders.
                let orders = if other == level { 2.0 } else { 1.0 };
                normal.add(*level, *other, -orders / count);
            }
        }
    }
    let mut solved = normal.factor().ok()?.solve(&right);
    centre(part_of, &mut solved);
    Some(solved)
}

/// In each part, moving all levels alike changes nothing: its first level is held, which keeps the pattern sparse.
fn hold_first_levels(part_of: &[usize], normal: &mut SparseMatrix) {
    let mut held = std::collections::BTreeSet::new();
    for (level, part) in part_of.iter().enumerate() {
        if held.insert(part) {
            normal.add(level, level, 1.0);
        }
    }
}

/// Takes each part's mean off.
pub(super) fn centre(part_of: &[usize], values: &mut [f64]) {
    let mut sums = vec![(0.0, 0.0); part_of.len()];
    for (value, part) in values.iter().zip(part_of) {
        sums[*part].0 += value;
        sums[*part].1 += 1.0;
    }
    for (value, part) in values.iter_mut().zip(part_of) {
        *value -= sums[*part].0 / sums[*part].1;
    }
}

/// In each part, moving all levels alike changes nothing: that direction is filled, which makes the effects
/// of a part sum to zero.
fn fill_null_directions(part_of: &[usize], normal: &mut LowerTiles) {
    let mut sizes = vec![0.0; part_of.len()];
    for part in part_of {
        sizes[*part] += 1.0;
    }
    for (row, of_row) in part_of.iter().enumerate() {
        for (column, of_column) in part_of.iter().enumerate().take(row + 1) {
            if of_row == of_column {
                normal.add(row, column, 1.0 / sizes[*of_row]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_effects_are_the_dense_ones() {
        // Ten rings of thirty groups that share nothing.
        let groups: Vec<Vec<(usize, f64)>> = (0..300)
            .map(|g| {
                let ring = g / 30;
                let level = |k: usize| ring * 20 + (g + k) % 20;
                [0, 1, 7]
                    .map(|k| (level(k), (g * 37 % 11 + k) as f64))
                    .to_vec()
            })
            .collect();
        let part_of: Vec<usize> = (0..200).map(|level| level / 20).collect();
        let patterns = groups
            .iter()
            .map(|g| g.iter().map(|(l, _)| u32::try_from(*l).unwrap()));
        let thinning = Arc::new(Thinning::of_groups(200, patterns));
        assert!(thinning.thin() > 100);
        let dense = effects_by(&groups, &part_of, None).unwrap();
        let sparse = effects_by(&groups, &part_of, Some(&thinning)).unwrap();
        for (one, other) in dense.iter().zip(sparse) {
            assert!((one - other).abs() < 1e-10, "{one} {other}");
        }
    }
}
