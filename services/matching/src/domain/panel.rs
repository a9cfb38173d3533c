//! A panel as it stands: who reviews what, its manifest, and the replacement of one judge.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ids::{PersonId, SubmissionId};

/// One judge for one version of one submission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    /// The submission.
    pub submission: SubmissionId,
    /// The judge.
    pub judge: PersonId,
    /// The sealed version that is reviewed.
    pub version: u32,
    /// How well they fit, in millionths.
    pub score_micro: i64,
}

/// A submission that got fewer judges than the round asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The submission.
    pub submission: uuid::Uuid,
    /// How many judges are missing.
    pub judges: u32,
}

/// The manifest of a panel: SHA-256, hexadecimal, over one line `submission version judge` for each
/// seat, sorted. Scores and the time of planning do not enter.
pub fn manifest_hash(seats: &[Seat]) -> String {
    let lines: BTreeSet<_> = seats
        .iter()
        .map(|s| (s.submission, s.version, s.judge))
        .collect();
    let mut hash = Sha256::new();
    for (submission, version, judge) in lines {
        hash.update(format!("{submission} {version} {judge}\n"));
    }
    hex::encode(hash.finalize())
}

/// What the submissions of a panel were taken from: SHA-256, hexadecimal, over one line
/// `wave root_hash` for each closed wave, sorted.
pub fn root_hash(waves: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (wave, root) in waves {
        hash.update(format!("{wave} {root}\n"));
    }
    hex::encode(hash.finalize())
}

/// A judge who could take a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub judge: PersonId,
    /// How well they fit, in millionths.
    pub score_micro: i64,
    /// How many entries the judge has now.
    pub load: u32,
    /// How many the judge may have.
    pub capacity: u32,
    /// The judge must not see the submission.
    pub forbidden: bool,
}

/// Who takes the seat that `removed` leaves, disturbing nobody else: the candidate that fits best,
/// among equals the one with the least load, then the smallest id. `None` where nobody can.
pub fn replacement<'a>(
    seats: &[Seat],
    submission: SubmissionId,
    removed: PersonId,
    candidates: &'a [Candidate],
) -> Option<&'a Candidate> {
    let seated: BTreeSet<_> = seats
        .iter()
        .filter(|s| s.submission == submission)
        .map(|s| s.judge)
        .collect();
    candidates
        .iter()
        .filter(|c| !c.forbidden && c.load < c.capacity)
        .filter(|c| c.judge != removed && !seated.contains(&c.judge))
        .min_by_key(|c| (-c.score_micro, c.load, c.judge))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn submission(n: u128) -> SubmissionId {
        SubmissionId(Uuid::from_u128(n))
    }

    fn seat(s: u128, j: u128) -> Seat {
        Seat {
            submission: submission(s),
            judge: person(j),
            version: 1,
            score_micro: 0,
        }
    }

    fn candidate(j: u128, score_micro: i64, load: u32) -> Candidate {
        Candidate {
            judge: person(j),
            score_micro,
            load,
            capacity: 3,
            forbidden: false,
        }
    }

    #[test]
    fn the_manifest_does_not_depend_on_the_order_of_seats() {
        let seats = [seat(1, 1), seat(2, 1), seat(1, 2)];
        let mut turned = seats.clone();
        turned.reverse();
        assert_eq!(manifest_hash(&seats), manifest_hash(&turned));
        assert_ne!(manifest_hash(&seats), manifest_hash(&seats[..2]));
    }

    #[test]
    fn the_best_fitting_judge_with_room_takes_the_seat() {
        let seats = [seat(1, 1), seat(1, 2)];
        let mut full = candidate(3, 900, 3);
        full.capacity = 3;
        let mut barred = candidate(4, 800, 0);
        barred.forbidden = true;
        let all = [
            full,
            barred,
            candidate(2, 700, 0),
            candidate(5, 500, 2),
            candidate(6, 500, 1),
        ];
        let taken = replacement(&seats, submission(1), person(1), &all).unwrap();
        assert_eq!(
            taken.judge,
            person(6),
            "3 is full, 4 in conflict, 2 seated, 6 has less to do"
        );
    }

    #[test]
    fn a_judge_never_replaces_themselves() {
        let seats = [seat(1, 1)];
        assert!(replacement(&[], submission(1), person(1), &[candidate(1, 9, 0)]).is_none());
        assert!(replacement(&seats, submission(1), person(1), &[]).is_none());
    }
}
