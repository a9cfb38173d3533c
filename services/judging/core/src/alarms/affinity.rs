//! Judges who favour their own: the same region, institution or sponsor.
//!
//! The test that found nationalistic bias in diving and skating (Emerson, Seltzer & Lin 2009, The American
//! Statistician 63:124; Zitzewitz 2006): over all judges a two-way regression, per judge the difference
//! from the rest of the panel on home entries against the others, by Welch's test and, before anyone is named, by permutation.

use super::Finding;
use super::permutation::{DRAWS, p_above};
use crate::distributions::student_above;
use crate::fdr::adjusted;
use crate::methods::two_way_residuals;
use crate::model::Model;

/// Adjusted p-values below raise an alarm.
const Q: f64 = 0.01;
/// Welch's verdict falls where permutation's p-value is not below.
const ACQUITTED: f64 = 0.05;
/// A judge needs so many home entries for an alarm.
const FEWEST: usize = 5;

/// What all judges together do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overall {
    /// By how many points home entries are scored higher.
    pub difference: f64,
    /// Student's t of it.
    pub t: f64,
    /// Its degrees of freedom.
    pub freedom: f64,
    /// How many reviews of home entries.
    pub home: usize,
}

/// What one judge does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfJudge {
    /// The judge's position.
    pub judge: usize,
    /// By how many points home entries are scored higher, against the rest of the panel.
    pub difference: f64,
    /// Welch's t.
    pub t: f64,
    /// One-sided p-value.
    pub p: f64,
    /// The adjusted p-value.
    pub q: f64,
    /// How many home entries.
    pub home: usize,
}

/// The coefficient of `home` beside entry and judge as fixed effects; `home` is by review.
///
/// `None` without home reviews, or where nothing is left to measure by.
pub fn overall(model: &Model, home: &[bool]) -> Option<Overall> {
    let scores: Vec<f64> = model.scores.iter().map(|score| score.total).collect();
    let marks: Vec<f64> = home.iter().map(|home| f64::from(u8::from(*home))).collect();
    let y = two_way_residuals(model, &scores)?;
    let h = two_way_residuals(model, &marks)?;
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let spread = product(&h, &h);
    let levels = model.entries.len() + model.judges.len() - model.graph.component_count();
    let freedom = scores.len() as f64 - levels as f64 - 1.0;
    if spread <= 1e-12 || freedom < 1.0 {
        return None;
    }
    let difference = product(&h, &y) / spread;
    let rest: f64 = y
        .iter()
        .zip(&h)
        .map(|(y, h)| (y - difference * h) * (y - difference * h))
        .sum();
    let error = libm::sqrt(rest / freedom / spread);
    Some(Overall {
        difference,
        t: difference / error,
        freedom,
        home: home.iter().filter(|home| **home).count(),
    })
}

/// Deviations from the rest of the panel, by judge: of home entries, and of the others.
struct Deviations {
    home: Vec<Vec<f64>>,
    away: Vec<Vec<f64>>,
}

fn deviations(model: &Model, home: &[bool]) -> Deviations {
    let mut all = Deviations {
        home: vec![Vec::new(); model.judges.len()],
        away: vec![Vec::new(); model.judges.len()],
    };
    let mut start = 0;
    for reviews in model.scores.chunk_by(|a, b| a.entry == b.entry) {
        let sum: f64 = reviews.iter().map(|score| score.total).sum();
        for (score, home) in reviews.iter().zip(&home[start..]) {
            if reviews.len() > 1 {
                let others = (sum - score.total) / (reviews.len() as f64 - 1.0);
                let side = if *home { &mut all.home } else { &mut all.away };
                side[score.judge].push(score.total - others);
            }
        }
        start += reviews.len();
    }
    all
}

/// Every judge with at least `fewest` home entries and two others, tested.
pub fn of_judges(model: &Model, home: &[bool], fewest: usize) -> Vec<OfJudge> {
    tested(&deviations(model, home), fewest)
}

fn tested(deviations: &Deviations, fewest: usize) -> Vec<OfJudge> {
    let mut found: Vec<OfJudge> = (0..deviations.home.len())
        .filter(|judge| deviations.home[*judge].len() >= fewest)
        .filter_map(|judge| welch(judge, &deviations.home[judge], &deviations.away[judge]))
        .collect();
    let p: Vec<f64> = found.iter().map(|judge| judge.p).collect();
    for (judge, q) in found.iter_mut().zip(adjusted(&p)) {
        judge.q = q;
    }
    found
}

/// The judges whom Welch's test names and permutation does not acquit, with its p-value.
fn named(model: &Model, home: &[bool]) -> Vec<(OfJudge, f64)> {
    let deviations = deviations(model, home);
    tested(&deviations, FEWEST)
        .into_iter()
        .filter(|judge| judge.q < Q)
        .map(|judge| {
            let (home, away) = (&deviations.home[judge.judge], &deviations.away[judge.judge]);
            let name = model.judges[judge.judge].as_str();
            (judge, p_above(home, away, DRAWS, name))
        })
        .filter(|(_, p)| *p < ACQUITTED)
        .collect()
}

/// Welch's test that home deviations are higher (Welch 1947, Biometrika 34:28).
fn welch(judge: usize, home: &[f64], away: &[f64]) -> Option<OfJudge> {
    let (home_mean, home_square) = squared_error(home)?;
    let (away_mean, away_square) = squared_error(away)?;
    let square = home_square + away_square;
    if square <= 0.0 {
        return None;
    }
    let freedom = square * square
        / (home_square * home_square / (home.len() as f64 - 1.0)
            + away_square * away_square / (away.len() as f64 - 1.0));
    let t = (home_mean - away_mean) / libm::sqrt(square);
    let p = student_above(t, freedom);
    Some(OfJudge {
        judge,
        difference: home_mean - away_mean,
        t,
        p,
        q: p,
        home: home.len(),
    })
}

/// The mean and its squared standard error.
fn squared_error(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    Some((mean, squares / (count - 1.0) / count))
}

/// The findings on one kind of kinship, named by its column.
pub fn findings(model: &Model, column: &str, home: &[bool]) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(all) = overall(model, home) {
        let p = student_above(all.t, all.freedom);
        if p < Q && all.home >= FEWEST {
            found.push(Finding::Affinity {
                column: column.to_owned(),
                judge: None,
                difference: all.difference,
                t: all.t,
                home: all.home,
                q: p,
                permutation: None,
            });
        }
    }
    let judges = named(model, home).into_iter();
    found.extend(judges.map(|(judge, permutation)| Finding::Affinity {
        column: column.to_owned(),
        judge: Some(model.judges[judge.judge].to_string()),
        difference: judge.difference,
        t: judge.t,
        home: judge.home,
        q: judge.q,
        permutation: Some(permutation),
    }));
    found
}
