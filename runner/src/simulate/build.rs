//! Connectivity in the segment: synapses counted and written by the kernel, then put in order.
//!
//! Refuses negative delays, and more synapses than room was set aside for.

use std::ops::Range;

use kernels::layout::{Layout, Region, Shape, TooLarge};
use kernels::load::Arena;
use kernels::model::{Connect, Given};
use kernels::plan::SynapseEntry;
use kernels::program::fields::Extent;
use kernels::program::names::part;
use kernels::program::rules::given_array;

use crate::segment::{Segment, SegmentError};
use crate::views::ViewError;

use super::chosen;
use super::connect::{self, Sorted, Structure, Tables};
use super::engine::Variant;
use super::share::{self, Share};
use super::unmade;

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
    /// A rule gives what cannot be.
    #[error("{0}")]
    Rule(String),
    /// No room in what was set aside.
    #[error("{object} has more synapses than can be expected of its rules ({count})")]
    TooMany {
        /// The object of synapses.
        object: String,
        /// How many it has.
        count: u64,
    },
    /// A monitor records synapses by numbers that they do not have.
    #[error("'{monitor}' records synapse {number} of {object}, which has {count} (they count from 0)")]
    NoSuchSynapse {
        /// The monitor.
        monitor: String,
        /// The object of synapses.
        object: String,
        /// The number.
        number: i64,
        /// How many synapses the object has.
        count: i64,
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
    /// Who makes it.
    pub share: Share<'a>,
}

/// Builds all objects in a region, those between neurons before those that reach synapses.
pub fn build(
    site: &Site<'_>,
    layout: &mut Layout<'_>,
    region: &mut Region,
) -> Result<Structure, ConnectError> {
    let mut structure = Structure::none(site.variant);
    for objects in site.variant.model.tiers() {
        site.tier(&objects, layout, region, &mut structure)?;
    }
    let chosen = chosen::choose(site, layout, region)?;
    structure.counts.truncate(site.variant.program.synapses.len());
    structure.counts.extend(chosen);
    Ok(structure)
}

impl ConnectError {
    /// Whether it is in what the job asks for: then the point fails, not the run.
    pub fn is_of_point(&self) -> bool {
        use ConnectError::{Delay, NoSuchSynapse, Rule, TooMany};
        matches!(self, Delay { .. } | Rule(_) | TooMany { .. } | NoSuchSynapse { .. })
    }
}

