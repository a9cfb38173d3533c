//! What becomes of messages of which nobody knows whether they went out.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use winner_platform::config::{Problems, Validate};

use crate::commands::outlast::Policies;
use crate::domain::message::UnknownPolicy;
use crate::domain::notice::PURPOSES;

/// The longest that a policy may wait, in minutes: a week.
const LONGEST: u64 = 7 * 24 * 60;

/// By purpose (the template's id); what is not named is held.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct UnknownConfig(BTreeMap<String, UnknownRule>);

/// What becomes of messages of one purpose.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownRule {
    /// They stay unknown, and listed.
    Hold,
    /// They are sent again after so many minutes; only for what does no harm twice.
    ResendAfter(u64),
    /// The other channel says the same after so many minutes.
    OtherChannelAfter(u64),
}

impl UnknownConfig {
    /// Whether another channel stands in for some.
    pub fn crosses(&self) -> bool {
        let mut rules = self.0.values();
        rules.any(|rule| matches!(rule, UnknownRule::OtherChannelAfter(_)))
    }

    /// The policies.
    pub fn policies(&self) -> Policies {
        let policy = |rule: &UnknownRule| match *rule {
            UnknownRule::Hold => UnknownPolicy::Hold,
            UnknownRule::ResendAfter(minutes) => {
                UnknownPolicy::ResendAfter(Duration::from_mins(minutes))
            }
            UnknownRule::OtherChannelAfter(minutes) => {
                UnknownPolicy::OtherChannelAfter(Duration::from_mins(minutes))
            }
        };
        let rules = self.0.iter();
        Policies(
            rules
                .map(|(purpose, rule)| (purpose.clone(), policy(rule)))
                .collect(),
        )
    }
}

impl Validate for UnknownConfig {
    fn validate(&self, problems: &mut Problems) {
        for (purpose, rule) in &self.0 {
            if !PURPOSES.contains(&purpose.as_str()) {
                problems.refuse(purpose, format!("must be one of {}", PURPOSES.join(", ")));
            }
            match rule {
                UnknownRule::ResendAfter(minutes) | UnknownRule::OtherChannelAfter(minutes)
                    if *minutes == 0 || *minutes > LONGEST =>
                {
                    problems.refuse(purpose, format!("must be 1 to {LONGEST} minutes"));
                }
                UnknownRule::ResendAfter(_) => problems.warn(
                    purpose,
                    "somebody may get such a message twice: fit only for what does no harm twice",
                ),
                UnknownRule::Hold | UnknownRule::OtherChannelAfter(_) => {}
            }
        }
    }
}
