//! Who ranks whom, checked once.

use thiserror::Error;

use crate::flow::scramble;

/// A submission's wish: a challenge, and how the challenge values the submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Position of the challenge.
    pub challenge: u32,
    /// How much the challenge wants the submission; larger is better. A score
    /// in micro-units, or minus the place on an explicit list.
    pub priority: i64,
}

/// A challenge: who offers it and how many pilots it hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// Position of the government.
    pub government: u32,
    /// Fewest submissions; 0 for no lower quota.
    pub min: u32,
    /// Most submissions.
    pub max: u32,
}

/// A government and how many pilots it hosts over all its challenges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Government {
    /// Most submissions.
    pub max: u32,
}

/// Why an input is not a matching problem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProblemError {
    /// A wish names a challenge that does not exist.
    #[error("submission {submission} wishes for challenge {challenge}, which does not exist")]
    UnknownChallenge {
        /// The submission.
        submission: usize,
        /// What it names.
        challenge: u32,
    },
    /// A submission names a challenge twice.
    #[error("submission {submission} wishes for challenge {challenge} twice")]
    Twice {
        /// The submission.
        submission: usize,
        /// What it names twice.
        challenge: u32,
    },
    /// A challenge names a government that does not exist.
    #[error("challenge {challenge} names government {government}, which does not exist")]
    UnknownGovernment {
        /// The challenge.
        challenge: usize,
        /// What it names.
        government: u32,
    },
    /// A challenge's fewest is more than its most.
    #[error("challenge {challenge}: at least {min} submissions but at most {max}")]
    QuotaReversed {
        /// The challenge.
        challenge: usize,
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// More than positions of 32 bits can count.
    #[error("too many submissions or challenges")]
    TooMany,
}

/// A checked problem. What a submission does not wish for, it is not matched with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub(super) wishes: Vec<Vec<Wish>>,
    pub(super) challenges: Vec<Challenge>,
    pub(super) governments: Vec<Government>,
    pub(super) lots: Vec<u64>,
}

impl Problem {
    /// Each submission's wishes, best first, with the challenges and governments.
    ///
    /// `seed` orders submissions of equal priority, see [`Self::lot`].
    ///
    /// # Errors
    /// The first thing wrong with the input, see [`ProblemError`].
    pub fn new(
        wishes: Vec<Vec<Wish>>,
        challenges: Vec<Challenge>,
        governments: Vec<Government>,
        seed: u64,
    ) -> Result<Self, ProblemError> {
        if wishes.len() > u32::MAX as usize || challenges.len() > u32::MAX as usize {
            return Err(ProblemError::TooMany);
        }
        for (challenge, c) in challenges.iter().enumerate() {
            if c.government as usize >= governments.len() {
                let government = c.government;
                return Err(ProblemError::UnknownGovernment {
                    challenge,
                    government,
                });
            }
            if c.min > c.max {
                return Err(ProblemError::QuotaReversed {
                    challenge,
                    min: c.min,
                    max: c.max,
                });
            }
        }
        let mut last_wish_of = vec![usize::MAX; challenges.len()];
        for (submission, list) in wishes.iter().enumerate() {
            for &Wish { challenge, .. } in list {
                let Some(last) = last_wish_of.get_mut(challenge as usize) else {
                    return Err(ProblemError::UnknownChallenge {
                        submission,
                        challenge,
                    });
                };
                if std::mem::replace(last, submission) == submission {
                    return Err(ProblemError::Twice {
                        submission,
                        challenge,
                    });
                }
            }
        }
        let lots = (0..wishes.len() as u64)
            .map(|s| scramble(seed, s))
            .collect();
        Ok(Self {
            wishes,
            challenges,
            governments,
            lots,
        })
    }

    /// A submission's lot: among equal priorities the larger lot wins. One lot
    /// for all challenges, a hash of the seed and the position that anyone can repeat.
    pub fn lot(&self, submission: u32) -> u64 {
        self.lots[submission as usize]
    }

    /// How many submissions there are.
    pub fn submissions(&self) -> usize {
        self.wishes.len()
    }

    /// Each submission's wishes, best first.
    pub fn wishes(&self) -> &[Vec<Wish>] {
        &self.wishes
    }

    /// The challenges.
    pub fn challenges(&self) -> &[Challenge] {
        &self.challenges
    }

    /// The governments.
    pub fn governments(&self) -> &[Government] {
        &self.governments
    }

    pub(super) fn key(&self, submission: u32, wish: Wish) -> Key {
        Key {
            priority: wish.priority,
            lot: self.lot(submission),
            submission,
        }
    }
}

/// How proposals compare: priority, then lot, then (never needed in practice) position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) priority: i64,
    pub(super) lot: u64,
    pub(super) submission: u32,
}
