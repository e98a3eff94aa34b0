//! The axes of `[[sweep]]` blocks: what they set, and to which values.
//!
//! Refuses unknown names, wrong dimensions and kinds, empty and endless ranges, and values that depend on what the same
//! block sweeps.

use std::collections::BTreeSet;

use kernels::language::ast::{Span, ValueKind};
use kernels::language::check::Symbol;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;
use kernels::language::{self, print, suggest};

use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::{Parameters, infinite};
use super::table::Cells;
use crate::decimal::Decimal;
use crate::points::axis::{self, Values};
use crate::points::{Bindings, MOST_POINTS, Slot};
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{self, Axis, Form, Scalar};
use crate::{codes, format};

/// An axis whose values are read but not computed.
pub struct Raw {
    /// Its name in the job, or the cell of a CSV header.
    pub key: Key,
    /// What it sets.
    pub slot: Slot,
    /// Its values.
    pub source: Source,
    /// Where it stands.
    pub span: Span,
    /// The unit in which a neighbour or the parameter itself is written, for a number that lacks one.
    pub unit: Option<String>,
}

/// Where the values of an axis come from.
pub enum Source {
    /// Listed numbers or expressions.
    List(Vec<Formula>),
    /// Listed texts.
    Values(Values),
    /// A column of a CSV file.
    Cells(Cells),
    /// A range.
    Range(Box<Range>),
}

/// A range, read.
pub struct Range {
    from: Formula,
    to: Formula,
    step: Option<Formula>,
    n: Option<(i64, Span)>,
    log: bool,
    span: Span,
}

/// What an axis of that name sets.
pub fn target(key: &Key, parameters: &Parameters) -> Result<Option<Slot>, Fault> {
    let name = key.name.as_str();
    if let Some(k) = parameters.number(name) {
        return Ok(Some(Slot::Number(k)));
    }
    if let Some(k) = parameters.text(name) {
        return Ok(Some(Slot::Text(k)));
    }
    if parameters.broken.contains(name) {
        return Ok(None);
    }
    if let Some(array) = parameters.array_named(name) {
        let message = format!("'{name}' holds a list of values and cannot be swept");
        return Err(Fault::new(codes::AXIS, key.span, message)
            .also(array.key.span, "defined here")
            .help("sweep a number that it is multiplied by"));
    }
    let fault = Fault::new(codes::AXIS, key.span, format!("there is no parameter '{name}'"));
    Err(match (name, suggest::nearest(name, parameters.names())) {
        ("dt" | "duration" | "seed", _) => fault.help(format!(
            "define a parameter and use it in [run]: {name} = \"my_{name}\"; then sweep axes.my_{name}"
        )),
        (_, Some(near)) => fault.help(format!("did you mean '{near}'?")),
        _ => fault
            .help(format!("define it in [parameters]; its value there is used where {name} is not swept")),
    })
}

/// Reads an axis.
pub fn read(
    key: &Key,
    axis: &Axis,
    slot: Slot,
    parameters: &Parameters,
    texts: &Texts,
) -> Result<Raw, Vec<Fault>> {
    let one = |scalar: &Scalar| formula::read(scalar, texts).map(|f| parameters.with_constants(f));
    let (source, span) = match (axis, slot) {
        (Axis::List(items, span), _) if items.is_empty() => {
            return Err(vec![Fault::new(codes::AXIS, *span, format!("axis '{}' has no values", key.name))]);
        }
        (Axis::List(items, span), Slot::Text(_)) => (Source::Values(text_list(key, items, texts)?), *span),
        (Axis::List(items, span), Slot::Number(_)) => (Source::List(list(items, &one)?), *span),
        (Axis::Range(range), Slot::Number(_)) => {
            (Source::Range(Box::new(read_range(key, range, &one, texts)?)), range.span)
        }
        (Axis::Range(range), Slot::Text(_)) => {
            let message = format!("'{}' is a text; its axis must be a list of strings", key.name);
            return Err(vec![Fault::new(codes::AXIS, range.span, message)]);
        }
    };
    let mut raw = Raw { key: key.clone(), slot, source, span, unit: None };
    let own = match slot {
        Slot::Number(k) => Some(&parameters.numbers[k].formula),
        Slot::Text(_) => None,
    };
    raw.unit = raw.formulas().into_iter().chain(own).find_map(|f| f.written_unit(texts)).map(str::to_owned);
    Ok(raw)
}

/// How one value is read.
type ReadOne<'a> = &'a dyn Fn(&Scalar) -> Result<Formula, Fault>;

