//! The values of timed arrays: lists in the job, columns of CSV files, NPY files of one or two dimensions.
//!
//! Refuses ragged rows, mixed dimensions and kinds, missing files and columns, and what is not finite. A file that
//! several arrays or models use is read once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernels::language::ast::{Span, ValueKind};
use kernels::language::check::Typed;
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;

use super::data::{self, Nothing};
use super::formula;
use super::model::Checker;
use super::names::Names;
use super::spike_tables::{self, Spikes};
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{DataFile, Scalar, Text};
use crate::{codes, csv, npy};

/// Samples in SI units, row after row.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The numbers; conditions are 0 and 1.
    pub values: Arc<Vec<f64>>,
    /// How many stand in a row, if rows are written as such.
    pub columns: Option<usize>,
    /// Their kind and dimension.
    pub typed: Typed,
}

/// Where in a file samples stand: names with all texts put in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: Text,
    /// What of it.
    pub columns: Wanted,
    /// The unit of the numbers.
    pub unit: Option<Text>,
    /// Where all this is written.
    pub span: Span,
}

/// Columns of a file.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// None is named.
    None,
    /// This one.
    One(Text),
    /// These.
    Listed(Vec<Text>),
    /// All.
    All(Text),
}

impl Place {
    /// What two places have in common that mean the same.
    fn key(&self, texts: &Texts) -> Vec<String> {
        let form = match &self.columns {
            Wanted::None => "",
            Wanted::One(_) => "one",
            Wanted::Listed(_) => "listed",
            Wanted::All(_) => "all",
        };
        let columns = match &self.columns {
            Wanted::One(text) => std::slice::from_ref(text),
            Wanted::Listed(list) => list,
            Wanted::None | Wanted::All(_) => &[],
        };
        let read = |text: &Text| texts.get(text.id).to_owned();
        let unit = self.unit.as_ref().map_or(String::new(), read);
        [read(&self.file), unit, form.to_owned()].into_iter().chain(columns.iter().map(read)).collect()
    }
}

/// The data files of a job.
pub struct Files<'a> {
    folder: &'a Path,
    opened: BTreeMap<PathBuf, Arc<Opened>>,
    /// By file and column that rows are chosen by.
    spikes: BTreeMap<[String; 2], Arc<Spikes>>,
    /// By file, columns and unit: what several models read is there once.
    grids: BTreeMap<Vec<String>, Grid>,
    /// Hashes of the files, in the order in which they were first read.
    pub hashes: Vec<[u8; 32]>,
}

enum Opened {
    Table(csv::Table),
    Array(npy::Array),
}

impl Checker<'_> {
    /// What a file, or a column of it, holds.
    pub fn samples_of(&mut self, file: &DataFile, files: &mut Files<'_>) -> Option<Grid> {
        let columns = match file.column {
            Some(column) => Wanted::One(self.put_in(column)?),
            None => Wanted::None,
        };
        let unit = match file.unit {
            Some(unit) => Some(self.put_in(unit)?),
            None => None,
        };
        let place = Place { file: self.put_in(file.file)?, columns, unit, span: file.span };
        let result = files.samples(&place, self.texts());
        self.keep(result)
    }
}

