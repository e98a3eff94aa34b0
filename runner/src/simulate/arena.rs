//! Lays a batch out in a worker's arena and sets it to its first step.

use std::sync::atomic::Ordering::Relaxed;

use jobs::Point;
use kernels::abi::Header;
use kernels::layout::{Buffers, Layout, Region, Shape, Spikes, Ticks, TooLarge};
use kernels::load::Arena;
use kernels::model::{MonitorKind, Places};
use kernels::program::fields::{Element, Extent};
use kernels::program::links;
use kernels::program::names::part;
use kernels::program::parts::uses;

use crate::redzones;
use crate::segment::Segment;
use crate::views::ViewError;

use super::connect::Structure;
use super::engine::{Engine, Variant};
use super::keys;

/// Events and words that a worker's buffers hold before they are drained.
pub const BUFFERS: Buffers = Buffers { events: 16 * 1024, records: 32 * 1024 };

const WORDS: usize = size_of::<Header>() / 8;
/// The words that the parent touches while the kernel runs, `stop` and `progress`: atomics, apart from the rest.
const WATCHED: std::ops::Range<usize> = Header::STOP as usize / 8..Header::PROGRESS as usize / 8 + 1;

/// Writes header and plan; clears the stop word.
pub fn publish(segment: &Segment, layout: &Layout<'_>, shape: &Shape, dt: f64) -> Result<(), ViewError> {
    redzones::tell(segment, layout.placed())?;
    let header = layout.header(shape, dt);
    // SAFETY: Header is plain data without padding, 8-byte aligned.
    let words: [u64; WORDS] = unsafe { std::mem::transmute(header) };
    for part in [0..WATCHED.start, WATCHED.end..WORDS] {
        let at = layout.header as usize + 8 * part.start;
        segment.write::<u64>(at, part.len())?.slice_mut().copy_from_slice(&words[part]);
    }
    segment.atomics_i64((layout.header + Header::STOP) as usize, 1)?[0].store(0, Relaxed);
    segment.atomics_u64((layout.header + Header::PROGRESS) as usize, 1)?[0].store(0, Relaxed);
    segment
        .write::<i64>(layout.plan_at as usize, layout.entries.len())?
        .slice_mut()
        .copy_from_slice(&layout.entries);
    Ok(())
}

/// Reads the header back, `stop` and `progress` left at zero.
pub fn header(segment: &Segment, at: u64) -> Result<Header, ViewError> {
    let mut words = [0u64; WORDS];
    for part in [0..WATCHED.start, WATCHED.end..WORDS] {
        let view = segment.read::<u64>(at as usize + 8 * part.start, part.len())?;
        words[part].copy_from_slice(view.slice());
    }
    // SAFETY: every bit pattern is a Header.
    Ok(unsafe { std::mem::transmute::<[u64; WORDS], Header>(words) })
}

/// Empties the buffers after a drain.
pub fn drained(segment: &Segment, at: u64) -> Result<(), ViewError> {
    for offset in [std::mem::offset_of!(Header, events_used), std::mem::offset_of!(Header, records_used)] {
        segment.write::<i64>(at as usize + offset, 1)?.slice_mut()[0] = 0;
    }
    Ok(())
}

/// Writes a lane's row: its parameters and the keys of its random streams.
pub fn write_row(
    engine: &Engine,
    segment: &Segment,
    layout: &Layout<'_>,
    lane: u64,
    point: &Point,
) -> Result<(), ViewError> {
    write_keyed_row(engine, segment, layout, lane, point, engine.common_noise)
}

/// Likewise; `common`: noise is the same for all configurations.
pub fn write_keyed_row(
    engine: &Engine,
    segment: &Segment,
    layout: &Layout<'_>,
    lane: u64,
    point: &Point,
    common: bool,
) -> Result<(), ViewError> {
    let program = &engine.variants[point.variant].program;
    let at = (layout.rows_at + lane * layout.stride) as usize;
    segment.write::<f64>(at, point.values.len())?.slice_mut().copy_from_slice(&point.values);
    let mut out = segment.write::<u64>(at + 8 * point.values.len(), program.sites.list.len())?;
    for (to, site) in out.slice_mut().iter_mut().zip(&program.sites.list) {
        *to = keys::key(site, point.run.seed, point.repeat, point.config, common);
    }
    Ok(())
}

