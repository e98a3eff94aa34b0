//! Connectivity in the segment: found by the kernel, then sorted by delay and indexed from the target's side.
//!
//! Within a row, synapses lie by delay, longest first, and in the order of their making where delays are equal, so that
//! the step loop finds those that are due in one run. Refuses negative delays.

use kernels::layout::{Layout, Region, Shape, TooLarge};
use kernels::load::Arena;
use kernels::model::{Connect, Model};
use kernels::program::StepProgram;
use kernels::program::fields::{Element, Extent};
use kernels::program::names::part;

use crate::segment::{Segment, SegmentError};
use crate::views::ViewError;

use super::engine::Variant;

/// What is known of connectivity once it is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structure {
    /// Synapses of each object.
    pub counts: Vec<u64>,
    /// Distinct delays of each pathway.
    pub distinct: Vec<u64>,
    /// Steps that each population's ring of spikes must hold.
    pub slots: Vec<u64>,
}

impl Structure {
    /// No synapses at all.
    pub fn none(variant: &Variant) -> Structure {
        let program = &variant.program;
        let objects = program.synapses.len();
        Structure {
            counts: vec![0; objects],
            distinct: vec![0; 2 * objects],
            slots: vec![1; program.populations.len()],
        }
    }
}

/// Why connectivity could not be built.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A delay is negative or not a number.
    #[error("a delay of {object} is negative or not a number (synapse {synapse})")]
    Delay {
        /// The object of synapses.
        object: String,
        /// The synapse, in the order of making.
        synapse: usize,
    },
    /// No room in what was set aside.
    #[error("{object} has more synapses than can be expected of its probabilities ({count})")]
    TooMany {
        /// The object of synapses.
        object: String,
        /// How many it has.
        count: u64,
    },
    /// Sizes overflow.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The system has no memory left.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// A fault of ours.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Where connectivity is built.
pub struct Site<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// Its model.
    pub variant: &'a Variant,
    /// Sizes.
    pub shape: &'a Shape,
    /// An arena with header, plan and row 0 in place, and neurons at their initial values.
    pub arena: Arena,
    /// Where it must end.
    pub limit: u64,
    /// Time step in seconds.
    pub dt: f64,
}

/// Builds all objects in a region.
pub fn build(
    site: &Site<'_>,
    layout: &mut Layout<'_>,
    region: &mut Region,
) -> Result<Structure, ConnectError> {
    let Site { segment, variant, shape, arena, limit, dt } = *site;
    let publish = |layout: &Layout<'_>| super::arena::publish(segment, layout, shape, dt);
    let program = &variant.program;
    let objects = program.synapses.len();
    let reserve = |from: u64, region: &Region, object: usize, count: u64| -> Result<(), ConnectError> {
        if region.next > limit {
            return Err(ConnectError::TooMany { object: variant.model.synapses[object].name.clone(), count });
        }
        Ok(segment.reserve(from as usize, (region.next - from) as usize)?)
    };
    let mut structure = Structure { slots: vec![1; program.populations.len()], ..Structure::default() };
    if objects == 0 {
        return Ok(structure);
    }
    let before = region.next;
    layout.rows(region)?;
    reserve(before, region, 0, 0)?;
    publish(layout)?;
    write_pairs(segment, &variant.model, layout)?;
    for k in 0..objects {
        // SAFETY: header, plan, row 0 and row starts are in place, and the neurons are prepared.
        structure.counts.push(unsafe { variant.kernel().count(arena, k) });
    }
    let before = region.next;
    layout.synapses(&structure.counts, region)?;
    let most = (0..objects).max_by_key(|k| structure.counts[*k]).unwrap_or(0);
    reserve(before, region, most, structure.counts[most])?;
    publish(layout)?;
    for k in 0..objects {
        // SAFETY: as above, and the arrays of synapses are in place for as many as were counted.
        unsafe { variant.kernel().fill(arena, k) };
    }
    let tables = Tables { segment, program, layout };
    let sorted: Vec<Sorted> =
        (0..objects).map(|k| tables.sort(k, structure.counts[k])).collect::<Result<_, _>>()?;
    let before = region.next;
    structure.distinct = sorted.iter().flat_map(|s| [s.pre.len() as u64, s.post.len() as u64]).collect();
    layout.delays(&structure.distinct, region)?;
    reserve(before, region, most, structure.counts[most])?;
    publish(layout)?;
    let tables = Tables { segment, program, layout };
    for (k, sorted) in sorted.iter().enumerate() {
        let (source, target) = shape.ends[k];
        tables.index(k, structure.counts[k], sorted, source.len(), target.len(), target.start)?;
        let synapses = &program.synapses[k];
        let longest = |delays: &[i32]| delays.first().map_or(0, |d| *d as u64);
        let slots = &mut structure.slots;
        for (sender, delays) in synapses.senders.into_iter().zip([&sorted.pre, &sorted.post]) {
            slots[sender] = slots[sender].max(longest(delays) + 1);
        }
    }
    Ok(structure)
}

