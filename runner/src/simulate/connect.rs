//! Connectivity as the step loop wants it: sorted by delay and indexed from the target's side.
//!
//! Within a row, synapses lie by delay, longest first, and in the order of their making where delays are equal, so that
//! the step loop finds those that are due in one run. Refuses negative delays.

use kernels::layout::Layout;
use kernels::program::StepProgram;
use kernels::program::fields::{Element, Extent};

use crate::segment::Segment;
use crate::views::ViewError;

use super::build::ConnectError;
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

/// Distinct delays in steps, longest first, of the two pathways.
pub(super) struct Sorted {
    pub pre: Vec<i32>,
    pub post: Vec<i32>,
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

    /// Sorts the rows of an object by delay.
    pub fn sort(&self, k: usize, count: u64) -> Result<Sorted, ConnectError> {
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
    pub fn index(
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
