//! Points that agree in their first phases go through them once: the state at their end, and what was told until then, are
//! kept and serve the others.
//!
//! Two points are taken to agree where the kernel reads the same values of parameters in these phases and where all that it
//! found in its arena at the first step was the same, byte by byte. The second test needs no list of what a model may
//! depend on. Nothing here changes a result.

use kernels::abi::Header;
use kernels::layout::Layout;
use kernels::phases::Part;
use kernels::plan::{Plan, RecordEntry};
use kernels::program::fields::{Extent, Field};

use crate::segment::Segment;
use crate::views::ViewError;

use super::arena;
use super::batches::{Judge, Likeness};
use super::drain::Drain;
use super::engine::Variant;
use super::phases::Staged;
use super::ready::Ready;
use super::worker::Task;

/// Bytes of what shared phases told that are kept at most; where there are more, each point goes through them itself.
const MOST_TOLD: usize = 64 << 20;

/// What a batch told while it ran.
#[derive(Debug)]
pub enum Told {
    /// Which monitors rest from these steps of the clocks on.
    Rest(Vec<bool>, Vec<i64>),
    /// What its buffers held, and the next steps of the clocks.
    Drained {
        /// Spikes and other events.
        events: Vec<i64>,
        /// Records.
        records: Vec<f64>,
        /// Next steps.
        steps: Vec<i64>,
    },
}

impl Told {
    /// Tells it to a drain, as the batch did.
    pub fn to(&self, drain: &mut Drain<'_>) {
        match self {
            Told::Rest(resting, steps) => drain.rest(resting.clone(), steps),
            Told::Drained { events, records, steps } => {
                drain.events(events);
                drain.records(records);
                let lanes = drain.lanes.len();
                drain.complete(0..lanes, steps, false);
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Told::Rest(..) => 0,
            Told::Drained { events, records, .. } => 8 * (events.len() + records.len()),
        }
    }
}

/// What shared phases tell, while they run.
#[derive(Debug)]
pub struct Recording {
    identity: Identity,
    phases: usize,
    told: Vec<Told>,
    bytes: usize,
}

impl Recording {
    /// How many phases it is of.
    pub fn phases(&self) -> usize {
        self.phases
    }
}

/// Adds to a recording; ends it where that becomes too much.
pub fn note(recording: &mut Option<Recording>, told: Told) {
    if let Some(kept) = recording {
        kept.bytes += told.bytes();
        kept.told.push(told);
    }
    if recording.as_ref().is_some_and(|kept| kept.bytes > MOST_TOLD) {
        *recording = None;
    }
}

/// What must be the same for a state to serve another point.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identity {
    /// Connectivity, sizes, the kernel.
    likeness: Likeness,
    /// Values that the kernel reads, steps, seed and repeat.
    values: Vec<u64>,
    /// Where everything lies, and how large it is.
    entries: Vec<i64>,
    /// Hash of what the kernel finds at the first step.
    start: blake3::Hash,
}

/// A state at the end of shared phases.
pub struct Saved {
    identity: Identity,
    phases: usize,
    told: Vec<Told>,
    /// Places and bytes.
    state: Vec<(usize, Vec<u8>)>,
    counted: [i64; 2],
}

impl Saved {
    /// How many phases it is of.
    pub fn phases(&self) -> usize {
        self.phases
    }

    /// Puts the state into an arena, whose plan stays its own; gives what had been counted until then.
    pub fn restore(&self, staged: &Staged<'_, '_>) -> Result<[i64; 2], ViewError> {
        for (at, bytes) in &self.state {
            staged.segment.write::<u8>(*at, bytes.len())?.slice_mut().copy_from_slice(bytes);
        }
        let (at, entries) = (staged.layout.plan_at as usize, &staged.layout.entries);
        staged.segment.write::<i64>(at, entries.len())?.slice_mut().copy_from_slice(entries);
        Ok(self.counted)
    }

    /// All that was told, in order.
    pub fn tell<E>(&self, tell: impl FnMut(&Told) -> Result<(), E>) -> Result<(), E> {
        self.told.iter().try_for_each(tell)
    }
}

/// The shared phases of a worker's points.
pub struct Branching {
    on: bool,
    /// Of the point at hand: its likeness, and what it reads in shared phases.
    mine: Option<(Likeness, Vec<u64>)>,
    /// The next point seems to agree with it.
    wanted: bool,
    saved: Option<Saved>,
    fits: bool,
}

impl Branching {
    /// Nothing is kept yet; with `on` false, nothing ever is.
    pub fn new(on: bool) -> Branching {
        Branching { on, mine: None, wanted: false, saved: None, fits: false }
    }

    /// Looks at a point and at the one after it, at this position in the order of points.
    pub fn look(&mut self, task: &Task<'_>, judge: &Judge, point: &jobs::Point, position: usize) {
        self.fits = false;
        self.mine = None;
        let Some(values) = judge.shared(task.engine, point).filter(|_| self.on) else { return };
        let next = task.claimable.order.get(position + 1).map(|next| task.engine.points.get(*next));
        let agrees = |next: &jobs::Point| {
            judge.of(next) == judge.of(point) && judge.shared(task.engine, next).as_ref() == Some(&values)
        };
        self.wanted = next.as_ref().is_some_and(agrees);
        self.mine = Some((judge.of(point), values));
    }

