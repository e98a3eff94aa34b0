//! Where everything lies: the only place that computes an offset.
//!
//! A [`Shape`](crate::shape::Shape) says how large things are for one set of parameter values; a [`Layout`] fills the plan, array after array,
//! as sizes become known: what belongs to elements first, then rows of synapses, synapses once they are counted, delay
//! tables once delays are known, buffers last. Offsets are from the base of the segment; nothing is a pointer.

use crate::language::ast::Expr;
use crate::language::evaluate::Values;
use crate::model::{Connect, Model, Population, SpikeList};
use crate::plan::{ActionEntry, DataEntry, GeneratorEntry, InputEntry, Plan, RecordEntry, SynapseEntry};
use crate::program::StepProgram;
use crate::program::fields::{Extent, Field};
use crate::program::pathways::PathwayProgram;
use crate::shape::layout_indices;

pub use crate::shape::{Range, Shape, range, real, whole};
pub use crate::ticks::{Ticks, steps_until};
pub use crate::trains::{Spikes, Train};

/// Arrays start at multiples of a cache line.
const ALIGN: u64 = 64;

/// Bytes at least that lie behind each array and belong to none: 0, but in builds for sanitizers, which see there who
/// reaches too far.
pub const REDZONE: u64 = if cfg!(feature = "redzones") { 64 << 10 } else { 0 };

/// The bytes from the end of an array to where the next one may begin.
pub fn redzone(offset: u64, bytes: u64) -> std::ops::Range<u64> {
    let end = offset + bytes;
    end..(end + REDZONE).next_multiple_of(ALIGN)
}

/// Bytes handed out one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First byte.
    pub start: u64,
    /// Next free byte.
    pub next: u64,
}

impl Region {
    /// Starts empty.
    pub fn at(start: u64) -> Region {
        Region { start, next: start }
    }

    /// Takes bytes; `None` where the sum overflows.
    pub fn take(&mut self, bytes: u64) -> Option<u64> {
        let place = self.next.checked_next_multiple_of(ALIGN)?;
        self.next = place.checked_add(bytes)?.checked_add(REDZONE)?;
        Some(place)
    }

    /// Bytes handed out so far.
    pub fn used(&self) -> u64 {
        self.next - self.start
    }
}

/// Too much for 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sizes of this model do not fit into 64 bits")]
pub struct TooLarge;

/// Capacities of the buffers that a worker drains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffers {
    /// Events; raised to what one step can need.
    pub events: u64,
    /// Words; raised likewise.
    pub records: u64,
}

/// A plan in the making.
#[derive(Debug, Clone)]
pub struct Layout<'p> {
    program: &'p StepProgram,
    model: &'p Model,
    plan: Plan,
    /// The plan's entries.
    pub entries: Vec<i64>,
    /// Bytes of each array; `None` where it was not placed here.
    pub lengths: Vec<Option<u64>>,
    /// Points side by side.
    pub lanes: u64,
    /// Points advanced together.
    pub lanes_per_block: u64,
    /// Offset of the header.
    pub header: u64,
    /// Offset of the plan.
    pub plan_at: u64,
    /// Offset of the rows.
    pub rows_at: u64,
    /// Bytes of a row.
    pub stride: u64,
    /// Capacities as placed.
    pub buffers: Buffers,
}

/// Bytes of the arrays of a block that should stay in the first-level cache.
const BLOCK_BYTES: u64 = 24 * 1024;

