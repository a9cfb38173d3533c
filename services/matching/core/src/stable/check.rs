//! The check that a matching is stable, independent of how it was made.

use super::problem::Problem;

/// A submission and a challenge that would both rather have each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Blocking {
    /// The submission.
    pub submission: u32,
    /// The challenge it would rather have.
    pub challenge: u32,
    /// Whose place it would take: the weakest the limit lets go, or `None` for a free place.
    pub instead_of: Option<u32>,
}

/// Every blocking pair of a matching (the challenge of every submission),
/// by submission, then wish. Empty for a stable one.
///
/// A government at its limit would let go of its weakest proposal over all its
/// challenges, also when the submission already has a place with it.
pub fn blocking_pairs(problem: &Problem, challenge: &[Option<u32>]) -> Vec<Blocking> {
    let mut kept = vec![Vec::new(); problem.challenges.len()];
    let mut hosted = vec![Vec::new(); problem.governments.len()];
    for (s, c) in (0u32..).zip(challenge) {
        let Some(c) = *c else { continue };
        let wishes = &problem.wishes[s as usize];
        if let Some(&wish) = wishes.iter().find(|w| w.challenge == c) {
            kept[c as usize].push(problem.key(s, wish));
            let g = problem.challenges[c as usize].government;
            hosted[g as usize].push(problem.key(s, wish));
        }
    }
    for keys in kept.iter_mut().chain(&mut hosted) {
        keys.sort_unstable();
    }
    let mut found = Vec::new();
    for (s, has) in (0u32..).zip(challenge) {
        for &wish in &problem.wishes[s as usize] {
            if Some(wish.challenge) == *has {
                break;
            }
            let info = problem.challenges[wish.challenge as usize];
            let (own, all) = (
                &kept[wish.challenge as usize],
                &hosted[info.government as usize],
            );
            let key = problem.key(s, wish);
            let government = problem.governments[info.government as usize];
            let limit = if own.len() >= info.max as usize {
                own.first()
            } else if all.len() >= government.max as usize {
                all.first()
            } else {
                found.push(Blocking {
                    submission: s,
                    challenge: wish.challenge,
                    instead_of: None,
                });
                continue;
            };
            if let Some(weakest) = limit.filter(|w| key > **w) {
                let instead_of = Some(weakest.submission);
                found.push(Blocking {
                    submission: s,
                    challenge: wish.challenge,
                    instead_of,
                });
            }
        }
    }
    found
}
