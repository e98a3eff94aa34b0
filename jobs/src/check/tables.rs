//! Functions given by a table of x and y.
//!
//! Refuses tables of fewer than two rows or of columns of different length, x that do not rise, and what lists of values
//! refuse.

use std::path::Path;
use std::sync::Arc;

use kernels::data::table::{Interpolated, Interpolation, MOST_ROWS, is_even, rows};
use kernels::data::{Data, Lookup, Way};
use kernels::language::ast::{Expr, Span, ValueKind};
use kernels::language::callable::Callable;
use kernels::language::check::Typed;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::units;

use super::{data, run};
use crate::texts::Texts;
use crate::written::{Function, Values};
use crate::{codes, format};

/// A table with what calls need.
pub struct Table {
    /// What the check knows of it.
    pub callable: TableFunction,
    /// How it is looked up; the number of its data is not known here.
    pub lookup: Lookup,
    /// Its rows.
    pub data: Data,
    /// Hashes of its files.
    pub hashes: Vec<[u8; 32]>,
}

/// What a call of a table takes and gives.
#[derive(Debug)]
pub struct TableFunction {
    name: String,
    span: Span,
    needed: [Option<Dimension>; 1],
    result: Typed,
}

impl Callable for TableFunction {
    fn usage(&self) -> String {
        format!("{}(x)", self.name)
    }

    fn arguments(&self) -> &[Option<Dimension>] {
        &self.needed
    }

    fn result(&self, _: &Expr, _: &[Typed]) -> Result<Typed, Vec<Fault>> {
        Ok(self.result)
    }

    fn defined(&self) -> Option<Span> {
        Some(self.span)
    }
}

/// A column of a table, with the place of each of its values.
struct Column {
    values: Vec<f64>,
    dimension: Dimension,
    places: Vec<Span>,
    whole: Span,
    hash: Option<[u8; 32]>,
}

/// Reads a table.
pub fn read(function: &Function, folder: &Path, texts: &mut Texts) -> Result<Table, Vec<Fault>> {
    let key = &function.name;
    let mut faults = Vec::new();
    let way = run::choice(function.interpolation, "interpolation", &format::TABLE_INTERPOLATIONS, texts);
    let outside = run::choice(function.outside, "outside", &format::OUTSIDE, texts);
    let columns = [("x", &function.x), ("y", &function.y)].map(|(name, values)| match values {
        Some(values) => column(values, folder, texts),
        None => {
            let message = format!("[functions.{}] has no '{name}'", key.name);
            let fault = Fault::new(codes::MISSING_KEY, key.span, message);
            Err(vec![fault.help("a table has x = [...] and y = [...], of the same length")])
        }
    });
    let [x, y] = columns.map(|column| column.map_err(|more| faults.extend(more)).ok());
    let (way, outside) = (way.map_err(|f| faults.push(f)).ok(), outside.map_err(|f| faults.push(f)).ok());
    let (Some(x), Some(y), Some(way), Some(outside)) = (x, y, way, outside) else { return Err(faults) };
    fits(&x, &y)?;
    let found = Interpolated {
        way: [Interpolation::Linear, Interpolation::Previous, Interpolation::Nearest][way],
        nan: outside == 1,
        even: is_even(&x.values),
    };
    let name = key.name.clone();
    let data = Data { name: name.clone(), values: Arc::new(rows(&x.values, &y.values)), columns: 4 };
    let lookup = Lookup {
        name: name.clone(),
        kind: ValueKind::Real,
        dimension: y.dimension,
        data: 0,
        way: Way::Table(found),
    };
    let result = Typed::real(y.dimension);
    let callable = TableFunction { name, span: key.span, needed: [Some(x.dimension)], result };
    let hashes = [x.hash, y.hash].into_iter().flatten().collect();
    Ok(Table { callable, lookup, data, hashes })
}

fn column(values: &Values, folder: &Path, texts: &mut Texts) -> Result<Column, Vec<Fault>> {
    match values {
        Values::List(items, whole) => {
            let (values, dimension) = data::list(items, *whole, texts)?;
            let places = items.iter().map(|item| item.span).collect();
            Ok(Column { values, dimension, places, whole: *whole, hash: None })
        }
        Values::File(file) => {
            let found = data::file(file, folder, texts)?;
            let (values, dimension, hash) = (found.values, found.dimension, Some(found.hash));
            Ok(Column { values, dimension, places: Vec::new(), whole: file.span, hash })
        }
    }
}

fn fits(x: &Column, y: &Column) -> Result<(), Vec<Fault>> {
    let refuse = |span: Span, message: String| Fault::new(codes::FUNCTION, span, message);
    let (n, m) = (x.values.len(), y.values.len());
    if n != m {
        let fault = refuse(y.whole, format!("x has {n} values, but y has {m}")).also(x.whole, "x");
        return Err(vec![fault.help("each row has an x and a y")]);
    }
    if !(2..=MOST_ROWS).contains(&n) {
        let message = format!("a table has from 2 to {MOST_ROWS} rows, not {n}");
        return Err(vec![refuse(x.whole, message).help("a constant is a parameter")]);
    }
    let Some(k) = x.values.windows(2).position(|pair| pair[0] >= pair[1]) else { return Ok(()) };
    let unit = units::display(x.dimension);
    let [before, after] = [x.values[k], x.values[k + 1]].map(|value| {
        // Twelve digits, to leave out what the unit's factor adds.
        let shown = format!("{:.11e}", value / unit.scale).parse::<f64>().unwrap_or(value);
        format!("{shown} {}", unit.suffix).trim_end().to_owned()
    });
    let how = if before == after { "equal" } else { "falling" };
    let rows = format!("rows {} and {}", k + 1, k + 2);
    let message = format!("x must rise from row to row, but it is {how} in {rows}: {before}, then {after}");
    let at = x.places.get(k + 1).copied().unwrap_or(x.whole);
    let fault = refuse(at, message).label(format!("row {}", k + 2));
    let fault = match x.places.get(k) {
        Some(place) => fault.also(*place, format!("row {}", k + 1)),
        None => fault,
    };
    Err(vec![fault.help("sort the rows by x; where the function jumps, leave a small distance")])
}
