//! The values of one axis: listed, or computed one by one from an exact range or a design.
//!
//! A value of a range is rounded once, from the exact decimal; nothing is accumulated.

use std::sync::Arc;

use kernels::language::evaluate::Value;

use super::design::{Drawn, Over};
use crate::decimal::{self, Decimal};

/// The values of an axis.
#[derive(Debug, Clone)]
pub enum Values {
    /// As listed.
    List(Arc<Vec<Value>>),
    /// Listed real numbers.
    Reals(Arc<Vec<f64>>),
    /// `(first + k * step) / divisor * 10^exponent`
    Linear(Linear),
    /// From and to, in equal ratios.
    Log(Log),
    /// Along an axis of a design.
    Drawn(Drawn),
    /// The positions of so many values that are computed at each point.
    Positions(u64),
}

/// An exact arithmetic progression.
#[derive(Debug, Clone, Copy)]
pub struct Linear {
    first: i128,
    step: i128,
    divisor: i128,
    exponent: i32,
    count: u64,
    whole: bool,
}

/// A geometric progression.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    from: f64,
    to: f64,
    /// Decimal logarithms of the absolute values.
    logs: (f64, f64),
    count: u64,
}

/// Why a range is no range, in words.
pub type Refusal = &'static str;

/// `n` values from `from` to `to`, both included.
pub fn linear(from: Decimal, to: Decimal, n: u64) -> Result<Values, Refusal> {
    const DIGITS: Refusal = "the range has too many digits; write fewer, or list the values";
    if n == 1 {
        return Ok(Values::Linear(single(from).ok_or(DIGITS)?));
    }
    let (a, b, exponent) = decimal::aligned(from, to).ok_or(DIGITS)?;
    let divisor = i128::from(n - 1);
    let step = b - a;
    let first = a.checked_mul(divisor).ok_or(DIGITS)?;
    step.checked_mul(divisor).and_then(|last| last.checked_add(first)).ok_or(DIGITS)?;
    let whole = from.is_whole() && to.is_whole() && divides(step, divisor, exponent);
    Ok(Values::Linear(Linear { first, step, divisor, exponent, count: n, whole }))
}

fn single(value: Decimal) -> Option<Linear> {
    let (first, _, exponent) = decimal::aligned(value, Decimal::whole(0))?;
    Some(Linear { first, step: 0, divisor: 1, exponent, count: 1, whole: value.is_whole() })
}

/// Whether `step / divisor * 10^exponent` is whole, for whole `step * 10^exponent`.
fn divides(step: i128, divisor: i128, exponent: i32) -> bool {
    let power = 10_i128.checked_pow(exponent.unsigned_abs());
    match power {
        Some(power) if exponent >= 0 => step.checked_mul(power).is_some_and(|s| s % divisor == 0),
        Some(power) => divisor.checked_mul(power).is_some_and(|d| step % d == 0),
        None => false,
    }
}

/// The values `from`, `from + step`, ... up to and including `to`.
pub fn stepped(from: Decimal, to: Decimal, step: Decimal) -> Result<Values, Refusal> {
    const DIGITS: Refusal = "the range has too many digits; write fewer, or list the values";
    if step.sign() == 0 {
        return Err("the step must not be zero");
    }
    let (a, b, e1) = decimal::aligned(from, to).ok_or(DIGITS)?;
    let (_, s, e2) = decimal::aligned(from, step).ok_or(DIGITS)?;
    let exponent = e1.min(e2);
    let scale =
        |x: i128, e: i32| 10_i128.checked_pow((e - exponent).unsigned_abs()).and_then(|p| x.checked_mul(p));
    let (a, b, s) = (scale(a, e1).ok_or(DIGITS)?, scale(b, e1).ok_or(DIGITS)?, scale(s, e2).ok_or(DIGITS)?);
    if (b - a).signum() * s.signum() < 0 {
        return Err("the step leads away from 'to'; change its sign");
    }
    let count = u64::try_from((b - a) / s).ok().and_then(|c| c.checked_add(1)).ok_or(DIGITS)?;
    let whole = from.is_whole() && step.is_whole();
    Ok(Values::Linear(Linear { first: a, step: s, divisor: 1, exponent, count, whole }))
}

