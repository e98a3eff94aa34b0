//! Group commit: points of several batches become durable together, their rows before their record.
//!
//! After any failed write or sync nothing more is recorded: the run stops and is resumed from what was durable.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::error::{Result, StoreError};
use super::journal::{Header, JournalWriter};
use super::parts::{part_name, sync_parts};
use super::record::{Entry, PointRecord, encode_entry, encode_points};
use super::storage::Storage;

const BATCHES: usize = 64;
const DELAY: Duration = Duration::from_secs(1);
const BYTES: usize = 8 << 20;

/// Collects the points that workers report, and commits them in groups. Held by the parent.
pub struct Committer<S: Storage> {
    journal: JournalWriter<S>,
    parts: Vec<String>,
    /// How many of `parts` the journal, and the directory on disk, know.
    declared: usize,
    unsynced: BTreeSet<u32>,
    pending: Vec<u8>,
    points: u64,
    batches: usize,
    since: Option<Instant>,
    committed: u64,
}

impl<S: Storage> Committer<S> {
    /// Commits to this journal.
    #[must_use]
    pub fn new(journal: JournalWriter<S>) -> Self {
        Self {
            journal,
            parts: Vec::new(),
            declared: 0,
            unsynced: BTreeSet::new(),
            pending: Vec::new(),
            points: 0,
            batches: 0,
            since: None,
            committed: 0,
        }
    }

    /// Whose journal it commits to.
    #[must_use]
    pub fn header(&self) -> Header {
        self.journal.header()
    }

    /// Announces the part of a worker's monitor, which the worker creates: its number in extents and its file name.
    pub fn part(&mut self, worker: u32, monitor: &str) -> (u32, String) {
        let Header { shard, attempt, .. } = self.journal.header();
        let name = part_name(shard, attempt, worker, monitor);
        self.parts.push(name.clone());
        (self.parts.len() as u32 - 1, name)
    }

    /// Takes over the points of one batch, at the time `now`; they are committed with their group.
    ///
    /// # Errors
    /// If their rows lie in a part that was not announced.
    pub fn push(&mut self, records: &[PointRecord], now: Instant) -> Result<()> {
        let used =
            || records.iter().flat_map(|record| record.tables.iter().flatten()).map(|extent| extent.part);
        if let Some(part) = used().find(|part| *part as usize >= self.parts.len()) {
            return Err(StoreError::Misuse(format!("rows in part {part}, which was not announced")));
        }
        self.unsynced.extend(used());
        encode_points(&mut self.pending, records);
        self.points += records.len() as u64;
        self.batches += 1;
        self.since.get_or_insert(now);
        Ok(())
    }

    /// Whether the group is large or old enough.
    #[must_use]
    pub fn due(&self, now: Instant) -> bool {
        self.batches >= BATCHES
            || self.pending.len() >= BYTES
            || self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// When the group is due at the latest; none if it is empty.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.since.map(|since| since + DELAY)
    }

    /// Points committed by this attempt.
    #[must_use]
    pub fn committed(&self) -> u64 {
        self.committed
    }

    /// Makes the group durable: parts, then the names of new parts, then the record. Returns how many points it was.
    ///
    /// # Errors
    /// A failed write or sync; then, and ever after, nothing more is recorded.
    pub fn commit(&mut self) -> Result<u64> {
        if self.batches == 0 {
            return Ok(0);
        }
        self.journal.check_open()?;
        self.sync_group().inspect_err(|_| self.journal.close())?;
        self.record_group()
    }

    /// Commits what is left and records that the attempt ended in order.
    ///
    /// # Errors
    /// As [`Committer::commit`].
    pub fn finish(mut self) -> Result<u64> {
        self.commit()?;
        let mut end = Vec::new();
        encode_entry(&mut end, &Entry::Finished(self.committed));
        self.journal.append(&end)?;
        Ok(self.committed)
    }

    fn sync_group(&mut self) -> Result<()> {
        let (storage, dir) = (self.journal.storage(), self.journal.dir());
        sync_parts(storage, dir, self.unsynced.iter().map(|part| self.parts[*part as usize].as_str()))?;
        let new = self.unsynced.last().is_some_and(|last| *last as usize >= self.declared);
        if new {
            storage.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
        }
        Ok(())
    }

    fn record_group(&mut self) -> Result<u64> {
        let mut payload = Vec::with_capacity(self.pending.len());
        let known = self.unsynced.last().map_or(self.declared, |last| self.declared.max(*last as usize + 1));
        for number in self.declared..known {
            encode_entry(&mut payload, &Entry::Part(number as u32, &self.parts[number]));
        }
        payload.append(&mut self.pending);
        self.journal.append(&payload)?;
        self.declared = known;
        self.unsynced.clear();
        self.batches = 0;
        self.since = None;
        self.committed += self.points;
        Ok(std::mem::take(&mut self.points))
    }
}
