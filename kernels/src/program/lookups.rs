//! Calls that look numbers up, as calls of the prelude: where the data lie and how many there are is the plan's business,
//! so that no value reaches the text of a kernel.
//!
//! A call is taken apart: what depends on the time alone (the row) is a part of its own, so that a loop over elements
//! finds it once a step.

use std::collections::HashMap;

use crate::data::table::{Interpolated, Interpolation};
use crate::data::{Lookup, Timed, Way};
use crate::language::ast::{Binary, Expr, ExprKind, ValueKind};
use crate::model::Model;

use super::algebra::{binary, call, map_children, name, real, visit};
use super::fields::{Element, Extent, Field, Fields};
use super::names::{Names, part};
use super::printing::as_real;

/// What no user can write: the time step of the object whose code calls, by which Brian chooses K.
pub const OWNER_DT: &str = "dt of the owner";

/// Functions of the prelude that read data, or find their row.
const READING: [&str; 7] = [
    "ss_time_bin",
    "ss_time_position",
    "ss_sample",
    "ss_entry",
    "ss_between",
    "ss_table_even",
    "ss_table_sorted",
];

/// A whole number that a lookup gives as a double, or NaN where there is none: an integer for other integers, itself for
/// real numbers.
pub const WHOLE: &str = "ss_whole";

/// The lookups of a model, as names of a text see them: parameters in their expressions are identifiers.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    by_name: HashMap<String, Found>,
    /// The clock of the text.
    clock: usize,
}

#[derive(Debug, Clone)]
struct Found {
    lookup: Lookup,
    /// The data's name as a part of identifiers.
    data: String,
}

impl Lookups {
    /// Those of a model in a text that runs on a clock; `names` knows its parameters and `dt`.
    pub fn new(model: &Model, names: &Names, clock: usize) -> Lookups {
        let found = |lookup: &Lookup| {
            let mut lookup = lookup.clone();
            match &mut lookup.way {
                Way::Time(timed) => timed.dt = as_real(&names.resolve(&timed.dt), names),
                Way::Table(_) => {}
            }
            let data = part(&model.data[lookup.data].name);
            (lookup.name.clone(), Found { lookup, data })
        };
        Lookups { by_name: model.lookups.iter().map(found).collect(), clock }
    }

    /// Whether a function looks something up.
    pub fn has(&self, function: &str) -> bool {
        self.by_name.contains_key(function)
    }

    /// Whether a call with these arguments is constant within a step.
    pub fn is_stepwise(&self, function: &str, arguments: &[Expr]) -> bool {
        let stepwise = self.by_name.get(function).is_some_and(|found| match &found.lookup.way {
            Way::Time(timed) => timed.stepwise.contains(&self.clock),
            Way::Table(_) => false,
        });
        stepwise && matches!(arguments.first().map(|a| &a.kind), Some(ExprKind::Name(n)) if n == "t")
    }

    /// Replaces the calls in an expression over identifiers.
    pub fn lower(&self, expr: &Expr, names: &Names) -> Expr {
        if self.by_name.is_empty() {
            return expr.clone();
        }
        let expr = map_children(expr, &mut |child| self.lower(child, names));
        let ExprKind::Call(function, arguments) = &expr.kind else { return expr };
        let Some(Found { lookup, data }) = self.by_name.get(function) else { return expr };
        let value = match &lookup.way {
            Way::Time(timed) => timed_value(timed, data, arguments, names),
            Way::Table(found) => table_value(*found, data, &arguments[0], names),
        };
        match lookup.kind {
            ValueKind::Real => value,
            // Where a real number is wanted, what is no number must stay that.
            ValueKind::Integer if is_columned(lookup) => call(WHOLE, vec![value]),
            ValueKind::Integer => call("int", vec![value]),
            ValueKind::Boolean => binary(Binary::NotEqual, value, real(0.0)),
        }
    }
}

fn is_columned(lookup: &Lookup) -> bool {
    match &lookup.way {
        Way::Time(timed) => timed.columned,
        Way::Table(_) => false,
    }
}

fn timed_value(timed: &Timed, data: &str, arguments: &[Expr], names: &Names) -> Expr {
    let (values, rows) = (name(format!("data_{data}")), name(format!("rows_of_{data}")));
    let columns = name(format!("columns_of_{data}"));
    let (time, spacing) = (as_real(&arguments[0], names), timed.dt.clone());
    let column = match arguments.get(1) {
        Some(column) if names.kind(column) == ValueKind::Real => call("int", vec![column.clone()]),
        Some(column) => column.clone(),
        None => Expr { kind: ExprKind::Integer(0), span: arguments[0].span },
    };
    if timed.linear {
        let position = call("ss_time_position", vec![time, spacing, rows.clone()]);
        return call("ss_between", vec![values, rows, columns, position, column]);
    }
    let step = names.meaning(OWNER_DT).cloned().unwrap_or_else(|| name("dt"));
    let finer = call("ss_finer", vec![spacing.clone(), step]);
    let row = call("ss_time_bin", vec![time, spacing, finer, rows]);
    match timed.columned {
        true => call("ss_entry", vec![values, columns, row, column]),
        false => call("ss_sample", vec![values, row]),
    }
}

fn table_value(found: Interpolated, data: &str, argument: &Expr, names: &Names) -> Expr {
    let whole = |value: i64| Expr { kind: ExprKind::Integer(value), span: argument.span };
    let way = match found.way {
        Interpolation::Linear => 0,
        Interpolation::Previous => 1,
        Interpolation::Nearest => 2,
    };
    let function = if found.even { "ss_table_even" } else { "ss_table_sorted" };
    let (values, rows) = (name(format!("data_{data}")), name(format!("rows_of_{data}")));
    call(function, vec![values, rows, as_real(argument, names), whole(way), whole(i64::from(found.nan))])
}

/// What an expression over user names looks up.
pub fn calls<'m>(model: &'m Model, expr: &Expr) -> impl Iterator<Item = &'m Lookup> {
    let mut called = Vec::new();
    visit(expr, &mut |part| {
        if let ExprKind::Call(function, _) = &part.kind {
            called.push(function.clone());
        }
    });
    model.lookups.iter().filter(move |lookup| called.contains(&lookup.name))
}

/// Whether this is a call that reads data: worth a place outside of a loop that it does not depend on.
pub fn reads(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(function, _) if READING.contains(&function.as_str()))
}

/// Declares the data of a model; gives their names as parts of identifiers.
pub fn fields(model: &Model, fields: &mut Fields) -> Vec<String> {
    let names: Vec<String> = model.data.iter().map(|data| part(&data.name)).collect();
    for (k, name) in names.iter().enumerate() {
        fields.add(Field {
            ident: format!("data_{name}"),
            element: Element::F64,
            extent: Extent::Data(k),
            zeroed: false,
            structural: None,
        });
    }
    names
}
