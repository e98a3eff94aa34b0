//! CSV tables of results.

use std::collections::BTreeMap;
use std::path::Path;

/// A table as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file.
    #[track_caller]
    pub fn read(path: &Path) -> Table {
        let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Table::parse(&bytes)
    }

    /// Reads bytes.
    pub fn parse(bytes: &[u8]) -> Table {
        let mut reader = csv::Reader::from_reader(bytes);
        let strings = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = strings(reader.headers().unwrap());
        let rows = reader.records().map(|r| strings(&r.unwrap())).collect();
        Table { header, rows }
    }

    /// The place of a column.
    #[track_caller]
    pub fn place(&self, name: &str) -> usize {
        let found = self.header.iter().position(|h| h == name);
        found.unwrap_or_else(|| panic!("no column {name}: {:?}", self.header))
    }

    /// The cells of a column.
    #[track_caller]
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let k = self.place(name);
        self.rows.iter().map(|row| row[k].as_str()).collect()
    }

    /// A column of numbers; empty cells are NaN.
    #[track_caller]
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let read = |text: &str| {
            if text.is_empty() {
                f64::NAN
            } else {
                text.parse().unwrap_or_else(|_| panic!("{name}: {text:?}"))
            }
        };
        self.texts(name).into_iter().map(read).collect()
    }

    /// The rows of each point, in order.
    pub fn by_point(&self) -> BTreeMap<u64, Table> {
        let k = self.place("point");
        let mut out: BTreeMap<u64, Table> = BTreeMap::new();
        for row in &self.rows {
            let empty = || Table { header: self.header.clone(), rows: Vec::new() };
            out.entry(row[k].parse().unwrap()).or_insert_with(empty).rows.push(row.clone());
        }
        out
    }

    /// Numbers of column `wanted` in rows where other columns have these cells.
    #[track_caller]
    pub fn pick(&self, wanted: &str, cells: &[(&str, &str)]) -> Vec<f64> {
        let places: Vec<(usize, &str)> = cells.iter().map(|(name, cell)| (self.place(name), *cell)).collect();
        let fits = |row: &&Vec<String>| places.iter().all(|(k, cell)| row[*k] == *cell);
        let rows = self.rows.iter().filter(fits).cloned().collect();
        Table { header: self.header.clone(), rows }.numbers(wanted)
    }
}
