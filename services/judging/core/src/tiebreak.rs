//! Breaking ties by the rubric's ordered rules.
//!
//! A group of entries with equal scores is split by the first rule, each part by the second, and so on.
//! Values are compared as exact fractions or digests, never as floats.

use std::cmp::Ordering;

use crate::canonical::Digest;
use crate::decimal::{Places, RoundingMode, Thousandths};
use crate::exact::Fraction;
use crate::ids::EntryId;
use crate::ranking::Seed;
use crate::round::ReviewedEntry;
use crate::rubric::Rubric;
use crate::tie::{TieBreak, TieReason};

/// Entries that share a rank, each with the reason where its score was tied.
pub(crate) type Rank<'a> = Vec<(&'a ReviewedEntry, Option<TieReason>)>;

/// An entry's value under a tie-break; a greater value goes first, no value goes last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Exact(Fraction),
    Smallest(std::cmp::Reverse<Fraction>),
    Draw(std::cmp::Reverse<Digest>),
}

/// Splits entries with equal scores into ranks, best first.
pub(crate) fn split<'a>(
    group: &[&'a ReviewedEntry],
    rubric: &Rubric,
    seed: &Seed,
) -> Vec<Rank<'a>> {
    if let [alone] = group {
        return vec![vec![(*alone, None)]];
    }
    let mut parts: Vec<Part<'a>> = vec![Part {
        members: group.to_vec(),
        settled: None,
    }];
    for rule in rubric.ties() {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split_by(rule, rubric, seed))
            .collect();
    }
    parts.into_iter().map(|part| part.explain(group)).collect()
}

struct Part<'a> {
    members: Vec<&'a ReviewedEntry>,
    /// The last rule that separated this part, with the value of its members under it.
    settled: Option<(TieBreak, String)>,
}

impl<'a> Part<'a> {
    fn split_by(self, rule: &TieBreak, rubric: &Rubric, seed: &Seed) -> Vec<Self> {
        if self.members.len() == 1 {
            return vec![self];
        }
        let mut keyed: Vec<(Option<Key>, &'a ReviewedEntry)> = self
            .members
            .iter()
            .map(|entry| (key(rule, entry, &self.members, rubric, seed), *entry))
            .collect();
        // Greatest first; the sort is stable, so equal members stay in the order of their ids.
        keyed.sort_by(|(a, _), (b, _)| b.cmp(a));
        let chunks: Vec<_> = keyed
            .chunk_by(|(a, _), (b, _)| a.cmp(b) == Ordering::Equal)
            .collect();
        if let [_] = chunks.as_slice() {
            return vec![self];
        }
        chunks
            .into_iter()
            .map(|chunk| Part {
                members: chunk.iter().map(|(_, entry)| *entry).collect(),
                settled: chunk
                    .first()
                    .map(|(key, _)| (rule.clone(), describe(key.as_ref()))),
            })
            .collect()
    }

    fn explain(self, group: &[&ReviewedEntry]) -> Rank<'a> {
        let sharing = self.members.len() - 1;
        let reason = |member: &ReviewedEntry| {
            let others: Vec<EntryId> = group
                .iter()
                .filter(|other| other.entry != member.entry)
                .map(|other| other.entry.clone())
                .collect();
            match (&self.settled, sharing) {
                (Some((rule, value)), 0) => TieReason::settled(others, rule, value.clone()),
                _ => TieReason::shared(others, sharing),
            }
        };
        self.members
            .iter()
            .map(|member| (*member, Some(reason(member))))
            .collect()
    }
}

fn key(
    rule: &TieBreak,
    entry: &ReviewedEntry,
    group: &[&ReviewedEntry],
    rubric: &Rubric,
    seed: &Seed,
) -> Option<Key> {
    match rule {
        TieBreak::Criterion { id } => {
            let index = rubric.position(id)?;
            let marks = entry
                .reviews
                .iter()
                .filter_map(|review| review.marks[index]);
            Fraction::mean(marks).map(Key::Exact)
        }
        TieBreak::HeadToHead => head_to_head(entry, group).map(Key::Exact),
        TieBreak::LowerSpread => {
            let totals: Vec<Thousandths> =
                entry.reviews.iter().map(|review| review.total).collect();
            Fraction::sample_variance(&totals)
                .map(|spread| Key::Smallest(std::cmp::Reverse(spread)))
        }
        TieBreak::MoreReviews => {
            Fraction::new(entry.reviews.len() as i128 * 1000, 1).map(Key::Exact)
        }
        TieBreak::SeededDraw => {
            let ticket = [seed.0.as_slice(), entry.entry.as_str().as_bytes()].concat();
            Some(Key::Draw(std::cmp::Reverse(Digest::of(&ticket))))
        }
    }
}

/// The share of comparisons won against the rest of the group, by judges who scored both.
fn head_to_head(entry: &ReviewedEntry, group: &[&ReviewedEntry]) -> Option<Fraction> {
    let mut half_wins = 0i128;
    let mut comparisons = 0i128;
    for other in group.iter().filter(|other| other.entry != entry.entry) {
        for mine in &entry.reviews {
            let theirs = other
                .reviews
                .binary_search_by(|review| review.judge.cmp(&mine.judge));
            let Ok(index) = theirs else { continue };
            comparisons += 1;
            half_wins += match mine.total.cmp(&other.reviews[index].total) {
                Ordering::Greater => 2,
                Ordering::Equal => 1,
                Ordering::Less => 0,
            };
        }
    }
    Fraction::new(half_wins * 1000, comparisons * 2)
}

fn describe(key: Option<&Key>) -> String {
    let decimal = |fraction: Fraction| {
        fraction
            .rounded(Places::THREE, RoundingMode::HalfUp)
            .to_string()
    };
    match key {
        None => "-".to_owned(),
        Some(Key::Exact(value)) => decimal(*value),
        // A variance is in square thousandths; shown in square points.
        Some(Key::Smallest(std::cmp::Reverse(value))) => {
            value.over(1000).map_or_else(String::new, decimal)
        }
        Some(Key::Draw(std::cmp::Reverse(ticket))) => ticket.to_string(),
    }
}
