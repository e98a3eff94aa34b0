//! Tables in SI units: the expected files as they are, ours converted by the units in their headers.
//!
//! Refuses rows of another length than the header, and columns that are neither all numbers nor all text.

use std::path::Path;

/// Units that our headers carry, with their size in SI.
const UNITS: [(&str, f64); 6] =
    [("ms", 1e-3), ("mV", 1e-3), ("nA", 1e-9), ("nS", 1e-9), ("pF", 1e-12), ("Hz", 1.0)];

/// The cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// All cells are integers.
    Integers(Vec<f64>),
    /// All cells are numbers.
    Reals(Vec<f64>),
    /// Anything else.
    Text(Vec<String>),
}

/// A table by columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Names and cells; all columns are equally long.
    pub columns: Vec<(String, Cells)>,
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Cells::Integers(cells) | Cells::Reals(cells) => cells.len(),
            Cells::Text(cells) => cells.len(),
        }
    }

    /// The cells of these rows.
    pub fn rows(&self, rows: &[usize]) -> Cells {
        let pick = |cells: &[f64]| rows.iter().map(|&k| cells[k]).collect();
        match self {
            Cells::Integers(cells) => Cells::Integers(pick(cells)),
            Cells::Reals(cells) => Cells::Reals(pick(cells)),
            Cells::Text(cells) => Cells::Text(rows.iter().map(|&k| cells[k].clone()).collect()),
        }
    }

    fn parse(cells: Vec<String>) -> Cells {
        let integer = |cell: &String| cell.parse::<i64>().is_ok();
        let number = |cell: &String| if cell.is_empty() { Ok(f64::NAN) } else { cell.parse::<f64>() };
        match cells.iter().map(number).collect::<Result<Vec<f64>, _>>() {
            Ok(numbers) if cells.iter().all(integer) => Cells::Integers(numbers),
            Ok(numbers) => Cells::Reals(numbers),
            Err(_) => Cells::Text(cells),
        }
    }

    fn scale(&mut self, factor: f64) {
        if let Cells::Integers(cells) | Cells::Reals(cells) = self {
            *self = Cells::Reals(cells.iter().map(|x| x * factor).collect());
        }
    }
}

impl Table {
    /// A CSV file as it is.
    pub fn read(path: &Path) -> Result<Table, String> {
        let fail = |e: csv::Error| format!("{}: {e}", path.display());
        let mut reader = csv::Reader::from_path(path).map_err(fail)?;
        let names: Vec<String> = reader.headers().map_err(fail)?.iter().map(String::from).collect();
        let mut columns = vec![Vec::new(); names.len()];
        for record in reader.records() {
            for (column, cell) in columns.iter_mut().zip(record.map_err(fail)?.iter()) {
                column.push(match cell {
                    "true" => "1".to_owned(),
                    "false" => "0".to_owned(),
                    other => other.to_owned(),
                });
            }
        }
        Ok(Table { columns: names.into_iter().zip(columns.into_iter().map(Cells::parse)).collect() })
    }

    /// The adapter: a table of ours, in SI units and with the plain names of its columns.
    pub fn read_ours(path: &Path) -> Result<Table, String> {
        let mut table = Table::read(path)?;
        for (name, cells) in &mut table.columns {
            let unit = UNITS
                .iter()
                .find_map(|(unit, size)| Some((name.strip_suffix(unit)?.strip_suffix('_')?, size)));
            if let Some((plain, size)) = unit {
                let plain = plain.to_owned();
                cells.scale(*size);
                *name = plain;
            }
        }
        Ok(table)
    }

    /// A table of columns of numbers.
    pub fn of_numbers(columns: Vec<(&str, Vec<f64>)>) -> Table {
        Table {
            columns: columns
                .into_iter()
                .map(|(name, cells)| (name.to_owned(), Cells::Reals(cells)))
                .collect(),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(n, _)| n == name)
    }

    /// A column.
    pub fn column(&self, name: &str) -> Result<&Cells, String> {
        let found = self.columns.iter().find(|(n, _)| n == name);
        found.map(|(_, cells)| cells).ok_or_else(|| format!("no column {name:?}"))
    }

    /// The numbers of a column.
    pub fn numbers(&self, name: &str) -> Result<&[f64], String> {
        match self.column(name)? {
            Cells::Integers(cells) | Cells::Reals(cells) => Ok(cells),
            Cells::Text(_) => Err(format!("column {name:?} is text")),
        }
    }

    /// The texts of a column.
    pub fn texts(&self, name: &str) -> Result<&[String], String> {
        match self.column(name)? {
            Cells::Text(cells) => Ok(cells),
            _ => Err(format!("column {name:?} is not text")),
        }
    }

    /// These rows, in this order.
    pub fn rows(&self, rows: &[usize]) -> Table {
        Table { columns: self.columns.iter().map(|(n, cells)| (n.clone(), cells.rows(rows))).collect() }
    }

    /// The rows whose number in a column passes.
    pub fn filter(&self, name: &str, pass: impl Fn(f64) -> bool) -> Result<Table, String> {
        let cells = self.numbers(name)?;
        let rows: Vec<usize> = (0..cells.len()).filter(|&k| pass(cells[k])).collect();
        Ok(self.rows(&rows))
    }

    /// With another name for a column.
    pub fn renamed(mut self, from: &str, to: &str) -> Result<Table, String> {
        let column = self.columns.iter_mut().find(|(name, _)| name == from);
        column.ok_or_else(|| format!("no column {from:?}"))?.0 = to.to_owned();
        Ok(self)
    }

    /// With one more column of numbers.
    pub fn with(mut self, name: &str, cells: Vec<f64>) -> Table {
        self.columns.push((name.to_owned(), Cells::Reals(cells)));
        self
    }
}
