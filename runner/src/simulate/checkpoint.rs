//! The state of a batch on the disk, so that a run that is cut short need not begin a long point anew.
//!
//! A checkpoint is taken between two steps, when all that the kernel recorded is in rows, and these rows are durable. It has
//! what the kernel may have changed (connectivity is made again, which draws the same), what monitors and statistics
//! remember, and where the rows lie. Who takes it up copies the rows to parts of its own. Nothing here changes a result.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use jobs::Point;
use kernels::abi::Header;
use kernels::layout::Layout;
use kernels::program::fields::Extent;
use serde::{Deserialize, Serialize};

use crate::channel::WorkerError;
use crate::segment::Segment;
use crate::store::{
    CheckpointReader, CheckpointWriter, Disk, Extent as Place, Identity, PartWriter, Secret, Shard,
    checkpoint_name, checkpoints, sync_parts,
};
use crate::views::ViewError;

use super::arena;
use super::drain::Drain;
use super::engine::Variant;
use super::keeper::Keeper;
use super::ready::Ready;
use super::report::Failure;
use super::worker::{internal, output};

/// A call of the kernel takes about so long, where checkpoints are taken between calls.
const CALL: Duration = Duration::from_millis(50);
/// Writing takes at most this part of the time.
const SHARE: u32 = 20;
/// On a stop, what took longer than this is kept, unless it is larger than that: a stop must not take long.
const WORTH: Duration = Duration::from_secs(1);
const QUICK: u64 = 64 << 20;
/// Bytes that are copied at once.
const PIECE: usize = 1 << 20;

/// That checkpoints are taken, and how.
#[derive(Debug, Clone, Copy)]
pub struct Taking {
    /// Time from one to the next.
    pub every: Duration,
    /// Seals them.
    pub secret: Secret,
    /// The run that they are of.
    pub identity: Identity,
}

/// Where a batch stands, besides what its arena and its monitors hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// The phase that it is in.
    pub phase: usize,
    /// Updates and events that it did not go through itself.
    pub counted: [i64; 2],
}

/// Rows that were written: places in the part, and the hash of all of them.
type Written = (Vec<[u64; 2]>, [u8; 32]);

/// What comes before the arrays.
#[derive(Serialize, Deserialize)]
struct Head {
    identity: [u8; 32],
    source: [u8; 32],
    points: Vec<u64>,
    stand: Stand,
    failures: Vec<Option<Failure>>,
    /// Steps of the phase, block, step, counters.
    header: [i64; 5],
    /// Bytes of the rows of parameters and of each array that follows.
    lengths: Vec<u64>,
    /// File of each monitor's rows.
    parts: Vec<String>,
    /// By lane and monitor.
    rows: Vec<Vec<Written>>,
    /// What monitors and statistics remember.
    heard: Vec<u8>,
}

/// A batch whose state can be taken or set.
pub struct Batch<'b, 'd, 'p> {
    /// Its points.
    pub points: &'b [Point],
    /// Its model.
    pub variant: &'b Variant,
    /// The segment.
    pub segment: &'b Segment,
    /// Its arena.
    pub ready: &'b Ready<'p>,
    /// Its monitors and statistics.
    pub drain: &'b mut Drain<'d>,
    /// Parts that its rows go to.
    pub parts: &'b mut [PartWriter<Disk>],
    /// Why lanes fail.
    pub failures: &'b mut [Option<Failure>],
}

/// A worker's checkpoints.
pub struct Checkpoints<'a> {
    taking: Taking,
    run: &'a Path,
    shard: Shard,
    /// Tells this worker's files from those of all others.
    writer: String,
    /// Files of its parts.
    parts: Vec<String>,
    /// Steps that the next call may take.
    steps: i64,
    last: Instant,
    wait: Duration,
}

