//! The judge-entry graph: who can be compared with whom, and by which judge.
//!
//! Judges tie entries together; where no chain of judges leads from one entry to another, no correction
//! can compare them (MacKay et al. 2017, "Calibration with confidence": connectivity is the condition of
//! identifiability).

mod low_points;

use low_points::LowPoints;

/// Which judge saw which entry, by position; entries and judges without an edge are isolated.
#[derive(Debug, Clone)]
pub struct Graph {
    judges_of: Vec<Vec<usize>>,
    entries_of: Vec<Vec<usize>>,
}

/// The smallest non-trivial eigenvalue below which a graph hangs together by a thread.
pub const WEAK_GAP: f64 = 0.1;

const POWER_STEPS: usize = 300;

impl Graph {
    /// A graph from (entry, judge) pairs; repeated pairs count once.
    pub fn new(
        entries: usize,
        judges: usize,
        edges: impl IntoIterator<Item = (usize, usize)>,
    ) -> Self {
        let mut judges_of = vec![Vec::new(); entries];
        for (entry, judge) in edges {
            judges_of[entry].push(judge);
        }
        let mut entries_of = vec![Vec::new(); judges];
        for (entry, list) in judges_of.iter_mut().enumerate() {
            list.sort_unstable();
            list.dedup();
            for judge in list {
                entries_of[*judge].push(entry);
            }
        }
        Self {
            judges_of,
            entries_of,
        }
    }

    /// How many entries each judge saw.
    pub fn loads(&self) -> Vec<usize> {
        self.entries_of.iter().map(Vec::len).collect()
    }

    /// How many judges saw each entry.
    pub fn reviews(&self) -> Vec<usize> {
        self.judges_of.iter().map(Vec::len).collect()
    }

    /// The median of the judges' loads, without judges who saw nothing; in halves, so as a pair of the two
    /// middle loads.
    pub fn median_load(&self) -> Option<(usize, usize)> {
        let mut loads: Vec<usize> = self.loads().into_iter().filter(|load| *load > 0).collect();
        loads.sort_unstable();
        let upper = *loads.get(loads.len() / 2)?;
        let lower = loads[(loads.len() - 1) / 2];
        Some((lower, upper))
    }

    /// The component of every judge who saw an entry, `None` of others; components are numbered from 0 in
    /// the order of their first judge.
    pub fn components(&self) -> Vec<Option<usize>> {
        let mut component = vec![None; self.entries_of.len()];
        let mut seen = vec![false; self.judges_of.len()];
        let mut count = 0;
        for start in 0..self.entries_of.len() {
            if component[start].is_some() || self.entries_of[start].is_empty() {
                continue;
            }
            let mut open = vec![start];
            component[start] = Some(count);
            while let Some(judge) = open.pop() {
                for entry in &self.entries_of[judge] {
                    if std::mem::replace(&mut seen[*entry], true) {
                        continue;
                    }
                    for next in &self.judges_of[*entry] {
                        if component[*next].is_none() {
                            component[*next] = Some(count);
                            open.push(*next);
                        }
                    }
                }
            }
            count += 1;
        }
        component
    }

    /// How many components there are.
    pub fn component_count(&self) -> usize {
        self.components()
            .into_iter()
            .flatten()
            .max()
            .map_or(0, |last| last + 1)
    }

    /// Judges without whom the other judges and the entries they saw fall apart.
    ///
    /// An entry that only the removed judge saw is not counted as a part, it merely loses its reviews. Found
    /// in linear time by low points (Hopcroft & Tarjan 1973, CACM 16:372).
    pub fn articulation_judges(&self) -> Vec<usize> {
        let mut search = LowPoints::new(self);
        for judge in 0..self.entries_of.len() {
            if search.found[judge] == 0 {
                search.explore(judge);
            }
        }
        (0..self.entries_of.len())
            .filter(|judge| search.parts[*judge] > 1)
            .collect()
    }

