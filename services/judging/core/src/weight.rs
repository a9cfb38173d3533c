//! Weights of criteria: shares of one, held as integers so that they can sum to exactly one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::decimal::{DecimalError, parse_scaled};

/// A share of one, in parts per million: `0.25` is `250_000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(u32);

impl Weight {
    /// The whole: what the weights of a rubric must sum to.
    pub const ONE: Self = Self(1_000_000);

    /// A weight of `parts` parts per million; `None` above one.
    pub const fn from_ppm(parts: u32) -> Option<Self> {
        if parts <= Self::ONE.0 {
            Some(Self(parts))
        } else {
            None
        }
    }

    /// A weight of `parts` thousandths; `None` above one.
    pub const fn from_thousandths(parts: u32) -> Option<Self> {
        if parts <= 1000 {
            Some(Self(parts * 1000))
        } else {
            None
        }
    }

    /// Parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for Weight {
    type Err = DecimalError;

    /// Reads `0.25`, `1`, or a percentage such as `25%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = match text.strip_suffix('%') {
            Some(percent) => parse_scaled(percent.trim_end(), 4)?,
            None => parse_scaled(text, 6)?,
        };
        u32::try_from(parts)
            .ok()
            .and_then(Self::from_ppm)
            .ok_or_else(|| DecimalError::TooLarge(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_read_as_a_share_or_a_percentage() {
        assert_eq!("0.25".parse(), Ok(Weight(250_000)));
        assert_eq!("12.5%".parse(), Ok(Weight(125_000)));
        assert_eq!("1".parse(), Ok(Weight::ONE));
        assert!("1.01".parse::<Weight>().is_err());
        assert!("-0.1".parse::<Weight>().is_err());
        assert_eq!(Weight(125_000).to_string(), "0.125");
        assert_eq!(Weight::ONE.to_string(), "1");
    }
}
