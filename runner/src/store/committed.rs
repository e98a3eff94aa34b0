//! What all journals of a run directory say together: for each point the record that counts.
//!
//! The first record of a point counts, later ones with the same hash are ignored, and one with another hash is an
//! error. Only a failure gives way: a point that could not be simulated may be committed later. Points and parts that
//! cannot be are damage.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::{Result, StoreError};
use super::identity::{Identity, Shard, hex};
use super::journal::parse_journal_name;
use super::parts::is_part_name;
use super::record::{Entry, PointRecord, RawPoint, Status};
use super::scan::scan_journal;
use super::storage::Storage;

/// How many committed points ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Simulated to the end.
    pub ok: u64,
    /// Diverged.
    pub diverged: u64,
    /// Could not be simulated.
    pub failed: u64,
}

impl Counts {
    /// All committed points.
    #[must_use]
    pub fn committed(&self) -> u64 {
        self.ok + self.diverged + self.failed
    }

    fn of(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Ok => &mut self.ok,
            Status::Diverged => &mut self.diverged,
            Status::Failed => &mut self.failed,
        }
    }
}

/// One journal that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalSummary {
    /// Its path.
    pub path: PathBuf,
    /// The part of the run; of the file's name if the header is torn.
    pub shard: Shard,
    /// The attempt.
    pub attempt: u32,
    /// Points recorded in it, those included that were there before.
    pub points: u64,
    /// Whether the attempt ended in order.
    pub finished: bool,
    /// Bytes of a torn tail.
    pub ignored: u64,
}

/// One point; its other fields lie in `Committed::bodies`.
#[derive(Clone, Copy)]
struct Kept {
    hash: [u8; 32],
    body: u64,
    length: u32,
    /// What its part numbers count from.
    parts: u32,
    status: Status,
    has_cause: bool,
}

/// The committed points of a run.
pub struct Committed {
    identity: Identity,
    points: u64,
    slots: Slots,
    kept: Vec<Kept>,
    bodies: Vec<u8>,
    parts: Vec<String>,
    counts: Counts,
    journals: Vec<JournalSummary>,
}

impl Committed {
    /// Reads all journals in `dir` (the `.run` directory) of a run of so many points.
    ///
    /// # Errors
    /// Read errors, damage, journals of other runs or later versions, and two results for one point.
    pub fn read<S: Storage>(storage: &S, dir: &Path, identity: &Identity, points: u64) -> Result<Self> {
        let mut committed = Self {
            identity: *identity,
            points,
            slots: Slots::default(),
            kept: Vec::new(),
            bodies: Vec::new(),
            parts: Vec::new(),
            counts: Counts::default(),
            journals: Vec::new(),
        };
        let names = storage.names(dir).map_err(StoreError::io("list", dir))?;
        let mut journals: Vec<_> =
            names.iter().filter_map(|name| Some((parse_journal_name(name)?, dir.join(name)))).collect();
        journals.sort();
        for ((shard, attempt), path) in journals {
            committed.read_journal(storage, path, shard, attempt)?;
        }
        Ok(committed)
    }

    fn read_journal<S: Storage>(
        &mut self,
        storage: &S,
        path: PathBuf,
        shard: u32,
        attempt: u32,
    ) -> Result<()> {
        let identity = self.identity;
        let first_part = self.parts.len();
        let mut recorded = 0;
        let scan = scan_journal(storage, &path, &identity, |offset, entry| {
            let damaged = |reason| StoreError::damaged(&path, offset, reason);
            match entry {
                Entry::Part(number, name) => self.declare(first_part, number, name).map_err(damaged),
                Entry::Point(raw) => {
                    recorded += 1;
                    self.check(first_part, &raw).map_err(damaged)?;
                    self.keep(&path, first_part, &raw)
                }
                Entry::Finished(_) => Ok(()),
            }
        })?;
        self.journals.push(JournalSummary {
            shard: scan.header.map_or(Shard { index: shard, of: 0 }, |header| header.shard),
            attempt: scan.header.map_or(attempt, |header| header.attempt),
            path,
            points: recorded,
            finished: scan.finished.is_some(),
            ignored: scan.ignored,
        });
        Ok(())
    }

    fn declare(&mut self, first: usize, number: u32, name: &str) -> std::result::Result<(), String> {
        if self.parts.len() - first != number as usize || !is_part_name(name) {
            return Err(format!("it declares part {number} as `{name}`"));
        }
        self.parts.push(name.to_owned());
        Ok(())
    }