/// `n` values from `from` to `to` in equal ratios.
pub fn log(from: Decimal, to: Decimal, n: u64) -> Result<Values, Refusal> {
    if from.sign() == 0 || from.sign() != to.sign() {
        return Err("a logarithmic range needs two ends of the same sign, and not zero");
    }
    let logs = (from.log10(), to.log10());
    Ok(Values::Log(Log { from: from.to_f64(), to: to.to_f64(), logs, count: n }))
}

impl Values {
    /// These values.
    pub fn list(values: Vec<Value>) -> Values {
        Values::List(Arc::new(values))
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        match self {
            Values::List(values) => values.len() as u64,
            Values::Reals(values) => values.len() as u64,
            Values::Linear(range) => range.count,
            Values::Log(range) => range.count,
            Values::Drawn(drawn) => drawn.count,
            Values::Positions(count) => *count,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value number `k`; the last one beyond the end.
    pub fn get(&self, k: u64) -> Value {
        match self {
            Values::List(values) => {
                values.get(k as usize).or(values.last()).cloned().unwrap_or(Value::Real(f64::NAN))
            }
            Values::Reals(values) => {
                Value::Real(values.get(k as usize).or(values.last()).copied().unwrap_or(f64::NAN))
            }
            Values::Linear(range) => range.get(k.min(range.count.saturating_sub(1))),
            Values::Log(range) => Value::Real(range.get(k.min(range.count.saturating_sub(1)))),
            Values::Drawn(drawn) => drawn.get(k.min(drawn.count.saturating_sub(1))),
            Values::Positions(count) => Value::Integer(k.min(count.saturating_sub(1)) as i64),
        }
    }

    /// Whether these are values between two finite ends.
    pub fn is_range(&self) -> bool {
        match self {
            Values::Linear(_) | Values::Log(_) | Values::Positions(_) => true,
            Values::Drawn(drawn) => matches!(drawn.over, Over::Between(_)),
            Values::List(_) | Values::Reals(_) => false,
        }
    }

    /// Whether all values are integers.
    pub fn is_whole(&self) -> bool {
        match self {
            Values::List(values) => values.iter().all(|v| matches!(v, Value::Integer(_))),
            Values::Linear(range) => range.whole,
            Values::Log(_) | Values::Reals(_) | Values::Drawn(_) | Values::Positions(_) => false,
        }
    }
}

impl Linear {
    fn get(&self, k: u64) -> Value {
        let numerator = self.first + self.step * i128::from(k);
        if self.whole
            && let Some(value) = self.integer(numerator)
        {
            return Value::Integer(value);
        }
        Value::Real(decimal::nearest(numerator, self.divisor, self.exponent))
    }

    fn integer(&self, numerator: i128) -> Option<i64> {
        let power = 10_i128.checked_pow(self.exponent.unsigned_abs())?;
        let value = if self.exponent >= 0 {
            numerator.checked_mul(power)? / self.divisor
        } else {
            numerator / self.divisor.checked_mul(power)?
        };
        i64::try_from(value).ok()
    }
}

impl Log {
    /// The ends are exact, and so is every power of ten between powers of ten.
    fn get(&self, k: u64) -> f64 {
        if k == 0 {
            return self.from;
        }
        if k + 1 == self.count {
            return self.to;
        }
        let (a, b) = self.logs;
        let log = a + (b - a) * k as f64 / (self.count - 1) as f64;
        let whole = libm::floor(log);
        let mantissa = Decimal::shortest(libm::pow(10.0, log - whole));
        let value = mantissa.map_or(f64::NAN, |m| m.shifted(whole as i32).to_f64());
        if self.from < 0.0 { -value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn real(values: &Values, k: u64) -> f64 {
        crate::points::number(&values.get(k))
    }

    proptest! {
        /// Every value of a stepped range is the double that its decimal text reads as.
        #[test]
        fn steps_are_exact_decimals(from in -10_000_i64..10_000, step in 1_i64..500, count in 1_u64..200, digits in 0_usize..6) {
            let text = |n: i64| format!("{n}e-{digits}");
            let to = from + step * (count as i64 - 1);
            let [a, b, s] = [from, to, step].map(|n| Decimal::parse(&text(n)).unwrap());
            let values = stepped(a, b, s).unwrap();
            prop_assert_eq!(values.len(), count);
            for k in 0..count {
                let expected: f64 = text(from + step * k as i64).parse().unwrap();
                prop_assert_eq!(real(&values, k), expected);
            }
        }

        /// A linear range begins and ends exactly, rises, and is symmetric to the range from the other end.
        #[test]
        fn linear_ranges(from in -1e6_f64..1e6, length in 1e-3_f64..1e6, n in 2_u64..300) {
            let (a, b) = (Decimal::shortest(from).unwrap(), Decimal::shortest(from + length).unwrap());
            let (values, back) = (linear(a, b, n).unwrap(), linear(b, a, n).unwrap());
            prop_assert_eq!(values.len(), n);
            prop_assert_eq!(real(&values, 0), from);
            prop_assert_eq!(real(&values, n - 1), from + length);
            for k in 1..n {
                prop_assert!(real(&values, k) >= real(&values, k - 1));
                prop_assert_eq!(real(&values, k), real(&back, n - 1 - k));
            }
        }

        /// A linear range over whole numbers is what rational arithmetic gives, rounded once.
        #[test]
        fn linear_ranges_are_rounded_once(from in -1000_i64..1000, to in -1000_i64..1000, n in 2_u64..50) {
            let values = linear(Decimal::whole(from), Decimal::whole(to), n).unwrap();
            for k in 0..n {
                let top = from * (n - 1 - k) as i64 + to * k as i64;
                prop_assert_eq!(real(&values, k), top as f64 / (n - 1) as f64);
            }
        }

        /// A logarithmic range begins and ends exactly and has equal ratios.
        #[test]
        fn log_ranges(from in 1e-9_f64..1e3, ratio in 1.1_f64..1e6, n in 2_u64..100) {
            let (a, b) = (Decimal::shortest(from).unwrap(), Decimal::shortest(from * ratio).unwrap());
            let values = log(a, b, n).unwrap();
            prop_assert_eq!(real(&values, 0), from);
            prop_assert_eq!(real(&values, n - 1), from * ratio);
            let expected = libm::pow(ratio, 1.0 / (n - 1) as f64);
            for k in 1..n {
                let found = real(&values, k) / real(&values, k - 1);
                prop_assert!((found / expected - 1.0).abs() < 1e-9, "{} {}", found, expected);
            }
        }
    }

    #[test]
    fn decades_are_exact() {
        let values = log(Decimal::parse("1e-12").unwrap(), Decimal::parse("1e12").unwrap(), 25).unwrap();
        for k in 0..25 {
            let expected: f64 = format!("1e{}", k as i32 - 12).parse().unwrap();
            assert_eq!(real(&values, k), expected);
        }
    }

    #[test]
    fn whole_values_are_integers() {
        let values = linear(Decimal::whole(100), Decimal::whole(400), 4).unwrap();
        assert_eq!(values.get(1), Value::Integer(200));
        assert!(values.is_whole());
        let values = linear(Decimal::whole(0), Decimal::whole(1), 3).unwrap();
        assert_eq!(values.get(2), Value::Real(1.0));
        let values = stepped(Decimal::whole(1), Decimal::parse("1e3").unwrap(), Decimal::whole(10)).unwrap();
        assert_eq!((values.len(), values.get(99)), (100, Value::Integer(991)));
    }
}
