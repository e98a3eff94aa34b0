//! At which steps something counts: windows of monitors, conditions of summaries.
//!
//! The time of step k is the double k*dt, as the model's own code has it. Bounds of time are turned into steps once; any
//! other condition is computed at each step that is asked for.

use kernels::language::ast::{Binary, Expr};
use kernels::language::evaluate::{Prepared, Value, Values};
use kernels::language::interval::{self, Bound};
use kernels::layout::real;
use kernels::program::algebra;

/// The steps of a run, and the parameters at its point.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// Time step in seconds.
    pub dt: f64,
    /// How many.
    pub steps: u64,
    /// Values of parameters.
    pub values: &'a dyn Values,
}

/// Steps from `first` up to `end`, the second not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First step.
    pub first: i64,
    /// One past the last.
    pub end: i64,
}

impl Span {
    /// From one time to another, each rounded to steps as the duration of a run is; cut at the end of the run.
    pub fn between(from: Option<&Expr>, to: Option<&Expr>, clock: &Clock<'_>) -> Span {
        let all = clock.steps as i64;
        let step = |time: Option<&Expr>, default: i64| {
            let time = time.and_then(|time| real(time, clock.values));
            let steps = time.and_then(|time| jobs::steps(time, clock.dt));
            steps.map_or(default, |steps| (steps as i64).min(all))
        };
        let first = step(from, 0);
        Span { first, end: step(to, all).max(first) }
    }

    /// Whether a step is in it.
    pub fn has(self, step: i64) -> bool {
        (self.first..self.end).contains(&step)
    }

    /// How many steps.
    pub fn steps(self) -> u64 {
        (self.end - self.first) as u64
    }
}

/// The steps at which a condition on time holds.
#[derive(Debug)]
pub enum When {
    /// An interval.
    Span(Span),
    /// Those for which a test holds.
    Test(Test),
}

impl When {
    /// Of a condition; without one always.
    pub fn of(condition: Option<&Expr>, clock: &Clock<'_>) -> When {
        let all = Span { first: 0, end: clock.steps as i64 };
        match condition {
            None => When::Span(all),
            Some(condition) => match interval::bounds(condition, "t") {
                Some(bounds) => {
                    When::Span(bounds.iter().fold(all, |span, bound| bounded(span, bound, clock)))
                }
                None => When::Test(Test::new(condition, clock)),
            },
        }
    }

    /// Whether it holds at a step.
    pub fn holds(&self, step: i64) -> bool {
        match self {
            When::Span(span) => span.has(step),
            When::Test(test) => test.holds(step),
        }
    }

    /// At how many steps of the run it holds.
    pub fn steps(&self) -> u64 {
        match self {
            When::Span(span) => span.steps(),
            When::Test(test) => (0..test.steps as i64).filter(|step| test.holds(*step)).count() as u64,
        }
    }
}

/// Cuts an interval at a bound.
fn bounded(span: Span, bound: &Bound, clock: &Clock<'_>) -> Span {
    let with_dt =
        |name: &str| if name == "dt" { Some(Value::Real(clock.dt)) } else { clock.values.value(name) };
    // The check has computed types; what still has no value holds nowhere, like a comparison with NaN.
    let value = real(&bound.value, &with_dt).unwrap_or(f64::NAN);
    let time = |step: i64| step as f64 * clock.dt;
    let Span { first, end } = span;
    match bound.operator {
        Binary::Less => Span { first, end: partition(first, end, |k| time(k) < value) },
        Binary::LessEqual => Span { first, end: partition(first, end, |k| time(k) <= value) },
        // Not `<=` and `<`: no time is after NaN.
        Binary::Greater => Span { first: partition(first, end, |k| !value.lt(&time(k))), end },
        _ => Span { first: partition(first, end, |k| !value.le(&time(k))), end },
    }
}

