//! The axes of `[[sweep]]` blocks: what they set, and to which values.
//!
//! Refuses unknown names, wrong dimensions and kinds, and empty lists. Values that depend on what the same block sweeps
//! are computed at each point.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernels::language::ast::{Span, ValueKind};
use kernels::language::check::Symbol;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;
use kernels::language::{self, print, suggest};

use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::{Parameters, infinite};
use super::range::{self, Range};
use super::table::Cells;
use crate::codes;
use crate::points::axis::Values;
use crate::points::dependent::Over;
use crate::points::design::between::Between;
use crate::points::design::{self, Coordinate, Drawn};
use crate::points::{Bindings, Slot};
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{Axis, Form, Scalar};

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

/// Reads an axis; in a design, ranges have no `n`.
pub fn read(
    key: &Key,
    axis: &Axis,
    slot: Slot,
    design: bool,
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
            (Source::Range(Box::new(range::read(key, range, design, &one, texts)?)), range.span)
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
pub type ReadOne<'a> = &'a dyn Fn(&Scalar) -> Result<Formula, Fault>;

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

impl Raw {
    fn formulas(&self) -> Vec<&Formula> {
        match &self.source {
            Source::List(items) => items.iter().collect(),
            Source::Values(_) | Source::Cells(_) => Vec::new(),
            Source::Range(range) => range.formulas(),
        }
    }

    /// Whether the axis takes other values than integers.
    pub fn is_real(&self, scope: &Names) -> bool {
        let real = |f: &&Formula| f.typed(scope).is_ok_and(|typed| typed.kind == ValueKind::Real);
        match &self.source {
            Source::Values(_) => false,
            Source::Cells(cells) => !cells.values.is_whole(),
            Source::Range(range) => range.is_real(scope),
            Source::List(_) => self.formulas().iter().any(real),
        }
    }

    /// How many values its list has.
    pub fn listed(&self) -> Option<u64> {
        match &self.source {
            Source::List(items) => Some(items.len() as u64),
            Source::Values(values) => Some(values.len()),
            Source::Cells(_) | Source::Range(_) => None,
        }
    }

    /// Computes the values, or finds out how to compute them at each point.
    pub fn made(&self, context: &Context<'_>) -> Result<Made, Vec<Fault>> {
        match (&self.source, self.slot) {
            (Source::Values(values), _) => Ok(Made::Fixed(drawn(values, context.coordinate.as_ref()))),
            (Source::Cells(cells), Slot::Text(_)) => Ok(Made::Fixed(cells.values.clone())),
            (Source::Cells(cells), Slot::Number(_)) => {
                match cells.dimension_fault(context.name, context.symbol.dimension) {
                    Some(fault) => Err(vec![fault]),
                    None => Ok(Made::Fixed(cells.values.clone())),
                }
            }
            (Source::List(items), _) => context.list(items),
            (Source::Range(range), _) => range.made(context),
        }
    }
}

/// The values of an axis, or how they are computed.
pub enum Made {
    /// The values.
    Fixed(Values),
    /// They depend on what the block sweeps.
    Later {
        /// Where points lie on the axis.
        positions: Values,
        /// What is there.
        over: Over,
        /// The numbers that this depends on.
        uses: Vec<usize>,
    },
}

/// Listed values as they are; in a design, one of them at each point.
fn drawn(values: &Values, coordinate: Option<&(Arc<Coordinate>, u64)>) -> Values {
    match (values, coordinate) {
        (Values::List(items), Some((coordinate, count))) => {
            let over = design::Over::Items(items.clone());
            Values::Drawn(Drawn { coordinate: coordinate.clone(), count: *count, over })
        }
        (values, _) => values.clone(),
    }
}

/// What is known where the values of an axis are computed.
pub struct Context<'a> {
    /// The parameter's name.
    pub name: &'a str,
    /// What it is.
    pub symbol: Symbol,
    /// A unit for a number that lacks one.
    pub unit: Option<&'a str>,
    /// All parameters.
    pub parameters: &'a Parameters,
    /// The scalars.
    pub scope: &'a Names,
    /// Names whose values this block changes.
    pub moving: &'a BTreeSet<String>,
    /// The values of `[parameters]`.
    pub base: &'a Bindings<'a>,
    /// Where points lie on the axis, in a design, and how many there are.
    pub coordinate: Option<(Arc<Coordinate>, u64)>,
}

impl Context<'_> {
    fn list(&self, items: &[Formula]) -> Result<Made, Vec<Fault>> {
        let (mut out, mut faults) = (Vec::with_capacity(items.len()), Vec::new());
        let moves = items.iter().any(|item| self.moves(item));
        for item in items {
            let value = if moves { self.check(item).map(|()| Value::Integer(0)) } else { self.value(item) };
            match value {
                Ok(value) => out.push(value),
                Err(more) => faults.extend(more),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if moves {
            let prepared = items.iter().map(|item| self.base.frame.prepare(&item.expr)).collect();
            let count = items.len() as u64;
            return Ok(self.later(Over::List(prepared), &items.iter().collect::<Vec<_>>(), count));
        }
        Ok(Made::Fixed(drawn(&Values::list(out), self.coordinate.as_ref())))
    }

    /// Whether a value depends on what this block sweeps.
    pub fn moves(&self, formula: &Formula) -> bool {
        formula::names(&formula.expr).iter().any(|(name, _)| self.moving.contains(name))
    }

    /// Values that are computed at each point from `count` positions, or from those of a design.
    pub fn later(&self, over: Over, formulas: &[&Formula], count: u64) -> Made {
        let positions = match &self.coordinate {
            Some((coordinate, count)) => {
                let over = design::Over::Unit;
                Values::Drawn(Drawn { coordinate: coordinate.clone(), count: *count, over })
            }
            None => Values::Positions(count),
        };
        let mut uses: Vec<usize> =
            formulas.iter().flat_map(|f| self.base.frame.numbers_in(&f.expr)).collect();
        uses.sort_unstable();
        uses.dedup();
        Made::Later { positions, over, uses }
    }

    /// Values of a design between two ends.
    pub fn along(&self, between: Between) -> Values {
        match &self.coordinate {
            Some((coordinate, count)) => {
                let over = design::Over::Between(between);
                Values::Drawn(Drawn { coordinate: coordinate.clone(), count: *count, over })
            }
            None => Values::list(Vec::new()),
        }
    }

    /// A fault of this axis.
    pub fn refuse(&self, span: Span, why: &str) -> Vec<Fault> {
        vec![Fault::new(codes::AXIS, span, format!("axis '{}': {why}", self.name))]
    }

    /// The value of a formula that does not depend on what the block sweeps.
    pub fn value(&self, formula: &Formula) -> Result<Value, Vec<Fault>> {
        self.check(formula)?;
        let value = evaluate::scalar(&formula.expr, self.base).map_err(|f| vec![f])?;
        match infinite(&value, self.name, formula.expr.span) {
            Some(fault) => Err(vec![fault]),
            None => Ok(value),
        }
    }

    /// Refuses what has another kind or dimension than the parameter.
    pub fn check(&self, formula: &Formula) -> Result<(), Vec<Fault>> {
        self.parameters.only_numbers(&formula.expr, self.name)?;
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
}
