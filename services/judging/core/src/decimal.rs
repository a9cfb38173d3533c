//! Decimals without floats.
//!
//! Medals have turned on the order of rounding (US figure skating, 2008), so a score is an integer
//! count of thousandths from the scorecard up to the statistical model, and rounding happens where the
//! rubric says, in the way it says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A decimal number held as an integer count of thousandths: `7.25` is `7250`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Thousandths(pub i64);

/// Why a text is not a decimal with at most three places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text holds something else than digits, one sign and one point.
    #[error("`{0}` is not a decimal number")]
    NotANumber(String),
    /// More than three digits follow the point and they are not zeros.
    #[error("`{0}` has more than three decimal places")]
    TooPrecise(String),
    /// The number does not fit.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

impl Thousandths {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// A whole number.
    pub const fn whole(value: i32) -> Self {
        Self(value as i64 * 1000)
    }

    /// The nearest float, for the statistical model and for display only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The nearest thousandth of a finite float (halves away from zero); `None` when it does not fit.
    pub fn nearest(value: f64) -> Option<Self> {
        let scaled = libm::round(value * 1000.0);
        // 2^53: beyond it a float no longer counts thousandths one by one.
        if scaled.is_finite() && libm::fabs(scaled) <= 9_007_199_254_740_992.0 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the range was checked above"
            )]
            let whole = scaled as i64;
            Some(Self(whole))
        } else {
            None
        }
    }

    /// This number rounded to `places`.
    #[must_use]
    pub fn rounded(self, places: Places, mode: RoundingMode) -> Self {
        let unit = places.unit();
        Self(saturate(
            mode.divide(i128::from(self.0), i128::from(unit)) * i128::from(unit),
        ))
    }
}

/// Clamps to the range of `i64`; rubrics bound scores far below it.
pub(crate) fn saturate(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", magnitude / 1000, magnitude % 1000)
    }
}

impl FromStr for Thousandths {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_scaled(text, 3).map(Self)
    }
}

/// Reads a plain decimal (`-7`, `7.25`, `.5`) as an integer count of `10^-places`.
pub(crate) fn parse_scaled(text: &str, places: usize) -> Result<i64, DecimalError> {
    let not_a_number = || DecimalError::NotANumber(text.to_owned());
    let too_large = || DecimalError::TooLarge(text.to_owned());
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(not_a_number());
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(places));
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(DecimalError::TooPrecise(text.to_owned()));
    }
    let mut value: i64 = 0;
    let padding = std::iter::repeat_n(b'0', places - kept.len());
    for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
        value = value
            .checked_mul(10)
            .and_then(|shifted| shifted.checked_add(i64::from(digit - b'0')))
            .ok_or_else(too_large)?;
    }
    Ok(if negative { -value } else { value })
}

/// How many decimal places a rounded number keeps: 0 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Places(u8);

impl Places {
    /// Whole numbers.
    pub const NONE: Self = Self(0);
    /// Two places, as in figure skating.
    pub const TWO: Self = Self(2);
    /// Three places, the finest.
    pub const THREE: Self = Self(3);

    /// Up to three places; `None` above.
    pub const fn new(places: u8) -> Option<Self> {
        if places <= 3 {
            Some(Self(places))
        } else {
            None
        }
    }

    /// The number of places.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The value of one unit in the last place, in thousandths.
    pub const fn unit(self) -> i64 {
        match self.0 {
            0 => 1000,
            1 => 100,
            2 => 10,
            _ => 1,
        }
    }
}

impl TryFrom<u8> for Places {
    type Error = String;

    fn try_from(places: u8) -> Result<Self, Self::Error> {
        Self::new(places).ok_or_else(|| format!("at most 3 decimal places, not {places}"))
    }
}

impl From<Places> for u8 {
    fn from(places: Places) -> Self {
        places.0
    }
}

/// What happens to an exact half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// Away from zero, as taught in school and as the ISU does.
    HalfUp,
    /// To the even neighbour, as banks do.
    HalfEven,
    /// Towards zero: digits are cut off.
    Truncate,
}

impl RoundingMode {
    /// `numerator / denominator` rounded to a whole number; `denominator` must be positive.
    pub fn divide(self, numerator: i128, denominator: i128) -> i128 {
        debug_assert!(denominator > 0, "denominators are counts and weights");
        let magnitude = numerator.abs();
        let (quotient, remainder) = (magnitude / denominator, magnitude % denominator);
        let up = match self {
            Self::HalfUp => remainder * 2 >= denominator,
            Self::HalfEven => {
                remainder * 2 > denominator || (remainder * 2 == denominator && quotient % 2 == 1)
            }
            Self::Truncate => false,
        };
        let rounded = quotient + i128::from(up);
        if numerator < 0 { -rounded } else { rounded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        assert_eq!("7.25".parse(), Ok(Thousandths(7250)));
        assert_eq!("-.5".parse(), Ok(Thousandths(-500)));
        assert_eq!("7.2500".parse(), Ok(Thousandths(7250)));
        for text in ["", ".", "7,5", "1e3", "NaN", "--1", "7.0.1", " 7"] {
            let error = text.parse::<Thousandths>().unwrap_err();
            assert_eq!(error, DecimalError::NotANumber(text.to_owned()));
        }
        assert!(matches!(
            "7.2501".parse::<Thousandths>(),
            Err(DecimalError::TooPrecise(_))
        ));
        assert!(matches!(
            "99999999999999999999".parse::<Thousandths>(),
            Err(DecimalError::TooLarge(_))
        ));
    }

    #[test]
    fn halves_go_where_the_rule_says() {
        let halves = [(25, 3, 2, 2), (35, 4, 4, 3), (-25, -3, -2, -2)];
        for (value, up, even, cut) in halves {
            assert_eq!(RoundingMode::HalfUp.divide(value, 10), up);
            assert_eq!(RoundingMode::HalfEven.divide(value, 10), even);
            assert_eq!(RoundingMode::Truncate.divide(value, 10), cut);
        }
    }

    proptest! {
        #[test]
        fn a_decimal_survives_being_written_and_read(value in -1_000_000_000i64..1_000_000_000) {
            let decimal = Thousandths(value);
            prop_assert_eq!(decimal.to_string().parse::<Thousandths>(), Ok(decimal));
        }

        #[test]
        fn rounding_moves_a_number_by_at_most_half_a_unit(value in any::<i32>(), places in 0u8..=3) {
            let places = Places::new(places).unwrap();
            let decimal = Thousandths(i64::from(value));
            for mode in [RoundingMode::HalfUp, RoundingMode::HalfEven] {
                let moved = (decimal.rounded(places, mode).0 - decimal.0).abs();
                prop_assert!(moved * 2 <= places.unit());
            }
        }
    }
}
