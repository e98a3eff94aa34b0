//! Connectivity as the step loop wants it: sorted by delay and indexed from the target's side.
//!
//! Within a row, synapses lie by delay, longest first, and in the order of their making where delays are equal, so that
//! the step loop finds those that are due in one run. Refuses negative delays.

use kernels::layout::Layout;
use kernels::model::Side;
use kernels::plan::{Plan, SynapseEntry};
use kernels::program::StepProgram;
use kernels::program::fields::{Element, Extent};
use kernels::program::pathways::{Delay, PathwayProgram};

use crate::segment::Segment;
use crate::views::{Reading, ViewError};

use super::build::ConnectError;
use super::engine::Variant;

/// What is known of connectivity once it is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structure {
    /// Synapses of each object, then of each choice of a monitor.
    pub counts: Vec<u64>,
    /// Distinct delays of each pathway.
    pub distinct: Vec<u64>,
    /// Steps that each population's ring of spikes must hold.
    pub slots: Vec<u64>,
    /// Entries of each pathway's queue for a step; 0: it has none.
    pub rooms: Vec<u64>,
}

impl Structure {
    /// No synapses at all.
    pub fn none(variant: &Variant) -> Structure {
        let program = &variant.program;
        let objects = program.synapses.len();
        Structure {
            counts: vec![0; objects + program.choices.len()],
            distinct: vec![0; program.pathways()],
            slots: vec![1; program.populations.len()],
            rooms: vec![0; program.pathways()],
        }
    }
}

/// Synapses of a spike that have the same delay, on average, from which on they are done as a run: looking for them costs
/// as much as some synapses.
const LONG_RUN: u64 = 8;
/// A queue has room for so many events of each synapse, over all its steps; spikes beyond that are looked up, as without it.
const EVENTS: u64 = 2;
/// Room of a step that is always there.
const LEAST_ROOM: u64 = 1024;

/// Entries of a queue for each step, for so many synapses with so many distinct delays, the longest of so many steps; 0: none.
pub fn queue_room(synapses: u64, senders: u64, delays: u64, longest: u64) -> u64 {
    let runs = senders.max(1).saturating_mul(delays);
    if delays <= 1 || synapses / runs >= LONG_RUN {
        return 0;
    }
    (EVENTS.saturating_mul(synapses) / (longest + 1)).max(LEAST_ROOM)
}

/// What is known of an object once its rows are sorted.
pub(super) struct Sorted {
    /// Distinct delays of each pathway in steps, longest first.
    pub delays: Vec<Vec<i32>>,
    /// Where each synapse lies, in the order of making; `None`: they lie in that order.
    pub lies: Option<Vec<u32>>,
}

/// The arrays of all objects in the segment.
pub(super) struct Tables<'a, 'p> {
    pub segment: &'a Segment,
    pub program: &'a StepProgram,
    pub layout: &'a Layout<'p>,
}

impl Tables<'_, '_> {
    fn place(&self, ident: String) -> usize {
        self.layout.field(&ident).expect("the program declares every array of an object") as usize
    }

    fn name(&self, k: usize) -> &str {
        &self.program.synapses[k].name
    }

    /// Sorts the rows of an object by the delays of the pathway that asks for it; the distinct delays of all pathways in
    /// steps, longest first.
    pub fn sort(&self, k: usize, count: u64) -> Result<Sorted, ConnectError> {
        let count = count as usize;
        let (mut all, mut lies) = (Vec::new(), None);
        for pathway in &self.program.synapses[k].pathways {
            let delays = match &pathway.delay {
                Delay::Same(_) => self.distinct(&format!("delays_{}", pathway.name), k, 1)?,
                Delay::Each(_) => self.distinct(&format!("delay_{}", pathway.name), k, count)?,
            };
            if delays.len() > 1 && pathway.sorts() {
                lies = Some(self.permute(k, &pathway.name, count)?);
            }
            all.push(delays);
        }
        Ok(Sorted { delays: all, lies })
    }

    fn distinct(&self, ident: &str, k: usize, count: usize) -> Result<Vec<i32>, ConnectError> {
        let delays = self.segment.read::<i32>(self.place(ident.to_string()), count)?;
        let mut seen: Vec<i32> = Vec::new();
        let mut last = None;
        for (synapse, delay) in delays.slice().iter().enumerate() {
            if *delay < 0 {
                return Err(ConnectError::Delay { object: self.name(k).to_string(), synapse });
            }
            if last != Some(*delay) {
                last = Some(*delay);
                if let Err(at) = seen.binary_search_by(|d| delay.cmp(d)) {
                    seen.insert(at, *delay);
                }
            }
        }
        if seen.is_empty() {
            seen.push(0);
        }
        Ok(seen)
    }

    /// Sorts the rows by the delays of a pathway; where each synapse lies then.
    fn permute(&self, k: usize, pathway: &str, count: usize) -> Result<Vec<u32>, ConnectError> {
        let first = self.first(k)?.slice().to_vec();
        let delays =
            self.segment.read::<i32>(self.place(format!("delay_{pathway}")), count)?.slice().to_vec();
        let mut order: Vec<u32> = (0..count as u32).collect();
        for row in first.windows(2) {
            order[row[0] as usize..row[1] as usize].sort_by_key(|q| std::cmp::Reverse(delays[*q as usize]));
        }
        for field in &self.program.fields.list {
            let of_this = field.extent == Extent::Synapses(k) && field.structural.is_some();
            if !of_this || field.ident.starts_with("order_") {
                continue;
            }
            let place = self.place(field.ident.clone());
            match field.element {
                Element::F64 => reorder::<f64>(self.segment, place, &order)?,
                Element::I32 | Element::F32 => reorder::<i32>(self.segment, place, &order)?,
                Element::I64 => reorder::<i64>(self.segment, place, &order)?,
            }
        }
        let mut lies = vec![0; count];
        order.iter().enumerate().for_each(|(q, made)| lies[*made as usize] = q as u32);
        Ok(lies)
    }

