//! Canonical JSON (RFC 8785) and the digests taken of it.
//!
//! Two documents with the same meaning have the same canonical bytes: members sorted by the UTF-16 code
//! units of their names, no spaces, the shortest escapes, and numbers as ECMAScript prints them.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The SHA-256 digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(&text, &mut bytes).map_err(serde::de::Error::custom)?;
        Ok(Self(bytes))
    }
}

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// It could not be written as JSON at all (a map whose keys are not texts, a NaN).
    #[error("not expressible as JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// An integer that a reader in ECMAScript would round; write it as text.
    #[error("the integer {0} is beyond 2^53 and must be written as text")]
    UnsafeInteger(String),
}

/// The canonical bytes of a value.
///
/// # Errors
/// [`CanonicalError`] when the value has no canonical form.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let value = serde_json::to_value(value)?;
    let mut out = Vec::new();
    write_value(&value, &mut out)?;
    Ok(out)
}

/// The digest of a value's canonical bytes.
///
/// # Errors
/// [`CanonicalError`] when the value has no canonical form.
pub fn digest<T: Serialize + ?Sized>(value: &T) -> Result<Digest, CanonicalError> {
    to_bytes(value).map(|bytes| Digest::of(&bytes))
}

/// Appends the canonical bytes of a JSON value.
///
/// # Errors
/// [`CanonicalError::UnsafeInteger`] for an integer beyond 2^53.
pub fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| by_code_units(a, b));
            out.push(b'{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write_value(member, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// The order of two names by their UTF-16 code units; of ASCII that is the order of their bytes.
fn by_code_units(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

/// Writes a number as ECMAScript's `Number.prototype.toString` does (RFC 8785 §3.2.2.3).
fn write_number(number: &Number, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    const LIMIT: u64 = 1 << 53;
    if let Some(integer) = number.as_i64() {
        if integer.unsigned_abs() > LIMIT {
            return Err(CanonicalError::UnsafeInteger(number.to_string()));
        }
        out.extend_from_slice(integer.to_string().as_bytes());
    } else if let Some(float) = number.as_f64().filter(|_| number.is_f64()) {
        out.extend_from_slice(ecmascript(float).as_bytes());
    } else {
        return Err(CanonicalError::UnsafeInteger(number.to_string()));
    }
    Ok(())
}

/// A finite float as ECMAScript prints it: shortest digits that read back to the same float, in plain
/// notation from 1e-6 up to 1e21 (ECMA-262, `Number::toString`).
pub fn ecmascript(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = shortest_digits(value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    // The value is 0.DIGITS times ten to the `point`.
    let point = exponent + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let body = if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if exponent < 0 { "" } else { "+" };
        format!("{first}{dot}{rest}e{plus}{exponent}")
    };
    format!("{sign}{body}")
}

/// The shortest digits that read back to `value`, the nearest to it of those, and of two equally near the
/// even ones: the last is where Rust's own shortest form may differ (1424953923781206.25).
fn shortest_digits(value: f64) -> String {
    let shortest = format!("{value:e}");
    let digits = shortest.split('e').next().unwrap_or_default();
    let fraction = digits
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let nearest = format!("{value:.fraction$e}");
    if nearest.parse() == Ok(value) {
        nearest
    } else {
        shortest
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain = 0;
    // What is escaped is ASCII; everything between is copied as it is.
    for (at, byte) in bytes.iter().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0c => "\\f",
            b'\r' => "\\r",
            0..b' ' => &format!("\\u{byte:04x}"),
            _ => continue,
        };
        out.extend_from_slice(&bytes[plain..at]);
        out.extend_from_slice(escape.as_bytes());
        plain = at + 1;
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The samples of RFC 8785, appendix B.
    #[test]
    fn floats_print_as_the_rfc_lists_them() {
        let samples: [(u64, &str); 19] = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ];
        for (bits, text) in samples {
            assert_eq!(ecmascript(f64::from_bits(bits)), text);
        }
    }

    #[test]
    fn members_are_sorted_by_utf16_and_texts_escaped_as_the_rfc_shows() {
        let value: Value = serde_json::from_str(
            r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#,
        )
        .unwrap();
        let mut out = Vec::new();
        write_value(&value, &mut out).unwrap();
        let expected = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn integers_a_reader_would_round_are_refused() {
        assert!(to_bytes(&((1i64 << 53) + 1)).is_err());
        assert!(to_bytes(&u64::MAX).is_err());
        assert_eq!(to_bytes(&(1i64 << 53)).unwrap(), b"9007199254740992");
    }

    proptest! {
        #[test]
        fn every_float_reads_back_to_the_same_bits(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite() && value != 0.0);
            prop_assert_eq!(ecmascript(value).parse::<f64>().unwrap().to_bits(), bits);
        }

        #[test]
        fn canonical_bytes_are_a_fixed_point(text in ".*", number in any::<i32>()) {
            let value = serde_json::json!({"b": [text.clone(), number], "a": {text: null}});
            let once = to_bytes(&value).unwrap();
            let again: Value = serde_json::from_slice(&once).unwrap();
            prop_assert_eq!(to_bytes(&again).unwrap(), once);
        }
    }
}
