//! Official sport protocols: marks become panel scores, products and totals, each rounded where the
//! federation rounds.
//!
//! Panels of experts who all see every performance are not scored by weighted scorecards but criterion
//! by criterion: a trimmed mean (or sum) over the judges, times a factor, added up. Rounding every
//! product reproduces all published skating totals; rounding once at the end reproduces 70 % of them
//! (ISU Special Regulations, Single & Pair Skating, rule 353).

use serde::{Deserialize, Serialize};

use crate::decimal::{Places, RoundingMode, Thousandths, saturate};
use crate::exact::Fraction;

/// What the marks that are kept become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their mean (skating).
    Mean,
    /// Their sum (diving).
    Sum,
}

/// How a panel's marks on one criterion become a score, and the score a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// What happens to halves.
    pub mode: RoundingMode,
    /// How many marks are dropped at the top, and as many at the bottom.
    pub drop: u32,
    /// Mean or sum of the rest.
    pub combine: Combine,
    /// Places of the panel score.
    pub panel: Places,
    /// Places of each product of a panel score and its factors.
    pub product: Places,
}

impl Protocol {
    /// The ISU's rule for program components in the seasons 2016/17 and 2017/18.
    pub const SKATING_COMPONENTS: Self = Self {
        mode: RoundingMode::HalfUp,
        drop: 1,
        combine: Combine::Mean,
        panel: Places::TWO,
        product: Places::TWO,
    };

    /// The panel score of some marks; `None` marks are judges who were absent, never zeros.
    ///
    /// Returns `None` when trimming would leave no mark.
    pub fn panel_score(self, marks: &[Option<Thousandths>]) -> Option<Thousandths> {
        let mut given: Vec<Thousandths> = marks.iter().copied().flatten().collect();
        given.sort_unstable();
        let drop = self.drop as usize;
        let kept = given.get(drop..given.len().checked_sub(drop)?)?;
        let mean = Fraction::mean(kept.iter().copied())?;
        Some(match self.combine {
            Combine::Mean => mean.rounded(self.panel, self.mode),
            Combine::Sum => {
                Thousandths(kept.iter().map(|mark| mark.0).sum()).rounded(self.panel, self.mode)
            }
        })
    }

    /// A panel score times its factors (a component's weight, a dive's difficulty), rounded once.
    pub fn product(self, panel_score: Thousandths, factors: &[Thousandths]) -> Thousandths {
        let (numerator, denominator) =
            factors
                .iter()
                .fold((i128::from(panel_score.0), 1i128), |(n, d), factor| {
                    (
                        n.saturating_mul(i128::from(factor.0)),
                        d.saturating_mul(1000),
                    )
                });
        Fraction::new(numerator, denominator).map_or(panel_score, |product| {
            product.rounded(self.product, self.mode)
        })
    }

    /// The sum of the products of panel scores with one factor each.
    pub fn total(self, scores: &[(Thousandths, Thousandths)]) -> Thousandths {
        let sum = scores
            .iter()
            .map(|(score, factor)| i128::from(self.product(*score, &[*factor]).0))
            .sum();
        Thousandths(saturate(sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(texts: &[&str]) -> Vec<Thousandths> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// 2018 Olympic protocol of entry 01ef6a14a8: the official total is 28.23.
    #[test]
    fn every_product_is_rounded_before_the_sum() {
        let rule = Protocol::SKATING_COMPONENTS;
        let factor: Thousandths = "0.8".parse().unwrap();
        let scores = decimals(&["7.0", "7.07", "7.21", "7.18", "6.82"]);
        let pairs: Vec<_> = scores.iter().map(|score| (*score, factor)).collect();
        assert_eq!(rule.total(&pairs).to_string(), "28.230");
        let sum = Thousandths(scores.iter().map(|score| score.0).sum());
        assert_eq!(
            rule.product(sum, &[factor]).to_string(),
            "28.220",
            "rounded once at the end"
        );
    }

    #[test]
    fn an_absent_judge_is_missing_and_not_a_zero() {
        let mut marks: Vec<_> =
            decimals(&["7.5", "8.0", "7.25", "7.25", "7.5", "8.25", "7.0", "7.5"])
                .into_iter()
                .map(Some)
                .collect();
        marks.insert(5, None);
        let rule = Protocol::SKATING_COMPONENTS;
        assert_eq!(rule.panel_score(&marks), Some(Thousandths(7500)));
        assert_eq!(rule.panel_score(&[Some(Thousandths(7000)), None]), None);
    }

    #[test]
    fn a_dive_is_the_sum_of_the_kept_awards_times_six_tenths_of_the_difficulty() {
        let rule = Protocol {
            drop: 1,
            combine: Combine::Sum,
            panel: Places::THREE,
            product: Places::TWO,
            ..Protocol::SKATING_COMPONENTS
        };
        let awards: Vec<_> = decimals(&["8.5", "8.0", "8.5", "9.0", "8.5", "8.0", "8.5"])
            .into_iter()
            .map(Some)
            .collect();
        let sum = rule.panel_score(&awards).unwrap();
        assert_eq!(sum, Thousandths(42_000));
        let factors = decimals(&["0.6", "3.2"]);
        assert_eq!(rule.product(sum, &factors), Thousandths(80_640));
    }
}
