//! The sparse way against the dense one.

use super::*;
use proptest::prelude::*;

/// A sparse diagonally dominant matrix of this order, some links a row.
fn matrix(order: usize, links: usize, seed: u64) -> Vec<(usize, usize, f64)> {
    let mut state = seed;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let off = (0..order * links).map(|k| (k / links, next(order), 0.1 + 0.01 * (k % 7) as f64));
    let off: Vec<_> = off.filter(|(row, column, _)| row != column).collect();
    let diagonal = (0..order).map(|row| (row, row, 4.0 + links as f64));
    off.into_iter().chain(diagonal).collect()
}

fn sparse(order: usize, numbers: &[(usize, usize, f64)]) -> SparseFactor {
    let mut neighbours = vec![Vec::new(); order];
    for (row, column, _) in numbers.iter().filter(|(row, column, _)| row != column) {
        neighbours[*row].push(u32::try_from(*column).unwrap());
        neighbours[*column].push(u32::try_from(*row).unwrap());
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    let mut matrix = SparseMatrix::zeros(Arc::new(Thinning::of(neighbours)));
    for (row, column, value) in numbers {
        matrix.add(*row, *column, *value);
    }
    matrix.factor().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_sparse_way_gives_what_the_dense_way_gives(
        order in 1usize..180, links in 1usize..4, seed in any::<u64>()
    ) {
        let numbers = matrix(order, links, seed);
        let mut tiles = LowerTiles::<f64>::zeros(order);
        for (row, column, value) in &numbers {
            tiles.add(*row, *column, *value);
        }
        let dense = tiles.invert_factor().unwrap();
        let factor = sparse(order, &numbers);
        prop_assert!((factor.log_determinant() - dense.log_determinant()).abs() < 1e-9);
        let right: Vec<f64> = (0..order).map(|i| i as f64 - 3.0).collect();
        for (one, other) in factor.solve(&right).iter().zip(dense.solve(&right)) {
            prop_assert!((one - other).abs() < 1e-9);
        }
        let inverse = dense.inverse();
        for (row, column, _) in &numbers {
            let expected = inverse.at(*row.max(column), *row.min(column));
            prop_assert!((factor.inverse_at(*row, *column) - expected).abs() < 1e-11);
        }
        // |W x|^2 is x' A^-1 x.
        let half = factor.times(&right);
        let whole = dot(&right, &dense.solve(&right));
        prop_assert!((dot(&half, &half) - whole).abs() < 1e-9 * whole.max(1.0));
    }
}

#[test]
fn a_sparse_matrix_that_is_not_positive_is_refused() {
    let numbers: Vec<_> = (0..50).map(|row| (row, (row + 1) % 50, 1.0)).collect();
    let mut neighbours: Vec<Vec<u32>> = (0..50u32)
        .map(|row| vec![(row + 1) % 50, (row + 49) % 50])
        .collect();
    for list in &mut neighbours {
        list.sort_unstable();
    }
    let mut matrix = SparseMatrix::zeros(Arc::new(Thinning::of(neighbours)));
    for (row, column, value) in numbers {
        matrix.add(row, column, value);
        matrix.add(row, row, 0.5);
    }
    assert!(matrix.factor().is_err());
}