    fn check(&self, first_part: usize, raw: &RawPoint<'_>) -> std::result::Result<(), String> {
        if raw.point >= self.points {
            return Err(format!("it commits point {}, the run has {} points", raw.point, self.points));
        }
        if raw.parts as usize > self.parts.len() - first_part {
            return Err(format!("point {} lies in a part that is not declared", raw.point));
        }
        Ok(())
    }

    fn keep(&mut self, path: &Path, first_part: usize, raw: &RawPoint<'_>) -> Result<()> {
        let slot = self.slots.entry(raw.point);
        let before = (*slot as usize).checked_sub(1).map(|index| &mut self.kept[index]);
        if let Some(kept) = &before
            && !supersedes(kept, raw, path)?
        {
            return Ok(());
        }
        let new = Kept {
            hash: raw.hash,
            body: self.bodies.len() as u64,
            length: raw.rest.len() as u32,
            parts: first_part as u32,
            status: raw.status,
            has_cause: raw.has_cause,
        };
        *self.counts.of(raw.status) += 1;
        self.bodies.extend_from_slice(raw.rest);
        match before {
            Some(kept) => {
                *self.counts.of(kept.status) -= 1;
                *kept = new;
            }
            None => {
                self.kept.push(new);
                *slot = u32::try_from(self.kept.len())
                    .map_err(|_| StoreError::Misuse("more than 2^32 points".to_owned()))?;
            }
        }
        Ok(())
    }

    /// The run they belong to.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How many points the run has.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.points
    }

    /// How many are committed, by status.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many are not committed.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.points - self.counts.committed()
    }

    /// How the point ended, if it is committed.
    #[must_use]
    pub fn status(&self, point: u64) -> Option<Status> {
        self.kept(point).map(|kept| kept.status)
    }

    /// The record of the point that counts; its extents name parts by [`Committed::part`].
    #[must_use]
    pub fn record(&self, point: u64) -> Option<PointRecord> {
        let kept = self.kept(point)?;
        let start = kept.body as usize;
        let rest = &self.bodies[start..start + kept.length as usize];
        let Kept { hash, status, has_cause, .. } = *kept;
        let raw = RawPoint { point, status, hash, parts: 0, has_cause, rest };
        let mut record = raw.record().ok()?;
        for extent in record.tables.iter_mut().flatten() {
            extent.part += kept.parts;
        }
        Some(record)
    }

    /// The file name of a part, by the numbers in records from here.
    #[must_use]
    pub fn part(&self, number: u32) -> Option<&str> {
        self.parts.get(number as usize).map(String::as_str)
    }

    /// The journals that were read, by shard and attempt.
    #[must_use]
    pub fn journals(&self) -> &[JournalSummary] {
        &self.journals
    }

    fn kept(&self, point: u64) -> Option<&Kept> {
        self.kept.get((self.slots.get(point) as usize).checked_sub(1)?)
    }
}

/// Whether a record takes the place of the one before it.
fn supersedes(kept: &Kept, raw: &RawPoint<'_>, path: &Path) -> Result<bool> {
    match (kept.status, raw.status) {
        (_, Status::Failed) => Ok(false),
        (Status::Failed, _) => Ok(true),
        _ if kept.hash == raw.hash => Ok(false),
        _ => Err(StoreError::NotDeterministic {
            point: raw.point,
            first: hex(&kept.hash),
            second: hex(&raw.hash),
            path: path.to_owned(),
        }),
    }
}

const PAGE: u64 = 4096;

/// One more than the place of each point in `Committed::kept`, 0 for none; pages come into being when touched.
#[derive(Default)]
struct Slots {
    pages: Vec<Option<Box<[u32; PAGE as usize]>>>,
}

impl Slots {
    fn get(&self, point: u64) -> u32 {
        let page = self.pages.get((point / PAGE) as usize).and_then(Option::as_ref);
        page.map_or(0, |page| page[(point % PAGE) as usize])
    }

    fn entry(&mut self, point: u64) -> &mut u32 {
        let page = (point / PAGE) as usize;
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || None);
        }
        &mut self.pages[page].get_or_insert_with(|| Box::new([0; PAGE as usize]))[(point % PAGE) as usize]
    }
}
