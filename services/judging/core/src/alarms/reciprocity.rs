//! Circles whose judges favour each other's entries: yours for mine.
//!
//! For two circles (institutions, regions) the deleted residuals of either's judges on the other's entries are tested one-sided; both
//! must be high, so the larger p-value counts (the intersection-union test of Berger 1982, Technometrics 24:295). Judges' leniency and
//! entries' merit are off the residuals already.

use std::collections::BTreeMap;

use super::Finding;
use crate::distributions::student_above;
use crate::fdr::adjusted;
use crate::reml::deleted::Deleted;

/// Adjusted p-values below raise an alarm.
const Q: f64 = 0.01;
/// Each direction needs so many reviews.
const FEWEST: usize = 5;

/// To which circle judges and entries belong, by position; `None` where nothing is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circles {
    /// Of each judge.
    pub judges: Vec<Option<String>>,
    /// Of each entry.
    pub entries: Vec<Option<String>>,
}

/// Two circles that met both ways.
struct Exchange<'a> {
    circles: [&'a str; 2],
    /// Deleted residuals of the first's judges on the second's entries, and the other way.
    ways: [&'a [f64]; 2],
    p: f64,
}

/// Pairs of circles that favour each other, surest first; `column` says what a circle is.
pub fn findings(column: &str, circles: &Circles, residuals: &[Deleted]) -> Vec<Finding> {
    let mut ways: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for deleted in residuals {
        if let (Some(from), Some(to)) = (
            &circles.judges[deleted.judge],
            &circles.entries[deleted.entry],
        ) {
            ways.entry((from, to)).or_default().push(deleted.z);
        }
    }
    let tested: Vec<Exchange<'_>> = ways
        .iter()
        .filter(|((from, to), _)| from < to)
        .filter_map(|((from, to), there)| {
            let back = ways.get(&(*to, *from))?;
            Some(Exchange {
                circles: [*from, *to],
                ways: [there, back],
                p: libm::fmax(above_zero(there)?, above_zero(back)?),
            })
        })
        .collect();
    let p: Vec<f64> = tested.iter().map(|exchange| exchange.p).collect();
    let mut found: Vec<(f64, Finding)> = tested
        .iter()
        .zip(adjusted(&p))
        .filter(|(_, q)| *q < Q)
        .map(|(exchange, q)| {
            let finding = Finding::Reciprocity {
                column: column.to_owned(),
                circles: exchange.circles.map(ToOwned::to_owned),
                deviations: exchange.ways.map(mean),
                reviews: exchange.ways.map(<[f64]>::len),
                q,
            };
            (q, finding)
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Student's one-sided p-value that the values are above zero.
fn above_zero(values: &[f64]) -> Option<f64> {
    if values.len() < FEWEST {
        return None;
    }
    let (count, mean) = (values.len() as f64, mean(values));
    let squares: f64 = values.iter().map(|z| (z - mean) * (z - mean)).sum();
    // Residuals over their standard deviations do not vary less than chance: a smaller spread is luck, no precision.
    let spread = libm::fmax(squares / (count - 1.0), 1.0);
    let t = mean / libm::sqrt(spread / count);
    Some(student_above(t, count - 1.0))
}