impl<'p> Layout<'p> {
    /// Places the head of an arena and everything whose size is known from the shape.
    pub fn arena(
        program: &'p StepProgram,
        model: &'p Model,
        shape: &Shape,
        lanes: u64,
        region: &mut Region,
    ) -> Result<Layout<'p>, TooLarge> {
        let plan = Plan::of(program);
        let stride = ((program.parameters.len() + program.sites.list.len()) as u64 * 8).max(8);
        let header = region.take(crate::abi::Header::SIZE).ok_or(TooLarge)?;
        let plan_at = region.take(plan.len() as u64 * 8).ok_or(TooLarge)?;
        let rows_at = region.take(stride.checked_mul(lanes).ok_or(TooLarge)?).ok_or(TooLarge)?;
        let mut layout = Layout {
            program,
            model,
            plan,
            entries: vec![0; plan.len()],
            lengths: vec![None; program.fields.list.len()],
            lanes,
            lanes_per_block: 1,
            header,
            plan_at,
            rows_at,
            stride,
            buffers: Buffers { events: 0, records: 0 },
        };
        layout.lanes_per_block = layout.block(shape);
        layout.numbers(shape);
        layout.place(region, |field| match field.extent {
            Extent::Elements(p) if field.structural.is_none() => Some(shape.sizes[p] * lanes),
            Extent::Fixed(n) => Some(n),
            Extent::Lanes(n) => Some(n * lanes),
            Extent::Indices(monitor) => Some(layout_indices(model, monitor)),
            Extent::Train(g) => match &shape.trains[g].spikes {
                Spikes::Own(list) => Some(2 * list.len() as u64),
                Spikes::Rows(..) => None,
            },
            _ => None,
        })?;
        Ok(layout)
    }

    /// Lanes whose arrays fit into the first-level cache together.
    fn block(&self, shape: &Shape) -> u64 {
        let bytes: u64 = self
            .program
            .fields
            .list
            .iter()
            .map(|field| match field.extent {
                Extent::Elements(p) => shape.sizes[p].saturating_mul(field.element.bytes()),
                _ => 0,
            })
            .fold(0, u64::saturating_add);
        (BLOCK_BYTES / bytes.max(1)).clamp(1, self.lanes.max(1))
    }

    fn numbers(&mut self, shape: &Shape) {
        for (p, n) in shape.sizes.iter().enumerate() {
            self.entries[self.plan.size(p)] = *n as i64;
            self.entries[self.plan.slots(p)] = 1;
        }
        self.ends(shape);
        for (k, target) in shape.inputs.iter().enumerate() {
            self.entries[self.plan.input(k, InputEntry::Start)] = target.start as i64;
            self.entries[self.plan.input(k, InputEntry::Count)] = target.len() as i64;
        }
        let mut words = 0;
        for (r, record) in self.program.records.iter().enumerate() {
            let monitor = record.monitor;
            // Synapses are not counted yet.
            let count = match record.synapses {
                Some(_) => 0,
                None => shape.recorded(record, self.model),
            };
            let start = if record.whole { 0 } else { shape.watched[monitor].start };
            let (from, to) = shape.windows[monitor];
            self.entries[self.plan.record(r, RecordEntry::Every)] = shape.every[monitor] as i64;
            self.entries[self.plan.record(r, RecordEntry::Count)] = count as i64;
            self.entries[self.plan.record(r, RecordEntry::Start)] = start as i64;
            self.entries[self.plan.record(r, RecordEntry::From)] = from as i64;
            self.entries[self.plan.record(r, RecordEntry::To)] = to as i64;
            let most = if record.on.is_some() { count } else { 1 };
            words += self.lanes_per_block * most * (2 + record.words(count));
        }
        for (k, data) in self.model.data.iter().enumerate() {
            self.entries[self.plan.data(k, DataEntry::Rows)] = data.rows() as i64;
            self.entries[self.plan.data(k, DataEntry::Columns)] = data.columns as i64;
        }
        for (a, action) in self.program.actions.iter().enumerate() {
            let range = shape.acted[action.action];
            self.entries[self.plan.action(a, ActionEntry::Every)] = shape.act_every[action.action] as i64;
            self.entries[self.plan.action(a, ActionEntry::Count)] = range.len() as i64;
            self.entries[self.plan.action(a, ActionEntry::Start)] = range.start as i64;
        }
        self.trains(shape);
        let events = shape.sizes.iter().zip(&self.program.recorded).filter(|(_, yes)| **yes).map(|(n, _)| n);
        let events = events.sum::<u64>() * self.lanes_per_block;
        self.entries[self.plan.events_most()] = events as i64;
        self.entries[self.plan.records_most()] = words as i64;
    }

    /// Between what synapses lie.
    pub fn ends(&mut self, shape: &Shape) {
        for (k, (source, target)) in shape.ends.iter().enumerate() {
            self.entries[self.plan.synapses(k, SynapseEntry::Rows)] = source.len() as i64;
            self.entries[self.plan.synapses(k, SynapseEntry::Columns)] = target.len() as i64;
            self.entries[self.plan.synapses(k, SynapseEntry::SourceStart)] = source.start as i64;
            self.entries[self.plan.synapses(k, SynapseEntry::TargetStart)] = target.start as i64;
        }
    }

    /// The same for ends that are synapses, once these are counted.
    pub fn counted(&mut self, counts: &[u64]) {
        for (k, object) in self.model.synapses.iter().enumerate() {
            let ends = [(&object.source, SynapseEntry::Rows), (&object.target, SynapseEntry::Columns)];
            for (slice, entry) in ends {
                if let Population::Synapses(other) = slice.of {
                    self.entries[self.plan.synapses(k, entry)] = counts[other] as i64;
                }
            }
        }
    }

    /// How long the lists of spike generators are.
    pub fn trains(&mut self, shape: &Shape) {
        for (k, train) in shape.trains.iter().enumerate() {
            self.entries[self.plan.generator(k, GeneratorEntry::Count)] = train.count() as i64;
            self.entries[self.plan.generator(k, GeneratorEntry::Period)] = train.period as i64;
        }
    }

    fn place(&mut self, region: &mut Region, extent: impl Fn(&Field) -> Option<u64>) -> Result<(), TooLarge> {
        for (number, field) in self.program.fields.list.iter().enumerate() {
            if let Some(count) = extent(field) {
                let bytes = count.checked_mul(field.element.bytes()).ok_or(TooLarge)?;
                let place = region.take(bytes).ok_or(TooLarge)?;
                self.entries[self.plan.field(number)] = place as i64;
                self.lengths[number] = Some(bytes);
            }
        }
        Ok(())
    }

    /// Places row starts, counts of columns and given pairs of objects.
    pub fn rows(&mut self, objects: &[usize], region: &mut Region) -> Result<(), TooLarge> {
        let size = |k| [SynapseEntry::Rows, SynapseEntry::Columns].map(|entry| self.number(k, entry));
        let sizes: Vec<[u64; 2]> = (0..self.program.synapses.len()).map(size).collect();
        let model = self.model;
        self.place(region, |field| match field.extent {
            Extent::Rows(k) if objects.contains(&k) => Some(sizes[k][0] + 1),
            Extent::Columns(k) if objects.contains(&k) => Some(sizes[k][1]),
            Extent::Pairs(k, rule) if objects.contains(&k) => match &model.synapses[k].connect[rule] {
                Connect::Pairs { i, .. } => Some(i.len() as u64),
                Connect::Rule { .. } | Connect::Generator(_) => None,
            },
            _ => None,
        })
    }

    /// The places of the model's data, which the arena only refers to.
    pub fn data(&mut self, places: &[u64], shape: &Shape) {
        for (number, field) in self.program.fields.list.iter().enumerate() {
            let place = match field.extent {
                Extent::Data(k) => places[k],
                Extent::Train(g) => match (&self.model.generators[g].spikes, &shape.trains[g].spikes) {
                    (SpikeList::Rows { data, .. }, Spikes::Rows(first, _)) => places[*data] + 16 * first,
                    _ => continue,
                },
                _ => continue,
            };
            self.entries[self.plan.field(number)] = place as i64;
        }
    }

    /// All pathways with the numbers of their objects.
    fn pathways(&self) -> impl Iterator<Item = (usize, &PathwayProgram)> {
        let objects = self.program.synapses.iter().enumerate();
        objects.flat_map(|(k, object)| object.pathways.iter().map(move |pathway| (k, pathway)))
    }

    /// Places the structural arrays of counted synapses of objects, and delays that all of a pathway share.
    pub fn synapses(
        &mut self,
        objects: &[usize],
        counts: &[u64],
        region: &mut Region,
    ) -> Result<(), TooLarge> {
        let same: Vec<bool> =
            self.pathways().map(|(k, pathway)| objects.contains(&k) && !pathway.delay.is_each()).collect();
        self.place(region, |field| match (field.extent, field.structural) {
            (Extent::Synapses(k), Some(_)) if objects.contains(&k) => Some(counts[k]),
            (Extent::Delays(pathway), _) if same[pathway] => Some(1),
            _ => None,
        })
    }

    /// Places delay tables of objects; `distinct[pathway]` delays each.
    pub fn delays(
        &mut self,
        objects: &[usize],
        distinct: &[u64],
        region: &mut Region,
    ) -> Result<(), TooLarge> {
        for (pathway, count) in distinct.iter().enumerate() {
            self.entries[self.plan.delays(pathway)] = *count as i64;
        }
        let own: Vec<bool> = self.pathways().map(|(k, _)| objects.contains(&k)).collect();
        let senders: Vec<u64> = self.pathways().map(|(k, pathway)| self.number(k, pathway.of())).collect();
        let each: Vec<bool> = self.pathways().map(|(_, pathway)| pathway.delay.is_each()).collect();
        self.place(region, |field| match field.extent {
            Extent::Delays(pathway) if own[pathway] && each[pathway] => Some(distinct[pathway]),
            Extent::Delayed(pathway) if own[pathway] => Some(senders[pathway] * distinct[pathway] + 1),
            _ => None,
        })
    }

    /// Places the numbers of the synapses that are chosen; `counts` are those of each choice.
    pub fn choices(&mut self, counts: &[u64], region: &mut Region) -> Result<(), TooLarge> {
        self.place(region, |field| match field.extent {
            Extent::Chosen(choice) => Some(counts[choice]),
            _ => None,
        })
    }

    /// Places what a worker needs besides, with the synapses of each object, then of each choice, in `counts`: its own copies
    /// of synaptic variables, rings of `slots[population]` steps, queues
    /// with `rooms[pathway]` entries a step, buffers.
    pub fn rest(
        &mut self,
        counts: &[u64],
        slots: &[u64],
        rooms: &[u64],
        buffers: Buffers,
        region: &mut Region,
    ) -> Result<(), TooLarge> {
        for (population, count) in slots.iter().enumerate() {
            self.entries[self.plan.slots(population)] = *count as i64;
        }
        for (pathway, room) in rooms.iter().enumerate() {
            self.entries[self.plan.room(pathway)] = *room as i64;
        }
        for (r, record) in self.program.records.iter().enumerate() {
            let Some(of) = record.synapses else { continue };
            let count = of.count(counts, self.program.choices.len());
            self.entries[self.plan.record(r, RecordEntry::Count)] = count as i64;
            self.entries[self.plan.records_most()] += record.words(count) as i64;
        }
        let most = |entry: usize, wanted: u64| wanted.max(self.entries[entry] as u64);
        let buffers = Buffers {
            events: most(self.plan.events_most(), buffers.events),
            records: most(self.plan.records_most(), buffers.records),
        };
        self.buffers = buffers;
        let sizes: Vec<u64> = (0..slots.len()).map(|p| self.entries[self.plan.size(p)] as u64).collect();
        let coupled = self.program.coupled;
        let steps: Vec<u64> = self.pathways().map(|(_, pathway)| slots[pathway.sender]).collect();
        self.place(region, |field| match (field.extent, field.structural) {
            (Extent::Synapses(k), None) => Some(counts[k]),
            (Extent::Queue(p), _) => Some(if rooms[p] > 0 { (rooms[p] + steps[p]) * steps[p] } else { 0 }),
            (Extent::Queued(p), _) => Some(if rooms[p] > 0 { steps[p] + 1 } else { 0 }),
            (Extent::Ring(p), _) => Some(if coupled { sizes[p] * slots[p] } else { 0 }),
            (Extent::RingSteps(p), _) => Some(if coupled { slots[p] } else { 0 }),
            (Extent::Events, _) => Some(2 * buffers.events),
            (Extent::Records, _) => Some(buffers.records),
            _ => None,
        })
    }

    /// Offset and bytes of all that was placed here.
    pub fn placed(&self) -> impl Iterator<Item = (u64, u64)> {
        let head = [
            (self.header, crate::abi::Header::SIZE),
            (self.plan_at, self.entries.len() as u64 * 8),
            (self.rows_at, self.stride * self.lanes),
        ];
        let lengths = self.lengths.iter().enumerate();
        head.into_iter().chain(lengths.filter_map(|(number, bytes)| Some((self.field_at(number), (*bytes)?))))
    }

    /// A number of an object of synapses.
    pub fn number(&self, object: usize, entry: SynapseEntry) -> u64 {
        self.entries[self.plan.synapses(object, entry)] as u64
    }

    /// Offset of an array by its identifier.
    pub fn field(&self, ident: &str) -> Option<u64> {
        let number = self.program.fields.number(ident)?;
        Some(self.entries[self.plan.field(number)] as u64)
    }

    /// Offset of an array by its number.
    pub fn field_at(&self, number: usize) -> u64 {
        self.entries[self.plan.field(number)] as u64
    }

    /// The header of a batch at its first step.
    pub fn header(&self, shape: &Shape, dt: f64) -> crate::abi::Header {
        crate::abi::Header {
            struct_size: crate::abi::Header::SIZE,
            abi: crate::abi::VERSION,
            plan: self.plan_at,
            rows: self.rows_at,
            stride: self.stride,
            lanes: self.lanes as i64,
            lanes_per_block: self.lanes_per_block as i64,
            n_steps: shape.steps as i64,
            dt,
            events_room: self.buffers.events as i64,
            records_room: self.buffers.records as i64,
            ..crate::abi::Header::default()
        }
    }
}

