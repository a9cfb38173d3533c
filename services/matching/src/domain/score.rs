//! How well a submission fits a challenge, and a judge a submission: sums of whole millionths, each
//! part with its reason, so that every score can be explained by adding up.

use serde::{Deserialize, Serialize};

use super::ids::ChallengeId;

/// One million: a part that counts fully.
pub const ONE: i64 = 1_000_000;

/// Kind of a part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// Same issue.
    Issue,
    /// Same government, or at least the same province.
    Region,
    /// The team chose the challenge.
    Chosen,
    /// The texts share terms.
    Text,
}

/// One additive part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Its kind.
    pub kind: ReasonKind,
    /// What it adds, in millionths.
    pub score_micro: i64,
    /// For texts: the terms shared, most telling first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
}

/// Sum of the parts, in millionths.
pub fn total(reasons: &[Reason]) -> i64 {
    reasons.iter().map(|r| r.score_micro).sum()
}

/// A province of a region code: `73` of `73.71`.
pub fn province(region_code: &str) -> &str {
    region_code.split('.').next().unwrap_or(region_code)
}

/// What is compared of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Where the solution is to work.
    pub region_code: &'a str,
    /// Its issue.
    pub issue_id: &'a str,
    /// Challenges that the team chose.
    pub chosen: &'a [ChallengeId],
}

/// What is compared of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem<'a> {
    /// The challenge.
    pub id: ChallengeId,
    /// Its government's region.
    pub region_code: &'a str,
    /// Its issue.
    pub issue_id: &'a str,
}

/// Likeness of two texts as the engine found it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Likeness {
    /// From 0 to [`ONE`].
    pub micro: i64,
    /// The terms shared, most telling first.
    pub terms: Vec<String>,
}

/// Why a submission fits a challenge; empty where it does not: another issue is no match unless the
/// team itself chose the challenge.
pub fn fit(proposal: &Proposal<'_>, problem: &Problem<'_>, likeness: Likeness) -> Vec<Reason> {
    let chosen = proposal.chosen.contains(&problem.id);
    let same_issue = proposal.issue_id == problem.issue_id;
    if !chosen && !same_issue {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    let mut add = |kind, score_micro, terms| {
        if score_micro > 0 {
            reasons.push(Reason {
                kind,
                score_micro,
                terms,
            });
        }
    };
    add(
        ReasonKind::Issue,
        if same_issue { ONE } else { 0 },
        Vec::new(),
    );
    add(
        ReasonKind::Region,
        closeness(proposal.region_code, problem.region_code),
        Vec::new(),
    );
    add(
        ReasonKind::Chosen,
        if chosen { 2 * ONE } else { 0 },
        Vec::new(),
    );
    add(ReasonKind::Text, likeness.micro, likeness.terms);
    reasons
}

/// How well a judge knows what a submission is about, in millionths: the issue counts twice the
/// region. Never 0, so that a full panel is always worth more than a short one.
pub fn affinity(issues: &[String], regions: &[String], issue_id: &str, region_code: &str) -> i64 {
    let issue = if issues.iter().any(|i| i == issue_id) {
        2 * ONE
    } else {
        0
    };
    let region = regions
        .iter()
        .map(|r| closeness(r, region_code))
        .max()
        .unwrap_or(0);
    ONE / 10 + issue + region
}

fn closeness(a: &str, b: &str) -> i64 {
    if a == b {
        ONE
    } else if province(a) == province(b) {
        ONE / 2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn problem(id: u128, region_code: &'static str, issue_id: &'static str) -> Problem<'static> {
        Problem {
            id: ChallengeId(Uuid::from_u128(id)),
            region_code,
            issue_id,
        }
    }

    #[test]
    fn the_score_is_the_sum_of_its_reasons() {
        let chosen = [ChallengeId(Uuid::from_u128(1))];
        let proposal = Proposal {
            region_code: "73.71",
            issue_id: "sampah",
            chosen: &chosen,
        };
        let likeness = Likeness {
            micro: 250_000,
            terms: vec!["kompos".to_owned()],
        };
        let reasons = fit(&proposal, &problem(1, "73.06", "sampah"), likeness);
        assert_eq!(total(&reasons), ONE + ONE / 2 + 2 * ONE + 250_000);
    }

    #[test]
    fn another_issue_is_no_match_unless_the_team_chose_it() {
        let chosen = [ChallengeId(Uuid::from_u128(1))];
        let proposal = Proposal {
            region_code: "73.71",
            issue_id: "sampah",
            chosen: &chosen,
        };
        assert!(
            fit(
                &proposal,
                &problem(2, "73.71", "stunting"),
                Likeness::default()
            )
            .is_empty()
        );
        assert!(
            !fit(
                &proposal,
                &problem(1, "73.71", "stunting"),
                Likeness::default()
            )
            .is_empty()
        );
    }

    #[test]
    fn a_kota_and_a_kabupaten_of_one_name_are_not_the_same_place() {
        // 35.06 is Kabupaten Kediri, 35.71 Kota Kediri: one province, not one government.
        assert_eq!(closeness("35.06", "35.71"), ONE / 2);
        assert_eq!(closeness("35.06", "36.06"), 0);
    }

    #[test]
    fn a_judge_who_knows_nothing_of_it_still_counts() {
        assert!(affinity(&[], &[], "sampah", "73.71") > 0);
    }
}
