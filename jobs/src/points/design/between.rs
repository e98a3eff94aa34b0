//! From a number in [0, 1) to a value between two ends.
//!
//! Integers: `[0, 1)` is cut into as many equal parts as there are integers, both ends included, so that all are equally
//! likely; on a logarithmic scale the part of `k` is as long as that from `k` to `k + 1` on an axis of logarithms.
//! Refuses a logarithmic scale across zero, and more integers than a double can count.

use kernels::language::evaluate::Value;

use crate::points::axis::Refusal;
use crate::points::number;

/// What lies between two ends.
#[derive(Debug, Clone, Copy)]
pub enum Between {
    /// Real numbers, in proportion.
    Linear {
        /// The value at 0.
        from: f64,
        /// The value at 1.
        to: f64,
    },
    /// Real numbers, in equal ratios.
    Log {
        /// The value at 0.
        from: f64,
        /// The value at 1.
        to: f64,
        /// Natural logarithms of the absolute values.
        logs: (f64, f64),
    },
    /// Integers from `least`.
    Integers {
        /// The smallest one.
        least: i64,
        /// How many there are.
        count: u64,
    },
    /// Integers of one sign; absolute values have logarithms in proportion.
    LogIntegers {
        /// The smallest absolute value.
        least: i64,
        /// The largest.
        most: i64,
        /// Whether they are negative.
        negative: bool,
    },
}

/// More integers than this cannot be told apart by a double.
const MOST_INTEGERS: i128 = 1 << 53;

impl Between {
    /// Real numbers between two.
    pub fn reals(from: f64, to: f64, log: bool) -> Result<Between, Refusal> {
        if !log {
            return Ok(Between::Linear { from, to });
        }
        if !(from > 0.0 && to > 0.0 || from < 0.0 && to < 0.0) {
            return Err("a logarithmic range needs two ends of the same sign, and not zero");
        }
        Ok(Between::Log { from, to, logs: (libm::log(libm::fabs(from)), libm::log(libm::fabs(to))) })
    }

    /// Integers between two, in any order, both included.
    pub fn integers(from: i64, to: i64, log: bool) -> Result<Between, Refusal> {
        let (least, most) = (from.min(to), from.max(to));
        let count = i128::from(most) - i128::from(least) + 1;
        if count > MOST_INTEGERS {
            return Err(
                "there are too many integers between the ends; write them as real numbers, with a point",
            );
        }
        if !log {
            return Ok(Between::Integers { least, count: count as u64 });
        }
        if least.signum() * most.signum() != 1 {
            return Err("a logarithmic range needs two ends of the same sign, and not zero");
        }
        let (a, b) = (least.saturating_abs(), most.saturating_abs());
        Ok(Between::LogIntegers { least: a.min(b), most: a.max(b), negative: least < 0 })
    }

    /// Between two values: integers if that is wanted and both are.
    pub fn values(from: &Value, to: &Value, log: bool, whole: bool) -> Result<Between, Refusal> {
        match (from, to) {
            (Value::Integer(a), Value::Integer(b)) if whole => Between::integers(*a, *b, log),
            _ => Between::reals(number(from), number(to), log),
        }
    }

    /// The value for a number in [0, 1).
    pub fn at(&self, u: f64) -> Value {
        let within = |x: f64, a: f64, b: f64| x.max(a.min(b)).min(a.max(b));
        match *self {
            Between::Linear { from, to } => Value::Real(within(from + u * (to - from), from, to)),
            Between::Log { from, to, logs: (a, b) } => {
                let x = libm::exp(a + u * (b - a));
                Value::Real(within(if from < 0.0 { -x } else { x }, from, to))
            }
            Between::Integers { least, count } => {
                let k = libm::floor(u * count as f64) as u64;
                Value::Integer(least + k.min(count - 1) as i64)
            }
            Between::LogIntegers { least, most, negative } => {
                let (a, b) = (libm::log(least as f64), libm::log(most as f64 + 1.0));
                let k = (libm::exp(a + u * (b - a)) as i64).clamp(least, most);
                Value::Integer(if negative { -k } else { k })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Values lie between the ends, begin at the first one and rise or fall.
        #[test]
        fn reals_lie_between(from in -1e6_f64..1e6, to in -1e6_f64..1e6, u in 0.0_f64..1.0, v in 0.0_f64..1.0) {
            let at = |u: f64| number(&Between::reals(from, to, false).unwrap().at(u));
            prop_assert_eq!(at(0.0), from);
            prop_assert!(at(u) >= from.min(to) && at(u) <= from.max(to));
            prop_assert!((at(u) - at(v)) * (u - v) * (to - from) >= 0.0);
        }

        #[test]
        fn logarithms_are_in_proportion(from in 1e-9_f64..1e9, to in 1e-9_f64..1e9, u in 0.0_f64..1.0, negative: bool) {
            let sign = if negative { -1.0 } else { 1.0 };
            let found = number(&Between::reals(sign * from, sign * to, true).unwrap().at(u)) * sign;
            prop_assert!((found.ln() - (from.ln() + u * (to / from).ln())).abs() < 1e-12 * 50.0);
        }

        /// The integers between two, each as often as the others when [0, 1) is looked at in equal steps.
        #[test]
        fn integers_are_equally_likely(from in -1000_i64..1000, span in 0_i64..40, each in 1_u32..8) {
            let between = Between::integers(from + span, from, false).unwrap();
            let steps = (span + 1) as u32 * each;
            let mut counts = vec![0; span as usize + 1];
            for k in 0..steps {
                let Value::Integer(i) = between.at((f64::from(k) + 0.5) / f64::from(steps)) else { panic!() };
                counts[(i - from) as usize] += 1;
            }
            prop_assert!(counts.iter().all(|c| *c == each), "{:?}", counts);
        }

        /// On a logarithmic scale the part of `k` is log((k + 1)/k) of log((most + 1)/least).
        #[test]
        fn logarithmic_integers(least in 1_i64..50, span in 0_i64..50, negative: bool) {
            let most = least + span;
            let (a, b) = if negative { (-least, -most) } else { (least, most) };
            let between = Between::integers(a, b, true).unwrap();
            let whole = ((most + 1) as f64 / least as f64).ln();
            for k in least..=most {
                let below = (k as f64 / least as f64).ln() / whole;
                let above = ((k + 1) as f64 / least as f64).ln() / whole;
                for part in [0.01, 0.5, 0.99] {
                    let expected = if negative { -k } else { k };
                    prop_assert_eq!(between.at(below + part * (above - below)), Value::Integer(expected));
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_no_range() {
        assert!(Between::reals(0.0, 1.0, true).is_err());
        assert!(Between::reals(-1.0, 1.0, true).is_err());
        assert!(Between::reals(1e-200, 1e-200, true).is_ok());
        assert!(Between::integers(0, 3, true).is_err());
        assert!(Between::integers(i64::MIN, i64::MAX, false).is_err());
    }
}
