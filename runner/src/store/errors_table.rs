//! `.run/errors.csv`: the points that did not end well, and how to run each of them alone.

use super::committed::Committed;
use super::directory::RunDirectory;
use super::error::{Result, StoreError};
use super::record::Status;
use super::storage::Storage;

/// Its columns; `step` and what follows `class` are empty where there is no such thing.
const COLUMNS: [&str; 9] =
    ["point", "status", "attempts", "class", "signal", "exit", "step", "message", "replay"];

/// Writes the table anew; `replay` gives the command that runs just one point.
///
/// # Errors
/// Whatever the file system refuses.
pub fn write_errors<S: Storage>(
    directory: &RunDirectory<S>,
    committed: &Committed,
    replay: impl Fn(u64) -> String,
) -> Result<()> {
    let path = directory.run().join("errors.csv");
    let failed = |error: csv::Error| StoreError::io("write", &path)(error.into());
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(failed)?;
    for record in committed.failures() {
        let [class, signal, exit, step] = record.cause.map(|cause| cause.cells()).unwrap_or_default();
        let (point, attempts) = (record.point.to_string(), record.attempt.to_string());
        let (status, replay) = (record.status.name().to_owned(), replay(record.point));
        let cells = [point, status, attempts, class, signal, exit, step, record.message, replay];
        table.write_record(cells).map_err(failed)?;
    }
    let bytes = table.into_inner().map_err(|error| StoreError::io("write", &path)(error.into_error()))?;
    directory.replace(directory.run(), "errors.csv", &bytes)
}

impl Committed {
    /// The records of all points that did not end well, in order.
    pub fn failures(&self) -> impl Iterator<Item = super::PointRecord> {
        let bad = |status: Option<Status>| matches!(status, Some(Status::Diverged | Status::Failed));
        let any = self.counts().committed() > self.counts().ok;
        let points = if any { self.points() } else { 0 };
        (0..points).filter(move |point| bad(self.status(*point))).filter_map(|point| self.record(point))
    }
}
