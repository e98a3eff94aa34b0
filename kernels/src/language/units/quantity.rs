//! Quantities as people write them: `20 ms`, `-50 mV`, `10 nS/cm^2`, `5 1/s`.
//!
//! The value is the double nearest to the exact decimal: the exponents of ten of all units are added to that of the
//! number, and the text is parsed once.

use std::fmt::Write;

use super::super::dimension::Dimension;
use super::super::lexer;
use super::unreadable::{Unreadable, unknown};
use super::*;

/// Reads a text of the shape number, blank, unit. `None`: it has another shape and is an expression.
pub fn quantity(text: &str) -> Option<Result<(f64, Dimension), Unreadable>> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = &text[..text.len() - digits.len()];
    let length = lexer::number_length(digits);
    let (number, rest) = digits.split_at(length);
    let unit = rest.trim_start_matches([' ', '\t']);
    if !number.bytes().any(|b| b.is_ascii_digit()) || unit.len() == rest.len() {
        return None;
    }
    let factors = shape(unit)?;
    Some(measure(&factors, unit).and_then(|scale| {
        let value = shifted(number, scale.exponent)
            .ok_or_else(|| format!("'{text}' is outside of double precision"))?;
        Ok((if sign == "-" { -value } else { value }, scale.dimension))
    }))
}

/// A unit read once, for many numbers that are quantities in it.
#[derive(Debug, Clone)]
pub struct Measure {
    exponent: f64,
    /// `e-3`, if that is what the unit does to the digits.
    ending: Option<String>,
}

impl Measure {
    /// Of a unit as it is written in quantities.
    pub fn new(unit: &str) -> Option<Measure> {
        let exponent = measure(&shape(unit.trim())?, unit).ok()?.exponent;
        let whole = libm::floor(exponent) == exponent;
        Some(Measure { exponent, ending: whole.then(|| format!("e{exponent}")) })
    }

    /// What [`quantity`] gives for these digits, a blank and the unit.
    pub fn value(&self, number: &str) -> Option<f64> {
        let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
        if lexer::number_length(digits) != digits.len() {
            return None;
        }
        let value = match &self.ending {
            Some(ending) if !digits.contains(['e', 'E']) => {
                let text = [digits, ending].concat();
                within_range(text.parse().ok()?, digits)?
            }
            _ => shifted(digits, self.exponent)?,
        };
        Some(if number.starts_with('-') { -value } else { value })
    }
}

/// A whole unit as it is written in quantities.
pub(super) fn compound(text: &str) -> Option<Result<Unit, Unreadable>> {
    let factors = shape(text.trim())?;
    Some(measure(&factors, text).map(|scale| {
        let value = shifted("1", scale.exponent).unwrap_or(f64::INFINITY);
        Unit { scale: value, dimension: scale.dimension }
    }))
}

/// A factor of a unit: symbol, power.
pub(super) type Factor<'a> = (&'a str, f64);

/// Splits `nS/cm^2` into factors with their powers; `None` if it is no product of symbols.
pub(super) fn shape(text: &str) -> Option<Vec<Factor<'_>>> {
    let mut factors = Vec::new();
    let (mut rest, mut sign, mut first) = (text, 1.0, true);
    loop {
        let one = rest.strip_prefix('1').filter(|r| first && r.trim_start().starts_with('/'));
        if let Some(after) = one {
            rest = after;
        } else {
            let end = rest.find(|c: char| !is_symbol_character(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if !name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '%' | '\u{B0}')) {
                return None;
            }
            let (power, after) = power(after)?;
            factors.push((name, sign * power));
            rest = after;
        }
        first = false;
        rest = rest.trim_start();
        match rest.chars().next() {
            None => return Some(factors),
            Some('/') => sign = -1.0,
            Some('*' | '.' | '\u{B7}' | '\u{22C5}') => sign = 1.0,
            Some(_) => return None,
        }
        let mut characters = rest.chars();
        characters.next();
        rest = characters.as_str().trim_start();
    }
}

fn is_symbol_character(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{B2}' | '\u{B3}') || matches!(c, '_' | '%' | '\u{B0}')
}

/// A power `^2`, `**-1`, `²` at the start of a text, and what follows it.
fn power(text: &str) -> Option<(f64, &str)> {
    for (mark, value) in [('\u{B2}', 2.0), ('\u{B3}', 3.0)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return Some((value, rest));
        }
    }
    let Some(rest) = text.strip_prefix("**").or_else(|| text.strip_prefix('^')) else {
        return Some((1.0, text));
    };
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    let length = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let value: f64 = digits[..length].parse().ok()?;
    Some((if digits.len() < rest.len() { -value } else { value }, &digits[length..]))
}

/// The exponent of ten may be broken, after `ms^0.5`.
struct Scale {
    exponent: f64,
    dimension: Dimension,
}

fn measure(factors: &[Factor], unit: &str) -> Result<Scale, Unreadable> {
    let mut scale = Scale { exponent: 0.0, dimension: Dimension::NONE };
    for (name, power) in factors {
        let one = symbol_decimal(name).ok_or_else(|| unknown(name))?;
        let dimension = one.dimension.power(*power).filter(|d| !is_absurd(*d));
        scale.dimension =
            scale.dimension.times(dimension.ok_or_else(|| format!("the powers in '{unit}' are too large"))?);
        scale.exponent += f64::from(one.exponent) * power;
        if is_absurd(scale.dimension) {
            return Err(format!("the powers in '{unit}' are too large").into());
        }
    }
    Ok(scale)
}

/// The number times ten to the exponent, rounded once; `None` where that is no finite double or a nonzero number
/// becomes zero.
fn shifted(number: &str, exponent: f64) -> Option<f64> {
    let (mantissa, own) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let own: i64 = own.parse().ok()?;
    let whole = libm::floor(exponent);
    let mut text = String::with_capacity(mantissa.len() + 21);
    text.push_str(mantissa);
    write!(text, "e{}", own.checked_add(whole as i64)?).ok()?;
    let value: f64 = text.parse().ok()?;
    let value = if whole == exponent { value } else { value * libm::pow(10.0, exponent - whole) };
    within_range(value, mantissa)
}

/// The value, unless it became infinite, or zero where the digits are not.
fn within_range(value: f64, mantissa: &str) -> Option<f64> {
    let zero = || mantissa.bytes().all(|b| b == b'0' || b == b'.');
    (value.is_finite() && (value != 0.0 || zero())).then_some(value)
}