/// Zeroes what starts at zero, and copies what the job gives as lists.
pub fn clear(
    segment: &Segment,
    variant: &Variant,
    layout: &Layout<'_>,
    shape: &Shape,
) -> Result<(), ViewError> {
    let lanes = layout.lanes as usize;
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        let at = layout.field_at(number) as usize;
        match field.extent {
            Extent::Elements(p) if field.zeroed => {
                let bytes = shape.sizes[p] as usize * lanes * field.element.bytes() as usize;
                match field.element {
                    Element::I32 | Element::F32 => segment.write::<i32>(at, bytes / 4)?.slice_mut().fill(0),
                    _ => segment.write::<i64>(at, bytes / 8)?.slice_mut().fill(0),
                }
            }
            Extent::Fixed(n) if field.zeroed => segment.write::<i64>(at, n as usize)?.slice_mut().fill(0),
            Extent::Lanes(n) => segment.write::<i64>(at, n as usize * lanes)?.slice_mut().fill(-1),
            Extent::Indices(monitor) => {
                if let MonitorKind::State { indices: Some(list), .. } = &variant.model.monitors[monitor].kind
                {
                    let mut out = segment.write::<i32>(at, list.len())?;
                    out.slice_mut().iter_mut().zip(list).for_each(|(to, i)| *to = *i as i32);
                }
            }
            Extent::Train(g) => {
                if let Spikes::Own(list) = &shape.trains[g].spikes {
                    let mut out = segment.write::<f64>(at, 2 * list.len())?;
                    for (to, (time, i)) in out.slice_mut().chunks_exact_mut(2).zip(list) {
                        to.copy_from_slice(&[f64::from_bits(*time), f64::from(*i)]);
                    }
                }
            }
            _ => {}
        }
    }
    set_clocks(segment, variant, layout, shape)?;
    copy_arrays(segment, variant, layout, shape)
}

/// Puts all clocks to their first tick.
fn set_clocks(
    segment: &Segment,
    variant: &Variant,
    layout: &Layout<'_>,
    shape: &Shape,
) -> Result<(), ViewError> {
    let count = shape.clocks.len() + 1;
    let at = |ident: &str| layout.field(ident).map(|at| at as usize);
    let (Some(steps), Some(ends), Some(dts)) = (at("clock_steps"), at("clock_ends"), at("clock_dts")) else {
        debug_assert!(variant.program.clocks.is_empty());
        return Ok(());
    };
    segment.write::<i64>(steps, count)?.slice_mut().fill(0);
    let mut ends = segment.write::<i64>(ends, count)?;
    let mut dts = segment.write::<f64>(dts, count)?;
    ends.slice_mut()[0] = shape.steps as i64;
    dts.slice_mut()[0] = 0.0;
    for (k, ticks) in (1..).zip(&shape.clocks) {
        ends.slice_mut()[k] = ticks.steps() as i64;
        match ticks {
            Ticks::Every { dt, .. } => dts.slice_mut()[k] = f64::from_bits(*dt),
            Ticks::At { times, .. } => {
                let place = at(&format!("clock_times_{k}")).expect("the program declares it");
                let mut out = segment.write::<f64>(place, times.len())?;
                out.slice_mut().iter_mut().zip(times).for_each(|(to, t)| *to = f64::from_bits(*t));
            }
        }
    }
    Ok(())
}