fn list(items: &[Scalar], one: ReadOne) -> Result<Vec<Formula>, Vec<Fault>> {
    let (mut out, mut faults) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        match one(item) {
            Ok(formula) => out.push(formula),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn text_list(key: &Key, items: &[Scalar], texts: &Texts) -> Result<Values, Vec<Fault>> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let Form::Text(id) = item.form else {
            let message = format!("'{}' is a text; the values of its axis must be strings", key.name);
            return Err(vec![Fault::new(codes::AXIS, item.span, message)]);
        };
        out.push(Value::Text(texts.get(id).to_owned()));
    }
    Ok(Values::list(out))
}

fn read_range(key: &Key, range: &written::Range, one: ReadOne, texts: &Texts) -> Result<Range, Vec<Fault>> {
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
    let example = "write { from = 1, to = 2, n = 11 } or { from = 1, to = 2, step = 0.1 }";
    let (Some(from), Some(to)) = (&range.from, &range.to) else {
        return Err(refuse(range.span, format!("axis '{name}' needs 'from' and 'to'"), example));
    };
    if range.n.is_some() == range.step.is_some() {
        return Err(refuse(range.span, format!("axis '{name}' needs either 'n' or 'step'"), example));
    }
    if log && range.step.is_some() {
        return Err(refuse(
            range.span,
            format!("axis '{name}': a logarithmic range takes 'n', not 'step'"),
            example,
        ));
    }
    let one = |scalar: &Scalar| one(scalar).map_err(|f| vec![f]);
    let step = range.step.as_ref().map(one).transpose()?;
    Ok(Range { from: one(from)?, to: one(to)?, step, n: range.n, log, span: range.span })
}

impl Raw {
    fn formulas(&self) -> Vec<&Formula> {
        match &self.source {
            Source::List(items) => items.iter().collect(),
            Source::Values(_) | Source::Cells(_) => Vec::new(),
            Source::Range(range) => [&range.from, &range.to].into_iter().chain(&range.step).collect(),
        }
    }

    /// Whether the axis takes other values than integers.
    pub fn is_real(&self, scope: &Names) -> bool {
        let real = |f: &&Formula| f.typed(scope).is_ok_and(|typed| typed.kind == ValueKind::Real);
        match &self.source {
            Source::Values(_) => false,
            Source::Cells(cells) => !cells.values.is_whole(),
            Source::Range(range) if range.log => true,
            Source::Range(range) => self.formulas().iter().any(real) || !range.is_whole(),
            Source::List(_) => self.formulas().iter().any(real),
        }
    }

    /// Computes the values.
    pub fn values(
        &self,
        parameters: &Parameters,
        scope: &Names,
        swept: &BTreeSet<String>,
        base: &Bindings<'_>,
    ) -> Result<Values, Vec<Fault>> {
        let Slot::Number(k) = self.slot else { return Ok(self.given()) };
        let Some(symbol) = parameters.numbers[k].symbol else { return Ok(Values::list(Vec::new())) };
        let unit = self.unit.as_deref();
        let context = Context { name: &self.key.name, symbol, unit, parameters, scope, swept, base };
        match &self.source {
            Source::Values(values) => Ok(values.clone()),
            Source::Cells(cells) => match cells.dimension_fault(context.name, symbol.dimension) {
                Some(fault) => Err(vec![fault]),
                None => Ok(cells.values.clone()),
            },
            Source::List(items) => context.list(items),
            Source::Range(range) => context.range(range),
        }
    }

    fn given(&self) -> Values {
        match &self.source {
            Source::Values(values) => values.clone(),
            Source::Cells(cells) => cells.values.clone(),
            _ => Values::list(Vec::new()),
        }
    }
}

impl Range {
    /// Whether a linear range of integers meets integers only.
    fn is_whole(&self) -> bool {
        let (Some(from), Some(to)) = (self.from.decimal, self.to.decimal) else { return false };
        match (self.n, &self.step) {
            (Some((n, _)), _) => u64::try_from(n)
                .is_ok_and(|n| n > 0 && axis::linear(from, to, n).is_ok_and(|values| values.is_whole())),
            _ => true,
        }
    }
}

struct Context<'a> {
    name: &'a str,
    symbol: Symbol,
    unit: Option<&'a str>,
    parameters: &'a Parameters,
    scope: &'a Names,
    swept: &'a BTreeSet<String>,
    base: &'a Bindings<'a>,
}

