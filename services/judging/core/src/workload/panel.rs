//! A planned panel: how it hangs together, and whose hours it overdraws.

use serde::Serialize;

use crate::graph::Graph;

/// A panel by names, each pair once.
#[derive(Debug, Clone)]
pub struct Panel {
    entries: Vec<String>,
    judges: Vec<String>,
    graph: Graph,
}

/// What a panel asks of its judges, and what can be compared by it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Links {
    /// How many entries have a judge.
    pub entries: usize,
    /// How many judges have an entry.
    pub judges: usize,
    /// How many pairs.
    pub reviews: usize,
    /// The judges of each part that no judge links with another; entries of different parts cannot be compared.
    pub components: Vec<Vec<String>>,
    /// The smallest non-trivial eigenvalue of the normalised Laplacian; weak below 0.1.
    pub spectral_gap: f64,
    /// Judges without whom the panel falls apart.
    pub linking_judges: Vec<String>,
    /// The fewest and the most entries of a judge.
    pub loads: [usize; 2],
    /// Judges whose entries take longer than the hours they give.
    pub overdrawn: Vec<Overdrawn>,
    /// Entries with fewer judges than planned.
    pub short: Vec<String>,
}

impl Links {
    /// Whether every entry can be compared with every other, has its reviews, and asks no judge for more hours than there are.
    pub fn holds(&self) -> bool {
        self.components.len() == 1 && self.overdrawn.is_empty() && self.short.is_empty()
    }
}

/// A judge who is asked for more hours than there are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overdrawn {
    /// Who.
    pub judge: String,
    /// How many entries.
    pub load: usize,
    /// The hours they take.
    pub hours: f64,
}

impl Panel {
    /// A panel of (entry, judge) pairs, whatever their order; repeated pairs count once.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let sorted = |names: &mut dyn Iterator<Item = &String>| {
            let mut names: Vec<String> = names.cloned().collect();
            names.sort();
            names.dedup();
            names
        };
        let entries = sorted(&mut pairs.iter().map(|(entry, _)| entry));
        let judges = sorted(&mut pairs.iter().map(|(_, judge)| judge));
        let edges = pairs.iter().filter_map(|(entry, judge)| {
            Some((
                entries.binary_search(entry).ok()?,
                judges.binary_search(judge).ok()?,
            ))
        });
        let graph = Graph::new(entries.len(), judges.len(), edges);
        Self {
            entries,
            judges,
            graph,
        }
    }

    /// How many entries have a judge.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// How many judges have an entry.
    pub fn judges(&self) -> usize {
        self.judges.len()
    }

    /// The most judges an entry has.
    pub fn most_reviews(&self) -> usize {
        self.graph.reviews().into_iter().max().unwrap_or(0)
    }

    /// What the panel asks where a review takes `minutes`, a judge gives `hours` and an entry needs `reviews`.
    pub fn links(&self, reviews: u32, minutes: u32, hours: u32) -> Links {
        let loads = self.graph.loads();
        let mut components = vec![Vec::new(); self.graph.component_count()];
        for (judge, component) in self.judges.iter().zip(self.graph.components()) {
            if let Some(component) = component {
                components[component].push(judge.clone());
            }
        }
        let taken = |load: usize| load as u64 * u64::from(minutes);
        let overdrawn = self.judges.iter().zip(&loads);
        let short = self.entries.iter().zip(self.graph.reviews());
        Links {
            entries: self.entries.len(),
            judges: self.judges.len(),
            reviews: loads.iter().sum(),
            components,
            spectral_gap: self.graph.spectral_gap(),
            linking_judges: self
                .graph
                .articulation_judges()
                .into_iter()
                .map(|judge| self.judges[judge].clone())
                .collect(),
            loads: [
                loads.iter().copied().min().unwrap_or(0),
                loads.iter().copied().max().unwrap_or(0),
            ],
            overdrawn: overdrawn
                .filter(|(_, load)| taken(**load) > u64::from(hours) * 60)
                .map(|(judge, load)| Overdrawn {
                    judge: judge.clone(),
                    load: *load,
                    hours: taken(*load) as f64 / 60.0,
                })
                .collect(),
            short: short
                .filter(|(_, judges)| (*judges as u64) < u64::from(reviews))
                .map(|(entry, _)| entry.clone())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(pairs: &[(&str, &str)]) -> Panel {
        let owned: Vec<(String, String)> = pairs
            .iter()
            .map(|(entry, judge)| ((*entry).to_owned(), (*judge).to_owned()))
            .collect();
        Panel::of(&owned)
    }

    #[test]
    fn parts_are_named_by_their_judges_and_a_judge_between_them_as_the_link() {
        let apart = [("A", "J1"), ("A", "J2"), ("B", "J3"), ("B", "J4")];
        let links = panel(&apart).links(2, 20, 1);
        assert_eq!(links.components, [vec!["J1", "J2"], vec!["J3", "J4"]]);
        assert_eq!(links.spectral_gap.to_bits(), 0.0f64.to_bits());
        let linked = [&apart[..], &[("A", "J5"), ("B", "J5")]].concat();
        let links = panel(&linked).links(2, 20, 1);
        assert!(links.holds() && !panel(&linked).links(4, 20, 1).holds());
        assert_eq!(
            (links.components.len(), &links.linking_judges),
            (1, &vec!["J5".to_owned()])
        );
        assert!(!panel(&apart).links(2, 20, 1).holds());
    }

    #[test]
    fn whose_hours_are_overdrawn_and_which_entries_are_short_is_said_by_name() {
        // Three reviews of 25 minutes take 75 minutes; the pair written twice is one.
        let pairs = [
            ("A", "J1"),
            ("B", "J1"),
            ("C", "J1"),
            ("A", "J2"),
            ("A", "J2"),
        ];
        let links = panel(&pairs).links(2, 25, 1);
        let expected = Overdrawn {
            judge: "J1".to_owned(),
            load: 3,
            hours: 1.25,
        };
        assert_eq!(links.overdrawn, [expected]);
        assert_eq!(
            (links.short, links.reviews),
            (vec!["B".to_owned(), "C".to_owned()], 4)
        );
        assert!(panel(&pairs).links(2, 20, 1).overdrawn.is_empty());
    }
}
