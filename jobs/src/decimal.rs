//! Exact decimal numbers, so that the values of an axis are those that people mean: 0.1, 0.2, 0.3, not 0.30000000000000004.
//!
//! A value is rounded to a double once, at the end. What does not fit in 128 bits is refused (`None`).

/// `mantissa * 10^exponent`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

/// Powers of ten up to this one are exact doubles.
const EXACT_POWER: i32 = 22;
/// Whole numbers below this are exact doubles.
const EXACT_WHOLE: i128 = 1 << 53;

impl Decimal {
    /// A whole number.
    pub fn whole(value: i64) -> Decimal {
        Decimal { mantissa: value.into(), exponent: 0 }.reduced()
    }

    /// From characters: `-1.5e-3`. Not for `inf` or `nan`, nor for more than 30 digits.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, number) = match number.strip_prefix(['-', '+']) {
            Some(rest) => (number.starts_with('-'), rest),
            None => (false, number),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: String = [whole, fraction].concat();
        let fits = !digits.is_empty() && digits.trim_start_matches('0').len() <= 30;
        if !fits
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || exponent.abs() > 400
            || fraction.len() > 400
        {
            return None;
        }
        let mantissa: i128 = digits.parse().ok()?;
        let exponent = exponent - fraction.len() as i32;
        Some(Decimal { mantissa: if negative { -mantissa } else { mantissa }, exponent }.reduced())
    }

    /// The shortest decimal that reads as this double.
    pub fn shortest(value: f64) -> Option<Decimal> {
        if value.is_finite() { Decimal::parse(&format!("{value:e}")) } else { None }
    }

    fn reduced(mut self) -> Decimal {
        if self.mantissa == 0 {
            return Decimal { mantissa: 0, exponent: 0 };
        }
        while self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        self
    }

    /// Times a power of ten.
    pub fn shifted(self, by: i32) -> Decimal {
        Decimal { exponent: self.exponent + by, ..self }.reduced()
    }

    /// The product.
    pub fn times(self, other: Decimal) -> Option<Decimal> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Decimal { mantissa, exponent: self.exponent.checked_add(other.exponent)? }.reduced())
    }

    /// The sum.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let (a, b, exponent) = aligned(self, other)?;
        Some(Decimal { mantissa: a.checked_add(b)?, exponent }.reduced())
    }

    /// The quotient, if it has no more than twenty further digits.
    pub fn over(self, other: Decimal) -> Option<Decimal> {
        let (mut mantissa, mut exponent) = (self.mantissa, self.exponent.checked_sub(other.exponent)?);
        for _ in 0..20 {
            if mantissa.checked_rem(other.mantissa)? == 0 {
                return Some(Decimal { mantissa: mantissa / other.mantissa, exponent }.reduced());
            }
            (mantissa, exponent) = (mantissa.checked_mul(10)?, exponent - 1);
        }
        None
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.exponent >= 0
    }

    /// -1, 0 or 1.
    pub fn sign(self) -> i32 {
        self.mantissa.signum() as i32
    }

    /// Decimal logarithm of the absolute value; exact for powers of ten.
    pub fn log10(self) -> f64 {
        libm::log10(self.mantissa.unsigned_abs() as f64) + f64::from(self.exponent)
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        nearest(self.mantissa, 1, self.exponent)
    }
}

/// Both mantissas for one exponent.
pub fn aligned(a: Decimal, b: Decimal) -> Option<(i128, i128, i32)> {
    let exponent = match (a.mantissa, b.mantissa) {
        (0, _) => b.exponent,
        (_, 0) => a.exponent,
        _ => a.exponent.min(b.exponent),
    };
    let at = |d: Decimal| {
        if d.mantissa == 0 {
            return Some(0);
        }
        let power = 10_i128.checked_pow(u32::try_from(d.exponent - exponent).ok()?)?;
        d.mantissa.checked_mul(power)
    };
    Some((at(a)?, at(b)?, exponent))
}

/// The double nearest to `numerator / denominator * 10^exponent`; `denominator` is positive.
pub fn nearest(numerator: i128, denominator: i128, exponent: i32) -> f64 {
    let power = 10_i128.checked_pow(exponent.unsigned_abs().min(EXACT_POWER as u32)).unwrap_or(1);
    if exponent.abs() <= EXACT_POWER && numerator.abs() < EXACT_WHOLE {
        let (top, bottom) = if exponent >= 0 {
            (numerator.checked_mul(power), Some(denominator))
        } else {
            (Some(numerator), denominator.checked_mul(power))
        };
        // Both are exact doubles, so that the division rounds once.
        if let (Some(top), Some(bottom)) = (top, bottom)
            && top.abs() < EXACT_WHOLE
            && (bottom < EXACT_WHOLE || (denominator == 1 && exponent < 0))
        {
            return top as f64 / bottom as f64;
        }
    }
    by_digits(numerator, denominator, exponent)
}

/// Long division to more digits than a double can tell apart; a last digit stands for what is left.
fn by_digits(numerator: i128, denominator: i128, exponent: i32) -> f64 {
    let sign = if numerator < 0 { "-" } else { "" };
    let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs().max(1));
    let mut text = format!("{sign}{}.", numerator / denominator);
    let mut rest = numerator % denominator;
    for _ in 0..48 {
        if rest == 0 {
            break;
        }
        let Some(next) = rest.checked_mul(10) else { break };
        text.push(char::from(b'0' + (next / denominator) as u8));
        rest = next % denominator;
    }
    if rest != 0 {
        text.push('1');
    }
    text.push_str(&format!("0e{exponent}"));
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_rounds_as_the_standard_library_does() {
        for text in
            ["0", "1", "-1.5", "0.1", "1e-3", "123456789012345678901234567890", "5e-324", "1.7e308", "2.50"]
        {
            let value: f64 = text.parse().unwrap();
            assert_eq!(Decimal::parse(text).unwrap().to_f64().to_bits(), value.to_bits(), "{text}");
        }
        for text in ["", ".", "-", "1e", "e5", "1e999999", "inf", "0x10", "1 2"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sums_and_quotients_are_exact_or_none() {
        let read = |text: &str| Decimal::parse(text).unwrap();
        for (a, b, sum, quotient) in [
            ("0.1", "0.2", "0.3", Some("0.5")),
            ("3e-3", "8", "8.003", Some("0.000375")),
            ("-1", "3", "2", None),
            ("0", "7", "7", Some("0")),
            ("1", "0", "1", None),
        ] {
            assert_eq!(read(a).plus(read(b)), Some(read(sum)));
            assert_eq!(read(a).over(read(b)), quotient.map(read), "{a}/{b}");
        }
        assert_eq!(read("1e300").plus(read("1e-300")), None);
    }

    #[test]
    fn thirds_are_correctly_rounded() {
        assert_eq!(nearest(1, 3, 0), 1.0 / 3.0);
        assert_eq!(nearest(2, 3, -3), "0.000666666666666666666666666666666666666667".parse::<f64>().unwrap());
        assert_eq!(nearest(-10_i128.pow(30), 7, -30), -1.0 / 7.0);
    }
}
