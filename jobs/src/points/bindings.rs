//! Names and values of parameters at a point, for expressions: by name, or by slot where names were looked up before.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernels::data::Data;
use kernels::data::table::{self, Interpolated};
use kernels::language::ast::{Expr, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{Prepared, Value, Values};
use kernels::language::walk;

use super::dependent::Position;

/// What all points need to know of the parameters.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Names of the numbers, in the order of `Model::parameters`, with their kinds.
    pub numbers: Vec<(String, ValueKind, Dimension)>,
    /// Names of the texts.
    pub texts: Vec<String>,
    /// Where a name is found.
    pub slots: BTreeMap<String, Slot>,
    /// Tables by the name they are called by.
    pub tables: BTreeMap<String, (Data, Interpolated)>,
}

/// Where the value of a name is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Among the numbers.
    Number(usize),
    /// Among the texts.
    Text(usize),
}

/// Values under evaluation: those of a point, by name.
#[derive(Debug, Clone)]
pub struct Bindings<'a> {
    /// What the names mean.
    pub frame: &'a Frame,
    /// Values of the numbers.
    pub numbers: Vec<Value>,
    /// Values of the texts.
    pub texts: Vec<Arc<str>>,
    /// Positions on axes whose values are computed from others.
    pub positions: Vec<Position>,
    /// The block to which the positions belong.
    pub block: Option<u64>,
}

impl Values for Bindings<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        match self.frame.slots.get(name)? {
            Slot::Number(k) => self.numbers.get(*k).cloned(),
            Slot::Text(k) => self.texts.get(*k).map(|t| Value::Text(t.to_string())),
        }
    }

    fn called(&self, name: &str, given: &[Value]) -> Option<Value> {
        let (data, found) = self.frame.tables.get(name)?;
        Some(Value::Real(table::value(data, *found, given.first()?.real()?)))
    }
}

impl Frame {
    /// An expression with its names looked up.
    pub fn prepare(&self, expr: &Expr) -> Prepared {
        Prepared::new(expr, &|name| match self.slots.get(name)? {
            Slot::Number(k) => Some(*k),
            Slot::Text(k) => Some(self.numbers.len() + k),
        })
    }

    /// The numbers in an expression.
    pub fn numbers_in(&self, expr: &Expr) -> Vec<usize> {
        let mut out = Vec::new();
        walk::names(expr, &mut |name, _| match self.slots.get(name) {
            Some(Slot::Number(k)) if !out.contains(k) => out.push(*k),
            _ => {}
        });
        out
    }
}

impl<'a> Bindings<'a> {
    /// Room for the values of a point.
    pub fn new(frame: &'a Frame) -> Bindings<'a> {
        Bindings { frame, numbers: Vec::new(), texts: Vec::new(), positions: Vec::new(), block: None }
    }

    /// A value by its number in a prepared expression: numbers first, then texts.
    pub fn slot(&self, slot: usize) -> Value {
        match self.numbers.get(slot) {
            Some(value) => value.clone(),
            None => Value::Text(self.texts[slot - self.numbers.len()].to_string()),
        }
    }
}