    /// The smallest non-trivial eigenvalue of the normalised Laplacian: 1 minus the second singular value
    /// of the degree-scaled incidence; 0 of a disconnected graph, near 1 of a well-mixed one.
    ///
    /// By power iteration from a fixed start with the known first vector projected out (Chung 1997,
    /// "Spectral graph theory", ch. 1).
    pub fn spectral_gap(&self) -> f64 {
        let roots: Vec<f64> = self
            .loads()
            .iter()
            .map(|load| libm::sqrt(*load as f64))
            .collect();
        let total: f64 = roots.iter().map(|root| root * root).sum();
        if total == 0.0 || self.component_count() > 1 {
            return 0.0;
        }
        let mut vector: Vec<f64> = (0..roots.len())
            .map(|j| ((j * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5)
            .collect();
        let mut value = 0.0;
        for _ in 0..POWER_STEPS {
            project_out(&mut vector, &roots, total);
            let norm = libm::sqrt(vector.iter().map(|v| v * v).sum());
            // Rounding is all that is left: everybody shares as much with everybody.
            if norm < 1e-14 {
                return 1.0;
            }
            for v in &mut vector {
                *v /= norm;
            }
            // Of a short vector the first projection leaves a part as large as rounding is beside it.
            project_out(&mut vector, &roots, total);
            vector = self.step(&vector, &roots);
            value = libm::sqrt(vector.iter().map(|v| v * v).sum());
        }
        1.0 - libm::sqrt(libm::fmin(value, 1.0))
    }

    /// One product with the incidence, scaled by degrees, and back.
    fn step(&self, vector: &[f64], roots: &[f64]) -> Vec<f64> {
        let mut next = vec![0.0; vector.len()];
        for list in &self.judges_of {
            let sum: f64 = list
                .iter()
                .filter(|j| roots[**j] > 0.0)
                .map(|j| vector[*j] / roots[*j])
                .sum();
            let share = sum / list.len().max(1) as f64;
            for judge in list {
                next[*judge] += share / roots[*judge];
            }
        }
        next
    }
}

/// Takes the trivial eigenvector, which is `roots`, off `vector`.
fn project_out(vector: &mut [f64], roots: &[f64], total: f64) {
    let overlap: f64 = vector.iter().zip(roots).map(|(v, r)| v * r).sum();
    for (v, root) in vector.iter_mut().zip(roots) {
        *v -= overlap * root / total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_panel_is_mixed_as_well_as_can_be() {
        for (entries, judges) in [(10, 4), (40, 10), (3, 17), (250, 9)] {
            let edges = (0..entries).flat_map(|e| (0..judges).map(move |j| (e, j)));
            let gap = Graph::new(entries, judges, edges).spectral_gap();
            assert!((gap - 1.0).abs() < 1e-6, "{entries} x {judges}: {gap}");
        }
    }
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_named_judge_is_one_whose_removal_adds_a_component(
            edges in proptest::collection::vec((0usize..8, 0usize..6), 1..24)
        ) {
            let graph = Graph::new(8, 6, edges.iter().copied());
            let expected: Vec<usize> = (0..6)
                .filter(|judge| {
                    let rest = edges.iter().copied().filter(|(_, other)| other != judge);
                    let without = Graph::new(8, 6, rest);
                    let alone = graph.loads()[*judge] > 0
                        && graph.components().iter().filter(|c| **c == graph.components()[*judge]).count() == 1;
                    let expected = graph.component_count() - usize::from(alone);
                    without.component_count() > expected
                })
                .collect();
            prop_assert_eq!(graph.articulation_judges(), expected);
        }
    }

    #[test]
    fn two_panels_without_a_common_judge_are_two_components() {
        let graph = Graph::new(
            4,
            4,
            [
                (0, 0),
                (0, 1),
                (1, 0),
                (1, 1),
                (2, 2),
                (2, 3),
                (3, 2),
                (3, 3),
            ],
        );
        assert_eq!(graph.components(), [Some(0), Some(0), Some(1), Some(1)]);
        assert_eq!(graph.spectral_gap().to_bits(), 0.0f64.to_bits());
        assert!(graph.articulation_judges().is_empty());
    }

    #[test]
    fn a_judge_who_alone_links_two_parts_is_named() {
        // A: J1 J2, B: J1 J2, C: J2 J3, D: J3 J2.
        let graph = Graph::new(
            4,
            3,
            [
                (0, 0),
                (0, 1),
                (1, 0),
                (1, 1),
                (2, 1),
                (2, 2),
                (3, 2),
                (3, 1),
            ],
        );
        assert_eq!(graph.articulation_judges(), [1]);
        assert_eq!(graph.component_count(), 1);
        assert_eq!(graph.median_load(), Some((2, 2)));
    }

    #[test]
    fn a_complete_panel_has_the_widest_gap() {
        let graph = Graph::new(5, 4, (0..20).map(|k| (k / 4, k % 4)));
        assert!(
            (graph.spectral_gap() - 1.0).abs() < 1e-9,
            "{}",
            graph.spectral_gap()
        );
    }

    #[test]
    fn the_gap_of_a_path_is_the_known_eigenvalue() {
        // J0 - E0 - J1 - E1 - J2: the path of five vertices has 1 - cos(pi / 4).
        let graph = Graph::new(2, 3, [(0, 0), (0, 1), (1, 1), (1, 2)]);
        let expected = 1.0 - libm::cos(std::f64::consts::PI / 4.0);
        assert!(
            (graph.spectral_gap() - expected).abs() < 1e-9,
            "{}",
            graph.spectral_gap()
        );
    }
}
