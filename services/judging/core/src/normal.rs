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

    /// [`Self::below`] of many numbers, in place and without a branch; one half of what is no number.
    pub fn below_each(&self, numbers: &mut [f64]) {
        /// Beyond the last but one knot nothing changes by more than 1e-15.
        const LAST: f64 = NormalTable::REACH - 0.25 / NormalTable::STEPS;
        /// Numbers this large have no digits after the point: adding it rounds, and leaves the whole number in the last bits.
        const ROUND: f64 = 6_755_399_441_055_744.0;
        for number in numbers {
            let z = if number.is_nan() { 0.0 } else { *number };
            let z = if z > LAST { LAST } else { z };
            let z = if z < -LAST { -LAST } else { z };
            let place = (z + Self::REACH) * Self::STEPS;
            let rounded = (place - 0.5) + ROUND;
            let t = place - (rounded - ROUND);
            let index = (rounded.to_bits() & 0xffff) as usize;
            let ((low, low_slope), (high, high_slope)) = (self.knots[index], self.knots[index + 1]);
            let rise = high - low;
            let bend = (low_slope - rise) * (1.0 - t) - (high_slope - rise) * t;
            *number = low + t * (rise + (1.0 - t) * bend);
        }
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

    #[test]
    fn many_numbers_at_once_are_as_exact() {
        let table = NormalTable::new();
        let numbers: Vec<f64> = (-90_000..90_000)
            .map(|step| f64::from(step) / 10_000.0)
            .chain((-2050..=2050).map(|knot| f64::from(knot) / 256.0))
            .chain([f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, f64::MAX])
            .collect();
        let mut each = numbers.clone();
        table.below_each(&mut each);
        for (z, each) in numbers.iter().zip(each) {
            assert!((each - normal_below(*z)).abs() < 1e-12, "{z}");
        }
        let mut none = [f64::NAN];
        table.below_each(&mut none);
        assert_eq!(none[0].to_bits(), 0.5f64.to_bits());
    }
}
