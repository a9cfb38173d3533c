//! Plans a round's panel: an exact maximum of total fit under demands, loads and conflicts. The
//! engine proves its optimum by dual prices; this module speaks in ids and checks that proof.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use winner_matching_core::{AssignError, Instance, InstanceError, Load, Rules, ScoredPair, assign};

use super::ids::{PersonId, SubmissionId};
use super::judge::Judge;
use super::panel::{Missing, Seat};
use super::score::affinity;

/// A submission to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrant {
    /// The submission.
    pub submission: SubmissionId,
    /// The sealed version that is reviewed.
    pub version: u32,
    /// Its issue.
    pub issue_id: String,
    /// Where the solution is to work.
    pub region_code: String,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is reviewed.
    pub entrants: Vec<Entrant>,
    /// Who may review.
    pub judges: Vec<Judge>,
    /// Pairs that must not be.
    pub forbidden: BTreeSet<(SubmissionId, PersonId)>,
    /// Judges that every entrant gets.
    pub min_reviews: u32,
    /// Entrants that no judge exceeds.
    pub max_load: u32,
    /// Orders equal plans.
    pub seed: i64,
}

/// A plan that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Who reviews what, by submission then judge.
    pub seats: Vec<Seat>,
    /// Entrants that lack judges.
    pub missing: Vec<Missing>,
    /// Total fit, in millionths; no other plan has more.
    pub total_score_micro: i64,
}

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is nothing to review.
    #[error("no submission is eligible")]
    NoEntrants,
    /// There is nobody to review.
    #[error("no judge is active")]
    NoJudges,
    /// The engine refused the instance.
    #[error("the instance is not valid")]
    Instance(#[from] InstanceError),
    /// The engine failed.
    #[error("the engine failed")]
    Engine(#[from] AssignError),
    /// The engine's answer does not carry its proof; it is not used.
    #[error("the plan is not proved to be optimal")]
    NotProved,
}

/// Makes the plan. The same input gives the same plan, in whatever order it comes.
///
/// # Errors
/// See [`PlanError`]; too few judges is no error but told in [`Planned::missing`].
pub fn plan(input: &Plan) -> Result<Planned, PlanError> {
    if input.entrants.is_empty() {
        return Err(PlanError::NoEntrants);
    }
    let mut entrants: Vec<_> = input.entrants.iter().collect();
    entrants.sort_by_cached_key(|e| lot(input.seed, e.submission.0.as_bytes()));
    let mut judges: Vec<_> = input
        .judges
        .iter()
        .filter(|j| j.capacity(input.max_load) > 0)
        .collect();
    judges.sort_by_cached_key(|j| lot(input.seed, j.person.0.as_bytes()));
    if judges.is_empty() {
        return Err(PlanError::NoJudges);
    }
    let loads = judges
        .iter()
        .map(|j| Load {
            min: 0,
            max: j.capacity(input.max_load),
        })
        .collect();
    let mut pairs = Vec::with_capacity(entrants.len() * judges.len());
    for (paper, entrant) in (0u32..).zip(&entrants) {
        for (judge, who) in (0u32..).zip(&judges) {
            if !input.forbidden.contains(&(entrant.submission, who.person)) {
                let score = affinity(
                    &who.issues,
                    &who.regions,
                    &entrant.issue_id,
                    &entrant.region_code,
                );
                pairs.push(ScoredPair {
                    paper,
                    judge,
                    score,
                });
            }
        }
    }
    let instance = Instance::new(vec![input.min_reviews; entrants.len()], loads, pairs)?;
    let assignment = assign(&instance, &Rules::default())?;
    if !assignment.certificate.proved() {
        return Err(PlanError::NotProved);
    }
    let mut seats = Vec::with_capacity(assignment.pairs.len());
    for pair in &assignment.pairs {
        let (Some(entrant), Some(judge), Some(score_micro)) = (
            entrants.get(pair.paper as usize),
            judges.get(pair.judge as usize),
            instance.score(*pair),
        ) else {
            return Err(PlanError::NotProved);
        };
        seats.push(Seat {
            submission: entrant.submission,
            judge: judge.person,
            version: entrant.version,
            score_micro,
        });
    }
    seats.sort();
    let missing: BTreeMap<_, _> = assignment
        .shortfall
        .papers
        .iter()
        .filter_map(|(paper, judges)| Some((entrants.get(*paper as usize)?.submission, *judges)))
        .collect();
    let missing = missing
        .into_iter()
        .map(|(s, judges)| Missing {
            submission: s.0,
            judges,
        })
        .collect();
    Ok(Planned {
        seats,
        missing,
        total_score_micro: assignment.total,
    })
}

/// The place of an id in the order that the seed gives.
fn lot(seed: i64, id: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(id)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn entrant(n: u128, issue: &str) -> Entrant {
        Entrant {
            submission: SubmissionId(Uuid::from_u128(n)),
            version: 1,
            issue_id: issue.to_owned(),
            region_code: "73.71".to_owned(),
        }
    }

    fn judge(n: u128, issue: &str) -> Judge {
        Judge {
            person: PersonId(Uuid::from_u128(n)),
            issues: vec![issue.to_owned()],
            regions: Vec::new(),
            quota: 0,
            active: true,
        }
    }

    fn input(entrants: usize, judges: usize) -> Plan {
        let issues = ["sampah", "air", "stunting"];
        Plan {
            entrants: (0..entrants)
                .map(|n| entrant(n as u128, issues[n % 3]))
                .collect(),
            judges: (0..judges)
                .map(|n| judge(100 + n as u128, issues[n % 3]))
                .collect(),
            forbidden: BTreeSet::new(),
            min_reviews: 3,
            max_load: 12,
            seed: 7,
        }
    }

    #[test]
    fn every_entrant_gets_its_reviews_and_no_judge_more_than_the_load() {
        let plan = plan(&input(30, 9)).unwrap();
        assert!(plan.missing.is_empty());
        assert_eq!(plan.seats.len(), 90);
        for n in 0..9u128 {
            let load = plan
                .seats
                .iter()
                .filter(|s| s.judge.0 == Uuid::from_u128(100 + n))
                .count();
            assert!(load <= 12);
        }
    }

    #[test]
    fn who_lacks_judges_is_said() {
        let mut input = input(2, 3);
        input
            .forbidden
            .insert((input.entrants[0].submission, input.judges[0].person));
        let plan = plan(&input).unwrap();
        assert_eq!(plan.seats.len(), 5);
        let lacking = Missing {
            submission: input.entrants[0].submission.0,
            judges: 1,
        };
        assert_eq!(plan.missing, [lacking]);
    }

    #[test]
    fn nothing_to_review_and_nobody_to_review_are_different_errors() {
        assert!(matches!(plan(&input(0, 3)), Err(PlanError::NoEntrants)));
        assert!(matches!(plan(&input(3, 0)), Err(PlanError::NoJudges)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_forbidden_pair_is_never_planned_and_order_does_not_matter(
            bars in prop::collection::btree_set((0u128..12, 100u128..106), 0..30),
            seed in any::<i64>(),
        ) {
            let mut input = input(12, 6);
            input.seed = seed;
            input.forbidden = bars
                .iter()
                .map(|(s, j)| (SubmissionId(Uuid::from_u128(*s)), PersonId(Uuid::from_u128(*j))))
                .collect();
            let planned = plan(&input).unwrap();
            for seat in &planned.seats {
                prop_assert!(!input.forbidden.contains(&(seat.submission, seat.judge)));
            }
            input.entrants.reverse();
            input.judges.reverse();
            prop_assert_eq!(planned, plan(&input).unwrap());
        }
    }
}