/// An upper bound, not to be reached in practice, of the synapses of an object: address space is set aside for it.
pub fn most_synapses(model: &Model, object: usize, shape: &Shape, values: &dyn Values) -> u64 {
    let (source, target) = shape.ends[object];
    let pairs = source.len().saturating_mul(target.len());
    let rules = model.synapses[object].connect.iter().map(|connect| match connect {
        Connect::Pairs { i, .. } => i.len() as u64,
        Connect::Generator(generator) => {
            let most = crate::making::most(generator, shape.ends[object], values);
            most.saturating_mul(copies(&generator.n, values))
        }
        Connect::Rule { p, n, .. } => {
            let p = p.as_ref().map_or(Some(1.0), |p| real(p, values)).unwrap_or(1.0).clamp(0.0, 1.0);
            let mean = pairs as f64 * p;
            let bound = (mean + 12.0 * mean.sqrt() + 1024.0).min(pairs as f64);
            (bound as u64).saturating_mul(copies(n, values))
        }
    });
    rules.fold(0, u64::saturating_add)
}

/// Synapses of a pair at most; where the number is not known before, more than anybody makes.
fn copies(n: &Option<Expr>, values: &dyn Values) -> u64 {
    n.as_ref().map_or(1, |n| whole(n, values).map_or(64, |n| n.max(0) as u64))
}