fn copy_arrays(
    segment: &Segment,
    variant: &Variant,
    layout: &Layout<'_>,
    shape: &Shape,
) -> Result<(), ViewError> {
    for (g, group) in variant.model.groups.iter().enumerate() {
        for link in &group.links {
            let Some(Places::List(list, _)) = &link.index else { continue };
            let at = layout.field(&links::array(group, link)).expect("the program declares it");
            let mut out = segment.write::<i32>(at as usize, shape.sizes[g] as usize)?;
            out.slice_mut().iter_mut().zip(list).for_each(|(to, place)| *to = *place as i32);
        }
        for array in variant.model.arrays.iter().filter(|a| uses(&variant.model, g, &a.name)) {
            let at = layout
                .field(&format!("s_{}_{}", part(&group.name), part(&array.name)))
                .expect("the program declares it");
            let n = shape.sizes[g] as usize;
            for lane in 0..layout.lanes as usize {
                let mut out = segment.write::<f64>(at as usize + 8 * lane * n, n)?;
                out.slice_mut().iter_mut().zip(&array.values).for_each(|(to, value)| *to = *value);
            }
        }
    }
    Ok(())
}

/// Sets synaptic variables that change to their first values, and forgets spikes of an earlier batch.
pub fn begin(
    segment: &Segment,
    variant: &Variant,
    layout: &Layout<'_>,
    structure: &Structure,
) -> Result<(), ViewError> {
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        let k = match field.extent {
            Extent::Synapses(k) if field.structural.is_none() => k,
            // How many spiked in each step of a ring: what lies there may be of a batch of another shape.
            Extent::RingSteps(p) if variant.program.coupled => {
                let (at, slots) = (layout.field_at(number) as usize, structure.slots[p] as usize);
                segment.write::<i64>(at, slots)?.slice_mut().fill(0);
                continue;
            }
            Extent::Queued(p) => {
                let steps = (layout.lengths[number].unwrap_or(0) / 8) as usize;
                if structure.rooms[p] > 0 {
                    segment.write::<i64>(layout.field_at(number) as usize, steps)?.slice_mut().fill(0);
                }
                continue;
            }
            _ => continue,
        };
        let (to, count) = (layout.field_at(number) as usize, structure.counts[k] as usize);
        let Some(from) = layout.field(&format!("first_{}", field.ident)) else {
            // The time of the last event has no first value, nor has what is computed before the first step.
            match field.element {
                Element::I32 | Element::F32 => segment.write::<i32>(to, count)?.slice_mut().fill(0),
                _ => segment.write::<i64>(to, count)?.slice_mut().fill(0),
            }
            continue;
        };
        let from = from as usize;
        match field.element {
            // Bits are copied, whatever they mean.
            Element::I32 | Element::F32 => copy::<i32>(segment, from, to, count)?,
            Element::F64 => copy::<f64>(segment, from, to, count)?,
            Element::I64 => copy::<i64>(segment, from, to, count)?,
        }
    }
    Ok(())
}

fn copy<T: crate::views::Plain>(
    segment: &Segment,
    from: usize,
    to: usize,
    count: usize,
) -> Result<(), ViewError> {
    let from = segment.read::<T>(from, count)?;
    segment.write::<T>(to, count)?.slice_mut().copy_from_slice(from.slice());
    Ok(())
}

/// The arena of a layout as the kernel takes it.
pub fn arena(segment: &Segment, layout: &Layout<'_>) -> Arena {
    Arena { base: segment.base(), offset: layout.header }
}

/// Bytes that an arena takes for batches of `lanes` points of this shape, connectivity not counted; and what its buffers hold
/// then: at least `buffers`, and all that one step may tell.
pub fn bytes(
    variant: &Variant,
    shape: &Shape,
    lanes: u64,
    structure: &Structure,
    buffers: Buffers,
) -> Result<(u64, Buffers), TooLarge> {
    let mut region = Region::at(0);
    let mut layout = Layout::arena(&variant.program, &variant.model, shape, lanes, &mut region)?;
    layout.rest(&structure.counts, &structure.slots, &structure.rooms, buffers, &mut region)?;
    Ok((region.next, layout.buffers))
}
