//! One random effect, or none: the model on the boundary, where the other variance is zero.
//!
//! The variance matrix is block diagonal, so everything is a sum over levels; the criterion is searched
//! along the whole line of ratios, which makes its solution global.

/// Scores by the levels of one factor.
#[derive(Debug, Clone, Copy)]
pub struct Levels<'a> {
    /// Scores per level.
    pub counts: &'a [f64],
    /// Their sums about the centre.
    pub sums: &'a [f64],
    /// The sum of squares of all scores about the centre.
    pub squares: f64,
}

/// The model at one ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The variance of the factor over the error variance.
    pub ratio: f64,
    /// The restricted criterion, `-2 log` of the restricted likelihood.
    pub criterion: f64,
    /// Its derivative in the ratio.
    pub slope: f64,
    /// The mean about the centre.
    pub mean: f64,
    /// The information on the mean: `1' H^-1 1`.
    pub mean_information: f64,
    /// `y' P y` times the error variance.
    pub squares: f64,
}

/// `(n - 1) (1 + log(2 pi q / (n - 1))) + log |H| + log information`.
pub fn criterion(scores: f64, squares: f64, log_determinant: f64, mean_information: f64) -> f64 {
    let freedom = scores - 1.0;
    freedom * (1.0 + libm::log(2.0 * std::f64::consts::PI * squares / freedom))
        + log_determinant
        + libm::log(mean_information)
}

impl Levels<'_> {
    fn scores(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// The model at a ratio (zero and above).
    pub fn at(&self, ratio: f64) -> Point {
        let (mut information, mut weighted, mut logs) = (0.0, 0.0, 0.0);
        for (count, sum) in self.counts.iter().zip(self.sums) {
            let shrink = 1.0 + ratio * count;
            information += count / shrink;
            weighted += sum / shrink;
            logs += libm::log(shrink);
        }
        let mean = weighted / information;
        // Within levels, then between them.
        let mut squares = self.squares;
        let (mut trace, mut trace_mean, mut quadratic) = (0.0, 0.0, 0.0);
        for (count, sum) in self.counts.iter().zip(self.sums) {
            let shrink = 1.0 + ratio * count;
            let gap = sum - count * mean;
            squares += gap * gap / (count * shrink) - sum * sum / count;
            trace += count / shrink;
            trace_mean += count * count / (shrink * shrink);
            quadratic += gap * gap / (shrink * shrink);
        }
        let freedom = self.scores() - 1.0;
        let slope = trace - trace_mean / information - freedom * quadratic / squares;
        Point {
            ratio,
            criterion: criterion(self.scores(), squares, logs, information),
            slope,
            mean,
            mean_information: information,
            squares,
        }
    }

    /// The ratio of the least criterion: zero, or where the slope vanishes.
    pub fn best(&self) -> Point {
        let mut best = self.at(0.0);
        let mut left = best;
        for step in -40..=40i32 {
            let right = self.at(libm::exp2(f64::from(step) / 2.0));
            if left.slope < 0.0 && right.slope >= 0.0 {
                let root = self.root(left, right);
                if root.criterion < best.criterion {
                    best = root;
                }
            }
            left = right;
        }
        best
    }

    /// Where the slope vanishes between two points: regula falsi with the Illinois rule (Dowell & Jarratt
    /// 1971, BIT 11:168), to the last bit of progress.
    fn root(&self, mut low: Point, mut high: Point) -> Point {
        let (mut low_weight, mut high_weight) = (low.slope, high.slope);
        let mut kept_high = None;
        for _ in 0..200 {
            let guess =
                (low.ratio * high_weight - high.ratio * low_weight) / (high_weight - low_weight);
            let inside = guess > low.ratio && guess < high.ratio;
            let middle = if inside {
                guess
            } else {
                0.5 * (low.ratio + high.ratio)
            };
            if !(middle > low.ratio && middle < high.ratio) {
                break;
            }
            let point = self.at(middle);
            if point.slope == 0.0 {
                return point;
            }
            let below = point.slope < 0.0;
            // An end that is kept twice running loses half its weight.
            let again = kept_high == Some(below);
            if below {
                (low, low_weight) = (point, point.slope);
                high_weight *= if again { 0.5 } else { 1.0 };
            } else {
                (high, high_weight) = (point, point.slope);
                low_weight *= if again { 0.5 } else { 1.0 };
            }
            kept_high = Some(below);
            if high.ratio - low.ratio <= 1e-14 * high.ratio {
                break;
            }
        }
        if -low.slope < high.slope { low } else { high }
    }
}
