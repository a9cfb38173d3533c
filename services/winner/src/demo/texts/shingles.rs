//! How much of a text stands in another: by runs of five words, as those who look for copies do.

use std::collections::{BTreeSet, HashMap};

/// Words in a run.
const RUN: usize = 5;

/// The runs of five words of a text, in lower case and without punctuation.
pub(crate) fn shingles(text: &str) -> BTreeSet<String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        })
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(RUN).map(|run| run.join(" ")).collect()
}

/// The share of the smaller set that the other holds too, 0 to 1.
pub(crate) fn containment(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let smaller = a.len().min(b.len());
    if smaller == 0 {
        return 0.0;
    }
    a.intersection(b).count() as f64 / smaller as f64
}

/// Texts that were written, found by what stands in them.
#[derive(Debug, Default)]
pub(super) struct Collection {
    by_run: HashMap<String, Vec<usize>>,
    sizes: Vec<usize>,
}

impl Collection {
    /// The largest [`containment`] of a text and any in the collection.
    pub(super) fn most_shared(&self, text: &BTreeSet<String>) -> f64 {
        let mut shared = vec![0_usize; self.sizes.len()];
        for at in text.iter().filter_map(|run| self.by_run.get(run)).flatten() {
            shared[*at] += 1;
        }
        shared
            .iter()
            .zip(&self.sizes)
            .map(|(shared, size)| *shared as f64 / (*size).min(text.len()).max(1) as f64)
            .fold(0.0, f64::max)
    }

    /// Takes a text in.
    pub(super) fn add(&mut self, text: BTreeSet<String>) {
        let at = self.sizes.len();
        self.sizes.push(text.len());
        for run in text {
            self.by_run.entry(run).or_default().push(at);
        }
    }
}
