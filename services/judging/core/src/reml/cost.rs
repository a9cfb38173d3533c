//! What solving the equations of a round will take, told before it begins.

use serde::{Deserialize, Serialize};

use super::crossing::Crossing;

/// Multiplications and additions a second on one processor, as measured; a slower one takes longer.
const SPEED: f64 = 7e9;
/// How often the equations are factored until they are solved, as a rule.
const EVALUATIONS: f64 = 4.0;
/// What is too long to wait for one fit, of which a whole report needs several.
pub const MOST_MINUTES: u32 = 10;
/// What is more memory than a small machine has.
pub const MOST_MEGABYTES: u32 = 4_000;

/// An estimate; a function of the design alone, so the same on any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Equations that hang together so closely that they are solved by dense kernels.
    pub equations: u32,
    /// Minutes of one processor, begun ones counted.
    pub minutes: u32,
    /// Megabytes of memory.
    pub megabytes: u32,
}

impl Cost {
    /// Of so many equations for the dense kernels; where others are eliminated before them, the inverse is needed as well.
    pub fn of(equations: usize, is_sparse: bool) -> Self {
        let n = equations as f64;
        let products = n * n * n / if is_sparse { 2.0 } else { 3.0 };
        // The factor and its inverse, each a half.
        let bytes = 8.0 * n * n;
        Self {
            equations: whole(n),
            minutes: whole(libm::ceil(EVALUATIONS * products / SPEED / 60.0)),
            megabytes: whole(libm::ceil(bytes / 1e6)),
        }
    }

    /// Of a round.
    pub fn of_round(crossing: &Crossing) -> Self {
        Self::of(crossing.core(), crossing.thinning.is_some())
    }

    /// Whether a fit is worth beginning.
    pub fn is_affordable(self) -> bool {
        self.minutes <= MOST_MINUTES && self.megabytes <= MOST_MEGABYTES
    }
}

fn whole(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and stops at the largest"
    )]
    let whole = value as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_of_ten_thousand_judges_is_affordable_and_one_of_twenty_is_not() {
        let ten = Cost::of(10_000, false);
        assert_eq!((ten.minutes, ten.megabytes), (4, 800));
        assert!(ten.is_affordable());
        let random = Cost::of(14_511, true);
        assert_eq!((random.minutes, random.megabytes), (15, 1_685));
        assert!(!random.is_affordable());
        assert!(!Cost::of(20_000, false).is_affordable());
    }
}
