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
mod tests {
    use super::*;

    /// Shrout & Fleiss (1979), table 2.
    #[test]
    fn the_six_coefficients_are_those_of_shrout_and_fleiss() {
        let rows = [
            [9.0, 2.0, 5.0, 8.0],
            [6.0, 1.0, 3.0, 2.0],
            [8.0, 4.0, 6.0, 8.0],
            [7.0, 1.0, 2.0, 6.0],
            [10.0, 5.0, 6.0, 9.0],
            [6.0, 2.0, 4.0, 7.0],
        ]
        .map(Vec::from);
        let icc = icc(&rows).unwrap();
        let published = [
            (icc.one_way, 0.17),
            (icc.agreement, 0.29),
            (icc.consistency, 0.71),
            (icc.one_way_mean, 0.44),
            (icc.agreement_mean, 0.62),
            (icc.consistency_mean, 0.91),
        ];
        for (ours, published) in published {
            assert!((ours - published).abs() < 0.005, "{ours} {published}");
        }
    }

    #[test]
    fn more_reviews_buy_reliability_and_less_each_time() {
        let variances = Variances {
            entry: 1.0,
            judge: 0.5,
            error: 1.5,
        };
        let list = prospects(variances, 4);
        assert!((list[0].generalizability - 0.4).abs() < 1e-12);
        assert!((list[3].dependability - 1.0 / 1.5).abs() < 1e-12);
        assert!((list[0].standard_error - 0.6f64.sqrt()).abs() < 1e-12);
        for pair in list.windows(3) {
            let gain = |a: usize| pair[a + 1].generalizability - pair[a].generalizability;
            assert!(gain(0) > gain(1) && gain(1) > 0.0);
        }
        assert!(
            prospects(
                Variances {
                    entry: 0.0,
                    ..variances
                },
                3
            )
            .is_empty()
        );
    }
}
