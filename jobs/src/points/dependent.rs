//! Axes whose values depend on other axes: from bounds that are computed at the point, and the axis's own position.
//!
//! Where bounds are sums, differences, products and quotients of units and of numbers with few digits, they are computed
//! as exact decimals, so that `to = "3*a"` with a = 0.1 ends at 0.3. Refuses, at the point, bounds between which there is
//! no range.

use std::collections::HashMap;

use kernels::language::ast::{Binary, Expr, ExprKind, Span, Unary};
use kernels::language::evaluate::{Prepared, Value};
use kernels::language::fault::Fault;
use kernels::language::units;

use super::axis::{self, Refusal, Values};
use super::design::between::Between;
use super::design::item;
use super::{Bindings, Frame, Slot, number};
use crate::codes;
use crate::decimal::Decimal;

/// An axis whose values are computed at each point.
#[derive(Debug, Clone)]
pub struct Dependent {
    /// Its name.
    pub name: String,
    /// Where its position is kept: a place in [`Bindings::positions`].
    pub place: usize,
    /// What it runs over.
    pub over: Over,
    /// The numbers that this depends on.
    pub uses: Vec<usize>,
    /// Where it stands.
    pub span: Span,
}

/// What a dependent axis runs over.
#[derive(Debug, Clone)]
pub enum Over {
    /// These values.
    List(Vec<Prepared>),
    /// A range.
    Range(Box<Range>),
}

/// A range with computed ends.
#[derive(Debug, Clone)]
pub struct Range {
    /// First end.
    pub from: End,
    /// Last end.
    pub to: End,
    /// How many values it has; none in a design.
    pub n: Option<u64>,
    /// Whether ratios are equal.
    pub log: bool,
    /// Whether only integers are drawn.
    pub whole: bool,
}

/// An end of a range.
#[derive(Debug, Clone)]
pub struct End {
    expr: Expr,
    value: Prepared,
    /// Its exact value, if it is written as one.
    decimal: Option<Decimal>,
}

/// Where a point lies on a dependent axis.
#[derive(Debug, Clone)]
pub struct Position {
    /// A number from 0 on, as an integer; in a design a real number in [0, 1).
    pub at: Value,
    /// The values of the numbers that were used last, and the range they make.
    last: Vec<u64>,
    steps: Option<Steps>,
    /// Ranges that were met before.
    seen: HashMap<Vec<u64>, Steps>,
}

/// No more ranges than this are kept.
const MOST_SEEN: usize = 4096;

/// The values of a range with a number of steps.
#[derive(Debug, Clone)]
enum Steps {
    /// Exact decimals.
    Exact(Values),
    /// Between two ends that have more digits than anybody writes.
    Rounded(Between, f64, f64),
}

impl Default for Position {
    fn default() -> Position {
        Position { at: Value::Integer(0), last: Vec::new(), steps: None, seen: HashMap::new() }
    }
}

impl End {
    /// An end given by an expression.
    pub fn new(expr: &Expr, decimal: Option<Decimal>, frame: &Frame) -> End {
        End { expr: expr.clone(), value: frame.prepare(expr), decimal }
    }

    fn value(&self, bindings: &Bindings<'_>) -> Result<Value, Fault> {
        self.value.value(&|slot| bindings.slot(slot))
    }

    /// As an exact decimal; the shortest one of its value, where that is not to be had.
    fn exact(&self, value: &Value, bindings: &Bindings<'_>) -> Option<Decimal> {
        let value = number(value);
        let exact = self.decimal.or_else(|| decimal(&self.expr, bindings));
        // A decimal that is not the value but for rounding errors would be another one.
        let near = |d: &Decimal| libm::fabs(d.to_f64() - value) <= 1e-13 * libm::fabs(value);
        exact.filter(near).or_else(|| Decimal::shortest(value))
    }
}

/// The exact value of an expression of numbers.
fn decimal(expr: &Expr, bindings: &Bindings<'_>) -> Option<Decimal> {
    match &expr.kind {
        ExprKind::Integer(i) => Some(Decimal::whole(*i)),
        ExprKind::Real(x) => Decimal::shortest(*x),
        ExprKind::Name(name) => match bindings.frame.slots.get(name) {
            Some(Slot::Number(k)) => Decimal::shortest(number(bindings.numbers.get(*k)?)),
            Some(Slot::Text(_)) => None,
            None => Decimal::shortest(units::unit(name)?.scale),
        },
        ExprKind::Unary(Unary::Negate, inner) => decimal(inner, bindings)?.times(Decimal::whole(-1)),
        ExprKind::Binary(operator, a, b) => {
            let (a, b) = (decimal(a, bindings)?, decimal(b, bindings)?);
            match operator {
                Binary::Add => a.plus(b),
                Binary::Subtract => a.plus(b.times(Decimal::whole(-1))?),
                Binary::Multiply => a.times(b),
                Binary::Divide => a.over(b),
                _ => None,
            }
        }
        _ => None,
    }
}

