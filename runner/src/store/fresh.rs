//! Starting over: what a run left in a result directory is removed, and nothing that is not ours.
//!
//! Journals go first, so that a removal that is cut short leaves points that have to be computed, never damage. Refuses
//! while somebody works there.

use std::io;
use std::path::Path;

use super::directory::RunDirectory;
use super::error::{Result, StoreError};
use super::merge::read_complete;
use super::storage::{Disk, Storage};

/// Beginnings of names in `.run`, in the order in which they go.
const OURS: [&str; 9] =
    ["journal-", "part-", "complete.json", "errors.csv", "log-", "merge-", "new-", "run.json", "lock-"];

/// Removes the run in `out`, its tables included, whatever its job was; does nothing where there is none.
///
/// # Errors
/// [`StoreError::Locked`] (75) while somebody works there, and whatever the file system refuses.
pub fn remove_run(out: &Path) -> Result<()> {
    let Ok(directory) = RunDirectory::open(out) else { return Ok(()) };
    let run = directory.run();
    let names = Disk.names(run).map_err(StoreError::io("list", run))?;
    let shards = names.iter().filter_map(|name| name.strip_prefix("lock-")?.parse().ok());
    let mut locks = shards.map(|shard| directory.lock(shard)).collect::<Result<Vec<_>>>()?;
    locks.push(directory.lock_merge()?);
    // What cannot be read does not say what its tables were called; the next ones take their names.
    let tables = read_complete(&directory).ok().flatten().map_or(Vec::new(), |complete| complete.tables);
    let tables = tables.iter().map(|table| table.path.as_str()).filter(|name| is_table(name));
    for name in tables.chain(["datapackage.json", "job.toml"]) {
        remove(&out.join(name))?;
    }
    for ours in OURS {
        for name in names.iter().filter(|name| name.starts_with(ours)) {
            remove(&run.join(name))?;
        }
    }
    Disk.sync_dir(run).map_err(StoreError::io("sync", run))
}

/// Whether a table of ours can have this name: what says so may have been written by anybody.
fn is_table(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|plain| plain == name) && name.ends_with(".csv")
}

fn remove(path: &Path) -> Result<()> {
    match Disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("remove", path)(error)),
        _ => Ok(()),
    }
}
