//! Axes whose values depend on other axes: from bounds that are computed at the point, and the axis's own position.
//!
//! Where bounds are sums, differences, products and quotients of numbers and units, they are computed as exact decimals, so that
//! `to = "3*a"` with a = 0.1 ends at 0.3. Refuses, at the point, bounds between which there is no range.

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
    /// The range for the values that were used last: neighbouring points often share it.
    range: Option<(Vec<u64>, Known)>,
}

#[derive(Debug, Clone)]
enum Known {
    Steps(Values),
    Between(Between),
}

impl Default for Position {
    fn default() -> Position {
        Position { at: Value::Integer(0), range: None }
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
        let used = |k: &usize| bindings.numbers.get(*k).map_or(0, |v| number(v).to_bits());
        let now: Vec<u64> = self.uses.iter().map(used).collect();
        if bindings.positions[self.place].range.as_ref().is_none_or(|(before, _)| *before != now) {
            let known = self.known(range, bindings)?;
            bindings.positions[self.place].range = Some((now, known));
        }
        Ok(match (bindings.positions[self.place].range.as_ref(), at) {
            (Some((_, Known::Steps(values))), at) => values.get(number(at) as u64),
            (Some((_, Known::Between(between))), Value::Real(u)) => between.at(*u),
            (Some((_, Known::Between(between))), k) => {
                let last = range.n.unwrap_or(1).max(2) - 1;
                between.at(number(k) / last as f64)
            }
            (None, _) => Value::Real(f64::NAN),
        })
    }

    fn known(&self, range: &Range, bindings: &Bindings<'_>) -> Result<Known, Fault> {
        let refuse = |why: Refusal| {
            let message = format!("axis '{}': {why}", self.name);
            Fault::new(codes::AXIS, self.span, message)
        };
        let (from, to) = (range.from.value(bindings)?, range.to.value(bindings)?);
        if !(number(&from).is_finite() && number(&to).is_finite()) {
            return Err(refuse("an end of the range is not finite"));
        }
        let Some(n) = range.n else {
            return Between::values(&from, &to, range.log, range.whole).map(Known::Between).map_err(refuse);
        };
        let (a, b) = (range.from.exact(&from, bindings), range.to.exact(&to, bindings));
        let steps = a.zip(b).map(|(a, b)| if range.log { axis::log(a, b, n) } else { axis::linear(a, b, n) });
        match steps {
            Some(Ok(values)) => Ok(Known::Steps(values)),
            // Too many digits for exact decimals; or ends of different signs, which is refused here, too.
            _ => Between::reals(number(&from), number(&to), range.log).map(Known::Between).map_err(refuse),
        }
    }
}