    /// A number of an object from the plan.
    pub fn number(&self, k: usize, entry: SynapseEntry) -> usize {
        self.layout.entries[Plan::of(self.program).synapses(k, entry)] as usize
    }

    fn rows(&self, k: usize) -> usize {
        self.number(k, SynapseEntry::Rows)
    }

    /// Writes the delay tables of a pathway: where the synapses of each sender and delay begin.
    pub fn index(
        &self,
        k: usize,
        count: u64,
        pathway: &PathwayProgram,
        delays: &[i32],
        lies: Option<&[u32]>,
    ) -> Result<(), ConnectError> {
        let (name, count) = (&pathway.name, count as usize);
        self.segment
            .write::<i32>(self.place(format!("delays_{name}")), delays.len())?
            .slice_mut()
            .copy_from_slice(delays);
        if pathway.listed {
            self.listed(k, count, pathway, delays, lies)
        } else {
            self.direct(k, count, name, delays)
        }
    }

    /// Runs of synapses as they lie.
    fn direct(&self, k: usize, count: usize, name: &str, delays: &[i32]) -> Result<(), ConnectError> {
        let (rows, many) = (self.rows(k), delays.len());
        let first = self.first(k)?;
        let mut start = self.segment.write::<i64>(self.place(format!("start_{name}")), rows * many + 1)?;
        let starts = start.slice_mut();
        if many == 1 {
            starts.copy_from_slice(first.slice());
            return Ok(());
        }
        let own = self.segment.read::<i32>(self.place(format!("delay_{name}")), count)?;
        for row in 0..rows {
            let (mut q, end) = (first.slice()[row] as usize, first.slice()[row + 1] as usize);
            for (d, delay) in delays.iter().enumerate() {
                starts[row * many + d] = q as i64;
                while q < end && own.slice()[q] == *delay {
                    q += 1;
                }
            }
        }
        starts[rows * many] = count as i64;
        Ok(())
    }

    /// A list of synapses by (sender, delay), in the order of making within.
    fn listed(
        &self,
        k: usize,
        count: usize,
        pathway: &PathwayProgram,
        delays: &[i32],
        lies: Option<&[u32]>,
    ) -> Result<(), ConnectError> {
        let (name, many) = (&pathway.name, delays.len());
        let senders = self.number(k, pathway.of());
        let sender = self.senders(k, count, pathway.side)?;
        let own = match &pathway.delay {
            Delay::Each(_) => Some(self.segment.read::<i32>(self.place(format!("delay_{name}")), count)?),
            Delay::Same(_) => None,
        };
        let bin = |q: usize| {
            let delay = own.as_ref().map_or(0, |own| {
                delays.binary_search_by(|d| own.slice()[q].cmp(d)).expect("all delays are among the distinct")
            });
            sender[q] as usize * many + delay
        };
        let mut start = self.segment.write::<i64>(self.place(format!("start_{name}")), senders * many + 1)?;
        let starts = start.slice_mut();
        starts.fill(0);
        (0..count).for_each(|q| starts[bin(q) + 1] += 1);
        for k in 0..senders * many {
            starts[k + 1] += starts[k];
        }
        let mut next = starts[..senders * many].to_vec();
        let mut order = self.segment.write::<i32>(self.place(format!("order_{name}")), count)?;
        for made in 0..count {
            let q = lies.map_or(made, |lies| lies[made] as usize);
            let at = &mut next[bin(q)];
            order.slice_mut()[*at as usize] = q as i32;
            *at += 1;
        }
        Ok(())
    }

    /// The neuron of one side of each synapse, counted in its slice.
    fn senders(&self, k: usize, count: usize, side: Side) -> Result<Vec<u32>, ConnectError> {
        match side {
            Side::Pre => {
                let first = self.first(k)?;
                let rows = first.slice().windows(2).enumerate();
                Ok(rows.flat_map(|(row, run)| (run[0]..run[1]).map(move |_| row as u32)).collect())
            }
            Side::Post => {
                let start = self.number(k, SynapseEntry::TargetStart) as i32;
                let place = self.place(format!("target_{}", self.name(k)));
                let targets = self.segment.read::<i32>(place, count)?;
                Ok(targets.slice().iter().map(|target| (target - start) as u32).collect())
            }
        }
    }

    fn first(&self, k: usize) -> Result<Reading<'_, i64>, ConnectError> {
        let place = self.place(format!("first_{}", self.name(k)));
        Ok(self.segment.read::<i64>(place, self.rows(k) + 1)?)
    }
}

fn reorder<T: crate::views::Plain>(segment: &Segment, place: usize, order: &[u32]) -> Result<(), ViewError> {
    let mut values = segment.write::<T>(place, order.len())?;
    let before = values.slice().to_vec();
    for (to, q) in values.slice_mut().iter_mut().zip(order) {
        *to = before[*q as usize];
    }
    Ok(())
}
