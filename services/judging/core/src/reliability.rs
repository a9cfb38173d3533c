//! How reliable mean scores are, and what more reviews would buy.

use serde::Serialize;

use crate::reml::Variances;

/// Intraclass correlations of a complete panel (Shrout & Fleiss 1979, Psychological Bulletin 86:420).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Icc {
    /// One-way, a single judge: ICC(1,1).
    pub one_way: f64,
    /// Two-way, absolute agreement, a single judge: ICC(2,1).
    pub agreement: f64,
    /// Two-way, consistency, a single judge: ICC(3,1).
    pub consistency: f64,
    /// One-way, the mean of all judges: ICC(1,k).
    pub one_way_mean: f64,
    /// Absolute agreement of the mean of all judges: ICC(2,k).
    pub agreement_mean: f64,
    /// Consistency of the mean of all judges: ICC(3,k).
    pub consistency_mean: f64,
}

/// Intraclass correlations from mean squares; `rows` are entries, each with one score of every judge.
///
/// `None` unless the panel is complete, has two entries and two judges, and scores that differ.
pub fn icc(rows: &[Vec<f64>]) -> Option<Icc> {
    let (n, k) = (rows.len() as f64, rows.first()?.len() as f64);
    if rows.len() < 2 || rows[0].len() < 2 || rows.iter().any(|row| row.len() != rows[0].len()) {
        return None;
    }
    let grand = rows.iter().flatten().sum::<f64>() / (n * k);
    let row_means: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let column_means: Vec<f64> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / n)
        .collect();
    let squares = |means: &[f64]| -> f64 { means.iter().map(|m| (m - grand) * (m - grand)).sum() };
    let between = k * squares(&row_means) / (n - 1.0);
    let judges = n * squares(&column_means) / (k - 1.0);
    let (mut within, mut error) = (0.0, 0.0);
    for (row, mean) in rows.iter().zip(&row_means) {
        for (value, column) in row.iter().zip(&column_means) {
            within += (value - mean) * (value - mean);
            let residual = value - mean - column + grand;
            error += residual * residual;
        }
    }
    within /= n * (k - 1.0);
    error /= (n - 1.0) * (k - 1.0);
    if between + within <= 0.0 {
        return None;
    }
    Some(Icc {
        one_way: (between - within) / (between + (k - 1.0) * within),
        agreement: (between - error) / (between + (k - 1.0) * error + k * (judges - error) / n),
        consistency: (between - error) / (between + (k - 1.0) * error),
        one_way_mean: (between - within) / between,
        agreement_mean: (between - error) / (between + (judges - error) / n),
        consistency_mean: (between - error) / between,
    })
}

/// What a number of reviews per entry buys (generalisability theory; Brennan 2001, ch. 2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prospect {
    /// Reviews per entry, by different judges.
    pub reviews: u32,
    /// The share of the variance of mean scores that is merit, judges' leniency taken off (G coefficient).
    pub generalizability: f64,
    /// The same with leniency left in (index of dependability, phi).
    pub dependability: f64,
    /// The standard error of an entry's merit, in points, leniency taken off.
    pub standard_error: f64,
}

/// What one to `most` reviews per entry would buy, by the variances of this round; nothing where nothing
/// varies.
pub fn prospects(variances: Variances, most: u32) -> Vec<Prospect> {
    if variances.entry <= 0.0 {
        return Vec::new();
    }
    (1..=most)
        .map(|reviews| {
            let count = f64::from(reviews);
            let share = |noise: f64| variances.entry / (variances.entry + noise / count);
            Prospect {
                reviews,
                generalizability: share(variances.error),
                dependability: share(variances.error + variances.judge),
                standard_error: libm::sqrt(variances.entry * (1.0 - share(variances.error))),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
