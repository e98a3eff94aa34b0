//! What a result directory holds at this moment; reads only, while the run goes on or long after.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::checkpoint::point_of;
use super::committed::{Committed, Counts};
use super::directory::RunDirectory;
use super::error::{Result, StoreError};
use super::identity::Identity;
use super::lock::held_by;
use super::merge::read_complete;
use super::storage::{Disk, Storage};

/// What `status` tells.
#[derive(Clone, Debug, Serialize)]
pub struct RunStatus {
    /// The run.
    pub identity: Identity,
    /// How many points it has.
    pub points: u64,
    /// How many of them are committed.
    pub committed: u64,
    /// How many are not.
    pub missing: u64,
    /// The committed ones by how they ended.
    #[serde(flatten)]
    pub counts: Counts,
    /// Whether somebody works on it.
    pub running: bool,
    /// Whether the tables are written and hold all points as they are committed now.
    pub complete: bool,
    /// The parts of the run that were ever started.
    pub shards: Vec<ShardStatus>,
}

/// One part of the run.
#[derive(Clone, Debug, Serialize)]
pub struct ShardStatus {
    /// Which, counted from 1 as in `--shard K/N`.
    pub shard: u32,
    /// The process that holds its lock.
    pub holder: Option<String>,
    /// Checkpoints of points that are not done.
    pub checkpoints: usize,
    /// Every start of it.
    pub attempts: Vec<AttemptStatus>,
}

/// One start of a part of the run.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptStatus {
    /// Which, from 1.
    pub attempt: u32,
    /// Of how many shards it took itself to be one; 0 if it died at once.
    pub of: u32,
    /// Points it recorded.
    pub points: u64,
    /// Whether it ended in order.
    pub finished: bool,
    /// Bytes of a torn record at the end of its journal.
    pub ignored_bytes: u64,
}

/// Reads the journals and locks in the result directory `out`.
///
/// # Errors
/// If it holds no run, and as [`Committed::read`].
pub fn status(out: &Path) -> Result<RunStatus> {
    let directory = RunDirectory::open(out)?;
    let file = directory.run_file()?;
    let committed = Committed::read(&Disk, directory.run(), &file.identity, file.points)?;
    let shards = shards(&directory, &committed)?;
    let counts = committed.counts();
    Ok(RunStatus {
        identity: file.identity,
        points: file.points,
        committed: counts.committed(),
        missing: committed.missing(),
        counts,
        running: shards.iter().any(|shard| shard.holder.is_some()),
        complete: read_complete(&directory)?
            .is_some_and(|complete| complete.identity == file.identity && complete.counts == counts),
        shards,
    })
}

/// Shards by their locks and journals: one that has just started has no journal yet.
fn shards<S: Storage>(directory: &RunDirectory<S>, committed: &Committed) -> Result<Vec<ShardStatus>> {
    let mut shards: BTreeMap<u32, Vec<AttemptStatus>> = BTreeMap::new();
    let names =
        directory.storage().names(directory.run()).map_err(StoreError::io("list", directory.run()))?;
    for shard in names.iter().filter_map(|name| name.strip_prefix("lock-")?.parse().ok()) {
        shards.entry(shard).or_default();
    }
    for journal in committed.journals() {
        shards.entry(journal.shard.index).or_default().push(AttemptStatus {
            attempt: journal.attempt,
            of: journal.shard.of,
            points: journal.points,
            finished: journal.finished,
            ignored_bytes: journal.ignored,
        });
    }
    let is_open = |point: Option<u64>| point.is_some_and(|point| committed.status(point).is_none());
    let holder = |shard: u32| held_by(&directory.lock_path(shard));
    Ok(shards
        .into_iter()
        .map(|(shard, attempts)| ShardStatus {
            shard: shard.saturating_add(1),
            holder: holder(shard),
            checkpoints: names.iter().filter(|name| is_open(point_of(shard, name))).count(),
            attempts,
        })
        .collect())
}
