//! Submissions propose down their lists; challenges and governments keep the
//! best that fit and let go of the rest for good.

use std::collections::BTreeSet;

use super::problem::{Key, Problem};

/// What it took to get into a challenge that turned someone away, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct CutOff {
    /// The priority of the last one admitted.
    pub priority: i64,
    /// Its lot: at the same priority, a larger lot gets in.
    pub lot: u64,
    /// Whether the government's capacity was the limit, not the challenge's own.
    pub by_government: bool,
}

/// Who is matched with what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Matching {
    /// The challenge of every submission, or `None`.
    pub challenge: Vec<Option<u32>>,
    /// Where that challenge stands on the submission's list, from 0.
    pub rank: Vec<Option<u32>>,
    /// The cut-off of every challenge; `None` where there is room for anyone.
    pub cut_off: Vec<Option<CutOff>>,
}

impl Matching {
    /// How many submissions are matched.
    pub fn size(&self) -> usize {
        self.challenge.iter().flatten().count()
    }
}

/// The stable matching that is best for every submission. Lower quotas are
/// not looked at, see [`super::with_quotas`].
pub fn propose(problem: &Problem) -> Matching {
    let mut kept: Vec<BTreeSet<Key>> = vec![BTreeSet::new(); problem.challenges.len()];
    // A government's proposals over all its challenges, with the challenge.
    let mut hosted: Vec<BTreeSet<(Key, u32)>> = vec![BTreeSet::new(); problem.governments.len()];
    let mut next = vec![0usize; problem.submissions()];
    #[expect(clippy::cast_possible_truncation, reason = "counted in 32 bits")]
    let mut free: Vec<u32> = (0..problem.submissions() as u32).rev().collect();
    while let Some(s) = free.pop() {
        let Some(&wish) = problem.wishes[s as usize].get(next[s as usize]) else {
            continue;
        };
        next[s as usize] += 1;
        let c = wish.challenge as usize;
        let challenge = problem.challenges[c];
        let g = challenge.government as usize;
        let key = problem.key(s, wish);
        let weakest = if kept[c].len() >= challenge.max as usize {
            kept[c].first()
        } else if hosted[g].len() >= problem.governments[g].max as usize {
            hosted[g].first().map(|(weakest, _)| weakest)
        } else {
            None
        };
        if weakest.is_some_and(|weakest| key < *weakest) {
            free.push(s); // refused at once: on to the next wish
            continue;
        }
        kept[c].insert(key);
        hosted[g].insert((key, wish.challenge));
        let out = if kept[c].len() > challenge.max as usize {
            kept[c].first().map(|&k| (k, wish.challenge))
        } else if hosted[g].len() > problem.governments[g].max as usize {
            hosted[g].first().copied()
        } else {
            None
        };
        if let Some((key, from)) = out {
            kept[from as usize].remove(&key);
            hosted[g].remove(&(key, from));
            free.push(key.submission);
        }
    }
    outcome(problem, &kept, &hosted, &next)
}

fn outcome(
    problem: &Problem,
    kept: &[BTreeSet<Key>],
    hosted: &[BTreeSet<(Key, u32)>],
    next: &[usize],
) -> Matching {
    let mut challenge = vec![None; problem.submissions()];
    let mut rank = vec![None; problem.submissions()];
    let mut cut_off = Vec::with_capacity(kept.len());
    for ((c, keys), info) in (0u32..).zip(kept).zip(&problem.challenges) {
        for key in keys {
            let s = key.submission as usize;
            challenge[s] = Some(c);
            rank[s] = u32::try_from(next[s] - 1).ok();
        }
        let g = info.government as usize;
        let limit = |key: &Key, by_government| CutOff {
            priority: key.priority,
            lot: key.lot,
            by_government,
        };
        cut_off.push(if keys.len() >= info.max as usize {
            keys.first().map(|k| limit(k, false))
        } else if hosted[g].len() >= problem.governments[g].max as usize {
            hosted[g].first().map(|(k, _)| limit(k, true))
        } else {
            None
        });
    }
    Matching {
        challenge,
        rank,
        cut_off,
    }
}
