//! Times as text: the nearest double of the exact decimal time, from integers alone.
//!
//! A time is `step * dt` with dt an exact decimal, so 255 steps of 0.1 ms are `25.5`, never `25.500000000000004`.

use std::str::FromStr;

use super::numbers::{digits_before, write_f64, write_whole};

/// The exact decimal `mantissa * 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalTime {
    /// The digits.
    pub mantissa: i64,
    /// The power of ten.
    pub exponent: i32,
}

impl DecimalTime {
    /// The decimal with the fewest digits that reads as this double, as a user would have written it; none for NaN and
    /// the infinities.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then(|| ryu::Buffer::new().format_finite(value).parse().ok()).flatten()
    }

    /// The decimal times `10^power`: 0.0001 s shifted by 3 is 0.1 ms.
    #[must_use]
    pub fn shifted(self, power: i32) -> Self {
        Self { exponent: self.exponent.saturating_add(power), ..self }
    }

    /// The nearest double of `step` times this.
    #[must_use]
    pub fn at(self, step: i64) -> f64 {
        let product = i128::from(step) * i128::from(self.mantissa);
        // Reading a decimal is rounded to nearest, whatever its length. The form is always one that can be read.
        format!("{product}e{}", self.exponent).parse().unwrap_or(f64::NAN)
    }
}

impl FromStr for DecimalTime {
    type Err = String;

    /// Reads `0.1`, `-25`, `1e-4`, `2.5E3`: at most 18 digits.
    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("`{text}` is not a decimal number of at most 18 digits");
        let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if unsigned.is_empty() || !all_digits(unsigned) || !all_digits(fraction) {
            return Err(refuse());
        }
        let joined = format!("{unsigned}{fraction}");
        let digits = joined.trim_start_matches('0');
        let stripped = digits.trim_end_matches('0');
        if stripped.len() > 18 {
            return Err(refuse());
        }
        let magnitude: i64 = if stripped.is_empty() { 0 } else { stripped.parse().map_err(|_| refuse())? };
        let power: i32 = power.parse().map_err(|_| refuse())?;
        let shift = digits.len() as i64 - stripped.len() as i64 - fraction.len() as i64;
        let exponent = i32::try_from(i64::from(power) + shift).map_err(|_| refuse())?;
        let exponent = if magnitude == 0 { 0 } else { exponent };
        Ok(Self { mantissa: if whole.starts_with('-') { -magnitude } else { magnitude }, exponent })
    }
}

const POWERS: [u64; 16] = {
    let mut powers = [1; 16];
    let mut k = 1;
    while k < 16 {
        powers[k] = powers[k - 1] * 10;
        k += 1;
    }
    powers
};

/// Appends `step * dt`, written as [`write_f64`] writes its nearest double.
pub fn write_time(out: &mut Vec<u8>, step: i64, dt: DecimalTime) {
    let written = step.checked_mul(dt.mantissa).is_some_and(|product| write_short(out, product, dt.exponent));
    if !written {
        write_f64(out, dt.at(step));
    }
}

/// Decimals of up to 15 digits are their double's shortest form already. False, and nothing written, for the others
/// and for those that are written with an exponent.
fn write_short(out: &mut Vec<u8>, product: i64, exponent: i32) -> bool {
    let (negative, value) = (product < 0, product.unsigned_abs());
    if value >= POWERS[15] || !(-15..=15).contains(&exponent) {
        return false;
    }
    let power = POWERS[exponent.unsigned_abs() as usize];
    if exponent >= 0 {
        return match value.checked_mul(power) {
            Some(value) if value < 10 * POWERS[15] => {
                write_whole(out, negative, value);
                true
            }
            _ => false,
        };
    }
    let (whole, fraction) = (value / power, value % power);
    if fraction == 0 {
        write_whole(out, negative, whole);
        return true;
    }
    let places = exponent.unsigned_abs() as usize;
    if whole == 0 && places > 5 && fraction < POWERS[places - 5] {
        return false;
    }
    write_places(out, negative, whole, fraction, places);
    true
}

fn write_places(out: &mut Vec<u8>, negative: bool, whole: u64, mut fraction: u64, mut places: usize) {
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        places -= 1;
    }
    let mut buffer = [b'0'; 40];
    digits_before(&mut buffer, 40, fraction);
    let point = 40 - places - 1;
    buffer[point] = b'.';
    let mut start = digits_before(&mut buffer, point, whole);
    if negative {
        start -= 1;
        buffer[start] = b'-';
    }
    out.extend_from_slice(&buffer[start..]);
}