/// The first step from `low` on for which the test, true up to some step and false from there on, is false.
fn partition(mut low: i64, mut high: i64, test: impl Fn(i64) -> bool) -> i64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if test(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// A condition that is computed step by step.
#[derive(Debug)]
pub struct Test {
    condition: Prepared,
    /// Values of the names in it; those of time are put in for each step.
    values: Vec<Value>,
    dt: f64,
    steps: u64,
}

/// Slots of the names of time.
const TIME: [&str; 3] = ["t", "t_in_timesteps", "dt"];

impl Test {
    fn new(condition: &Expr, clock: &Clock<'_>) -> Test {
        let mut names: Vec<String> = Vec::new();
        let mut values = Vec::new();
        for name in algebra::names(condition) {
            if let Some(value) = clock.values.value(&name)
                && !names.contains(&name)
            {
                names.push(name);
                values.push(value);
            }
        }
        let slot = |name: &str| {
            let time = TIME.iter().position(|n| *n == name);
            time.or_else(|| Some(TIME.len() + names.iter().position(|n| n == name)?))
        };
        Test { condition: Prepared::new(condition, &slot), values, dt: clock.dt, steps: clock.steps }
    }

    /// Where it has no value (a division by zero), it does not hold.
    fn holds(&self, step: i64) -> bool {
        let value = self.condition.value(&|slot| match slot {
            0 => Value::Real(step as f64 * self.dt),
            1 => Value::Integer(step),
            2 => Value::Real(self.dt),
            other => self.values[other - TIME.len()].clone(),
        });
        value.is_ok_and(|value| value.boolean() == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use kernels::language::ast::TextId;
    use kernels::language::parser;
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Expr {
        parser::expression(text, TextId::default()).unwrap()
    }

    fn of(name: &str) -> Option<Value> {
        (name == "a").then_some(Value::Real(0.35e-3))
    }

    proptest! {
        /// An interval holds exactly where its comparisons hold as doubles.
        #[test]
        fn intervals_are_the_steps_that_fulfil_the_condition(
            dt in prop::sample::select(vec![1e-4, 5e-5, 1e-3, 0.3, 1.1e-5]),
            steps in 0..300_u64,
            low in 0..300_i64,
            high in 0..300_i64,
            operators in prop::sample::select(vec![(">", "<"), (">=", "<="), (">", "<="), (">=", "<")]),
        ) {
            let clock = Clock { dt, steps, values: &of };
            let text = |k: i64| format!("{k}*{dt:e}");
            let condition = format!("t {} {} and {} {} t",
                operators.0, text(low), text(high), if operators.1 == "<" { ">" } else { ">=" });
            let when = When::of(Some(&parsed(&condition)), &clock);
            // Not of bounds alone, but true of the same steps.
            let test = When::of(Some(&parsed(&format!("({condition}) or False"))), &clock);
            prop_assert!(matches!((&when, &test), (When::Span(_), When::Test(_))));
            for step in 0..steps as i64 {
                prop_assert_eq!(when.holds(step), test.holds(step), "{} at step {}", condition, step);
            }
            prop_assert_eq!(when.steps(), test.steps());
        }
    }

    #[test]
    fn names_have_their_values() {
        let clock = Clock { dt: 1e-4, steps: 10, values: &of };
        let table: &[(&str, &[i64])] = &[
            ("t > a", &[4, 5, 6, 7, 8, 9]),
            ("t_in_timesteps % 3 == 1", &[1, 4, 7]),
            ("t > 8*dt", &[9]),
            ("not t > 1.5*dt", &[0, 1]),
            ("t < 2*dt or t > 8*dt", &[0, 1, 9]),
            ("1//t_in_timesteps == 0 and t < 0.55*ms", &[2, 3, 4, 5]),
            ("t < 0*ms", &[]),
        ];
        for (text, expected) in table {
            let when = When::of(Some(&parsed(text)), &clock);
            let found: Vec<i64> = (0..10).filter(|step| when.holds(*step)).collect();
            assert_eq!(found, *expected, "{text}");
            assert_eq!(when.steps(), expected.len() as u64, "{text}");
        }
    }

    #[test]
    fn windows_are_rounded_as_the_duration_of_a_run() {
        let clock = Clock { dt: 1e-4, steps: 100, values: &of };
        let window = |from: Option<&str>, to: Option<&str>| {
            let (from, to) = (from.map(parsed), to.map(parsed));
            let span = Span::between(from.as_ref(), to.as_ref(), &clock);
            (span.first, span.end)
        };
        assert_eq!(window(None, None), (0, 100));
        // 3*1e-4 is more than 0.3e-3, but within 1e-4 steps of it.
        assert_eq!(window(Some("0.3*ms"), Some("0.6*ms")), (3, 6));
        assert_eq!(window(Some("a"), Some("2*a")), (4, 7));
        assert_eq!(window(Some("0.301*ms"), Some("20*ms")), (4, 100));
        assert_eq!(window(Some("20*ms"), None), (100, 100));
    }
}