    /// At the beginning of the first phase: finds out whether the state that is kept serves this point, else begins to
    /// record, if that may serve the next one.
    pub fn meet(
        &mut self,
        staged: &Staged<'_, '_>,
        ready: &Ready<'_>,
    ) -> Result<Option<Recording>, ViewError> {
        let Some((likeness, values)) = self.mine.take() else { return Ok(None) };
        let Some(phases) = staged.variant.program.phases.first_own else { return Ok(None) };
        let alike = |saved: &Saved| saved.identity.likeness == likeness && saved.identity.values == values;
        let candidate = self.saved.as_ref().is_some_and(alike);
        if !candidate && !self.wanted {
            return Ok(None);
        }
        let start = start(staged.segment, staged.variant, &ready.layout, phases)?;
        let identity = Identity { likeness, values, entries: entries(staged, phases), start };
        self.fits = self.saved.as_ref().is_some_and(|saved| saved.identity == identity);
        if self.fits || !self.wanted {
            return Ok(None);
        }
        Ok(Some(Recording { identity, phases, told: Vec::new(), bytes: 0 }))
    }

    /// The state that serves the point at hand.
    pub fn saved(&self) -> Option<&Saved> {
        self.saved.as_ref().filter(|_| self.fits)
    }

    /// Keeps the state at the end of the shared phases.
    pub fn save(
        &mut self,
        recording: Recording,
        staged: &Staged<'_, '_>,
        ready: &Ready<'_>,
    ) -> Result<(), ViewError> {
        let header = arena::header(staged.segment, ready.layout.header)?;
        let counted = [header.neuron_updates, header.synaptic_events];
        // What the parent touches meanwhile is left out.
        let watched = ready.layout.header + Header::STOP..ready.layout.header + Header::PROGRESS + 8;
        let [head, rest] = ready.changing.clone();
        let mut state = Vec::new();
        for range in [head.start..watched.start, watched.end..head.end, rest] {
            let (at, count) = (range.start as usize, (range.end - range.start) as usize);
            state.push((at, staged.segment.read::<u8>(at, count)?.slice().to_vec()));
        }
        let Recording { identity, phases, told, .. } = recording;
        self.saved = Some(Saved { identity, phases, told, state, counted });
        Ok(())
    }
}

/// The plan as so many phases see it: of the ends of records, which may be those of the run, they see no more than their own.
fn entries(staged: &Staged<'_, '_>, phases: usize) -> Vec<i64> {
    let program = &staged.variant.program;
    let (plan, ends) = (Plan::of(program), staged.ends(phases - 1));
    let mut entries = staged.layout.entries.clone();
    for (number, record) in program.records.iter().enumerate() {
        let to = &mut entries[plan.record(number, RecordEntry::To)];
        *to = (*to).min(ends[staged.variant.model.monitors[record.monitor].clock]);
    }
    entries
}

/// Hash of all arrays that a kernel may read at the first step of so many shared phases.
fn start(
    segment: &Segment,
    variant: &Variant,
    layout: &Layout<'_>,
    phases: usize,
) -> Result<blake3::Hash, ViewError> {
    let resting = of_resting(variant, phases);
    let mut hasher = blake3::Hasher::new();
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        let bytes = layout.lengths[number].unwrap_or(0) as usize;
        if bytes == 0 || is_unread(field) || resting.contains(&field.ident) {
            continue;
        }
        hasher.update(&(number as u64).to_le_bytes());
        hasher.update(segment.read::<u8>(layout.field_at(number) as usize, bytes)?.slice());
    }
    Ok(hasher.finalize())
}

/// Connectivity is compared otherwise; buffers and rings are empty at the first step, whatever lies in them.
fn is_unread(field: &Field) -> bool {
    field.structural.is_some()
        || matches!(field.extent, Extent::Ring(_) | Extent::Queue(_) | Extent::Events | Extent::Records)
}

/// What is prepared for objects that rest in all these phases: it is prepared anew before they do anything.
fn of_resting(variant: &Variant, phases: usize) -> Vec<String> {
    let program = &variant.program;
    let rests = |part: Part| (0..phases).all(|phase| program.phases.is_off(part, phase));
    let mut out = Vec::new();
    for (g, group) in program.groups.iter().enumerate() {
        if !rests(Part::Group(g)) {
            continue;
        }
        out.extend(group.prepared.iter().map(|h| h.ident.replace("[e]", "")));
        if let Some(propagator) = &group.propagator {
            out.push(propagator.field.clone());
            out.extend(propagator.entries.iter().map(|e| e.ident.replace("[e]", "")));
        }
    }
    for (p, group) in program.poisson.iter().enumerate() {
        if !rests(Part::Poisson(p)) {
            continue;
        }
        out.extend(["next", "drawn", "odds"].map(|stem| format!("{stem}_{}", group.name)));
    }
    out
}
