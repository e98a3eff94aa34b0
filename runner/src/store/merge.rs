//! The merge: rows out of parts, in the order of points, into the tables that users read.
//!
//! Tables are written under temporary names, synced, renamed, and then vouched for by `complete.json`. Merging again
//! writes the same bytes. Refuses a run with points missing (unless told not to), rows that are no longer what was
//! committed, and records that do not fit the tables.

use std::io;

use serde::{Deserialize, Serialize};

use super::committed::{Committed, Counts};
use super::directory::{RunDirectory, pretty};
use super::error::{Result, StoreError};
use super::hash::PointHasher;
use super::identity::Identity;
use super::package::{ColumnKind, Package};
use super::points_table::{PointRow, write_points};
use super::ranges::Ranges;
use super::record::{PointRecord, Status};
use super::storage::Storage;
use super::tables::{Cell, TableWriter, Written, summary_cell};

/// What a merge checks.
#[derive(Clone, Copy, Debug)]
pub struct MergeOptions {
    /// Write tables though points are missing: their status and summary are empty, and `complete.json` is not
    /// written.
    pub partial: bool,
    /// Compare the rows of every point with the hash it was committed with.
    pub verify: bool,
}

impl Default for MergeOptions {
    fn default() -> Self {
        Self { partial: false, verify: true }
    }
}

/// `complete.json`: what the tables hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complete {
    /// The run.
    pub identity: Identity,
    /// How many points it has.
    pub points: u64,
    /// How they ended.
    pub counts: Counts,
    /// The tables.
    pub tables: Vec<TableFile>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Its name in the result directory.
    pub path: String,
    /// Rows, without the header.
    pub rows: u64,
    /// Length.
    pub bytes: u64,
    /// Hash of the file.
    pub blake3: String,
}

const COMPLETE: &str = "complete.json";

