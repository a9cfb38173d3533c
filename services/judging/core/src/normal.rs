//! The normal distribution, exactly and from a table.

/// The probability that a standard normal number is below `z`.
pub fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The probability that an entry ahead by `gap`, with `sd` the standard deviation of the difference, is
/// truly better; one half when nothing is known.
pub fn order_probability(gap: f64, sd: f64) -> f64 {
    if sd > 0.0 {
        normal_below(gap / sd)
    } else if gap == 0.0 {
        0.5
    } else {
        f64::from(u8::from(gap > 0.0))
    }
}

/// [`normal_below`] from a table: pairs of entries are many, and `erfc` is slow.
///
/// Cubic between knots with the density as slope, so off by less than 1e-12.
#[derive(Debug)]
pub struct NormalTable {
    /// Value and slope per step at each knot.
    knots: Vec<(f64, f64)>,
}

impl Default for NormalTable {
    fn default() -> Self {
        Self::new()
    }
}

impl NormalTable {
    const STEPS: f64 = 256.0;
    /// Beyond it the tail is below 1e-15.
    const REACH: f64 = 8.0;

    /// Computes the table.
    pub fn new() -> Self {
        let last = 2.0 * Self::REACH * Self::STEPS;
        let scale = 1.0 / libm::sqrt(2.0 * std::f64::consts::PI) / Self::STEPS;
        let mut knots = Vec::new();
        let mut index = 0.0;
        while index <= last {
            let z = index / Self::STEPS - Self::REACH;
            knots.push((normal_below(z), scale * libm::exp(-0.5 * z * z)));
            index += 1.0;
        }
        Self { knots }
    }

    /// The probability that a standard normal number is below `z`.
    pub fn below(&self, z: f64) -> f64 {
        if z.is_nan() || libm::fabs(z) >= Self::REACH {
            return f64::from(u8::from(z > 0.0));
        }
        let place = (z + Self::REACH) * Self::STEPS;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between the first and the last knot"
        )]
        let index = place as usize;
        let (Some((low, low_slope)), Some((high, high_slope))) =
            (self.knots.get(index), self.knots.get(index + 1))
        else {
            return 1.0;
        };
        let t = place - index as f64;
        let rise = high - low;
        let bend = (low_slope - rise) * (1.0 - t) - (high_slope - rise) * t;
        low + t * (rise + (1.0 - t) * bend)
    }

    /// [`order_probability`] from the table.
    pub fn order(&self, gap: f64, sd: f64) -> f64 {
        if sd > 0.0 {
            self.below(gap / sd)
        } else {
            order_probability(gap, sd)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_normal_distribution_is_exact_enough() {
        let table = NormalTable::new();
        for step in -9000..9000 {
            let z = f64::from(step) / 1000.0 + 0.000_37;
            assert!((table.below(z) - normal_below(z)).abs() < 1e-12, "{z}");
        }
    }
}
