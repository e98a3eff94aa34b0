//! Ranges of axes: `{ from, to, n }`, `{ from, to, step }`, and `{ from, to }` in a design.
//!
//! Refuses ranges without ends or numbers, steps where the number of values would differ between points, and ends
//! between which there is no range.

use kernels::language::ast::{Span, ValueKind};
use kernels::language::evaluate::Value;
use kernels::language::fault::Fault;

use super::axes::{Context, Made, ReadOne};
use super::formula::Formula;
use super::names::Names;
use crate::decimal::Decimal;
use crate::limits::Limits;
use crate::points::axis;
use crate::points::dependent::{End, Over, Range as Computed};
use crate::points::design::between::Between;
use crate::texts::Texts;
use crate::tree::Key;
use crate::written;
use crate::{codes, format};

/// A range, read.
pub struct Range {
    from: Formula,
    to: Formula,
    count: Count,
    log: bool,
    span: Span,
}

/// What says how many values there are.
enum Count {
    N(i64, Span),
    Step(Formula),
    Design,
}

/// Reads a range.
pub fn read(
    key: &Key,
    range: &written::Range,
    design: bool,
    one: ReadOne,
    texts: &Texts,
) -> Result<Range, Vec<Fault>> {
    let name = &key.name;
    let refuse = |span, message: String, help: &str| vec![Fault::new(codes::AXIS, span, message).help(help)];
    let scales = format::SCALES.names;
    let log = match range.scale.map(|text| (texts.get(text.id), text.span)) {
        None => false,
        Some((scale, _)) if scales.contains(&scale) => scale == "log",
        Some((other, span)) => {
            let message = format!("axis '{name}': there is no scale '{other}'");
            return Err(refuse(span, message, &format!("scales: {}", scales.join(", "))));
        }
    };
    let example = if design {
        "write { from = 1, to = 2 } or { from = 1, to = 2, scale = \"log\" }"
    } else {
        "write { from = 1, to = 2, n = 11 } or { from = 1, to = 2, step = 0.1 }"
    };
    let (Some(from), Some(to)) = (&range.from, &range.to) else {
        return Err(refuse(range.span, format!("axis '{name}' needs 'from' and 'to'"), example));
    };
    let one = |scalar: &written::Scalar| one(scalar).map_err(|f| vec![f]);
    let count = match (design, range.n, &range.step) {
        (true, None, None) => Count::Design,
        (true, n, step) => {
            let (key, span) =
                n.map_or_else(|| ("step", step.as_ref().map_or(range.span, |s| s.span)), |n| ("n", n.1));
            let message =
                format!("axis '{name}' cannot have '{key}': the design has the number of its points");
            return Err(refuse(span, message, example));
        }
        (false, Some((n, span)), None) => Count::N(n, span),
        (false, None, Some(step)) if !log => Count::Step(one(step)?),
        (false, None, Some(_)) => {
            let message = format!("axis '{name}': a logarithmic range takes 'n', not 'step'");
            return Err(refuse(range.span, message, example));
        }
        (false, ..) => {
            let message = format!("axis '{name}' needs either 'n' or 'step'");
            return Err(refuse(range.span, message, example));
        }
    };
    Ok(Range { from: one(from)?, to: one(to)?, count, log, span: range.span })
}

impl Range {
    /// Its formulas.
    pub fn formulas(&self) -> Vec<&Formula> {
        let step = if let Count::Step(step) = &self.count { Some(step) } else { None };
        [&self.from, &self.to].into_iter().chain(step).collect()
    }

    /// Whether it has other values than integers.
    pub fn is_real(&self, scope: &Names) -> bool {
        let real = |f: &Formula| f.typed(scope).is_ok_and(|typed| typed.kind == ValueKind::Real);
        if self.formulas().into_iter().any(real) {
            return true;
        }
        match &self.count {
            Count::Design => false,
            _ if self.log => true,
            Count::N(n, _) => !self.meets_integers(*n),
            Count::Step(_) => self.from.decimal.is_none() || self.to.decimal.is_none(),
        }
    }

