//! The incremental index: documents come one by one; weights are computed
//! from all that are there when somebody asks.

use std::collections::BTreeMap;

use super::analyse::terms;

/// A term that two texts share and how much of their likeness it is, in micro-units.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shared {
    /// The stem, or two stems joined by a space.
    pub term: String,
    /// Its part of the likeness, in micro-units.
    pub micro: i64,
}

/// Documents as counted terms.
#[derive(Debug, Clone, Default)]
pub struct Index {
    ids: BTreeMap<String, u32>,
    names: Vec<String>,
    /// In how many documents each term occurs.
    documents_with: Vec<u32>,
    /// Each document's terms, ascending, with their counts.
    documents: Vec<Vec<(u32, u32)>>,
}

impl Index {
    /// Adds a document; returns its position. Documents are never removed:
    /// an emptied one is replaced by an empty text at the next rebuild.
    #[expect(clippy::cast_possible_truncation, reason = "fewer terms than memory")]
    pub fn add(&mut self, text: &str) -> usize {
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for term in terms(text) {
            let next = self.names.len() as u32;
            let id = *self.ids.entry(term).or_insert_with_key(|term| {
                self.names.push(term.clone());
                self.documents_with.push(0);
                next
            });
            *counts.entry(id).or_insert(0) += 1;
        }
        for &id in counts.keys() {
            self.documents_with[id as usize] += 1;
        }
        self.documents.push(counts.into_iter().collect());
        self.documents.len() - 1
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The documents as unit vectors by what is known now.
    ///
    /// A term's weight is `(1 + ln count) · (1 + ln((1 + n) / (1 + documents)))`.
    pub fn weigh(&self) -> Weighed<'_> {
        let n = self.documents.len() as f64;
        let rare: Vec<f64> = self
            .documents_with
            .iter()
            .map(|&d| 1.0 + libm::log((1.0 + n) / (1.0 + f64::from(d))))
            .collect();
        let vectors = self.documents.iter().map(|document| {
            let weight = |&(id, count): &(u32, u32)| {
                (id, (1.0 + libm::log(f64::from(count))) * rare[id as usize])
            };
            let mut vector: Vec<(u32, f64)> = document.iter().map(weight).collect();
            let length = libm::sqrt(vector.iter().map(|(_, w)| w * w).sum());
            for (_, w) in &mut vector {
                *w /= length;
            }
            vector
        });
        Weighed {
            index: self,
            vectors: vectors.collect(),
        }
    }
}

/// A snapshot of an index, ready to compare.
#[derive(Debug, Clone)]
pub struct Weighed<'a> {
    index: &'a Index,
    vectors: Vec<Vec<(u32, f64)>>,
}

/// Millionths, rounded to the nearest.
#[expect(clippy::cast_possible_truncation, reason = "a cosine is at most 1")]
fn micro(x: f64) -> i64 {
    libm::round(x * 1_000_000.0) as i64
}

impl Weighed<'_> {
    /// The cosine of two documents in micro-units, 0 to 1,000,000. Documents
    /// that do not exist are like nothing.
    pub fn likeness(&self, a: usize, b: usize) -> i64 {
        let mut sum = 0.0;
        self.each_shared(a, b, |_, product| sum += product);
        micro(sum)
    }

    /// The terms that make two documents alike, the weightiest first.
    pub fn shared(&self, a: usize, b: usize, most: usize) -> Vec<Shared> {
        let mut found: Vec<(i64, u32)> = Vec::new();
        self.each_shared(a, b, |id, product| found.push((micro(product), id)));
        found.sort_unstable_by_key(|&(m, id)| (-m, &self.index.names[id as usize]));
        let name = |id: u32| self.index.names[id as usize].clone();
        found
            .into_iter()
            .take(most)
            .map(|(micro, id)| Shared {
                term: name(id),
                micro,
            })
            .collect()
    }

    /// Visits shared terms in ascending order, so that sums are the same everywhere.
    fn each_shared(&self, a: usize, b: usize, mut visit: impl FnMut(u32, f64)) {
        let (Some(a), Some(b)) = (self.vectors.get(a), self.vectors.get(b)) else {
            return;
        };
        let (mut i, mut j) = (0, 0);
        while i < a.len() && j < b.len() {
            match a[i].0.cmp(&b[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    visit(a[i].0, a[i].1 * b[j].1);
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_explained_by_the_terms_that_are_shared() {
        let mut index = Index::default();
        let a = index.add("Pengelolaan sampah plastik di pasar desa");
        let b = index.add("Kami mengolah limbah plastik dari kampung pesisir");
        let c = index.add("Pelatihan batik untuk perempuan");
        let weighed = index.weigh();
        assert!(weighed.likeness(a, b) > 100_000);
        assert_eq!(weighed.likeness(a, c), 0);
        assert_eq!(weighed.likeness(a, a), 1_000_000);
        assert_eq!(weighed.likeness(a, 99), 0);
        let shared = weighed.shared(a, b, 9);
        assert!(
            shared.iter().any(|s| s.term == "sampah plastik"),
            "{shared:?}"
        );
        let sum: i64 = shared.iter().map(|s| s.micro).sum();
        assert!(
            (sum - weighed.likeness(a, b)).abs() <= 9,
            "parts add up to within rounding"
        );
    }

    #[test]
    fn an_empty_text_is_like_nothing() {
        let mut index = Index::default();
        let (a, b) = (index.add(""), index.add("sampah"));
        assert_eq!(index.weigh().likeness(a, b), 0);
        assert_eq!(index.weigh().likeness(a, a), 0);
    }
}
