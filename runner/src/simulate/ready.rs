//! A worker's arena made ready for a batch: laid out, rows written, connectivity built, shared or kept from the last batch.

use jobs::Point;
use kernels::layout::{Buffers, Layout, Region, Shape};

use crate::channel::WorkerError;
use crate::segment::Segment;

use super::arena;
use super::batches::{self, Likeness};
use super::build::{self, ConnectError};
use super::connect::Structure;
use super::engine::{Engine, Variant};
use super::going::BAD_RATE;
use super::share::Share;
use super::worker::{internal, system};

/// Large connectivity is made in so many pieces.
const PIECES: usize = 64;

/// Where an arena may lie, and what it may use.
pub struct Room<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// First byte.
    pub start: u64,
    /// Bytes at most.
    pub bytes: u64,
    /// Capacities of the buffers.
    pub buffers: Buffers,
    /// Connectivity that all points share, with the plan it was built under.
    pub shared: Option<&'a Result<(Structure, Vec<i64>), String>>,
    /// Places of the model's read-only data.
    pub data: &'a [u64],
    /// Told now and then while connectivity is made, which may take longer than a worker may stand still.
    pub alive: &'a dyn Fn(),
}

impl Room<'_> {
    /// Takes the bytes of a region from the system.
    fn reserve(&self, region: Region) -> Result<(), WorkerError> {
        if region.used() > self.bytes {
            return Err(system(format!(
                "an arena needs {} bytes, {} were planned",
                region.used(),
                self.bytes
            )));
        }
        let reserved = self.segment.reserve(region.start as usize, region.used() as usize);
        reserved.map_err(|e| system(e.to_string()))
    }
}

/// An arena that a batch can be prepared and advanced in.
pub struct Ready<'p> {
    likeness: Likeness,
    /// Where everything lies.
    pub layout: Layout<'p>,
    /// Sizes.
    pub shape: Shape,
    /// Its connectivity.
    pub structure: Structure,
    /// Bytes that may change while it runs: all but connectivity.
    pub changing: [std::ops::Range<u64>; 2],
    spoilt: bool,
}

impl<'p> Ready<'p> {
    /// Makes an arena ready for these points; also says why they must fail, if they must.
    pub fn make(
        engine: &Engine,
        variant: &'p Variant,
        points: &[Point],
        likeness: Likeness,
        last: Option<Ready<'p>>,
        room: &Room<'_>,
    ) -> Result<(Ready<'p>, Option<String>), WorkerError> {
        let (lanes, dt) = (points.len() as u64, points[0].run.dt);
        let shape = batches::shape(engine, &points[0]);
        let fits = |r: &Ready<'_>| {
            !r.spoilt && r.likeness == likeness && r.shape.fits(&shape) && r.layout.lanes == lanes
        };
        let last = last.filter(|r| fits(r));
        let mut region = Region::at(room.start);
        let mut layout = match &last {
            Some(last) => {
                let mut layout = last.layout.clone();
                layout.trains(&shape);
                layout.data(room.data, &shape);
                layout
            }
            None => {
                let arena = Layout::arena(&variant.program, &variant.model, &shape, lanes, &mut region);
                let mut layout = arena.map_err(internal)?;
                layout.data(room.data, &shape);
                room.reserve(region)?;
                layout
            }
        };
        let head = region;
        arena::publish(room.segment, &layout, &shape, dt).map_err(internal)?;
        for (lane, point) in points.iter().enumerate() {
            arena::write_row(engine, room.segment, &layout, lane as u64, point).map_err(internal)?;
        }
        arena::clear(room.segment, variant, &layout, &shape).map_err(internal)?;
        if let Some(last) = last {
            return Ok((Ready { layout, shape, ..last }, None));
        }
        let structure = match room.shared {
            Some(Ok((structure, plan))) => {
                adopt(variant, &mut layout, plan);
                Ok(structure.clone())
            }
            Some(Err(message)) => Err(message.clone()),
            None => build(variant, &shape, &mut layout, &mut region, dt, room)?,
        };
        let (structure, failure) = match structure {
            Ok(structure) => (structure, None),
            Err(message) => (Structure::none(variant), Some(message)),
        };
        layout.counted(&structure.counts);
        let rest = region.next;
        layout
            .rest(&structure.counts, &structure.slots, &structure.rooms, room.buffers, &mut region)
            .map_err(internal)?;
        room.reserve(region)?;
        arena::publish(room.segment, &layout, &shape, dt).map_err(internal)?;
        let spoilt = failure.is_some();
        let changing = [head.start..head.next, rest..region.next];
        Ok((Ready { likeness, layout, shape, structure, changing, spoilt }, failure))
    }
}

/// Connectivity of the arena's own, or why it cannot be.
fn build(
    variant: &Variant,
    shape: &Shape,
    layout: &mut Layout<'_>,
    region: &mut Region,
    dt: f64,
    room: &Room<'_>,
) -> Result<Result<Structure, String>, WorkerError> {
    let arena = arena::arena(room.segment, layout);
    // SAFETY: header, plan and row 0 are in place; connectivity may read initial values.
    if !unsafe { variant.kernel().prepare(arena, 0) } {
        return Ok(Err(BAD_RATE.into()));
    }
    let run = |parts: usize, work: &dyn Fn(usize) -> bool| {
        (0..parts).all(|part| {
            (room.alive)();
            work(part)
        })
    };
    let site = build::Site {
        segment: room.segment,
        variant,
        shape,
        arena,
        limit: room.start + room.bytes,
        dt,
        share: Share { parts: PIECES, run: &run, pieces: true },
    };
    match build::build(&site, layout, region) {
        Ok(structure) => Ok(Ok(structure)),
        Err(e) if e.is_of_point() => Ok(Err(e.to_string())),
        Err(e @ ConnectError::Segment(_)) => Err(system(e.to_string())),
        Err(e) => Err(internal(e)),
    }
}

/// The places of shared connectivity go into a worker's own plan.
fn adopt(variant: &Variant, layout: &mut Layout<'_>, shared: &[i64]) {
    let plan = kernels::plan::Plan::of(&variant.program);
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        if field.structural.is_some() {
            layout.entries[plan.field(number)] = shared[plan.field(number)];
        }
    }
    for pathway in 0..variant.program.pathways() {
        layout.entries[plan.delays(pathway)] = shared[plan.delays(pathway)];
    }
}
