//! The memory a run will take, computed before anything is touched: bytes shared, bytes a worker, bytes beside the segment.
//!
//! Sizes that follow from the job are exact; of synapses the expected number is taken, which is found
//! by trying their rules at some pairs.

use std::collections::{HashMap, HashSet};

use jobs::{Bindings, Point};
use kernels::layout::{Buffers, Layout, Region, Shape, TooLarge, most_synapses, real, whole};
use kernels::model::{Connect, Model, Side};
use kernels::program::choices;
use kernels::program::fields::Extent;
use kernels::program::pathways::Delay;

use super::alike::{self, Alike};
use super::arena;
use super::batches::{Claimable, sizes};
use super::connect::{self, Structure};
use super::data;
use super::engine::{Engine, Variant};
use super::private::{self, Batch};
use crate::estimate::connections;
use crate::memory::Need;

/// Needs of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    /// Neurons (Poisson trains included) of the largest point.
    pub neurons: u64,
    /// Synapses of the largest point, expected.
    pub synapses: u64,
    /// Connectivity and tables that all workers share, expected.
    pub shared_bytes: u64,
    /// What each worker has of its own; exact unless connectivity differs between points.
    pub arena_bytes: u64,
    /// What each worker takes beside the segment: see [`private`].
    pub private_bytes: u64,
    /// What the parent takes beside it while it makes connectivity that all share.
    pub making_bytes: u64,
    /// What the parent keeps of points once all are committed, and the segment is gone.
    pub points_bytes: u64,
    /// Address space of an arena: an upper bound of its bytes.
    pub arena_span: u64,
    /// Address space of shared connectivity.
    pub shared_span: u64,
    /// Read-only data of the models, which are among what is shared.
    pub data_bytes: u64,
}

impl Needs {
    /// What a run with so many workers touches: while connectivity is made, while workers work, and at the end.
    pub fn of_run(&self, workers: usize) -> Need {
        let segment = self.shared_bytes.saturating_add(self.arena_bytes.saturating_mul(workers as u64));
        let tables = private::page_tables(self.shared_bytes.saturating_add(self.arena_bytes));
        let worker = self.private_bytes.saturating_add(tables);
        let making = self.shared_bytes.saturating_add(self.making_bytes);
        let working = segment.saturating_add(worker.saturating_mul(workers as u64));
        Need {
            segment,
            process: segment.saturating_add(worker.max(self.making_bytes)).saturating_add(private::PARENT),
            all: making.max(working).max(self.points_bytes).saturating_add(private::PARENT),
        }
    }
}

/// Computes the needs of the points in `claimable`.
pub fn of(
    engine: &Engine,
    claimable: &Claimable,
    columns: usize,
    buffers: Buffers,
) -> Result<Needs, TooLarge> {
    let mut needs = Needs::default();
    let mut largest =
        Largest { claimable, buffers, seen: HashSet::new(), most: Vec::new(), expected: HashMap::new() };
    let matters = matters(engine);
    let mut numbers: Vec<usize> = matters.iter().flatten().copied().collect();
    numbers.extend(alike::of_run(&engine.points, false));
    let alike = Alike::new(&engine.points, &numbers, false, &claimable.order);
    let mut bindings = engine.points.bindings();
    let mut point = Point::default();
    // From the last one: where sizes rise, it is larger than all others.
    for first in alike.first.iter().rev() {
        engine.points.fill(*first, &mut bindings, &mut point);
        let key = (point.variant, values(&point, &matters[point.variant]));
        largest.take(&mut needs, &engine.variants[point.variant], &bindings, &point, key)?;
    }
    if claimable.branches > 0 {
        // The state that points branch from, and the one before it until then. (What monitors told up to there is in it, too, but
        // is mostly little.)
        needs.private_bytes = needs.private_bytes.saturating_add(needs.arena_bytes.saturating_mul(2));
    }
    let monitors = engine.variants.iter().map(|v| v.model.monitors.len()).max().unwrap_or(0);
    needs.points_bytes = private::of_points(claimable.order.len() as u64, columns, monitors);
    needs.data_bytes = data::bytes(engine)?;
    needs.shared_bytes += needs.data_bytes;
    needs.shared_bytes += 8 * claimable.order.len() as u64 * columns as u64;
    Ok(needs)
}

fn values(point: &Point, matters: &[usize]) -> Vec<u64> {
    let run = [point.run.steps, point.run.dt.to_bits()];
    matters.iter().map(|k| point.values[*k].to_bits()).chain(run).collect()
}

/// Varying parameters that sizes or numbers of synapses depend on, for each variant.
fn matters(engine: &Engine) -> Vec<Vec<usize>> {
    let of = |variant: &Variant| {
        let mut names = sizes(&variant.model);
        names.extend(private::names(&variant.model));
        variant.program.synapses.iter().for_each(|s| names.extend(s.depends.iter().cloned()));
        let parameters = variant.model.parameters.iter().enumerate();
        parameters.filter(|(_, p)| p.varies && names.contains(&p.name)).map(|(k, _)| k).collect()
    };
    engine.variants.iter().map(of).collect()
}

