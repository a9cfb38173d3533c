//! Marks of a sheet made into one score per review.

use std::collections::BTreeMap;

use crate::ids::{CriterionId, EntryId, JudgeId};
use crate::model::Score;
use crate::sheet::{Combine, Loaded};

/// Reviews with their marks, sorted by entry and judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Entries, by id.
    pub entries: Vec<EntryId>,
    /// Judges, by id; a review without a judge's name is by a judge of its own: `?1`, `?2`, …
    pub judges: Vec<JudgeId>,
    /// Criteria, by id; one nameless where the sheet has none.
    pub criteria: Vec<CriterionId>,
    /// The reviews' scores.
    pub scores: Vec<Score>,
    /// The marks of each review, in the order of the criteria.
    pub marks: Vec<Vec<Option<f64>>>,
    /// When each review was given in its judge's own sequence, where the sheet says it.
    pub orders: Vec<Option<f64>>,
}

impl Table {
    /// Combines the marks of each review.
    pub fn of(loaded: &Loaded, combine: Combine) -> Self {
        let marks = name_judges(loaded);
        let sorted = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names.dedup();
            names
        };
        let entries = sorted(&mut marks.iter().map(|mark| mark.entry));
        let judges = sorted(&mut marks.iter().map(|mark| mark.judge.as_str()));
        let criteria = sorted(&mut marks.iter().map(|mark| mark.criterion));
        let at = |names: &[String], name: &str| {
            names
                .binary_search_by(|other| other.as_str().cmp(name))
                .unwrap_or(0)
        };
        let mut orders: BTreeMap<(usize, usize), Option<f64>> = BTreeMap::new();
        let mut reviews: BTreeMap<(usize, usize), Vec<Option<f64>>> = BTreeMap::new();
        for mark in &marks {
            let key = (at(&entries, mark.entry), at(&judges, &mark.judge));
            orders.entry(key).or_insert(mark.order);
            let marks = reviews
                .entry(key)
                .or_insert_with(|| vec![None; criteria.len()]);
            marks[at(&criteria, mark.criterion)] = Some(mark.score);
        }
        let scores = reviews
            .iter()
            .map(|((entry, judge), marks)| {
                let given: Vec<f64> = marks.iter().copied().flatten().collect();
                let sum: f64 = given.iter().sum();
                let total = match combine {
                    Combine::Sum => sum,
                    Combine::Mean => sum / given.len() as f64,
                };
                Score {
                    entry: *entry,
                    judge: *judge,
                    total,
                }
            })
            .collect();
        Self {
            entries: entries.into_iter().map(EntryId::new).collect(),
            judges: judges.into_iter().map(JudgeId::new).collect(),
            criteria: criteria.into_iter().map(CriterionId::new).collect(),
            scores,
            marks: reviews.into_values().collect(),
            orders: orders.into_values().collect(),
        }
    }
}

struct Mark<'a> {
    entry: &'a str,
    judge: String,
    criterion: &'a str,
    score: f64,
    order: Option<f64>,
}

/// Gives every review without a judge's name a judge of its own, by entry and score, so that the order of the
/// rows does not matter: who is not named cannot be followed from one entry to the next.
fn name_judges(loaded: &Loaded) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark<'_>> = loaded
        .rows
        .iter()
        .map(|row| Mark {
            entry: &row.entry,
            judge: row.judge.clone(),
            criterion: &row.criterion,
            score: row.score,
            order: row.order,
        })
        .collect();
    marks.sort_by(|a, b| {
        (a.entry, &a.judge, a.criterion)
            .cmp(&(b.entry, &b.judge, b.criterion))
            .then(a.score.total_cmp(&b.score))
    });
    let mut before = 0;
    for of_entry in marks.chunk_by_mut(|a, b| a.entry == b.entry) {
        let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
        for mark in of_entry.iter_mut().filter(|mark| mark.judge.is_empty()) {
            let count = unknown.entry(mark.criterion).or_default();
            *count += 1;
            mark.judge = format!("?{}", before + *count);
        }
        before += unknown.into_values().max().unwrap_or(0);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{load, parse};

    #[test]
    fn reviews_without_a_name_are_by_judges_of_their_own() {
        let sheet = "entry,criterion,score\nB,x,3\nA,x,1\nA,x,2\nA,y,5\n";
        let table = Table::of(&load(&parse(sheet).unwrap()), Combine::Mean);
        let judges: Vec<&str> = table.judges.iter().map(JudgeId::as_str).collect();
        assert_eq!(judges, ["?1", "?2", "?3"]);
        let totals: Vec<f64> = table.scores.iter().map(|score| score.total).collect();
        assert_eq!(totals, [3.0, 2.0, 3.0]);
    }
}
