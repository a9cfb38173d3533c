//! Tail probabilities of Student's t and of chi-square.
#![expect(
    clippy::many_single_char_names,
    reason = "the letters of the published continued fractions"
)]

use crate::normal::normal_below;

/// From so many degrees of freedom on, Student's t is normal to better than one part in a million.
const NORMAL_FROM: f64 = 1e6;

/// The probability that Student's t with `freedom` degrees is above `t`.
pub fn student_above(t: f64, freedom: f64) -> f64 {
    if freedom > NORMAL_FROM {
        return normal_below(-t);
    }
    let x = freedom / (freedom + t * t);
    let tail = 0.5 * incomplete_beta(0.5 * freedom, 0.5, x);
    if t >= 0.0 { tail } else { 1.0 - tail }
}

/// The probability that chi-square with `freedom` degrees is above `x`.
pub fn chi_square_above(x: f64, freedom: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let (a, x) = (0.5 * freedom, 0.5 * x);
    let scale = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-16 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        1.0 - sum * scale
    } else {
        // Lentz's continued fraction (Numerical Recipes, 6.2).
        let mut b = x + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for i in 1..1000 {
            let step = f64::from(i);
            let factor = -step * (step - a);
            b += 2.0;
            d = 1.0 / nonzero(factor * d + b);
            c = nonzero(b + factor / c);
            fraction *= d * c;
            if libm::fabs(d * c - 1.0) < 1e-15 {
                break;
            }
        }
        scale * fraction
    }
}

fn nonzero(value: f64) -> f64 {
    if libm::fabs(value) < 1e-300 {
        1e-300
    } else {
        value
    }
}

/// The regularised incomplete beta function `I_x(a, b)` (Numerical Recipes, 6.4).
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return f64::from(u8::from(x >= 1.0));
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log1p(-x),
    );
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..2000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        for factor in [even, odd] {
            d = 1.0 / nonzero(1.0 + factor * d);
            c = nonzero(1.0 + factor / c);
            fraction *= d * c;
        }
        if libm::fabs(d * c - 1.0) < 1e-15 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_tables() {
        let cases = [
            (student_above(2.228_138_852, 10.0), 0.025),
            (student_above(-2.228_138_852, 10.0), 0.975),
            (student_above(1.0, 1.0), 0.25),
            (student_above(1.644_853_627, 1e9), 0.05),
            (chi_square_above(3.841_458_821, 1.0), 0.05),
            (chi_square_above(18.307_038_05, 10.0), 0.05),
            (chi_square_above(2.0, 2.0), libm::exp(-1.0)),
        ];
        for (ours, table) in cases {
            assert!((ours - table).abs() < 1e-8, "{ours} {table}");
        }
    }
}
