//! `points.csv`: one row a point, with what was swept and how it ended. The only table whose cells may need quotes.

use std::io;

use super::committed::Committed;
use super::directory::RunDirectory;
use super::error::{Result, StoreError};
use super::package::Package;
use super::record::Status;
use super::storage::Storage;
use super::tables::{Cell, TableWriter, Written};

/// A row of `points.csv`, but for the point's number and status.
#[derive(Clone, Debug, PartialEq)]
pub struct PointRow {
    /// Which repeat of its config.
    pub repeat: u64,
    /// The swept columns.
    pub cells: Vec<Cell>,
}

/// Writes the table; there has to be one row for each point.
pub(super) fn write_points<S: Storage>(
    directory: &RunDirectory<S>,
    package: &Package,
    rows: impl IntoIterator<Item = PointRow>,
    committed: &Committed,
) -> Result<Written> {
    let columns = package.points_columns();
    let table = TableWriter::create(directory, "points", &columns)?;
    let mut table = CsvTable::new(table);
    let mut points = 0;
    for row in rows.into_iter().take(usize::try_from(committed.points()).unwrap_or(usize::MAX)) {
        if row.cells.len() != package.points.len() {
            return Err(StoreError::Misuse(format!("point {points} has {} swept columns", row.cells.len())));
        }
        table.cell(&Cell::Integer(points as i64))?;
        table.cell(&Cell::Integer(row.repeat as i64))?;
        for cell in &row.cells {
            table.cell(cell)?;
        }
        let status = committed.status(points).map_or("", Status::name);
        table.last(status.as_bytes())?;
        points += 1;
    }
    if points != committed.points() {
        return Err(StoreError::Misuse(format!("{points} rows for {} points", committed.points())));
    }
    table.into_inner()?.finish(points)
}

/// A table whose cells may need quotes.
struct CsvTable<'d, S: Storage> {
    csv: csv::Writer<TableWriter<'d, S>>,
    cell: Vec<u8>,
}

impl<'d, S: Storage> CsvTable<'d, S> {
    fn new(table: TableWriter<'d, S>) -> Self {
        Self { csv: csv::Writer::from_writer(table), cell: Vec::new() }
    }

    fn cell(&mut self, cell: &Cell) -> Result<()> {
        self.cell.clear();
        cell.write(&mut self.cell);
        self.csv.write_field(&self.cell).map_err(|error| self.failed(error.into()))
    }

    fn last(&mut self, text: &[u8]) -> Result<()> {
        let written = self.csv.write_field(text).and_then(|()| self.csv.write_record(None::<&[u8]>));
        written.map_err(|error| self.failed(error.into()))
    }

    fn failed(&self, error: io::Error) -> StoreError {
        StoreError::io("write to", self.csv.get_ref().path())(error)
    }

    fn into_inner(self) -> Result<TableWriter<'d, S>> {
        let path = self.csv.get_ref().path().to_owned();
        self.csv.into_inner().map_err(|error| StoreError::io("write to", &path)(error.into_error()))
    }
}