impl Site<'_> {
    /// Builds objects whose ends are all there.
    fn tier(
        &self,
        objects: &[usize],
        layout: &mut Layout<'_>,
        region: &mut Region,
        structure: &mut Structure,
    ) -> Result<(), ConnectError> {
        let Site { segment, variant, .. } = *self;
        let program = &variant.program;
        layout.counted(&structure.counts);
        let before = region.next;
        layout.rows(objects, region)?;
        self.take(before, region, objects[0], 0)?;
        self.publish(layout)?;
        self.write_pairs(objects, layout)?;
        for (object, count) in objects.iter().zip(self.count(objects, layout)?) {
            structure.counts[*object] = count;
        }
        let before = region.next;
        layout.synapses(objects, &structure.counts, region)?;
        let most = *objects.iter().max_by_key(|k| structure.counts[**k]).unwrap_or(&0);
        self.take(before, region, most, structure.counts[most])?;
        self.publish(layout)?;
        self.fill(objects, layout)?;
        let tables = Tables { segment, program, layout };
        let sort = |k: &usize| tables.sort(*k, structure.counts[*k]);
        let sorted: Vec<Sorted> = objects.iter().map(sort).collect::<Result<_, _>>()?;
        for (k, sorted) in objects.iter().zip(&sorted) {
            for (pathway, delays) in sorted.delays.iter().enumerate() {
                structure.distinct[variant.model.pathway(*k, pathway)] = delays.len() as u64;
            }
        }
        let before = region.next;
        layout.delays(objects, &structure.distinct, region)?;
        self.take(before, region, most, structure.counts[most])?;
        self.publish(layout)?;
        let tables = Tables { segment, program, layout };
        for (k, sorted) in objects.iter().zip(&sorted) {
            let pathways = program.synapses[*k].pathways.iter().zip(&sorted.delays);
            for (number, (pathway, delays)) in pathways.enumerate() {
                tables.index(*k, structure.counts[*k], pathway, delays, sorted.lies.as_deref())?;
                let senders = layout.number(*k, pathway.of());
                let longest = delays.first().map_or(0, |longest| *longest as u64);
                let room = connect::queue_room(structure.counts[*k], senders, delays.len() as u64, longest);
                structure.rooms[variant.model.pathway(*k, number)] = room;
                let slots = &mut structure.slots[pathway.sender];
                *slots = (*slots).max(longest + 1);
            }
        }
        Ok(())
    }

    /// Takes memory up to the end of the region from the system, for so many synapses of an object.
    pub(super) fn take(
        &self,
        from: u64,
        region: &Region,
        object: usize,
        count: u64,
    ) -> Result<(), ConnectError> {
        if region.next > self.limit {
            let object = self.variant.model.synapses[object].name.clone();
            return Err(ConnectError::TooMany { object, count });
        }
        Ok(self.segment.reserve(from as usize, (region.next - from) as usize)?)
    }

    pub(super) fn publish(&self, layout: &Layout<'_>) -> Result<(), ViewError> {
        super::arena::publish(self.segment, layout, self.shape, self.dt)
    }

    /// A rule goes through all columns whatever rows are asked for: then one process makes the object.
    fn is_scattered(&self, object: usize) -> bool {
        self.variant.program.synapses[object].scattered()
    }

    fn parts(&self, objects: &[usize], layout: &Layout<'_>) -> usize {
        share::worth(objects.iter().map(|object| ends(layout, *object)), self.share.parts)
    }

    /// Where the row starts of an object lie.
    fn first(&self, layout: &Layout<'_>, object: usize) -> usize {
        let place = layout.field(&format!("first_{}", self.variant.program.synapses[object].name));
        place.expect("every object has row starts") as usize
    }

    /// Counts the synapses of objects, and leaves where each row starts.
    fn count(&self, objects: &[usize], layout: &Layout<'_>) -> Result<Vec<u64>, ConnectError> {
        let rows = |object: usize, rows: Range<u64>| {
            // SAFETY: header, plan, row 0 and row starts are in place, the neurons are prepared, and parts do not overlap.
            unsafe { self.variant.kernel().count(self.arena, object, rows) }
        };
        let parts = self.parts(objects, layout);
        let cut = |object: usize, part: usize| match self.is_scattered(object) {
            true => share::whole(ends(layout, object).0, object, part, parts),
            false => share::rows(ends(layout, object).0, part, parts),
        };
        let counted = |object: usize, part: Range<u64>| part.is_empty() || rows(object, part).is_ok();
        let part = |part: usize| objects.iter().all(|object| counted(*object, cut(*object, part)));
        self.forget(objects, layout)?;
        if parts == 1 || !(self.share.run)(parts, &part) {
            self.forget(objects, layout)?;
            for object in objects.iter().copied() {
                let ends = ends(layout, object);
                let told = |at| ConnectError::Rule(unmade::told(&self.variant.model, object, ends, at));
                rows(object, 0..ends.0).map_err(told)?;
            }
        }
        let each = objects.iter().map(|object| self.starts(layout, *object));
        Ok(each.collect::<Result<_, _>>()?)
    }

    /// Sets the numbers of synapses of targets to zero, where they are counted.
    fn forget(&self, objects: &[usize], layout: &Layout<'_>) -> Result<(), ViewError> {
        for (number, field) in self.variant.program.fields.list.iter().enumerate() {
            let Extent::Columns(object) = field.extent else { continue };
            if objects.contains(&object) {
                let columns = ends(layout, object).1 as usize;
                let place = layout.field_at(number) as usize;
                self.segment.write::<i32>(place, columns)?.slice_mut().fill(0);
            }
        }
        Ok(())
    }

    /// Turns the numbers of synapses of rows into the places of their first ones; gives their sum.
    fn starts(&self, layout: &Layout<'_>, object: usize) -> Result<u64, ViewError> {
        let rows = ends(layout, object).0 as usize;
        let mut first = self.segment.write::<i64>(self.first(layout, object), rows + 1)?;
        let mut next = 0;
        for row in &mut first.slice_mut()[..rows] {
            next += std::mem::replace(row, next);
        }
        first.slice_mut()[rows] = next;
        Ok(next as u64)
    }

    /// Writes the synapses of objects.
    fn fill(&self, objects: &[usize], layout: &Layout<'_>) -> Result<(), ConnectError> {
        let parts = self.parts(objects, layout);
        let cut = |object: &usize| -> Result<Vec<Range<u64>>, ViewError> {
            let rows = ends(layout, *object).0;
            if self.is_scattered(*object) {
                return Ok((0..parts).map(|part| share::whole(rows, *object, part, parts)).collect());
            }
            let first = self.segment.read::<i64>(self.first(layout, *object), rows as usize + 1)?;
            let rows = if self.share.pieces { share::rows_by_both } else { share::rows_by_synapses };
            Ok((0..parts).map(|part| rows(first.slice(), part, parts)).collect())
        };
        let cuts: Vec<Vec<Range<u64>>> = objects.iter().map(cut).collect::<Result<_, _>>()?;
        let part = |part: usize| {
            for (object, cuts) in objects.iter().zip(&cuts).filter(|(_, cuts)| !cuts[part].is_empty()) {
                // SAFETY: as for counting, and the arrays of synapses are in place for as many as were counted.
                unsafe { self.variant.kernel().fill(self.arena, *object, cuts[part].clone()) };
            }
            true
        };
        if parts == 1 || !(self.share.run)(parts, &part) {
            for k in 0..parts {
                part(k);
            }
        }
        Ok(())
    }

    /// Pairs given in the job file, by source (stable), as the kernel wants them. Of neurons it was checked that there are so
    /// many; how many synapses there are is known here.
    fn write_pairs(&self, objects: &[usize], layout: &Layout<'_>) -> Result<(), ConnectError> {
        for k in objects {
            let synapses = &self.variant.model.synapses[*k];
            for (rule, connect) in synapses.connect.iter().enumerate() {
                let Connect::Pairs { i, j, given, .. } = connect else { continue };
                let (sources, targets) = ends(layout, *k);
                for (side, list, size) in [("i", i, sources), ("j", j, targets)] {
                    if let Some(index) = list.iter().find(|index| u64::from(**index) >= size) {
                        return Err(ConnectError::Rule(unmade::outside(&synapses.name, side, *index, size)));
                    }
                }
                write_list(self.segment, &part(&synapses.name), rule, (i, j, given), layout)?;
            }
        }
        Ok(())
    }
}

