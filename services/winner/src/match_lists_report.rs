//! What `winner match` prints.

use serde::Serialize;
use winner_matching_core::stable::{Blocking, Matching, Problem, QuotaConflict};

use super::file::Lists;

#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    /// How many submissions have a challenge.
    matched: usize,
    seed: u64,
    submissions: Vec<Outcome<'a>>,
    challenges: Vec<Offer<'a>>,
    /// Pairs that would both rather have each other; empty for a stable matching.
    blocking: Vec<Rather<'a>>,
    /// Why lower quotas made a stable matching impossible; absent without a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota_conflict: Option<Missing<'a>>,
}

#[derive(Debug, Serialize)]
struct Outcome<'a> {
    submission: &'a str,
    challenge: Option<&'a str>,
    /// Place among the wishes that the challenge wants too, from 1.
    wish: Option<u32>,
    /// Its lot; among equals the larger wins. Sixteen hexadecimal digits.
    lot: String,
}

#[derive(Debug, Serialize)]
struct Offer<'a> {
    challenge: &'a str,
    /// What the last one admitted had; `None` while there is room.
    cut_off: Option<Last>,
}

#[derive(Debug, Serialize)]
struct Last {
    /// Score in micro-units, or minus the place on the ranking, from 0.
    priority: i64,
    lot: String,
    by_government: bool,
}

#[derive(Debug, Serialize)]
struct Rather<'a> {
    submission: &'a str,
    challenge: &'a str,
    instead_of: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Missing<'a> {
    /// Challenges below their minimum when everyone chooses freely.
    missing: Vec<(&'a str, u32)>,
    /// Challenges still below it.
    still_missing: Vec<(&'a str, u32)>,
}

impl<'a> Report<'a> {
    pub(super) fn of(
        lists: &'a Lists,
        problem: &Problem,
        matching: &Matching,
        conflict: Option<&QuotaConflict>,
        blocking: &[Blocking],
    ) -> Self {
        let challenge = |c: u32| &*lists.challenges[c as usize].name;
        let submission = |s: u32| &*lists.submissions[s as usize].name;
        let lot = |lot: u64| format!("{lot:016x}");
        let outcome = |(s, (&c, &rank)): (u32, (&Option<u32>, &Option<u32>))| Outcome {
            submission: submission(s),
            challenge: c.map(challenge),
            wish: rank.map(|r| r + 1),
            lot: lot(problem.lot(s)),
        };
        let got = matching.challenge.iter().zip(&matching.rank);
        let offers = (0..).zip(&matching.cut_off).map(|(c, cut)| Offer {
            challenge: challenge(c),
            cut_off: cut.map(|x| Last {
                priority: x.priority,
                lot: lot(x.lot),
                by_government: x.by_government,
            }),
        });
        let rather = |b: &Blocking| Rather {
            submission: submission(b.submission),
            challenge: challenge(b.challenge),
            instead_of: b.instead_of.map(submission),
        };
        let named = |list: &[(u32, u32)]| list.iter().map(|&(c, n)| (challenge(c), n)).collect();
        Self {
            matched: matching.size(),
            seed: lists.seed,
            submissions: (0..).zip(got).map(outcome).collect(),
            challenges: offers.collect(),
            blocking: blocking.iter().map(rather).collect(),
            quota_conflict: conflict.map(|q| Missing {
                missing: named(&q.missing),
                still_missing: named(&q.still_missing),
            }),
        }
    }
}
