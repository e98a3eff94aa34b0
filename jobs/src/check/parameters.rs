//! `[parameters]`: names, forms, dependencies, kinds and dimensions.
//!
//! Refuses reserved names, circles, and values whose dimensions do not fit together. A parameter that is an integer in
//! `[parameters]` and takes other values on an axis is a real one everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span, ValueKind};
use kernels::language::check::Symbol;
use kernels::language::constants;
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;
use kernels::language::names::{Place, definable};
use kernels::language::{self};

use super::data;
use super::formula::{self, Formula};
use super::labels;
use super::names::Names;
use super::order;
use crate::codes;
use crate::points::{Bindings, Frame, Slot, block};
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{ParameterForm, Scalar, Text, Written};

/// Columns of our own tables.
const OWN_COLUMNS: &[&str] = &["point", "repeat", "config", "status"];

/// A scalar parameter.
#[derive(Debug, Clone)]
pub struct Number {
    /// Its name.
    pub key: Key,
    /// Its definition.
    pub formula: Formula,
    /// What it is; `None` if its definition was refused.
    pub symbol: Option<Symbol>,
}

/// A parameter that holds a value per neuron.
#[derive(Debug, Clone)]
pub struct Array {
    /// Its name.
    pub key: Key,
    /// The dimension of its elements.
    pub dimension: Dimension,
    /// Its elements.
    pub values: Arc<Vec<f64>>,
}

/// A text parameter.
#[derive(Debug, Clone)]
pub struct TextParameter {
    /// Its name.
    pub key: Key,
    /// Its text, if it is not swept.
    pub text: Text,
    /// Strings of the model hold its name in braces; without, it is a label of points.
    pub in_model: bool,
}

/// `[parameters]`, checked.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// The scalars, in the order of the job.
    pub numbers: Vec<Number>,
    /// The arrays.
    pub arrays: Vec<Array>,
    /// The texts.
    pub texts: Vec<TextParameter>,
    /// Numbers in an order in which each can be computed from those before.
    pub order: Vec<usize>,
    /// Names of arrays that were refused.
    pub broken: BTreeSet<String>,
    /// The contents of data files, for the identity.
    pub data: Vec<[u8; 32]>,
    /// Integers that take other values on an axis.
    widened: BTreeSet<usize>,
    /// Where the names are found.
    index: BTreeMap<String, Index>,
}

#[derive(Debug, Clone, Copy)]
enum Index {
    Number(usize),
    Array(usize),
    Text(usize),
}

/// Reads names and forms; nothing is computed yet.
pub fn read(written: &Written, folder: &Path, texts: &mut Texts, faults: &mut Vec<Fault>) -> Parameters {
    let mut out = Parameters::default();
    let used = labels::used(written, texts);
    for (key, form) in &written.parameters {
        if let Err(fault) = nameable(key) {
            faults.push(fault);
            out.broken.insert(key.name.clone());
            continue;
        }
        match form {
            ParameterForm::Scalar(scalar) => match formula::read(scalar, texts) {
                Ok(formula) => out.numbers.push(Number { key: key.clone(), formula, symbol: None }),
                Err(fault) => out.refuse(key, formula::words(&key.name, scalar, fault, texts), faults),
            },
            ParameterForm::Text(text) => {
                let in_model = used.contains(&key.name);
                out.texts.push(TextParameter { key: key.clone(), text: *text, in_model });
            }
            ParameterForm::List(items, span) => match data::list(items, *span, texts) {
                Ok((values, dimension)) => out.array(key, values, dimension),
                Err(more) => out.refuse_all(key, more, faults),
            },
            ParameterForm::File(file) => match data::file(file, folder, texts) {
                Ok(column) => {
                    out.data.push(column.hash);
                    out.array(key, column.values, column.dimension);
                }
                Err(more) => out.refuse_all(key, more, faults),
            },
        }
    }
    out.index_names();
    for k in 0..out.numbers.len() {
        let mut formula = out.numbers[k].formula.clone();
        let own = out.numbers[k].key.name.clone();
        constants::request(&mut formula.expr, &|name| name == own || !out.is_defined(name));
        out.numbers[k].formula = formula;
    }
    out
}

fn nameable(key: &Key) -> Result<(), Fault> {
    definable(&key.name, key.span, Place::Parameter)?;
    if OWN_COLUMNS.contains(&key.name.as_str()) {
        let message = format!("'{}' is a column of points.csv", key.name);
        return Err(Fault::new(codes::NAME, key.span, message).help("choose another name"));
    }
    Ok(())
}

impl Parameters {
    fn refuse(&mut self, key: &Key, fault: Fault, faults: &mut Vec<Fault>) {
        self.refuse_all(key, vec![fault], faults);
    }

    fn refuse_all(&mut self, key: &Key, more: Vec<Fault>, faults: &mut Vec<Fault>) {
        faults.extend(more);
        self.broken.insert(key.name.clone());
    }

    fn array(&mut self, key: &Key, values: Vec<f64>, dimension: Dimension) {
        self.arrays.push(Array { key: key.clone(), dimension, values: Arc::new(values) });
    }