impl<'a> Files<'a> {
    /// None was read yet.
    pub fn new(folder: &'a Path) -> Files<'a> {
        Files {
            folder,
            opened: BTreeMap::new(),
            spikes: BTreeMap::new(),
            grids: BTreeMap::new(),
            hashes: Vec::new(),
        }
    }

    /// Reads samples.
    pub fn samples(&mut self, place: &Place, texts: &mut Texts) -> Result<Grid, Vec<Fault>> {
        let key = place.key(texts);
        if let Some(grid) = self.grids.get(&key) {
            return Ok(grid.clone());
        }
        let unit = place.unit.map(|text| data::unit(text, texts)).transpose().map_err(|f| vec![f])?;
        let opened = self.open(place.file, texts).map_err(|f| vec![f])?;
        let grid = match &*opened {
            Opened::Table(table) => columns(table, place, unit.as_deref(), texts)?,
            Opened::Array(array) => whole(array, place, unit.as_deref(), texts).map_err(|f| vec![f])?,
        };
        self.grids.insert(key, grid.clone());
        Ok(grid)
    }

    /// Reads a table of spikes, of which rows are chosen by a column.
    pub fn spikes(
        &mut self,
        file: Text,
        chosen: Option<&Key>,
        texts: &mut Texts,
    ) -> Result<Arc<Spikes>, Vec<Fault>> {
        let one = |fault| vec![fault];
        let key = [texts.get(file.id).to_owned(), chosen.map_or(String::new(), |key| key.name.clone())];
        if let Some(spikes) = self.spikes.get(&key) {
            return Ok(spikes.clone());
        }
        let opened = self.open(file, texts).map_err(one)?;
        let Opened::Table(table) = &*opened else {
            let message = format!("'{}' is no CSV file", texts.get(file.id));
            let help = "a pair of .npy files is indices = { file = \"i.npy\" }, times = { file = \"t.npy\", unit = \"s\" }";
            return Err(one(Fault::new(codes::DATA, file.span, message).help(help)));
        };
        let columns = spike_tables::Columns::find(&table.titles, file, chosen, texts).map_err(one)?;
        let spikes = Arc::new(spike_tables::read(table, &columns, chosen, file, texts)?);
        self.spikes.insert(key, spikes.clone());
        Ok(spikes)
    }

    fn open(&mut self, file: Text, texts: &mut Texts) -> Result<Arc<Opened>, Fault> {
        let path = PathBuf::from(texts.get(file.id));
        if let Some(opened) = self.opened.get(&path) {
            return Ok(opened.clone());
        }
        let (bytes, name) = data::read(file, self.folder, texts)?;
        let hash = *blake3::hash(&bytes).as_bytes();
        let opened = match name.rsplit('.').next() {
            Some("npy") => Opened::Array(
                npy::array(&bytes)
                    .map_err(|why| Fault::new(codes::DATA, file.span, format!("'{name}': {why}")))?,
            ),
            Some("csv") => Opened::Table(csv::Table::read(&name, bytes, texts)?),
            _ => return Err(data::no_data_file(&name, file.span)),
        };
        self.hashes.push(hash);
        let opened = Arc::new(opened);
        self.opened.insert(path, opened.clone());
        Ok(opened)
    }
}

/// A whole `.npy` file.
fn whole(array: &npy::Array, place: &Place, unit: Option<&str>, texts: &Texts) -> Result<Grid, Fault> {
    let name = texts.get(place.file.id);
    let refuse = |why: String| Fault::new(codes::DATA, place.file.span, format!("'{name}': {why}"));
    let named = match &place.columns {
        Wanted::None => None,
        Wanted::One(text) | Wanted::All(text) => Some(text.span),
        Wanted::Listed(list) => list.first().map(|text| text.span),
    };
    if let Some(span) = named {
        return Err(Fault::new(codes::DATA, span, "a .npy file has no columns with names")
            .help("leave it out; a file of two dimensions is called as NAME(t, column)"));
    }
    let mut values = Vec::with_capacity(array.values.len());
    for (k, value) in array.values.iter().enumerate() {
        match unit.map_or(Some(*value), |unit| csv::scaled(*value, unit)) {
            Some(value) if value.is_finite() => values.push(value),
            _ => return Err(refuse(format!("element {k} is {value}, which is not a finite number"))),
        }
    }
    if values.is_empty() {
        return Err(refuse("it holds no elements".into()));
    }
    let typed = match unit.and_then(csv::dimension) {
        Some(dimension) => Typed::real(dimension),
        None => Typed { kind: array.kind, dimension: Dimension::NONE },
    };
    if typed.kind == ValueKind::Integer && values.iter().any(|v| v.abs() > f64::from(i32::MAX)) {
        return Err(refuse("it holds an integer of more than 32 bits (numpy: x.astype(\"f8\"))".into()));
    }
    Ok(Grid { values: Arc::new(values), columns: array.shape.1, typed })
}

/// Columns of a CSV file.
fn columns(table: &csv::Table, place: &Place, unit: Option<&str>, texts: &Texts) -> Result<Grid, Vec<Fault>> {
    let name = texts.get(place.file.id);
    let wanted = match &place.columns {
        Wanted::None => {
            let message = "a CSV file needs 'column', or 'columns' where each sample is a list";
            let fault = Fault::new(codes::MISSING_KEY, place.span, message);
            return Err(vec![fault.help("write { file = \"x.csv\", column = \"I_nA\" }")]);
        }
        Wanted::One(text) => vec![found(table, *text, texts).map_err(|f| vec![f])?],
        Wanted::Listed(list) => {
            let all: Vec<Result<usize, Fault>> = list.iter().map(|text| found(table, *text, texts)).collect();
            let faults: Vec<Fault> = all.iter().filter_map(|k| k.as_ref().err().cloned()).collect();
            if !faults.is_empty() {
                return Err(faults);
            }
            all.into_iter().flatten().collect()
        }
        Wanted::All(_) => (0..table.titles.len()).collect(),
    };
    let units: Vec<Option<String>> = wanted
        .iter()
        .map(|k| unit.map(str::to_owned).or_else(|| csv::suffix_unit(&table.titles[*k])))
        .collect();
    let dimensions: Vec<Dimension> =
        units.iter().map(|unit| unit.as_deref().and_then(csv::dimension).unwrap_or_default()).collect();
    if let Some(k) = dimensions.iter().position(|d| *d != dimensions[0]) {
        return Err(vec![mixed(table, wanted[0], wanted[k], place, dimensions[0], dimensions[k])]);
    }
    let values = table.grid(&wanted, &units, texts)?;
    if values.is_empty() {
        return Err(vec![Fault::new(codes::DATA, place.span, format!("'{name}' has no rows"))]);
    }
    let count = (!matches!(place.columns, Wanted::One(_))).then_some(wanted.len());
    Ok(Grid { values: Arc::new(values), columns: count, typed: Typed::real(dimensions[0]) })
}

fn found(table: &csv::Table, title: Text, texts: &Texts) -> Result<usize, Fault> {
    let name = texts.get(title.id);
    let position = table.titles.iter().position(|t| t == name);
    position.ok_or_else(|| data::no_column(name, title.span, &table.titles, table.file))
}

fn mixed(table: &csv::Table, a: usize, b: usize, place: &Place, of_a: Dimension, of_b: Dimension) -> Fault {
    let column = |k: usize, of: Dimension| format!("'{}' {}", table.titles[k], formula::phrase(of));
    let message = format!("columns of different dimensions: {} and {}", column(a, of_a), column(b, of_b));
    let span = match &place.columns {
        Wanted::All(text) => text.span,
        Wanted::Listed(list) => list.first().map_or(place.span, |text| text.span),
        _ => place.span,
    };
    Fault::new(codes::ARRAY, span, message)
        .help("the samples of an array have one dimension; list the columns that belong together")
}

/// What to do about an empty list.
const VALUES: &str = "write a value for each sample: [0, 1, 0], or [[0, 1], [1, 0]] for two columns";

/// A list in the job.
pub fn list(items: &[Scalar], span: Span, texts: &Texts) -> Result<Grid, Vec<Fault>> {
    rows(&[(items, span)], span, texts).map(|grid| Grid { columns: None, ..grid })
}

/// A list of lists in the job.
pub fn rows(rows: &[(&[Scalar], Span)], span: Span, texts: &Texts) -> Result<Grid, Vec<Fault>> {
    let Some((first, of_first)) = rows.first() else {
        return Err(vec![Fault::new(codes::ARRAY, span, "this list is empty").help(VALUES)]);
    };
    let (mut list, mut faults) = (Elements::default(), Vec::new());
    for (row, of_row) in rows {
        if row.is_empty() {
            faults.push(Fault::new(codes::ARRAY, *of_row, "this list is empty").help(VALUES));
        } else if row.len() != first.len() {
            let count = |n: usize| if n == 1 { "one value".to_owned() } else { format!("{n} values") };
            let message = format!("this row has {}, but the first one has {}", count(row.len()), first.len());
            let fault = Fault::new(codes::ARRAY, *of_row, message).also(*of_first, "the first row");
            faults.push(fault.help("a value for each column belongs into each row"));
        }
        for item in *row {
            faults.extend(list.add(item, texts).err().into_iter().flatten());
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let typed = list.typed.expect("there is an element");
    Ok(Grid { values: Arc::new(list.values), columns: Some(first.len()), typed })
}

#[derive(Default)]
struct Elements {
    values: Vec<f64>,
    typed: Option<Typed>,
}

impl Elements {
    /// A number, a quantity, a condition, or an expression without names.
    fn add(&mut self, item: &Scalar, texts: &Texts) -> Result<(), Vec<Fault>> {
        let scope = Names::default();
        let formula = formula::read(item, texts).map_err(|f| vec![f])?;
        let own = formula.typed(&scope)?;
        let typed = *self.typed.get_or_insert(own);
        if (own.kind == ValueKind::Boolean) != (typed.kind == ValueKind::Boolean) {
            let message = "conditions and numbers cannot stand in one list";
            let fault = Fault::new(codes::ARRAY, item.span, message);
            return Err(vec![fault.help("write 0 and 1, or true and false")]);
        }
        if own.dimension != typed.dimension {
            formula.expect(&scope, typed.dimension, "every element")?;
        }
        if own.kind != typed.kind {
            self.typed = Some(Typed::real(typed.dimension));
        }
        let value = evaluate::scalar(&formula.expr, &Nothing).map_err(|f| vec![f])?;
        let number = match value {
            Value::Boolean(value) => f64::from(u8::from(value)),
            value => crate::points::number(&value),
        };
        let refused = |why: &str| Err(vec![Fault::new(codes::PARAMETER_VALUE, item.span, why)]);
        if !number.is_finite() {
            return refused("this element is not finite");
        }
        if own.kind == ValueKind::Integer && number.abs() > f64::from(i32::MAX) {
            return refused("integers of a model have at most 32 bits");
        }
        self.values.push(number);
        Ok(())
    }
}
