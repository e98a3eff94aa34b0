//! Lists of values: written in the job, columns of CSV files, NPY files.
//!
//! Refuses mixed dimensions, missing columns, ragged rows, and cells that are not finite numbers, with file and place.

use std::path::Path;

use kernels::language::ast::{ExprKind, Span, TextId};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{self, Value, Values};
use kernels::language::fault::Fault;
use kernels::language::{suggest, units};

use super::formula;
use super::names::Names;
use crate::texts::Texts;
use crate::written::{DataFile, Scalar, Text};
use crate::{codes, csv, files, npy};

/// Values of one dimension, in SI units.
pub struct Column {
    /// The values.
    pub values: Vec<f64>,
    /// Their dimension.
    pub dimension: Dimension,
    /// Hash of the file.
    pub hash: [u8; 32],
}

/// Names have no value.
pub struct Nothing;

impl Values for Nothing {
    fn value(&self, _: &str) -> Option<Value> {
        None
    }
}

/// A list in the job: numbers, quantities or expressions without names.
pub fn list(items: &[Scalar], span: Span, texts: &Texts) -> Result<(Vec<f64>, Dimension), Vec<Fault>> {
    let scope = Names::default();
    let mut dimension = None;
    let (mut values, mut faults) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        let element = formula::read(item, texts).map_err(|f| vec![f]).and_then(|formula| {
            let typed = formula.typed(&scope)?;
            let needed = *dimension.get_or_insert(typed.dimension);
            if matches!(formula.expr.kind, ExprKind::Boolean(_)) {
                let message = "a list of values holds numbers";
                return Err(vec![Fault::new(codes::WRONG_TYPE, item.span, message)]);
            }
            if typed.dimension != needed {
                return formula.expect(&scope, needed, "every element").map(|_| Value::Integer(0));
            }
            evaluate::scalar(&formula.expr, &Nothing).map_err(|f| vec![f])
        });
        match element.map(|v| crate::points::number(&v)) {
            Ok(value) if value.is_finite() => values.push(value),
            Ok(_) => faults.push(Fault::new(codes::PARAMETER_VALUE, item.span, "this element is not finite")),
            Err(more) => faults.extend(more),
        }
    }
    if items.is_empty() {
        faults.push(Fault::new(codes::ARRAY, span, "this list is empty"));
    }
    if faults.is_empty() { Ok((values, dimension.unwrap_or_default())) } else { Err(faults) }
}

/// A column of a CSV file, or an NPY file.
pub fn file(data: &DataFile, folder: &Path, texts: &mut Texts) -> Result<Column, Vec<Fault>> {
    let one = |fault| vec![fault];
    let (bytes, name) = read(data.file, folder, texts).map_err(one)?;
    let hash = *blake3::hash(&bytes).as_bytes();
    let unit = data.unit.map(|text| unit(text, texts)).transpose().map_err(one)?;
    let (values, dimension) = match name.rsplit('.').next() {
        Some("npy") => array(&bytes, data, unit.as_deref(), texts).map_err(one)?,
        Some("csv") => column(bytes, &name, data, unit, texts)?,
        _ => return Err(one(no_data_file(&name, data.file.span))),
    };
    Ok(Column { values, dimension, hash })
}

/// The fault of a file of another kind.
pub fn no_data_file(name: &str, span: Span) -> Fault {
    Fault::new(codes::DATA, span, format!("'{name}': the name of a data file ends in .csv or .npy"))
}

/// The bytes of a data file in the job's folder, and the name it is shown by.
pub fn read(file: Text, folder: &Path, texts: &Texts) -> Result<(Vec<u8>, String), Fault> {
    let name = texts.get(file.id);
    files::below(folder, name)
        .and_then(|path| {
            let bytes = files::bytes(&path, files::LARGEST_DATA).map_err(|why| why.to_string())?;
            Ok((bytes, files::shown(&path)))
        })
        .map_err(|why| Fault::new(codes::FILE, file.span, format!("cannot read '{name}': {why}")))
}

/// The name of a unit.
pub fn unit(text: Text, texts: &Texts) -> Result<String, Fault> {
    let name = texts.get(text.id).trim();
    match units::quantity(&format!("1 {name}")) {
        Some(Ok(_)) => Ok(name.to_owned()),
        _ => Err(Fault::new(codes::UNIT, text.span, format!("'{name}' is not a unit"))
            .help("write it as in \"20 ms\" or \"10 nS/cm^2\"")),
    }
}

fn array(
    bytes: &[u8],
    data: &DataFile,
    unit: Option<&str>,
    texts: &Texts,
) -> Result<(Vec<f64>, Dimension), Fault> {
    let name = texts.get(data.file.id);
    let refuse = |why: &str| Fault::new(codes::DATA, data.file.span, format!("'{name}': {why}"));
    if let Some(column) = data.column {
        return Err(Fault::new(codes::DATA, column.span, "a .npy file has no columns"));
    }
    let raw = npy::read(bytes).map_err(|why| refuse(&why))?;
    let dimension = unit.and_then(csv::dimension).unwrap_or_default();
    let mut values = Vec::with_capacity(raw.len());
    for (k, value) in raw.iter().enumerate() {
        match unit.map_or(Some(*value), |unit| csv::scaled(*value, unit)) {
            Some(value) if value.is_finite() => values.push(value),
            _ => return Err(refuse(&format!("element {k} is {value}, which is not a finite number"))),
        }
    }
    if values.is_empty() { Err(refuse("it holds no elements")) } else { Ok((values, dimension)) }
}

fn column(
    bytes: Vec<u8>,
    name: &str,
    data: &DataFile,
    unit: Option<String>,
    texts: &mut Texts,
) -> Result<(Vec<f64>, Dimension), Vec<Fault>> {
    let Some(wanted) = data.column else {
        let fault = Fault::new(codes::MISSING_KEY, data.span, "a column of a CSV file needs 'column'");
        return Err(vec![fault.help("write { file = \"x.csv\", column = \"drive_mV\" }")]);
    };
    let table = csv::Table::read(name, bytes, texts).map_err(|f| vec![f])?;
    let title = texts.get(wanted.id).to_owned();
    let Some(k) = table.titles.iter().position(|t| *t == title) else {
        return Err(vec![no_column(&title, wanted.span, &table.titles, table.file)]);
    };
    let unit = unit.or_else(|| csv::suffix_unit(&title));
    let dimension = unit.as_deref().and_then(csv::dimension).unwrap_or_default();
    let values = table.numbers(k, unit.as_deref(), texts)?;
    if values.is_empty() {
        return Err(vec![Fault::new(codes::DATA, data.span, format!("'{name}' has no rows"))]);
    }
    Ok((values, dimension))
}

/// The fault of a column that is not there.
pub fn no_column(title: &str, span: Span, titles: &[String], file: TextId) -> Fault {
    let header = Span { text: file, start: 0, end: 0 };
    let fault = Fault::new(codes::DATA, span, format!("there is no column '{title}'"))
        .also(header, "the header begins here");
    match suggest::nearest(title, titles) {
        Some(near) => fault.help(format!("did you mean '{near}'?")),
        None => fault.help(format!("the columns are: {}", titles.join(", "))),
    }
}
