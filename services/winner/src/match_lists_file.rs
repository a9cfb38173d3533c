//! The file of preferences: everything by name.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Deserialize;
use winner_matching_core::format::micro;
use winner_matching_core::stable::{Challenge, Government, Problem, Wish};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// The seed of the lottery among equals; publish it.
    #[serde(default)]
    pub(super) seed: u64,
    /// Limits over all challenges of a government; with no list at all there are none.
    #[serde(default)]
    governments: Vec<GovernmentRow>,
    pub(super) challenges: Vec<ChallengeRow>,
    pub(super) submissions: Vec<SubmissionRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GovernmentRow {
    name: String,
    capacity: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChallengeRow {
    pub(super) name: String,
    government: Option<String>,
    capacity: u32,
    #[serde(default)]
    min: u32,
    /// Submissions, best first. Who is not listed is not wanted.
    ranking: Option<Vec<String>>,
    /// Or a score for each, as a decimal text such as "0.75".
    scores: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmissionRow {
    pub(super) name: String,
    /// Challenges, best first.
    wishes: Vec<String>,
}

/// Positions of names; a name given twice is a mistake.
fn positions<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
) -> anyhow::Result<BTreeMap<&'a str, u32>> {
    let mut at = BTreeMap::new();
    for (i, name) in (0..).zip(names) {
        if at.insert(name, i).is_some() {
            bail!("{what} {name:?} is given twice");
        }
    }
    Ok(at)
}

impl Lists {
    /// The problem the file describes.
    pub(super) fn problem(&self) -> anyhow::Result<Problem> {
        let challenge_at = positions("challenge", self.challenges.iter().map(|c| &*c.name))?;
        let submission_at = positions("submission", self.submissions.iter().map(|s| &*s.name))?;
        let government_at = positions("government", self.governments.iter().map(|g| &*g.name))?;
        let mut governments: Vec<Government> = self
            .governments
            .iter()
            .map(|g| Government { max: g.capacity })
            .collect();
        let mut challenges = Vec::new();
        let mut priority_of: Vec<BTreeMap<u32, i64>> = Vec::new();
        for c in &self.challenges {
            let listed = c
                .government
                .as_deref()
                .and_then(|name| government_at.get(name));
            let government = match (listed, &c.government) {
                (Some(&known), _) => known,
                (None, Some(name)) if !self.governments.is_empty() => {
                    bail!(
                        "challenge {:?} names government {name:?}, which is not listed",
                        c.name
                    )
                }
                // A government of its own without a limit.
                (None, _) => {
                    governments.push(Government { max: u32::MAX });
                    u32::try_from(governments.len() - 1).context("too many governments")?
                }
            };
            challenges.push(Challenge {
                government,
                min: c.min,
                max: c.capacity,
            });
            let priorities = c.priorities(&submission_at);
            priority_of.push(priorities.with_context(|| format!("challenge {:?}", c.name))?);
        }
        let mut wishes = Vec::new();
        for (s, submission) in (0..).zip(&self.submissions) {
            let mut list = Vec::new();
            for name in &submission.wishes {
                let Some(&challenge) = challenge_at.get(&**name) else {
                    bail!(
                        "submission {:?} wishes for {name:?}, which is no challenge",
                        submission.name
                    );
                };
                if let Some(&priority) = priority_of[challenge as usize].get(&s) {
                    list.push(Wish {
                        challenge,
                        priority,
                    });
                }
            }
            wishes.push(list);
        }
        Ok(Problem::new(wishes, challenges, governments, self.seed)?)
    }
}

impl ChallengeRow {
    /// How much the challenge wants each submission it lists.
    fn priorities(&self, at: &BTreeMap<&str, u32>) -> anyhow::Result<BTreeMap<u32, i64>> {
        let find = |name: &str| {
            at.get(name)
                .copied()
                .with_context(|| format!("{name:?} is no submission"))
        };
        let mut priorities = BTreeMap::new();
        match (&self.ranking, &self.scores) {
            (Some(ranking), None) => {
                for (place, name) in (0i64..).zip(ranking) {
                    if priorities.insert(find(name)?, -place).is_some() {
                        bail!("{name:?} is ranked twice");
                    }
                }
            }
            (None, Some(scores)) => {
                for (name, score) in scores {
                    let score = micro(score).map_err(anyhow::Error::msg)?;
                    priorities.insert(find(name)?, score);
                }
            }
            // No list at all: everyone is as welcome as anyone, by lot.
            (None, None) => priorities.extend(at.values().map(|&s| (s, 0))),
            (Some(_), Some(_)) => bail!("give a ranking or scores, not both"),
        }
        Ok(priorities)
    }
}