    fn index_names(&mut self) {
        let numbers = self.numbers.iter().enumerate().map(|(k, n)| (n.key.name.clone(), Index::Number(k)));
        let arrays = self.arrays.iter().enumerate().map(|(k, a)| (a.key.name.clone(), Index::Array(k)));
        let texts = self.texts.iter().enumerate().map(|(k, t)| (t.key.name.clone(), Index::Text(k)));
        self.index = numbers.chain(arrays).chain(texts).collect();
    }

    /// The number of that name.
    pub fn number(&self, name: &str) -> Option<usize> {
        if let Some(Index::Number(k)) = self.index.get(name) { Some(*k) } else { None }
    }

    /// The text of that name.
    pub fn text(&self, name: &str) -> Option<usize> {
        if let Some(Index::Text(k)) = self.index.get(name) { Some(*k) } else { None }
    }

    /// The array of that name.
    pub fn array_named(&self, name: &str) -> Option<&Array> {
        if let Some(Index::Array(k)) = self.index.get(name) { self.arrays.get(*k) } else { None }
    }

    /// Whether `[parameters]` has that name, well defined or not.
    fn is_defined(&self, name: &str) -> bool {
        self.index.contains_key(name) || self.broken.contains(name)
    }

    /// Puts physical constants in the place of their names, unless a parameter has the name.
    pub fn with_constants(&self, mut formula: Formula) -> Formula {
        constants::request(&mut formula.expr, &|name| !self.is_defined(name));
        formula
    }

    /// Where the parameter of that name is defined.
    pub fn defined(&self, name: &str) -> Option<Span> {
        Some(match self.index.get(name)? {
            Index::Number(k) => self.numbers[*k].key.span,
            Index::Array(k) => self.arrays[*k].key.span,
            Index::Text(k) => self.texts[*k].key.span,
        })
    }

    /// All names, for suggestions.
    pub fn names(&self) -> Vec<&str> {
        let numbers = self.numbers.iter().map(|n| n.key.name.as_str());
        numbers.chain(self.texts.iter().map(|t| t.key.name.as_str())).collect()
    }

    /// Declares that a number takes other than integer values.
    pub fn widen(&mut self, number: usize) {
        self.widened.insert(number);
    }

    /// Finds order, kinds and dimensions; to be called again after [`Parameters::widen`].
    pub fn resolve(&mut self, texts: &Texts) -> Vec<Fault> {
        let formulas: Vec<&Expr> = self.numbers.iter().map(|n| &n.formula.expr).collect();
        let (order, circles) = self.sorted(&formulas);
        let mut faults =
            circles.iter().map(|circle| self.circle_fault(circle, &|k| formulas[k].span)).collect::<Vec<_>>();
        for number in &mut self.numbers {
            number.symbol = None;
        }
        let mut scope = Names::default();
        for &k in &order {
            match self.symbol_of(k, &scope) {
                Ok(symbol) => {
                    scope.add_at(&*self.numbers[k].key.name, symbol, self.numbers[k].formula.expr.span);
                    self.numbers[k].symbol = Some(symbol);
                }
                Err(more) => {
                    let own = &self.numbers[k];
                    faults.extend(
                        more.into_iter().map(|f| formula::perhaps_text(&own.key.name, &own.formula.expr, f)),
                    );
                }
            }
        }
        self.order = order;
        self.quieted(faults, texts)
    }

    /// The fault of a parameter that `--set` gave another dimension than it had.
    pub fn changed_dimension(&self, name: &str, old: &Scalar, texts: &Texts) -> Option<Fault> {
        let number = &self.numbers[self.number(name)?];
        let needed = formula::read(old, texts).ok()?.typed(&self.scope()).ok()?.dimension;
        let found = number.symbol?.dimension;
        let what = format!("--set: '{name}'");
        (found != needed).then(|| formula::mismatch(number.formula.expr.span, &what, needed, found))
    }

    /// Without the faults that only repeat that a name's definition was refused.
    pub fn quieted(&self, mut faults: Vec<Fault>, texts: &Texts) -> Vec<Fault> {
        let refused = |f: &Fault| self.is_refused(texts.slice(f.span));
        faults.retain(|f| f.code != language::codes::UNKNOWN_NAME || !refused(f));
        faults
    }

    /// Whether the definition of that name was refused.
    pub fn is_refused(&self, name: &str) -> bool {
        self.broken.contains(name) || self.number(name).is_some_and(|k| self.numbers[k].symbol.is_none())
    }

    fn symbol_of(&self, k: usize, scope: &Names) -> Result<Symbol, Vec<Fault>> {
        let number = &self.numbers[k];
        self.only_numbers(&number.formula.expr, &number.key.name)?;
        let mut typed = number.formula.typed(scope)?;
        if typed.kind == ValueKind::Integer && self.widened.contains(&k) {
            typed.kind = ValueKind::Real;
        }
        Ok(typed)
    }