/// Numbers of rows and columns of an object.
pub(super) fn ends(layout: &Layout<'_>, object: usize) -> (u64, u64) {
    (layout.number(object, SynapseEntry::Rows), layout.number(object, SynapseEntry::Columns))
}

/// A list of pairs with the values that are given with them.
fn write_list(
    segment: &Segment,
    object: &str,
    rule: usize,
    (i, j, given): (&[u32], &[u32], &[Given]),
    layout: &Layout<'_>,
) -> Result<(), ViewError> {
    let mut order: Vec<usize> = (0..i.len()).collect();
    order.sort_by_key(|k| i[*k]);
    for (side, list) in [("i", i), ("j", j)] {
        let place = layout.field(&format!("pairs_{object}_{rule}_{side}")).expect("every list has its array");
        let mut out = segment.write::<i32>(place as usize, list.len())?;
        for (to, k) in out.slice_mut().iter_mut().zip(&order) {
            *to = list[*k] as i32;
        }
    }
    for Given { variable, values } in given {
        let place = layout
            .field(&given_array(object, rule, variable))
            .expect("values that are given have their array");
        let mut out = segment.write::<f64>(place as usize, values.len())?;
        for (to, k) in out.slice_mut().iter_mut().zip(&order) {
            *to = values[*k];
        }
    }
    Ok(())
}
