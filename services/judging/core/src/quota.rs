//! The shortlist under quotas: the best-ranked entries that keep every floor and every cap.
//!
//! The rule is one sentence: going down the ranking, an entry is taken unless taking it would make the
//! quotas impossible to keep. That is the lexicographically best set of the asked size, and it is found
//! exactly: whether the quotas can still be kept is decided by search over the kinds of entries that are
//! left, not by a guess.

mod state;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use state::State;

/// A quota on the entries that have one value in one column, such as `province = 73`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The column.
    pub column: String,
    /// Its value.
    pub value: String,
    /// At least so many are taken.
    #[serde(default)]
    pub floor: usize,
    /// At most so many are taken.
    pub cap: Option<usize>,
}

/// An entry that may be taken; candidates are listed in the order of their ranks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The entry.
    pub entry: String,
    /// Its columns.
    pub columns: BTreeMap<String, String>,
}

/// Why an entry is in or out against its rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// The entry.
    pub entry: String,
    /// Its place in the ranking, from 1.
    pub place: usize,
    /// Whether it got in although its place is below the cut; otherwise it is out although its place is
    /// above.
    pub entered: bool,
    /// The quotas that did it: for who is out, caps that were full or floors that needed the place; for who
    /// is in, floors that pulled it up or caps that freed the place.
    pub because: Vec<Quota>,
}

/// A shortlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shortlist {
    /// Who is taken, best first.
    pub taken: Vec<String>,
    /// Who would be in or out without the quotas, and why not with them.
    pub swaps: Vec<Swap>,
}

/// Why there is no shortlist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// No set of this size keeps every floor and every cap.
    #[error("no shortlist of {size} entries keeps every floor and every cap")]
    Impossible {
        /// The size.
        size: usize,
    },
    /// The quotas overlap so intricately that deciding took too long.
    #[error("the quotas overlap too intricately to decide")]
    TooIntricate,
    /// A floor is above its cap.
    #[error("the floor of {column} = {value} is above its cap")]
    FloorAboveCap {
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
}

/// The best shortlist of `size` entries.
///
/// # Errors
/// [`QuotaError`] when no set of that size keeps the quotas.
pub fn shortlist(
    candidates: &[Candidate],
    quotas: &[Quota],
    size: usize,
) -> Result<Shortlist, QuotaError> {
    if let Some(quota) = quotas
        .iter()
        .find(|q| q.cap.is_some_and(|cap| q.floor > cap))
    {
        let Quota { column, value, .. } = quota.clone();
        return Err(QuotaError::FloorAboveCap { column, value });
    }
    let mut state = State::of(candidates, quotas, size);
    if !state.feasible()? {
        return Err(QuotaError::Impossible { size });
    }
    let mut taken = Vec::new();
    let mut swaps = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if state.slots == 0 && index >= size {
            break;
        }
        let kind = state.kind_of[index];
        state.left[kind] -= 1;
        let before = state.clone();
        if state.slots > 0 && state.take(kind) && state.feasible()? {
            if index >= size {
                swaps.push(state.entered(candidate, index, kind, quotas));
            }
            taken.push(candidate.entry.clone());
        } else {
            state = before;
            if index < size {
                swaps.push(state.left_out(candidate, index, kind, quotas));
            }
        }
    }
    explain_freed_places(&mut swaps);
    Ok(Shortlist { taken, swaps })
}

