//! Which rows of a sparse symmetric matrix are eliminated one by one before the dense rest.
//!
//! Least degree first, ties by number (Tinney & Walker 1967, Proc. IEEE 55:1801; George & Liu 1989, SIAM Review 31:1): what is
//! filled in stays small as long as it can. Where the rest is nearly full the dense kernels are quicker and take over. The order
//! depends on the pattern alone, so it is the same on any machine.

use std::collections::BTreeSet;

/// Rows with more neighbours are left to the dense kernels ...
const MOST_NEIGHBOURS: usize = 400;
/// ... and so are all that are left once the least connected neighbours this share of them, as one over it.
const DENSE_SHARE: usize = 4;
/// Matrices of a lower order are always dense.
const SPARSE_FROM: usize = 3_000;
/// The core must be less than this share of the whole to be worth the trouble: the dense work falls with its cube.
const WORTHWHILE: f64 = 0.8;
/// Pairs within groups, in all, up to which a pattern is looked for.
const MOST_PAIRS: usize = 50_000_000;

/// An order of elimination, and what each eliminated column holds below its diagonal, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thinning {
    /// Where each row comes: the thin ones in their order, then those of the core.
    position: Vec<u32>,
    /// Where the rows of each thin column start; one more at the end.
    starts: Vec<usize>,
    /// Positions below the diagonal, ascending.
    rows: Vec<u32>,
}

impl Thinning {
    /// An order for a matrix in which the rows of each group are all linked, if it is large and sparse enough to be worth it.
    pub fn worthwhile<G: Iterator<Item = u32> + Clone>(
        order: usize,
        groups: impl Iterator<Item = G> + Clone,
    ) -> Option<Self> {
        let pairs = groups.clone().map(|group| group.count().saturating_pow(2));
        if order < SPARSE_FROM || pairs.sum::<usize>() > MOST_PAIRS {
            return None;
        }
        let found = Self::of_groups(order, groups);
        ((found.core() as f64) < WORTHWHILE * order as f64).then_some(found)
    }

    /// An order for a matrix in which the rows of each group are all linked.
    pub fn of_groups<G: Iterator<Item = u32> + Clone>(
        order: usize,
        groups: impl Iterator<Item = G>,
    ) -> Self {
        let mut neighbours = vec![Vec::new(); order];
        for group in groups {
            for row in group.clone() {
                neighbours[row as usize].extend(group.clone().filter(|other| *other != row));
            }
        }
        for list in &mut neighbours {
            list.sort_unstable();
            list.dedup();
        }
        Self::of(neighbours)
    }

    /// An order for a matrix given by each row's neighbours, ascending and without itself.
    pub fn of(mut neighbours: Vec<Vec<u32>>) -> Self {
        let order = neighbours.len();
        let mut queue: BTreeSet<(usize, u32)> = (0u32..)
            .zip(&neighbours)
            .map(|(row, list)| (list.len(), row))
            .collect();
        let (mut thin, mut columns) = (Vec::new(), Vec::new());
        while let Some((degree, row)) = queue.first().copied() {
            if degree > MOST_NEIGHBOURS || degree * DENSE_SHARE >= queue.len() {
                break;
            }
            queue.pop_first();
            let own = std::mem::take(&mut neighbours[row as usize]);
            for next in &own {
                let list = &mut neighbours[*next as usize];
                queue.remove(&(list.len(), *next));
                *list = joined(list, &own, [row, *next]);
                queue.insert((list.len(), *next));
            }
            thin.push(row);
            columns.push(own);
        }
        let mut core: Vec<u32> = queue.into_iter().map(|(_, row)| row).collect();
        core.sort_unstable();
        let mut position = vec![0; order];
        for (at, row) in (0u32..).zip(thin.iter().chain(&core)) {
            position[*row as usize] = at;
        }
        let (mut starts, mut rows) = (vec![0], Vec::new());
        for column in columns {
            let first = rows.len();
            rows.extend(column.iter().map(|row| position[*row as usize]));
            rows[first..].sort_unstable();
            starts.push(rows.len());
        }
        Self {
            position,
            starts,
            rows,
        }
    }

    /// How many rows there are.
    pub fn order(&self) -> usize {
        self.position.len()
    }

    /// How many are eliminated one by one.
    pub fn thin(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many are left for the dense kernels.
    pub fn core(&self) -> usize {
        self.order() - self.thin()
    }

    /// How many numbers the thin columns hold below their diagonals.
    pub(super) fn filled(&self) -> usize {
        self.rows.len()
    }

    /// Where a row comes.
    pub(super) fn position(&self, row: usize) -> usize {
        self.position[row] as usize
    }

    /// Where the numbers of a thin column are.
    pub(super) fn span(&self, column: usize) -> std::ops::Range<usize> {
        self.starts[column]..self.starts[column + 1]
    }

    /// The positions below the diagonal of a thin column, ascending.
    pub(super) fn rows(&self, column: usize) -> &[u32] {
        &self.rows[self.span(column)]
    }

    /// Where the number at a row of a thin column is, where the pattern has one.
    pub(super) fn find(&self, row: usize, column: usize) -> Option<usize> {
        let found = self
            .rows(column)
            .binary_search_by(|at| (*at as usize).cmp(&row));
        found.ok().map(|index| self.starts[column] + index)
    }
}

/// Two ascending lists as one, without `but`.
fn joined(one: &[u32], other: &[u32], but: [u32; 2]) -> Vec<u32> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) => **x.min(y),
            (Some(x), None) => **x,
            (None, Some(y)) => **y,
            (None, None) => return all,
        };
        a.next_if(|x| **x == next);
        b.next_if(|y| **y == next);
        if !but.contains(&next) {
            all.push(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of `count` rows: each has two neighbours, and eliminating one joins its two.
    fn ring(count: u32) -> Vec<Vec<u32>> {
        (0..count)
            .map(|row| {
                let mut list = vec![(row + 1) % count, (row + count - 1) % count];
                list.sort_unstable();
                list
            })
            .collect()
    }

    #[test]
    fn a_ring_is_thinned_until_hardly_anything_is_left() {
        let thinning = Thinning::of(ring(100));
        assert_eq!((thinning.order(), thinning.core()), (100, 8));
        assert!((0..thinning.thin()).all(|column| thinning.rows(column).len() == 2));
    }

    #[test]
    fn a_full_matrix_is_all_core_in_its_own_order() {
        let full = (0..50u32)
            .map(|row| (0..50).filter(|other| *other != row).collect())
            .collect();
        let thinning = Thinning::of(full);
        assert_eq!(thinning.thin(), 0);
        assert!((0..50).all(|row| thinning.position(row) == row));
    }
}