impl<'a> Checkpoints<'a> {
    /// Of a worker with these parts.
    pub fn new(
        taking: Taking,
        run: &'a Path,
        shard: Shard,
        writer: String,
        parts: Vec<String>,
    ) -> Checkpoints<'a> {
        let (last, wait) = (Instant::now(), taking.every);
        Checkpoints { taking, run, shard, writer, parts, steps: 1, last, wait }
    }

    /// A batch begins.
    pub fn begin(&mut self) {
        (self.last, self.wait) = (Instant::now(), self.taking.every);
    }

    /// Steps that a call of the kernel may take.
    pub fn steps(&self) -> i64 {
        self.steps
    }

    /// A call took so long.
    pub fn called(&mut self, took: Duration) {
        if took < CALL / 2 {
            self.steps = self.steps.saturating_mul(2);
        } else if took > 2 * CALL {
            self.steps = (self.steps / 2).max(1);
        }
    }

    /// Whether it is time for one.
    pub fn due(&self) -> bool {
        self.last.elapsed() >= self.wait
    }

    /// Whether one is worth its time when the run is to stop.
    pub fn worth(&self, ready: &Ready<'_>) -> bool {
        let bytes: u64 = ready.changing.iter().map(|range| range.end - range.start).sum();
        self.last.elapsed() >= WORTH && bytes <= QUICK
    }

    /// Takes one.
    pub fn take(&mut self, batch: &mut Batch<'_, '_, '_>, stand: Stand) -> Result<(), WorkerError> {
        let begun = Instant::now();
        let Batch { drain, parts, .. } = batch;
        drain.flush(|m, rows| parts[m].append(rows)).map_err(output)?;
        let written = (0..self.parts.len()).filter(|m| drain.lanes.iter().any(|l| !l.extents[*m].is_empty()));
        sync_parts(&Disk, self.run, written.map(|m| self.parts[m].as_str())).map_err(output)?;
        let head = postcard::to_stdvec(&self.head(batch, stand)?).map_err(internal)?;
        let name = checkpoint_name(self.shard, batch.points[0].index);
        let secret = &self.taking.secret;
        let mut file =
            CheckpointWriter::create(Disk, self.run, &name, &self.writer, secret).map_err(output)?;
        file.append(&(head.len() as u64).to_le_bytes()).map_err(output)?;
        file.append(&head).map_err(output)?;
        for range in arrays(batch.variant, &batch.ready.layout) {
            let (at, count) = (range.start as usize, (range.end - range.start) as usize);
            for piece in (0..count).step_by(PIECE) {
                let view =
                    batch.segment.read::<u8>(at + piece, PIECE.min(count - piece)).map_err(internal)?;
                file.append(view.slice()).map_err(output)?;
            }
        }
        file.finish().map_err(output)?;
        self.wait = self.taking.every.max(SHARE * begun.elapsed());
        self.last = Instant::now();
        Ok(())
    }

    fn head(&self, batch: &mut Batch<'_, '_, '_>, stand: Stand) -> Result<Head, WorkerError> {
        let header = arena::header(batch.segment, batch.ready.layout.header).map_err(internal)?;
        let mut heard = Keeper::Saving(Vec::new());
        batch.drain.keep(&mut heard).map_err(internal)?;
        let Keeper::Saving(heard) = heard else { unreachable!("it was made so") };
        let places = |extents: &Vec<Place>| extents.iter().map(|e| [e.offset, e.length]).collect();
        let rows =
            batch.drain.lanes.iter().map(|lane| {
                lane.extents.iter().map(places).zip(lane.hasher.so_far()).collect::<Vec<Written>>()
            });
        Ok(Head {
            identity: self.taking.identity.0,
            source: batch.variant.source(),
            points: batch.points.iter().map(|point| point.index).collect(),
            stand,
            failures: batch.failures.to_vec(),
            header: words(&header),
            lengths: arrays(batch.variant, &batch.ready.layout).map(|r| r.end - r.start).collect(),
            parts: self.parts.clone(),
            rows: rows.collect(),
            heard,
        })
    }

    /// Whether there is one of the batch that begins with this point.
    pub fn is_there(&self, point: u64) -> bool {
        self.run.join(checkpoint_name(self.shard, point)).symlink_metadata().is_ok()
    }

    /// Sets a batch, which is laid out and prepared, to where its checkpoint stands; `None`: there is none that fits, and
    /// then its drain may be spoilt.
    pub fn restore(&self, batch: &mut Batch<'_, '_, '_>) -> Result<Option<Stand>, WorkerError> {
        let name = checkpoint_name(self.shard, batch.points[0].index);
        let Some(mut file) = CheckpointReader::open(Disk, self.run, &name, &self.taking.secret) else {
            return Ok(None);
        };
        let Some(head) = head(&mut file) else { return Ok(None) };
        let ranges: Vec<Range<u64>> = arrays(batch.variant, &batch.ready.layout).collect();
        let fits = head.identity == self.taking.identity.0
            && head.source == batch.variant.source()
            && head.points.iter().copied().eq(batch.points.iter().map(|point| point.index))
            && head.failures.len() == batch.failures.len()
            && head.lengths.iter().copied().eq(ranges.iter().map(|r| r.end - r.start))
            && head.lengths.iter().sum::<u64>() == file.left();
        let heard = |batch: &mut Batch<'_, '_, '_>| batch.drain.keep(&mut Keeper::Restoring(&head.heard));
        if !fits || heard(batch).is_err() || !self.copy_rows(&head, batch)? {
            return Ok(None);
        }
        for range in ranges {
            let (at, count) = (range.start as usize, (range.end - range.start) as usize);
            let mut view = batch.segment.write::<u8>(at, count).map_err(internal)?;
            let read = view.slice_mut().chunks_mut(PIECE).try_for_each(|piece| file.fill(piece));
            read.ok_or_else(|| internal(format!("{name} changed while it was read")))?;
        }
        set_words(batch.segment, batch.ready.layout.header, head.header).map_err(internal)?;
        batch.failures.clone_from_slice(&head.failures);
        Ok(Some(head.stand))
    }

    /// Copies the rows to this worker's parts; false: they are not what they were.
    fn copy_rows(&self, head: &Head, batch: &mut Batch<'_, '_, '_>) -> Result<bool, WorkerError> {
        let Batch { drain, parts, .. } = batch;
        let mut piece = vec![0; PIECE];
        for (lane, rows) in drain.lanes.iter_mut().zip(&head.rows) {
            for (m, (places, hash)) in rows.iter().enumerate() {
                for [offset, length] in places {
                    for begin in (0..*length).step_by(PIECE) {
                        let piece = &mut piece[..PIECE.min((length - begin) as usize)];
                        if !crate::store::read_part(&Disk, self.run, &head.parts[m], offset + begin, piece) {
                            return Ok(false);
                        }
                        lane.hasher.rows(m, piece);
                        parts[m].append(piece).map_err(output)?.push(&mut lane.extents[m]);
                    }
                }
                if lane.hasher.so_far()[m] != *hash {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// The batches of these points that have a checkpoint: they have to be batches again.
pub fn kept(
    taking: &Taking,
    run: &Path,
    shard: Shard,
    pending: &[u64],
) -> crate::store::Result<Vec<Vec<u64>>> {
    let pending: HashSet<u64> = pending.iter().copied().collect();
    let (mut batches, mut met) = (Vec::new(), HashSet::new());
    for first in checkpoints(&Disk, run, shard)?.into_iter().filter(|first| pending.contains(first)) {
        let name = checkpoint_name(shard, first);
        let head =
            CheckpointReader::open(Disk, run, &name, &taking.secret).and_then(|mut file| head(&mut file));
        let points =
            head.filter(|head| head.identity == taking.identity.0).map_or(Vec::new(), |head| head.points);
        // Another way of cutting may have left an older one of some of these points.
        if points.iter().all(|point| pending.contains(point) && !met.contains(point)) && !points.is_empty() {
            met.extend(points.iter().copied());
            batches.push(points);
        }
    }
    Ok(batches)
}

fn head(file: &mut CheckpointReader<Disk>) -> Option<Head> {
    let mut length = [0; 8];
    file.fill(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut bytes = vec![0; usize::try_from(length).ok().filter(|_| length <= file.left())?];
    file.fill(&mut bytes)?;
    postcard::from_bytes(&bytes).ok()
}

/// Where that lies which a kernel may have changed, or reads otherwise in another phase.
fn arrays<'l>(variant: &'l Variant, layout: &'l Layout<'_>) -> impl Iterator<Item = Range<u64>> + 'l {
    let rows = layout.rows_at..layout.rows_at + layout.stride * layout.lanes;
    let fields = variant.program.fields.list.iter().enumerate();
    // Buffers are empty.
    let kept = fields.filter(|(_, field)| {
        field.structural.is_none() && !matches!(field.extent, Extent::Events | Extent::Records)
    });
    let placed = kept.filter_map(move |(number, _)| {
        let (from, length) = (layout.field_at(number), layout.lengths[number].filter(|length| *length > 0)?);
        Some(from..from + length)
    });
    std::iter::once(rows).chain(placed)
}

fn words(header: &Header) -> [i64; 5] {
    [header.n_steps, header.block, header.step, header.neuron_updates, header.synaptic_events]
}

fn set_words(segment: &Segment, at: u64, words: [i64; 5]) -> Result<(), ViewError> {
    use std::mem::offset_of;
    let offsets = [
        offset_of!(Header, n_steps),
        offset_of!(Header, block),
        offset_of!(Header, step),
        offset_of!(Header, neuron_updates),
        offset_of!(Header, synaptic_events),
    ];
    for (offset, word) in offsets.into_iter().zip(words) {
        segment.write::<i64>(at as usize + offset, 1)?.slice_mut()[0] = word;
    }
    Ok(())
}