/// Who entered without a floor entered because others were kept out: by the same quotas.
fn explain_freed_places(swaps: &mut [Swap]) {
    let mut freed: Vec<Quota> = Vec::new();
    for swap in swaps.iter().filter(|swap| !swap.entered) {
        for quota in &swap.because {
            if !freed.contains(quota) {
                freed.push(quota.clone());
            }
        }
    }
    for swap in swaps
        .iter_mut()
        .filter(|swap| swap.entered && swap.because.is_empty())
    {
        swap.because.clone_from(&freed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidates(rows: &[(&str, &str, &str)]) -> Vec<Candidate> {
        rows.iter()
            .map(|(entry, province, issue)| Candidate {
                entry: (*entry).to_owned(),
                columns: [("province", province), ("issue", issue)]
                    .map(|(column, value)| (column.to_owned(), (*value).to_owned()))
                    .into(),
            })
            .collect()
    }

    fn quota(column: &str, value: &str, floor: usize, cap: Option<usize>) -> Quota {
        Quota {
            column: column.to_owned(),
            value: value.to_owned(),
            floor,
            cap,
        }
    }

    #[test]
    fn a_floor_pulls_up_and_the_swap_list_says_why() {
        let ranked = candidates(&[
            ("A", "73", "x"),
            ("B", "73", "y"),
            ("C", "73", "x"),
            ("D", "51", "x"),
        ]);
        let floor = quota("province", "51", 1, None);
        let list = shortlist(&ranked, std::slice::from_ref(&floor), 2).unwrap();
        assert_eq!(list.taken, ["A", "D"]);
        let swaps: Vec<(&str, bool)> = list
            .swaps
            .iter()
            .map(|swap| (swap.entry.as_str(), swap.entered))
            .collect();
        assert_eq!(swaps, [("B", false), ("D", true)]);
        assert!(
            list.swaps
                .iter()
                .all(|swap| swap.because == [floor.clone()])
        );
    }

    #[test]
    fn a_cap_keeps_out_and_frees_the_place() {
        let ranked = candidates(&[
            ("A", "73", "x"),
            ("B", "73", "y"),
            ("C", "73", "x"),
            ("D", "51", "x"),
        ]);
        let cap = quota("province", "73", 0, Some(1));
        let list = shortlist(&ranked, std::slice::from_ref(&cap), 2).unwrap();
        assert_eq!(list.taken, ["A", "D"]);
        assert_eq!(list.swaps[1].because, [cap]);
    }

    #[test]
    fn quotas_that_cannot_be_kept_are_refused() {
        let ranked = candidates(&[("A", "73", "x"), ("B", "73", "y")]);
        let error = |quotas: &[Quota], size| shortlist(&ranked, quotas, size).unwrap_err();
        assert_eq!(
            error(&[quota("province", "51", 1, None)], 1),
            QuotaError::Impossible { size: 1 }
        );
        assert_eq!(
            error(&[quota("province", "73", 0, Some(1))], 2),
            QuotaError::Impossible { size: 2 }
        );
        assert!(matches!(
            error(&[quota("province", "73", 2, Some(1))], 1),
            QuotaError::FloorAboveCap { .. }
        ));
    }

    /// The lexicographically best set by trying all of them.
    fn brute_force(all: &[Candidate], quotas: &[Quota], size: usize) -> Option<Vec<String>> {
        let keeps = |set: u32| {
            quotas.iter().all(|quota| {
                let count = (0..all.len())
                    .filter(|i| set & (1 << i) != 0)
                    .filter(|i| all[*i].columns.get(&quota.column) == Some(&quota.value))
                    .count();
                count >= quota.floor && quota.cap.is_none_or(|cap| count <= cap)
            })
        };
        (0..1u32 << all.len())
            .filter(|set| set.count_ones() as usize == size && keeps(*set))
            // Better: holds the first entry in which two sets differ.
            .max_by_key(|set| set.reverse_bits())
            .map(|set| {
                let within = (0..all.len()).filter(|i| set & (1 << i) != 0);
                within.map(|i| all[i].entry.clone()).collect()
            })
    }

    proptest! {
        #[test]
        fn the_shortlist_is_the_best_set_that_keeps_the_quotas(
            kinds in proptest::collection::vec((0u8..3, 0u8..3), 1..11),
            bounds in proptest::collection::vec((0usize..3, 0usize..4), 6),
            size in 1usize..7,
        ) {
            let all: Vec<Candidate> = kinds
                .iter()
                .enumerate()
                .map(|(i, (province, issue))| Candidate {
                    entry: format!("E{i:02}"),
                    columns: [("p", province), ("i", issue)]
                        .map(|(column, value)| (column.to_owned(), value.to_string()))
                        .into(),
                })
                .collect();
            let quotas: Vec<Quota> = bounds
                .iter()
                .enumerate()
                .map(|(q, (floor, above))| {
                    let column = if q < 3 { "p" } else { "i" };
                    let cap = if *above == 3 { None } else { Some(floor + above) };
                    quota(column, &(q % 3).to_string(), *floor, cap)
                })
                .collect();
            let ours = shortlist(&all, &quotas, size).ok().map(|list| list.taken);
            prop_assert_eq!(ours, brute_force(&all, &quotas, size));
        }
    }
}
