//! Connectivity in the segment: synapses counted and written by the kernel, then put in order.
//!
//! Refuses negative delays, and more synapses than room was set aside for.

use std::ops::Range;

use kernels::layout::{Layout, Region, Shape, TooLarge};
use kernels::load::Arena;
use kernels::model::{Connect, Given, Model};
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

/// Builds all objects in a region.
pub fn build(
    site: &Site<'_>,
    layout: &mut Layout<'_>,
    region: &mut Region,
) -> Result<Structure, ConnectError> {
    let Site { segment, variant, shape, limit, dt, .. } = *site;
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
    structure.counts = count(site, layout)?;
    let before = region.next;
    layout.synapses(&structure.counts, region)?;
    let most = (0..objects).max_by_key(|k| structure.counts[*k]).unwrap_or(0);
    reserve(before, region, most, structure.counts[most])?;
    publish(layout)?;
    fill(site, layout)?;
    let tables = Tables { segment, program, layout };
    let sorted: Vec<Sorted> =
        (0..objects).map(|k| tables.sort(k, structure.counts[k])).collect::<Result<_, _>>()?;
    let before = region.next;
    structure.distinct = sorted.iter().flat_map(|s| &s.delays).map(|delays| delays.len() as u64).collect();
    layout.delays(&structure.distinct, region)?;
    reserve(before, region, most, structure.counts[most])?;
    publish(layout)?;
    let tables = Tables { segment, program, layout };
    for (k, sorted) in sorted.iter().enumerate() {
        for (pathway, delays) in program.synapses[k].pathways.iter().zip(&sorted.delays) {
            tables.index(k, structure.counts[k], pathway, delays, sorted.lies.as_deref())?;
            let senders = tables.number(k, pathway.of()) as u64;
            let longest = delays.first().map_or(0, |longest| *longest as u64);
            let room = connect::queue_room(structure.counts[k], senders, delays.len() as u64, longest);
            structure.rooms.push(room);
            let slots = &mut structure.slots[pathway.sender];
            *slots = (*slots).max(longest + 1);
        }
    }
    let before = region.next;
    let chosen = chosen::choose(site, layout, region, &|layout, region| {
        reserve(before, region, most, structure.counts[most])?;
        Ok(publish(layout)?)
    })?;
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
    pub(super) fn rows(&self, object: usize) -> u64 {
        self.shape.ends[object].0.len()
    }

    /// A rule goes through all columns whatever rows are asked for: then one process makes the object.
    fn is_scattered(&self, object: usize) -> bool {
        self.variant.program.synapses[object].scattered()
    }

    fn parts(&self) -> usize {
        let ends = self.shape.ends.iter().map(|(source, target)| (source.len(), target.len()));
        share::worth(ends, self.share.parts)
    }

    /// Where the row starts of an object lie.
    fn first(&self, layout: &Layout<'_>, object: usize) -> usize {
        let place = layout.field(&format!("first_{}", self.variant.program.synapses[object].name));
        place.expect("every object has row starts") as usize
    }
}

/// Counts the synapses of all objects, and leaves where each row starts.
fn count(site: &Site<'_>, layout: &Layout<'_>) -> Result<Vec<u64>, ConnectError> {
    let objects = site.variant.program.synapses.len();
    let rows = |object: usize, rows: Range<u64>| {
        // SAFETY: header, plan, row 0 and row starts are in place, the neurons are prepared, and parts do not overlap.
        unsafe { site.variant.kernel().count(site.arena, object, rows) }
    };
    let parts = site.parts();
    let cut = |object: usize, part: usize| match site.is_scattered(object) {
        true => share::whole(site.rows(object), object, part, parts),
        false => share::rows(site.rows(object), part, parts),
    };
    let counted = |object: usize, part: Range<u64>| part.is_empty() || rows(object, part).is_ok();
    let part = |part: usize| (0..objects).all(|object| counted(object, cut(object, part)));
    forget(site, layout)?;
    if parts == 1 || !(site.share.run)(parts, &part) {
        forget(site, layout)?;
        for object in 0..objects {
            let told = |at| ConnectError::Rule(unmade::told(&site.variant.model, object, site.shape, at));
            rows(object, 0..site.rows(object)).map_err(told)?;
        }
    }
    let each = (0..objects).map(|object| starts(site, layout, object));
    Ok(each.collect::<Result<_, _>>()?)
}

/// Sets the numbers of synapses of targets to zero, where they are counted.
fn forget(site: &Site<'_>, layout: &Layout<'_>) -> Result<(), ViewError> {
    for (number, field) in site.variant.program.fields.list.iter().enumerate() {
        let Extent::Columns(object) = field.extent else { continue };
        let columns = site.shape.ends[object].1.len() as usize;
        site.segment.write::<i32>(layout.field_at(number) as usize, columns)?.slice_mut().fill(0);
    }
    Ok(())
}

/// Turns the numbers of synapses of rows into the places of their first ones; gives their sum.
fn starts(site: &Site<'_>, layout: &Layout<'_>, object: usize) -> Result<u64, ViewError> {
    let rows = site.rows(object) as usize;
    let mut first = site.segment.write::<i64>(site.first(layout, object), rows + 1)?;
    let mut next = 0;
    for row in &mut first.slice_mut()[..rows] {
        next += std::mem::replace(row, next);
    }
    first.slice_mut()[rows] = next;
    Ok(next as u64)
}

/// Writes the synapses of all objects.
fn fill(site: &Site<'_>, layout: &Layout<'_>) -> Result<(), ConnectError> {
    let objects = 0..site.variant.program.synapses.len();
    let parts = site.parts();
    let cut = |object: usize| -> Result<Vec<Range<u64>>, ViewError> {
        if site.is_scattered(object) {
            let rows = site.rows(object);
            return Ok((0..parts).map(|part| share::whole(rows, object, part, parts)).collect());
        }
        let rows = site.rows(object) as usize;
        let first = site.segment.read::<i64>(site.first(layout, object), rows + 1)?;
        Ok((0..parts).map(|part| share::rows_by_synapses(first.slice(), part, parts)).collect())
    };
    let cuts: Vec<Vec<Range<u64>>> = objects.map(cut).collect::<Result<_, _>>()?;
    let part = |part: usize| {
        for (object, cuts) in cuts.iter().enumerate().filter(|(_, cuts)| !cuts[part].is_empty()) {
            // SAFETY: as for counting, and the arrays of synapses are in place for as many as were counted.
            unsafe { site.variant.kernel().fill(site.arena, object, cuts[part].clone()) };
        }
        true
    };
    if parts == 1 || !(site.share.run)(parts, &part) {
        for k in 0..parts {
            part(k);
        }
    }
    Ok(())
}

/// Pairs given in the job file, by source (stable), as the kernel wants them.
fn write_pairs(segment: &Segment, model: &Model, layout: &Layout<'_>) -> Result<(), ViewError> {
    for synapses in &model.synapses {
        for (rule, connect) in synapses.connect.iter().enumerate() {
            let Connect::Pairs { i, j, given, .. } = connect else { continue };
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
            for Given { variable, values } in given {
                let place = layout
                    .field(&given_array(&part(&synapses.name), rule, variable))
                    .expect("values that are given have their array");
                let mut out = segment.write::<f64>(place as usize, values.len())?;
                for (to, k) in out.slice_mut().iter_mut().zip(&order) {
                    *to = values[*k];
                }
            }
        }
    }
    Ok(())
}
