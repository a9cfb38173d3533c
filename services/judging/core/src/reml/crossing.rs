//! The judge-entry graph with its scores, seen from the side that is eliminated.

use std::sync::Arc;

use crate::linalg::thinning::Thinning;

/// One score: which entry, which judge, how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The entry's position among the sorted entries.
    pub entry: u32,
    /// The judge's position among the sorted judges.
    pub judge: u32,
    /// The score, finite.
    pub score: f64,
}

/// Why scores cannot be arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CrossingError {
    /// A score is not a finite number.
    #[error("a score is not a finite number")]
    NotFinite,
    /// An entry or a judge is out of range, or has no score.
    #[error("every entry and every judge needs a score, and no score may name another")]
    Incomplete,
}

/// Which side of the graph is eliminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eliminated {
    /// There are at least as many entries as judges.
    Entries,
    /// There are more judges.
    Judges,
}

/// One cell of the graph: the scores one judge gave one entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Position on the kept (smaller) side.
    pub kept: u32,
    /// How many scores.
    pub count: f64,
    /// Their sum, about [`Crossing::centre`].
    pub sum: f64,
}

/// Scores arranged by the eliminated side; scores are taken about their mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// Which side is eliminated.
    pub eliminated: Eliminated,
    /// The mean score, taken off every score.
    pub centre: f64,
    /// How many scores.
    pub scores: f64,
    /// The sum of squares of the centred scores.
    pub squares: f64,
    /// The sum of squares within cells: what repeated scores of one judge for one entry differ by.
    pub within_cells: f64,
    /// Where the cells of each level of the eliminated side start; one more at the end.
    starts: Vec<usize>,
    cells: Vec<Cell>,
    /// Scores per level of the eliminated side.
    pub large_counts: Vec<f64>,
    /// Sums per level of the eliminated side.
    pub large_sums: Vec<f64>,
    /// Scores per level of the kept side.
    pub small_counts: Vec<f64>,
    /// Sums per level of the kept side.
    pub small_sums: Vec<f64>,
    /// How the kept side's equations are eliminated where they are sparse.
    pub thinning: Option<Arc<Thinning>>,
}

impl Crossing {
    /// Arranges scores, whatever their order, of `entries` entries and `judges` judges.
    ///
    /// # Errors
    /// [`CrossingError`] when a score is not finite, or a level is out of range or without score.
    pub fn new(
        entries: usize,
        judges: usize,
        mut observations: Vec<Observation>,
    ) -> Result<Self, CrossingError> {
        if observations
            .iter()
            .any(|observation| !observation.score.is_finite())
        {
            return Err(CrossingError::NotFinite);
        }
        observations.sort_by(|a, b| {
            (a.entry, a.judge)
                .cmp(&(b.entry, b.judge))
                .then(a.score.total_cmp(&b.score))
        });
        let total: f64 = observations
            .iter()
            .map(|observation| observation.score)
            .sum();
        let centre = total / observations.len().max(1) as f64;
        let eliminated = if entries >= judges {
            Eliminated::Entries
        } else {
            Eliminated::Judges
        };
        let (large, small) = match eliminated {
            Eliminated::Entries => (entries, judges),
            Eliminated::Judges => (judges, entries),
        };
        let levels = |observation: &Observation| match eliminated {
            Eliminated::Entries => (observation.entry as usize, observation.judge as usize),
            Eliminated::Judges => (observation.judge as usize, observation.entry as usize),
        };
        // Stable: within a level of the eliminated side the kept side stays in order.
        observations.sort_by_key(&levels);
        let mut crossing = Self {
            eliminated,
            centre,
            scores: observations.len() as f64,
            squares: 0.0,
            within_cells: 0.0,
            starts: vec![0; large + 1],
            cells: Vec::with_capacity(observations.len()),
            large_counts: vec![0.0; large],
            large_sums: vec![0.0; large],
            small_counts: vec![0.0; small],
            small_sums: vec![0.0; small],
            thinning: None,
        };
        for group in observations.chunk_by(|a, b| levels(a) == levels(b)) {
            let (i, j) = levels(&group[0]);
            if i >= large || j >= small {
                return Err(CrossingError::Incomplete);
            }
            crossing.take_cell(i, j, group);
        }
        for i in 0..large {
            crossing.starts[i + 1] += crossing.starts[i];
        }
        let levels = crossing.large_counts.iter().chain(&crossing.small_counts);
        if levels.copied().any(|count| count == 0.0) {
            return Err(CrossingError::Incomplete);
        }
        crossing.thinning = Thinning::worthwhile(small, crossing.groups()).map(Arc::new);
        Ok(crossing)
    }

    /// The same with sparse equations, whatever their size.
    #[must_use]
    pub fn thinned(mut self) -> Self {
        let thinning = Thinning::of_groups(self.small(), self.groups());
        self.thinning = Some(Arc::new(thinning));
        self
    }

    /// The kept side's levels that meet in each level of the eliminated side.
    fn groups(&self) -> impl Iterator<Item = impl Iterator<Item = u32> + Clone + '_> + Clone + '_ {
        (0..self.large()).map(|i| self.cells(i).iter().map(|cell| cell.kept))
    }

    /// How many equations are solved by dense kernels.
    pub fn core(&self) -> usize {
        self.thinning
            .as_ref()
            .map_or(self.small(), |thinning| thinning.core())
    }

    fn take_cell(&mut self, i: usize, j: usize, group: &[Observation]) {
        let centred = || {
            group
                .iter()
                .map(|observation| observation.score - self.centre)
        };
        let count = group.len() as f64;
        let sum: f64 = centred().sum();
        let squares: f64 = centred().map(|score| score * score).sum();
        let mean = sum / count;
        let within: f64 = centred().map(|score| (score - mean) * (score - mean)).sum();
        self.squares += squares;
        self.within_cells += within;
        self.starts[i + 1] += 1;
        self.large_counts[i] += count;
        self.large_sums[i] += sum;
        self.small_counts[j] += count;
        self.small_sums[j] += sum;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "levels are counted in 32 bits"
        )]
        self.cells.push(Cell {
            kept: j as u32,
            count,
            sum,
        });
    }

    /// Levels of the eliminated side.
    pub fn large(&self) -> usize {
        self.large_counts.len()
    }

    /// Levels of the kept side.
    pub fn small(&self) -> usize {
        self.small_counts.len()
    }

    /// The cells of one level of the eliminated side, by level of the kept side.
    pub fn cells(&self, i: usize) -> &[Cell] {
        &self.cells[self.starts[i]..self.starts[i + 1]]
    }

    /// Every cell with its level of the eliminated side.
    pub fn all_cells(&self) -> impl Iterator<Item = (usize, &Cell)> {
        (0..self.large()).flat_map(|i| self.cells(i).iter().map(move |cell| (i, cell)))
    }
}