    /// Whether a linear range of integers meets integers only.
    fn meets_integers(&self, n: i64) -> bool {
        let (Some(from), Some(to)) = (self.from.decimal, self.to.decimal) else { return false };
        u64::try_from(n)
            .is_ok_and(|n| n > 0 && axis::linear(from, to, n).is_ok_and(|values| values.is_whole()))
    }

    /// Its values, or how to compute them.
    pub fn made(&self, context: &Context<'_>) -> Result<Made, Vec<Fault>> {
        self.formulas().into_iter().try_for_each(|formula| context.check(formula))?;
        if self.formulas().into_iter().any(|formula| context.moves(formula)) {
            return self.computed(context);
        }
        let refuse = |span, why: &str| context.refuse(span, why);
        if let Count::Design = self.count {
            let (from, to) = (context.value(&self.from)?, context.value(&self.to)?);
            let between = Between::values(&from, &to, self.log, self.is_whole(context));
            return Ok(Made::Fixed(context.along(between.map_err(|why| refuse(self.span, why))?)));
        }
        let (from, to) = (decimal(&self.from, context)?, decimal(&self.to, context)?);
        let values = match &self.count {
            Count::Step(step) => {
                axis::stepped(from, to, decimal(step, context)?).map_err(|why| refuse(step.expr.span, why))?
            }
            _ => {
                let (count, span) = self.number(context)?;
                if count == 1 && from.to_f64() != to.to_f64() {
                    return Err(refuse(span, ONE));
                }
                let made = if self.log { axis::log(from, to, count) } else { axis::linear(from, to, count) };
                made.map_err(|why| refuse(self.span, why))?
            }
        };
        if values.len() > MOST_VALUES {
            return Err(refuse(self.span, &format!("there are more than {MOST_VALUES} values")));
        }
        Ok(Made::Fixed(values))
    }

    /// The range of an axis whose ends depend on what the block sweeps.
    fn computed(&self, context: &Context<'_>) -> Result<Made, Vec<Fault>> {
        let n = match &self.count {
            Count::Design => None,
            Count::N(..) => match self.number(context)? {
                (1, span) => return Err(context.refuse(span, ONE)),
                (n, _) => Some(n),
            },
            Count::Step(step) => {
                let why = "its ends depend on what this block sweeps, and with a step the number of its values would, too";
                let faults = context.refuse(step.expr.span, why);
                return Err(faults.into_iter().map(|f| f.help("give 'n' instead of 'step'")).collect());
            }
        };
        let frame = context.base.frame;
        let end = |formula: &Formula| End::new(&formula.expr, formula.decimal, frame);
        let whole = self.is_whole(context);
        let range = Computed { from: end(&self.from), to: end(&self.to), n, log: self.log, whole };
        Ok(context.later(Over::Range(Box::new(range)), &[&self.from, &self.to], n.unwrap_or(0)))
    }

    /// Whether a design draws integers: for a parameter that is one, between ends that are.
    fn is_whole(&self, context: &Context<'_>) -> bool {
        let integer =
            |f: &&Formula| f.typed(context.scope).is_ok_and(|typed| typed.kind == ValueKind::Integer);
        context.symbol.kind == ValueKind::Integer && [&self.from, &self.to].iter().all(integer)
    }

    fn number(&self, context: &Context<'_>) -> Result<(u64, Span), Vec<Fault>> {
        let (n, span) = if let Count::N(n, span) = self.count { (n, span) } else { (0, self.span) };
        let count = u64::try_from(n).ok().filter(|n| (1..=MOST_VALUES).contains(n));
        let why = format!("'n' must be from 1 to {MOST_VALUES}");
        Ok((count.ok_or_else(|| context.refuse(span, &why))?, span))
    }
}

/// No axis has more values, whatever the limits are.
const MOST_VALUES: u64 = Limits::HIGHEST.points;

const ONE: &str = "one value cannot lie at both ends; take n = 2 or more, or write a list";

fn decimal(formula: &Formula, context: &Context<'_>) -> Result<Decimal, Vec<Fault>> {
    let value: Value = context.value(formula)?;
    let exact = formula.decimal.or_else(|| value.real().and_then(Decimal::shortest));
    exact.ok_or_else(|| vec![Fault::new(codes::AXIS, formula.expr.span, "a range needs numbers")])
}
