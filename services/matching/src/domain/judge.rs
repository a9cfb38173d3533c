//! A judge's expertise and quota for an edition.

use super::ids::PersonId;

/// What matching knows of a judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judge {
    /// Who.
    pub person: PersonId,
    /// Issues that the judge knows well.
    pub issues: Vec<String>,
    /// Regions that the judge knows well.
    pub regions: Vec<String>,
    /// At most this many entries in a round; 0 leaves it to the round.
    pub quota: u32,
    /// Holds the office now.
    pub active: bool,
}

impl Judge {
    /// How many entries the judge may get in a round that allows `max_load`.
    pub fn capacity(&self, max_load: u32) -> u32 {
        match (self.active, self.quota) {
            (false, _) => 0,
            (true, 0) => max_load,
            (true, quota) => quota.min(max_load),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn judge(quota: u32, active: bool) -> Judge {
        let person = PersonId(Uuid::from_u128(1));
        Judge {
            person,
            issues: Vec::new(),
            regions: Vec::new(),
            quota,
            active,
        }
    }

    #[test]
    fn the_smaller_of_quota_and_round_limit_holds() {
        assert_eq!(judge(0, true).capacity(12), 12);
        assert_eq!(judge(5, true).capacity(12), 5);
        assert_eq!(judge(20, true).capacity(12), 12);
    }

    #[test]
    fn who_lost_the_office_gets_nothing() {
        assert_eq!(judge(5, false).capacity(12), 0);
    }
}