/// No object has more synapses than this, expected; conditions are not looked at.
fn bound_synapses(model: &Model, object: usize, shape: &Shape, values: &Bindings<'_>) -> f64 {
    let (source, target) = shape.ends[object];
    let pairs = source.len() as f64 * target.len() as f64;
    let rules = model.synapses[object].connect.iter().map(|connect| match connect {
        Connect::Pairs { i, .. } => i.len() as f64,
        Connect::Generator(generator) => {
            let copies = generator.n.as_ref().map_or(1.0, |n| whole(n, values).map_or(1.0, |n| n as f64));
            kernels::making::most(generator, shape.ends[object], values) as f64 * copies
        }
        Connect::Rule { p, n, .. } => {
            let p = p.as_ref().map_or(Some(1.0), |p| real(p, values)).unwrap_or(1.0).clamp(0.0, 1.0);
            pairs * p * n.as_ref().map_or(1.0, |n| whole(n, values).map_or(1.0, |n| n as f64))
        }
    });
    rules.sum()
}

/// The synapses of all objects as `count` has them, which sees how many there are of those before.
fn counts(model: &Model, shape: &Shape, mut count: impl FnMut(usize, &Shape) -> u64) -> Vec<u64> {
    let mut counts = vec![0; model.synapses.len()];
    for k in 0..counts.len() {
        counts[k] = match model.synapses[k].between().next() {
            Some(_) => count(k, &shape.with_synapses(model, &counts)),
            None => count(k, shape),
        };
    }
    counts
}

/// Points that are looked at one by one, if they differ in size.
const MOST_SIZES: usize = 10_000;

/// Keeps the largest of what points need.
struct Largest<'a> {
    claimable: &'a Claimable,
    buffers: Buffers,
    seen: HashSet<(usize, Vec<u64>)>,
    /// Sizes and most synapses of points that were looked at, by variant.
    most: Vec<(usize, Vec<u64>)>,
    /// The most synapses expected so far, by variant and object.
    expected: HashMap<(usize, usize), u64>,
}

impl Largest<'_> {
    fn take(
        &mut self,
        needs: &mut Needs,
        variant: &Variant,
        bindings: &Bindings<'_>,
        point: &Point,
        key: (usize, Vec<u64>),
    ) -> Result<(), TooLarge> {
        if self.seen.len() < MOST_SIZES {
            if !self.seen.insert(key) {
                return Ok(());
            }
        } else if self.is_smaller(variant, bindings, point) {
            return Ok(());
        }
        let run = point.run;
        let Some(shape) = Shape::of(&variant.model, bindings, run.steps, run.dt) else { return Ok(()) };
        let model = &variant.model;
        let mut expected = counts(model, &shape, |k, shape| {
            self.expected_synapses(variant, point.variant, k, shape, bindings)
        });
        let counted = shape.with_synapses(model, &expected);
        let chosen = choices::all(model).map(|(_, object, chosen)| {
            let part = connections::chosen(chosen, model, counted.ends[object], bindings);
            part(expected[object] as f64).ceil() as u64
        });
        let chosen: Vec<u64> = chosen.collect();
        expected.extend(chosen);
        self.raise(needs, variant, bindings, (&shape, run.dt), &expected)
    }

    /// Raises the needs to those of a point with so many synapses.
    fn raise(
        &self,
        needs: &mut Needs,
        variant: &Variant,
        bindings: &Bindings<'_>,
        (shape, dt): (&Shape, f64),
        expected: &[u64],
    ) -> Result<(), TooLarge> {
        let model = &variant.model;
        let objects = 0..variant.program.synapses.len();
        let mut most = counts(model, shape, |k, shape| most_synapses(model, k, shape, bindings));
        let all: Vec<u64> = choices::all(model).map(|(_, object, _)| most[object]).collect();
        most.extend(all);
        needs.neurons = needs.neurons.max(shape.sizes.iter().sum());
        needs.synapses = needs.synapses.max(expected[objects].iter().sum());
        let sized = (shape, dt);
        let (typical, structure) = connectivity(variant, sized, bindings, expected, 1)?;
        let (bound, bound_structure) = connectivity(variant, sized, bindings, &most, 2048)?;
        let lanes = self.claimable.lanes;
        let (own, buffers) = arena::bytes(variant, shape, lanes, &structure, self.buffers)?;
        let (span, _) = arena::bytes(variant, shape, lanes, &bound_structure, self.buffers)?;
        let batch = Batch { variant, shape, values: bindings, synapses: expected, dt, lanes, buffers };
        let (private, making) = (batch.bytes(), private::of_making(variant, expected));
        if self.claimable.one_structure {
            needs.shared_bytes = needs.shared_bytes.max(typical);
            needs.shared_span = needs.shared_span.max(bound);
            needs.arena_bytes = needs.arena_bytes.max(own);
            needs.arena_span = needs.arena_span.max(span);
            needs.making_bytes = needs.making_bytes.max(making);
            needs.private_bytes = needs.private_bytes.max(private);
        } else {
            needs.arena_bytes = needs.arena_bytes.max(own + typical);
            needs.arena_span = needs.arena_span.max(bound + span);
            needs.private_bytes = needs.private_bytes.max(private.saturating_add(making));
        }
        Ok(())
    }

    /// Synapses that an object will have. The rule is tried at pairs only where more could come of it than is known of
    /// another point: that takes time.
    fn expected_synapses(
        &mut self,
        variant: &Variant,
        number: usize,
        object: usize,
        shape: &Shape,
        bindings: &Bindings<'_>,
    ) -> u64 {
        let most = self.expected.entry((number, object)).or_default();
        let bound = bound_synapses(&variant.model, object, shape, bindings).ceil() as u64;
        if bound <= *most {
            return bound;
        }
        let found = connections::expected(&variant.model, object, shape.ends[object], bindings);
        let expected = (found.synapses.ceil() as u64).min(bound);
        *most = expected.max(*most);
        expected
    }

    /// Whether a point that was looked at is at least as large in everything; notes this one if not.
    fn is_smaller(&mut self, variant: &Variant, bindings: &Bindings<'_>, point: &Point) -> bool {
        let run = point.run;
        let Some(shape) = Shape::of(&variant.model, bindings, run.steps, run.dt) else { return true };
        let model = &variant.model;
        let most = counts(model, &shape, |k, shape| most_synapses(model, k, shape, bindings));
        let bound = counts(model, &shape, |k, shape| bound_synapses(model, k, shape, bindings).ceil() as u64);
        let mut sizes = shape.sizes.clone();
        sizes.extend(shape.watched.iter().map(|range| range.len()));
        sizes.extend(most.into_iter().chain(bound));
        let covers = |other: &Vec<u64>| other.iter().zip(&sizes).all(|(a, b)| a >= b);
        if self.most.iter().any(|(v, other)| *v == point.variant && covers(other)) {
            return true;
        }
        self.most.push((point.variant, sizes));
        false
    }
}