    /// Refuses what has no single fixed value: random functions, arrays, texts.
    pub fn only_numbers(&self, expr: &Expr, what: &str) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if let Some((name, span)) = formula::random_call(expr) {
            faults.push(
                Fault::new(
                    codes::RANDOM,
                    span,
                    format!("'{what}' must have a fixed value, but {name}() is random"),
                )
                .help("draw random values in 'initial' of a group or of synapses"),
            );
        }
        for (name, span) in formula::names(expr) {
            if self.array_named(&name).is_some() {
                let message = format!("'{name}' holds a list of values, and cannot be used here");
                faults.push(
                    Fault::new(codes::ARRAY, span, message)
                        .help("it can be used in the equations and the other code of [neurons.*]"),
                );
            } else if self.text(&name).is_some() {
                let message = format!("'{name}' is a text, not a number");
                faults.push(Fault::new(codes::TEXT_PARAMETER, span, message));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The scalars as names.
    pub fn scope(&self) -> Names {
        let mut names = Names::default();
        for number in &self.numbers {
            if let Some(symbol) = number.symbol {
                names.add_at(&*number.key.name, symbol, number.formula.expr.span);
            }
        }
        names
    }

    /// The scalars and the texts as names.
    pub fn scope_with_texts(&self) -> Names {
        let mut names = self.scope();
        self.texts.iter().for_each(|t| names.add_text(&*t.key.name));
        names
    }

    /// An order of computation for these definitions, and the circles that have none.
    pub fn sorted(&self, definitions: &[&Expr]) -> (Vec<usize>, Vec<Vec<usize>>) {
        let uses = |k: usize| {
            let names = formula::names(definitions[k]);
            names.iter().filter_map(|(name, _)| self.number(name)).collect()
        };
        order::sorted(definitions.len(), &uses)
    }

    /// The fault of a circle, whose definitions stand there.
    pub fn circle_fault(&self, circle: &[usize], spans: &dyn Fn(usize) -> Span) -> Fault {
        let names: Vec<&str> = circle.iter().map(|k| self.numbers[*k].key.name.as_str()).collect();
        let first = circle[0];
        let message = match names.as_slice() {
            [one] => format!("'{one}' is defined by itself"),
            many => format!("these parameters are defined by each other: {}, {}", many.join(", "), many[0]),
        };
        let mut fault = Fault::new(codes::PARAMETER_CYCLE, spans(first), message);
        for k in &circle[1..] {
            fault = fault.also(spans(*k), "and this");
        }
        fault.help("give one of them a value of its own")
    }

    /// What points need to know.
    pub fn frame(&self) -> Frame {
        let mut frame = Frame::default();
        for (k, number) in self.numbers.iter().enumerate() {
            let symbol = number.symbol.unwrap_or(Symbol::NUMBER);
            frame.numbers.push((number.key.name.clone(), symbol.kind, symbol.dimension));
            frame.slots.insert(number.key.name.clone(), Slot::Number(k));
        }
        for (k, text) in self.texts.iter().enumerate() {
            frame.texts.push(text.key.name.clone());
            frame.slots.insert(text.key.name.clone(), Slot::Text(k));
        }
        frame
    }

    /// The values of all numbers as defined in `[parameters]`, as far as they can be computed.
    pub fn base<'f>(&self, frame: &'f Frame, texts: &Texts) -> Base<'f> {
        let numbers = vec![Value::Real(f64::NAN); self.numbers.len()];
        let own = self.texts.iter().map(|t| texts.get(t.text.id).into()).collect();
        let mut base = Base {
            bindings: Bindings { frame, numbers, texts: own, positions: Vec::new(), block: None },
            failed: BTreeMap::new(),
        };
        for &k in &self.order {
            let number = &self.numbers[k];
            let expr = &number.formula.expr;
            let uses = formula::names(expr);
            let mut uses = uses.iter().filter_map(|(name, _)| self.number(name));
            if uses.any(|used| base.failed.contains_key(&used)) {
                base.failed.insert(k, None);
                continue;
            }
            match evaluate::scalar(expr, &base.bindings) {
                Ok(value) => {
                    if let Some(fault) = infinite(&value, &number.key.name, expr.span) {
                        base.failed.insert(k, Some(fault));
                    }
                    base.bindings.numbers[k] = block::coerce(value, frame.numbers[k].1);
                }
                Err(fault) => drop(base.failed.insert(k, Some(fault))),
            }
        }
        base
    }
}

/// The values of `[parameters]`.
pub struct Base<'f> {
    /// The values; those that failed are not to be used.
    pub bindings: Bindings<'f>,
    /// What cannot be computed, and why; `None` where it depends on something else that cannot be. A fault only if no
    /// axis or derived value stands in its place.
    pub failed: BTreeMap<usize, Option<Fault>>,
}

/// The fault of a value that is not finite.
pub fn infinite(value: &Value, name: &str, span: Span) -> Option<Fault> {
    let Value::Real(x) = value else { return None };
    if x.is_finite() {
        return None;
    }
    let what = if x.is_nan() { "is not a number" } else { "is infinite" };
    Some(Fault::new(codes::PARAMETER_VALUE, span, format!("'{name}' {what}")))
}