/// What the last merge said, if it was of the whole run.
///
/// # Errors
/// If it cannot be read or understood.
pub fn read_complete<S: Storage>(directory: &RunDirectory<S>) -> Result<Option<Complete>> {
    let path = directory.run().join(COMPLETE);
    match directory.storage().read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::damaged(&path, 0, error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

/// Writes all tables and `datapackage.json`; `rows` has one row for each point, in order.
///
/// # Errors
/// Points missing, damage, another merge at work (75), and whatever the file system refuses.
pub fn merge<S: Storage>(
    directory: &RunDirectory<S>,
    package: &Package,
    rows: impl IntoIterator<Item = PointRow>,
    committed: &Committed,
    options: MergeOptions,
) -> Result<Complete> {
    let (missing, points) = (committed.missing(), committed.points());
    if missing > 0 && !options.partial {
        return Err(StoreError::Incomplete { missing, points, out: directory.out().to_owned() });
    }
    let lock = directory.lock_merge()?;
    if lock.is_held() {
        remove_leftovers(directory)?;
    }
    let mut written = vec![write_points(directory, package, rows, committed)?];
    written.extend(Rows::write(directory, package, committed, options)?);
    let complete = Complete {
        identity: *committed.identity(),
        points,
        counts: committed.counts(),
        tables: written.iter().map(|written| written.table.clone()).collect(),
    };
    publish(directory, package, &written, &complete, missing == 0)?;
    Ok(complete)
}

/// Removes what merges left behind that died: holding the lock, there is no other.
fn remove_leftovers<S: Storage>(directory: &RunDirectory<S>) -> Result<()> {
    let (storage, run) = (directory.storage(), directory.run());
    let names = storage.names(run).map_err(StoreError::io("list", run))?;
    for name in names.iter().filter(|name| name.starts_with("merge-") && name.ends_with(".tmp")) {
        let path = run.join(name);
        storage.remove(&path).map_err(StoreError::io("remove", &path))?;
    }
    Ok(())
}

/// Renames what was written. A `complete.json` that says something else goes first, the new one comes last.
fn publish<S: Storage>(
    directory: &RunDirectory<S>,
    package: &Package,
    written: &[Written],
    complete: &Complete,
    whole: bool,
) -> Result<()> {
    let (storage, out, run) = (directory.storage(), directory.out(), directory.run());
    let old = run.join(COMPLETE);
    let bytes = pretty(complete)?;
    if storage.read(&old).is_ok_and(|found| found != bytes) {
        match storage.remove(&old) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other.map_err(StoreError::io("remove", &old))?,
        }
        storage.sync_dir(run).map_err(StoreError::io("sync", run))?;
    }
    for Written { temporary, table } in written {
        let path = out.join(&table.path);
        storage.rename(temporary, &path).map_err(StoreError::io("write", &path))?;
    }
    storage.sync_dir(out).map_err(StoreError::io("sync", out))?;
    directory.publish("datapackage.json", &pretty(&package.describe())?)?;
    if whole { directory.replace(run, COMPLETE, &bytes) } else { Ok(()) }
}

/// `summary.csv` and the monitors' tables, written together point by point.
struct Rows<'d, S: Storage> {
    package: &'d Package,
    summary: TableWriter<'d, S>,
    monitors: Vec<(TableWriter<'d, S>, u64)>,
    ranges: Ranges<'d, S>,
    hasher: Option<PointHasher>,
    line: Vec<u8>,
}

impl<'d, S: Storage> Rows<'d, S> {
    fn write(
        directory: &'d RunDirectory<S>,
        package: &'d Package,
        committed: &'d Committed,
        options: MergeOptions,
    ) -> Result<Vec<Written>> {
        let monitors = package.monitors.iter();
        let mut rows = Self {
            package,
            summary: TableWriter::create(directory, "summary", &package.summary_columns())?,
            monitors: monitors
                .map(|table| Ok((TableWriter::create(directory, &table.name, &table.columns)?, 0)))
                .collect::<Result<_>>()?,
            ranges: Ranges::new(directory, committed),
            hasher: options.verify.then(|| PointHasher::new(package.monitors.len())),
            line: Vec::new(),
        };
        for point in 0..committed.points() {
            let record = committed.record(point);
            rows.summary_row(point, record.as_ref())?;
            if let Some(record) = record {
                rows.monitor_rows(&record)?;
            }
        }
        let mut written = vec![rows.summary.finish(committed.points())?];
        for (table, rows) in rows.monitors {
            written.push(table.finish(rows)?);
        }
        Ok(written)
    }

    fn summary_row(&mut self, point: u64, record: Option<&PointRecord>) -> Result<()> {
        let values = record.map_or(&[][..], |record| &record.summary);
        fits(point, "summary values", values.len(), self.package.summary.len())?;
        self.line.clear();
        Cell::Integer(point as i64).write(&mut self.line);
        for (index, column) in self.package.summary.iter().enumerate() {
            // Numbers and booleans need no quotes.
            let kind = if column.kind == ColumnKind::String { ColumnKind::Number } else { column.kind };
            self.line.push(b',');
            summary_cell(values.get(index).copied().flatten(), kind).write(&mut self.line);
        }
        self.line.push(b'\n');
        self.summary.put(&self.line)
    }

    fn monitor_rows(&mut self, record: &PointRecord) -> Result<()> {
        fits(record.point, "tables", record.tables.len(), self.monitors.len())?;
        for (monitor, extents) in record.tables.iter().enumerate() {
            let (table, rows) = &mut self.monitors[monitor];
            for extent in extents {
                let hasher = &mut self.hasher;
                self.ranges.copy(*extent, |bytes| {
                    if let Some(hasher) = hasher {
                        hasher.rows(monitor, bytes);
                    }
                    *rows += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
                    table.put(bytes)
                })?;
            }
        }
        self.verify(record)
    }

    fn verify(&mut self, record: &PointRecord) -> Result<()> {
        let Some(hasher) = &mut self.hasher else { return Ok(()) };
        let hash = hasher.finish(record.status, &record.summary);
        // A failure is told by the parent, which has no rows to hash.
        if record.status == Status::Failed || hash == record.hash {
            return Ok(());
        }
        let mut parts: Vec<_> =
            record.tables.iter().flatten().map(|extent| (self.ranges.path(*extent), extent.offset)).collect();
        parts.dedup_by(|next, part| next.0 == part.0);
        let others: String =
            parts.iter().skip(1).map(|(path, _)| format!(" or in {}", path.display())).collect();
        let reason =
            format!("the rows of point {} in it{others} are not those that were committed", record.point);
        let (path, offset) = parts.into_iter().next().unwrap_or_else(|| (self.ranges.run().to_owned(), 0));
        Err(StoreError::damaged(&path, offset, reason))
    }
}

/// A record has all values or, if there was nothing to tell, none.
fn fits(point: u64, what: &str, found: usize, expected: usize) -> Result<()> {
    if found == 0 || found == expected {
        return Ok(());
    }
    Err(StoreError::Misuse(format!("point {point} has {found} {what}, the run has {expected}")))
}