impl Dependent {
    /// The value at the point that is bound, whose other values are there.
    pub fn value(&self, bindings: &mut Bindings<'_>) -> Result<Value, Fault> {
        let at = bindings.positions[self.place].at.clone();
        match &self.over {
            Over::List(items) => {
                let k = match at {
                    Value::Real(u) => item(u, items.len()),
                    other => number(&other) as usize,
                };
                items[k.min(items.len() - 1)].value(&|slot| bindings.slot(slot))
            }
            Over::Range(range) => self.in_range(range, &at, bindings),
        }
    }

    fn in_range(&self, range: &Range, at: &Value, bindings: &mut Bindings<'_>) -> Result<Value, Fault> {
        let refuse = |why: Refusal| {
            let message = format!("axis '{}': {why}", self.name);
            Fault::new(codes::AXIS, self.span, message)
        };
        let (Value::Integer(k), Some(n)) = (at, range.n) else {
            let (from, to) = self.ends(range, bindings)?;
            let between = Between::values(&from, &to, range.log, range.whole).map_err(refuse)?;
            return Ok(between.at(number(at)));
        };
        let used = |k: &usize| bindings.numbers.get(*k).map_or(0, |v| number(v).to_bits());
        let position = &bindings.positions[self.place];
        if !position.last.iter().copied().eq(self.uses.iter().map(used)) || position.steps.is_none() {
            let now: Vec<u64> = self.uses.iter().map(used).collect();
            let steps = match position.seen.get(&now) {
                Some(steps) => steps.clone(),
                None => self.steps(range, n, bindings)?.map_err(refuse)?,
            };
            bindings.positions[self.place].keep(now, steps);
        }
        let steps = bindings.positions[self.place].steps.as_ref();
        Ok(steps.map_or(Value::Real(f64::NAN), |steps| steps.get(*k as u64, n)))
    }

    fn ends(&self, range: &Range, bindings: &Bindings<'_>) -> Result<(Value, Value), Fault> {
        let (from, to) = (range.from.value(bindings)?, range.to.value(bindings)?);
        if number(&from).is_finite() && number(&to).is_finite() {
            return Ok((from, to));
        }
        let message = format!("axis '{}': an end of the range is not finite", self.name);
        Err(Fault::new(codes::AXIS, self.span, message))
    }

    fn steps(&self, range: &Range, n: u64, bindings: &Bindings<'_>) -> Result<Result<Steps, Refusal>, Fault> {
        let (from, to) = self.ends(range, bindings)?;
        let exact = self.uses.iter().all(|k| bindings.numbers.get(*k).is_some_and(|v| is_short(number(v))));
        let ends = range.from.exact(&from, bindings).zip(range.to.exact(&to, bindings)).filter(|_| exact);
        let steps =
            ends.and_then(|(a, b)| if range.log { axis::log(a, b, n) } else { axis::linear(a, b, n) }.ok());
        Ok(match steps {
            Some(values) => Ok(Steps::Exact(values)),
            // Ends of different signs on a logarithmic scale are refused here.
            None => {
                let (from, to) = (number(&from), number(&to));
                Between::reals(from, to, range.log).map(|between| Steps::Rounded(between, from, to))
            }
        })
    }
}

impl Steps {
    fn get(&self, k: u64, n: u64) -> Value {
        match self {
            Steps::Exact(values) => values.get(k),
            Steps::Rounded(_, from, _) if k == 0 => Value::Real(*from),
            Steps::Rounded(_, _, to) if k + 1 >= n => Value::Real(*to),
            Steps::Rounded(between, ..) => between.at(k as f64 / (n - 1) as f64),
        }
    }
}

impl Position {
    fn keep(&mut self, now: Vec<u64>, steps: Steps) {
        if self.seen.len() >= MOST_SEEN {
            self.seen.clear();
        }
        self.seen.insert(now.clone(), steps.clone());
        (self.last, self.steps) = (now, Some(steps));
    }
}

/// Whether a number has at most nine digits, as those have that people write.
fn is_short(x: f64) -> bool {
    if x == 0.0 {
        return true;
    }
    let digits = x * libm::pow(10.0, 8.0 - libm::floor(libm::log10(libm::fabs(x))));
    libm::fabs(digits - libm::round(digits)) < 1e-5
}
