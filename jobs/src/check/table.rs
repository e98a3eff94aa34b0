//! `points = "points.csv"`: one configuration a row.
//!
//! A column is named by a parameter, or by a parameter and a unit: `taum_ms`. The exact name wins. The columns of our own
//! `points.csv` that are no parameters are passed over, so that a table of results can be run again.

use std::path::Path;
use std::sync::Arc;

use kernels::language::ast::{Span, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::Value;
use kernels::language::fault::Fault;
use kernels::language::{suggest, units};

use super::axes::{Raw, Source};
use super::data;
use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::Parameters;
use crate::codes;
use crate::csv::{self, Table};
use crate::points::Slot;
use crate::points::axis::Values;
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::Text;

/// A column of the file.
pub struct Cells {
    /// Its values, in SI units.
    pub values: Values,
    dimension: Dimension,
    title: String,
    /// The first cell.
    at: Span,
}

const PASSED_OVER: &[&str] = &["point", "repeat", "config", "status"];

/// Reads the file; its columns advance together.
pub fn read(
    points: Text,
    parameters: &mut Parameters,
    folder: &Path,
    texts: &mut Texts,
) -> Result<Vec<Raw>, Vec<Fault>> {
    let (bytes, name) = data::read(points, folder, texts).map_err(|f| vec![f])?;
    parameters.data.push(*blake3::hash(&bytes).as_bytes());
    let table = Table::read(&name, bytes, texts).map_err(|f| vec![f])?;
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    for (k, title) in table.titles.iter().enumerate() {
        let span = table.title_span(k, texts);
        match column(title, parameters) {
            Some((slot, unit)) => match cells(&table, k, slot, unit.as_deref(), parameters, texts) {
                Ok(values) => {
                    let key = Key { name: slot_name(slot, parameters), span };
                    let dimension = unit.as_deref().and_then(csv::dimension).unwrap_or_default();
                    let at = table.span(0, k, texts);
                    let cells = Cells { values, dimension, title: title.clone(), at };
                    out.push(Raw { key, slot, source: Source::Cells(cells), span, unit: None });
                }
                Err(more) => faults.extend(more),
            },
            None if PASSED_OVER.contains(&title.as_str()) => {}
            None => faults.push(unknown(title, points, span, parameters)),
        }
    }
    if table.rows() == 0 {
        faults.push(Fault::new(codes::NO_POINTS, points.span, format!("'{name}' has no rows")));
    } else if out.is_empty() && faults.is_empty() {
        faults.push(Fault::new(codes::DATA, points.span, format!("'{name}' has no column of a parameter")));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    table.forget(texts);
    Ok(out)
}

fn slot_name(slot: Slot, parameters: &Parameters) -> String {
    match slot {
        Slot::Number(k) => parameters.numbers[k].key.name.clone(),
        Slot::Text(k) => parameters.texts[k].key.name.clone(),
    }
}

/// The parameter of a column, and the unit behind its name.
fn column(title: &str, parameters: &Parameters) -> Option<(Slot, Option<String>)> {
    let slot = |name: &str| {
        parameters.number(name).map(Slot::Number).or_else(|| parameters.text(name).map(Slot::Text))
    };
    if let Some(slot) = slot(title) {
        return Some((slot, None));
    }
    title.match_indices('_').rev().find_map(|(at, _)| {
        let unit = csv::unit_of_suffix(&title[at + 1..])?;
        parameters.number(&title[..at]).map(|k| (Slot::Number(k), Some(unit)))
    })
}

fn unknown(title: &str, points: Text, span: Span, parameters: &Parameters) -> Fault {
    let fault =
        Fault::new(codes::DATA, points.span, format!("there is no parameter for the column '{title}'"));
    let fault = fault.also(span, "this column");
    let base = csv::suffix_unit(title).and(title.rsplit_once('_')).map_or(title, |(name, _)| name);
    match suggest::nearest(base, parameters.names()) {
        Some(near) => fault.help(format!("did you mean '{near}'?")),
        None => fault.help("define it in [parameters], or remove the column"),
    }
}

fn cells(
    table: &Table,
    column: usize,
    slot: Slot,
    unit: Option<&str>,
    parameters: &Parameters,
    texts: &Texts,
) -> Result<Values, Vec<Fault>> {
    let (mut values, mut wrong) = (Read::new(table.rows()), csv::Wrong::default());
    let unit_read = csv::Unit::new(unit);
    let kind = match slot {
        Slot::Text(_) => None,
        Slot::Number(k) => Some(kind(&parameters.numbers[k].formula)),
    };
    table.column(column, texts, |row, cell| {
        let value = match kind {
            None => Some(Value::Text(cell.to_owned())),
            Some(ValueKind::Boolean) => boolean(cell),
            Some(_) => unit_read.number(cell).map(|value| match unit {
                None => cell.parse().map_or(Value::Real(value), Value::Integer),
                Some(_) => Value::Real(value),
            }),
        };
        match value {
            Some(value) => {
                values.push(value);
                true
            }
            None => wrong.add(row, cell),
        }
    });
    if wrong.cells.is_empty() { Ok(values.finish()) } else { Err(table.not_numbers(column, &wrong, texts)) }
}

/// Values of a column: real numbers alone take a third of the memory, and are what long tables hold.
enum Read {
    Mixed(Vec<Value>, usize),
    Reals(Vec<f64>),
}

impl Read {
    fn new(rows: usize) -> Read {
        Read::Mixed(Vec::new(), rows)
    }

    fn push(&mut self, value: Value) {
        // One real number makes the parameter a real one, so that the others are real, too.
        if let (Read::Mixed(before, rows), Value::Real(_)) = (&*self, &value) {
            let mut values = Vec::with_capacity(*rows);
            values.extend(before.iter().map(crate::points::number));
            *self = Read::Reals(values);
        }
        match self {
            Read::Mixed(values, _) => values.push(value),
            Read::Reals(values) => values.push(crate::points::number(&value)),
        }
    }

    fn finish(self) -> Values {
        match self {
            Read::Mixed(values, _) => Values::list(values),
            Read::Reals(values) => Values::Reals(Arc::new(values)),
        }
    }
}

/// Kind of a parameter whose formula stands alone; real if it depends on others.
fn kind(formula: &Formula) -> ValueKind {
    formula.typed(&Names::default()).map_or(ValueKind::Real, |typed| typed.kind)
}

fn boolean(cell: &str) -> Option<Value> {
    match cell {
        "true" | "True" | "TRUE" | "1" => Some(Value::Boolean(true)),
        "false" | "False" | "FALSE" | "0" => Some(Value::Boolean(false)),
        _ => None,
    }
}

impl Cells {
    /// The fault of a column whose unit is not that of the parameter.
    pub fn dimension_fault(&self, name: &str, needed: Dimension) -> Option<Fault> {
        if self.dimension == needed {
            return None;
        }
        let what = format!("column '{}'", self.title);
        let suffix = units::display(needed).suffix;
        Some(formula::mismatch(self.at, &what, needed, self.dimension).help(if suffix.is_empty() {
            format!("name the column '{name}', without a unit")
        } else {
            format!("name the column with a unit, such as '{name}_{suffix}'")
        }))
    }
}
