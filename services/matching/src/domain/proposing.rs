//! Which matches are proposed: for every submission its best-fitting challenges, in order of score.

use std::collections::BTreeSet;

use super::ids::{ChallengeId, SubmissionId};
use super::score::{Likeness, Problem, Proposal, Reason, fit, total};

/// A submission that looks for challenges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeking {
    /// The submission.
    pub id: SubmissionId,
    /// Where the solution is to work.
    pub region_code: String,
    /// Its issue.
    pub issue_id: String,
    /// Challenges that the team chose.
    pub chosen: Vec<ChallengeId>,
}

/// A challenge that can be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The challenge.
    pub id: ChallengeId,
    /// Its government's region.
    pub region_code: String,
    /// Its issue.
    pub issue_id: String,
}

/// A match to propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposition {
    /// The submission.
    pub submission: SubmissionId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// Region of the challenge's government, which answers.
    pub region_code: String,
    /// Sum of the reasons, in millionths.
    pub score_micro: i64,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// The matches to propose, and the submissions that fit no challenge. Pairs in `known` were proposed
/// before and are not proposed again; `likeness` compares two texts.
pub fn propose(
    seeking: &[Seeking],
    offered: &[Offered],
    known: &BTreeSet<(SubmissionId, ChallengeId)>,
    per_submission: usize,
    likeness: impl Fn(SubmissionId, ChallengeId) -> Likeness,
) -> (Vec<Proposition>, Vec<SubmissionId>) {
    let mut propositions = Vec::new();
    let mut unmatched = Vec::new();
    for submission in seeking {
        let proposal = Proposal {
            region_code: &submission.region_code,
            issue_id: &submission.issue_id,
            chosen: &submission.chosen,
        };
        let mut fitting: Vec<_> = offered
            .iter()
            .filter_map(|challenge| {
                let problem = Problem {
                    id: challenge.id,
                    region_code: &challenge.region_code,
                    issue_id: &challenge.issue_id,
                };
                let reasons = fit(&proposal, &problem, likeness(submission.id, challenge.id));
                let score_micro = total(&reasons);
                (score_micro > 0).then(|| Proposition {
                    submission: submission.id,
                    challenge: challenge.id,
                    region_code: challenge.region_code.clone(),
                    score_micro,
                    reasons,
                })
            })
            .collect();
        if fitting.is_empty() {
            unmatched.push(submission.id);
            continue;
        }
        fitting.sort_by_key(|p| (-p.score_micro, p.challenge));
        fitting.truncate(per_submission);
        propositions.extend(
            fitting
                .into_iter()
                .filter(|p| !known.contains(&(p.submission, p.challenge))),
        );
    }
    (propositions, unmatched)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn seeking(n: u128, issue: &str) -> Seeking {
        Seeking {
            id: SubmissionId(Uuid::from_u128(n)),
            region_code: "73.71".to_owned(),
            issue_id: issue.to_owned(),
            chosen: Vec::new(),
        }
    }

    fn offered(n: u128, region: &str, issue: &str) -> Offered {
        Offered {
            id: ChallengeId(Uuid::from_u128(n)),
            region_code: region.to_owned(),
            issue_id: issue.to_owned(),
        }
    }

    #[test]
    fn the_nearest_challenges_of_the_issue_come_first() {
        let challenges = [
            offered(1, "36.71", "sampah"),
            offered(2, "73.71", "sampah"),
            offered(3, "73.06", "sampah"),
        ];
        let (found, unmatched) = propose(
            &[seeking(9, "sampah")],
            &challenges,
            &BTreeSet::new(),
            2,
            |_, _| Likeness::default(),
        );
        let order: Vec<_> = found.iter().map(|p| p.challenge.0.as_u128()).collect();
        assert_eq!(order, [2, 3]);
        assert!(unmatched.is_empty());
    }

    #[test]
    fn who_fits_no_challenge_is_said() {
        let (found, unmatched) = propose(
            &[seeking(9, "air")],
            &[offered(1, "73.71", "sampah")],
            &BTreeSet::new(),
            2,
            |_, _| Likeness::default(),
        );
        assert!(found.is_empty());
        assert_eq!(unmatched, [SubmissionId(Uuid::from_u128(9))]);
    }

    #[test]
    fn proposing_again_proposes_nothing_twice() {
        let challenges = [offered(1, "73.71", "sampah")];
        let seekers = [seeking(9, "sampah")];
        let known = BTreeSet::from([(seekers[0].id, challenges[0].id)]);
        let (found, unmatched) =
            propose(&seekers, &challenges, &known, 2, |_, _| Likeness::default());
        assert!(found.is_empty() && unmatched.is_empty());
    }
}
