//! The segment of a run laid out: claims, result table, read-only data, shared connectivity, arenas with guard pages
//! between.

use std::ops::Range;

use kernels::layout::{Buffers, Layout, Region};

use crate::claims::Claims;
use crate::run::{RunError, internal};
use crate::segment::{Segment, page_size};
use crate::simulate::arena;
use crate::simulate::batches::{self, Claimable};
use crate::simulate::build::{self, ConnectError};
use crate::simulate::connect;
use crate::simulate::data::{self, DataError};
use crate::simulate::engine::Engine;
use crate::simulate::needs::Needs;
use crate::simulate::share::Share;
use crate::simulate::worker::Places;

/// Creates the segment and builds connectivity that all points share.
pub fn lay_out(
    engine: &Engine,
    claimable: &Claimable,
    needs: &Needs,
    workers: usize,
    columns: usize,
    buffers: Buffers,
    share: Share<'_>,
) -> Result<(Segment, Places), RunError> {
    let page = page_size() as u64;
    let pages = |bytes: u64| bytes.div_ceil(page) * page;
    let table =
        pages(Claims::bytes(claimable.len(), workers).ok_or_else(|| internal("too many claims"))? as u64);
    let results = pages(8 * claimable.order.len() as u64 * columns as u64);
    let data_at = table + results;
    let shared_at = data_at + pages(needs.data_bytes);
    let span = pages(needs.arena_span) + page;
    let first = shared_at + pages(needs.shared_span) + page;
    let arenas: Vec<u64> = (0..workers as u64).map(|w| first + w * (span + page)).collect();
    let segment = Segment::create(first + workers as u64 * (span + page))
        .map_err(|e| RunError::Memory(e.to_string()))?;
    let memory = |e: crate::segment::SegmentError| RunError::Memory(e.to_string());
    segment.reserve(0, (table + results) as usize).map_err(memory)?;
    let data = data::places(engine, data_at).map_err(internal)?;
    data::write(engine, &segment, data_at, &data).map_err(|e| match e {
        DataError::Segment(e) => memory(e),
        e => internal(e),
    })?;
    for arena in &arenas {
        segment.guard((arena - page) as usize, page as usize).map_err(memory)?;
    }
    let mut places =
        Places { results: table as usize, columns, arena_bytes: span, buffers, shared: None, data, arenas };
    let coupled = engine.variants.iter().any(|v| !v.program.synapses.is_empty());
    if claimable.one_structure && coupled && engine.variants.len() == 1 {
        places.shared =
            Some(build_shared(engine, claimable, &segment, &places, shared_at..first - page, share)?);
    }
    Ok((segment, places))
}

/// Builds connectivity once, in the shared part; the first worker's arena lends the room for initial values.
fn build_shared(
    engine: &Engine,
    claimable: &Claimable,
    segment: &Segment,
    places: &Places,
    room: Range<u64>,
    share: Share<'_>,
) -> Result<Result<(connect::Structure, Vec<i64>), String>, RunError> {
    let point = engine.points.get(claimable.order[0]);
    let variant = &engine.variants[point.variant];
    let shape = batches::shape(engine, &point);
    let mut head = Region::at(places.arenas[0]);
    let mut layout =
        Layout::arena(&variant.program, &variant.model, &shape, 1, &mut head).map_err(internal)?;
    layout.data(&places.data.of[point.variant], &shape);
    segment
        .reserve(head.start as usize, head.used() as usize)
        .map_err(|e| RunError::Memory(e.to_string()))?;
    arena::publish(segment, &layout, &shape, point.run.dt).map_err(internal)?;
    arena::write_row(engine, segment, &layout, 0, &point).map_err(internal)?;
    arena::clear(segment, variant, &layout, &shape).map_err(internal)?;
    let place = arena::arena(segment, &layout);
    // SAFETY: header, plan and row 0 are in place. An impossible rate is met again, and reported, in each point.
    let _ = unsafe { variant.kernel().prepare(place, 0) };
    let mut region = Region::at(room.start);
    let (limit, dt) = (room.end, point.run.dt);
    let site = build::Site { segment, variant, shape: &shape, arena: place, limit, dt, share };
    let built = build::build(&site, &mut layout, &mut region);
    match built {
        Ok(structure) => Ok(Ok((structure, layout.entries.clone()))),
        Err(e) if e.is_of_point() => Ok(Err(e.to_string())),
        Err(ConnectError::Segment(e)) => Err(RunError::Memory(e.to_string())),
        Err(e) => Err(internal(e)),
    }
}