/// Bytes of connectivity with so many synapses (of each object, then of each choice), and at most so many distinct delays where synapses have their own.
fn connectivity(
    variant: &Variant,
    (shape, dt): (&Shape, f64),
    values: &Bindings<'_>,
    counts: &[u64],
    delays: u64,
) -> Result<(u64, Structure), TooLarge> {
    let program = &variant.program;
    let mut slots = vec![1; program.populations.len()];
    let (mut distinct, mut rooms) = (Vec::new(), Vec::new());
    for (k, (synapses, object)) in program.synapses.iter().zip(&variant.model.synapses).enumerate() {
        for (pathway, written) in synapses.pathways.iter().zip(&object.pathways) {
            distinct.push(if pathway.delay.is_each() { delays } else { 1 });
            let senders = if pathway.side == Side::Pre { shape.ends[k].0 } else { shape.ends[k].1 };
            rooms.push(match &pathway.delay {
                Delay::Each(_) => connect::queue_room(counts[k], senders.len(), delays, delays),
                Delay::Same(_) => 0,
            });
            let steps = match (&pathway.delay, &written.delay) {
                (Delay::Same(_), None) => Some(0.0),
                (Delay::Same(_), Some(delay)) => real(delay, values).map(|d| d / shape.dt(pathway.clock, dt)),
                (Delay::Each(_), _) => None,
            };
            let many = steps.map_or(delays, |steps| (steps + 0.5) as u64 + 1);
            slots[pathway.sender] = slots[pathway.sender].max(many);
        }
    }
    let structure = Structure { counts: counts.to_vec(), distinct: distinct.clone(), slots, rooms };
    if program.synapses.is_empty() {
        return Ok((0, structure));
    }
    let mut scratch = Region::at(0);
    let mut layout = Layout::arena(program, &variant.model, shape, 1, &mut scratch)?;
    layout.counted(counts);
    let mut region = Region::at(0);
    for objects in variant.model.tiers() {
        layout.rows(&objects, &mut region)?;
        layout.synapses(&objects, counts, &mut region)?;
        layout.delays(&objects, &distinct, &mut region)?;
    }
    layout.choices(&counts[program.synapses.len()..], &mut region)?;
    debug_assert!(program.fields.list.iter().any(|f| matches!(f.extent, Extent::Rows(_))));
    Ok((region.next, structure))
}