/// Pairs given in the job file, by source (stable), as the kernel wants them.
fn write_pairs(segment: &Segment, model: &Model, layout: &Layout<'_>) -> Result<(), ViewError> {
    for synapses in &model.synapses {
        for (rule, connect) in synapses.connect.iter().enumerate() {
            let Connect::Pairs { i, j, .. } = connect else { continue };
            let mut order: Vec<usize> = (0..i.len()).collect();
            order.sort_by_key(|k| i[*k]);
            for (side, list) in [("i", i), ("j", j)] {
                let place = layout
                    .field(&format!("pairs_{}_{rule}_{side}", part(&synapses.name)))
                    .expect("every list has its array");
                let mut out = segment.write::<i32>(place as usize, list.len())?;
                for (to, k) in out.slice_mut().iter_mut().zip(&order) {
                    *to = list[*k] as i32;
                }
            }
        }
    }
    Ok(())
}

/// Distinct delays in steps, longest first, of the two pathways.
struct Sorted {
    pre: Vec<i32>,
    post: Vec<i32>,
}

struct Tables<'a, 'p> {
    segment: &'a Segment,
    program: &'a StepProgram,
    layout: &'a Layout<'p>,
}

impl Tables<'_, '_> {
    fn place(&self, ident: String) -> usize {
        self.layout.field(&ident).expect("the program declares every array of an object") as usize
    }

    fn name(&self, k: usize) -> &str {
        &self.program.synapses[k].name
    }

    /// Sorts the rows of an object by delay.
    fn sort(&self, k: usize, count: u64) -> Result<Sorted, ConnectError> {
        let name = self.name(k);
        let count = count as usize;
        let pre = self.distinct(&format!("delay_{name}"), k, count)?;
        if pre.len() > 1 {
            self.permute(k, count)?;
        }
        let post = match self.program.synapses[k].on_post.is_empty() {
            true => vec![0],
            false => self.distinct(&format!("delay_post_{name}"), k, count)?,
        };
        Ok(Sorted { pre, post })
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

    fn permute(&self, k: usize, count: usize) -> Result<(), ConnectError> {
        let name = self.name(k).to_string();
        let first =
            self.segment.read::<i64>(self.place(format!("first_{name}")), self.rows(k) + 1)?.slice().to_vec();
        let delays = self.segment.read::<i32>(self.place(format!("delay_{name}")), count)?.slice().to_vec();
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
                Element::I32 => reorder::<i32>(self.segment, place, &order)?,
                Element::I64 => reorder::<i64>(self.segment, place, &order)?,
            }
        }
        Ok(())
    }

    fn rows(&self, k: usize) -> usize {
        let plan = kernels::plan::Plan::of(self.program);
        self.layout.entries[plan.synapses(k, kernels::plan::SynapseEntry::Rows)] as usize
    }

    /// Writes the delay tables, and the view from the target's side.
    fn index(
        &self,
        k: usize,
        count: u64,
        sorted: &Sorted,
        rows: u64,
        columns: u64,
        target_start: u64,
    ) -> Result<(), ConnectError> {
        let name = self.name(k).to_string();
        let (count, rows, columns) = (count as usize, rows as usize, columns as usize);
        self.segment
            .write::<i32>(self.place(format!("delays_{name}_pre")), sorted.pre.len())?
            .slice_mut()
            .copy_from_slice(&sorted.pre);
        let first = self.segment.read::<i64>(self.place(format!("first_{name}")), rows + 1)?;
        let delays = self.segment.read::<i32>(self.place(format!("delay_{name}")), count)?;
        let many = sorted.pre.len();
        let mut start =
            self.segment.write::<i64>(self.place(format!("start_{name}_pre")), rows * many + 1)?;
        let starts = start.slice_mut();
        for row in 0..rows {
            let (mut q, end) = (first.slice()[row] as usize, first.slice()[row + 1] as usize);
            for (d, delay) in sorted.pre.iter().enumerate() {
                starts[row * many + d] = q as i64;
                while q < end && delays.slice()[q] == *delay {
                    q += 1;
                }
            }
        }
        starts[rows * many] = count as i64;
        if self.program.synapses[k].on_post.is_empty() {
            return Ok(());
        }
        drop((start, delays, first));
        self.reverse(&name, count, &sorted.post, columns, target_start)
    }

    /// Synapses by (target, delay), in the order of synapses within.
    fn reverse(
        &self,
        name: &str,
        count: usize,
        delays: &[i32],
        columns: usize,
        target_start: u64,
    ) -> Result<(), ConnectError> {
        self.segment
            .write::<i32>(self.place(format!("delays_{name}_post")), delays.len())?
            .slice_mut()
            .copy_from_slice(delays);
        let targets = self.segment.read::<i32>(self.place(format!("target_{name}")), count)?;
        let own = self.segment.read::<i32>(self.place(format!("delay_post_{name}")), count)?;
        let many = delays.len();
        let bin = |q: usize| {
            let column = targets.slice()[q] as usize - target_start as usize;
            let d = delays.binary_search_by(|d| own.slice()[q].cmp(d)).unwrap_or(0);
            column * many + d
        };
        let mut start =
            self.segment.write::<i64>(self.place(format!("start_{name}_post")), columns * many + 1)?;
        let starts = start.slice_mut();
        starts.fill(0);
        (0..count).for_each(|q| starts[bin(q) + 1] += 1);
        for k in 0..columns * many {
            starts[k + 1] += starts[k];
        }
        let mut next = starts[..columns * many].to_vec();
        let mut order = self.segment.write::<i32>(self.place(format!("order_{name}_post")), count)?;
        for q in 0..count {
            let at = &mut next[bin(q)];
            order.slice_mut()[*at as usize] = q as i32;
            *at += 1;
        }
        Ok(())
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