impl Context<'_> {
    fn list(&self, items: &[Formula]) -> Result<Values, Vec<Fault>> {
        let (mut out, mut faults) = (Vec::with_capacity(items.len()), Vec::new());
        for item in items {
            match self.value(item) {
                Ok(value) => out.push(value),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(Values::list(out)) } else { Err(faults) }
    }

    fn value(&self, formula: &Formula) -> Result<Value, Vec<Fault>> {
        self.check(formula)?;
        let value = evaluate::scalar(&formula.expr, self.base).map_err(|f| vec![f])?;
        match infinite(&value, self.name, formula.expr.span) {
            Some(fault) => Err(vec![fault]),
            None => Ok(value),
        }
    }

    fn check(&self, formula: &Formula) -> Result<(), Vec<Fault>> {
        self.parameters.only_numbers(&formula.expr, self.name)?;
        if let Some((name, span)) =
            formula::names(&formula.expr).into_iter().find(|(name, _)| self.swept.contains(name))
        {
            let message = format!("axis '{}' depends on '{name}', which this block sweeps, too", self.name);
            let help =
                format!("write it as derived.{} = \"...\", which is computed for each point", self.name);
            return Err(vec![Fault::new(codes::AXIS, span, message).help(help)]);
        }
        let what = format!("axis '{}'", self.name);
        if self.symbol.kind != ValueKind::Boolean {
            return formula.expect(self.scope, self.symbol.dimension, &what).map(|_| ()).map_err(|faults| {
                faults.into_iter().map(|fault| self.with_unit(self.with_definition(fault), formula)).collect()
            });
        }
        if formula.typed(self.scope)?.kind == ValueKind::Boolean {
            return Ok(());
        }
        let message = format!("{what} takes true and false, as the parameter does");
        Err(vec![Fault::new(codes::AXIS, formula.expr.span, message)])
    }

    /// Says in which unit to write a bare number.
    fn with_unit(&self, fault: Fault, formula: &Formula) -> Fault {
        let bare =
            formula.decimal.filter(|_| formula.dimension.is_none() && !self.symbol.dimension.is_none());
        match (bare, self.unit) {
            (Some(_), Some(unit)) => {
                let number = print::expression(&formula.expr);
                fault.help(format!("write the unit, too: \"{number} {unit}\""))
            }
            _ => fault,
        }
    }

    /// Marks the definition, which decides the dimension.
    fn with_definition(&self, fault: Fault) -> Fault {
        let Some(k) = self.parameters.number(self.name).filter(|_| fault.code == language::codes::RESULT)
        else {
            return fault;
        };
        let span = self.parameters.numbers[k].formula.expr.span;
        let fault =
            fault.also(span, format!("'{}' is {}", self.name, formula::phrase(self.symbol.dimension)));
        if self.symbol.dimension.is_none() {
            return fault
                .help(format!("give '{}' a unit in [parameters], as its values here have one", self.name));
        }
        fault
    }

    fn decimal(&self, formula: &Formula) -> Result<Decimal, Vec<Fault>> {
        let value = self.value(formula)?;
        let exact = formula.decimal.or_else(|| value.real().and_then(Decimal::shortest));
        exact.ok_or_else(|| vec![Fault::new(codes::AXIS, formula.expr.span, "a range needs numbers")])
    }

    fn range(&self, range: &Range) -> Result<Values, Vec<Fault>> {
        let (from, to) = (self.decimal(&range.from)?, self.decimal(&range.to)?);
        let refuse =
            |span, why: &str| vec![Fault::new(codes::AXIS, span, format!("axis '{}': {why}", self.name))];
        let values = match (&range.step, range.n) {
            (Some(step), _) => {
                axis::stepped(from, to, self.decimal(step)?).map_err(|why| refuse(step.expr.span, why))?
            }
            (None, n) => {
                let (n, span) = n.unwrap_or((0, range.span));
                let count = u64::try_from(n).ok().filter(|n| (1..=MOST_POINTS).contains(n));
                let count = count.ok_or_else(|| refuse(span, "'n' must be from 1 to 100000000"))?;
                if count == 1 && from.to_f64() != to.to_f64() {
                    return Err(refuse(
                        span,
                        "one value cannot lie at both ends; take n = 2 or more, or write a list",
                    ));
                }
                let made = if range.log { axis::log(from, to, count) } else { axis::linear(from, to, count) };
                made.map_err(|why| refuse(range.span, why))?
            }
        };
        if values.len() > MOST_POINTS {
            return Err(refuse(range.span, "there are more than 100000000 values"));
        }
        Ok(values)
    }
}
