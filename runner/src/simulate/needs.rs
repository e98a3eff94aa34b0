//! What a run will take, computed before anything is touched: bytes shared, bytes a worker, synapses, updates, rows.
//!
//! Sizes that follow from the job are exact; what is drawn (synapses) or simulated (spikes) is estimated and says so.

use std::collections::HashSet;

use jobs::{Bindings, Point};
use kernels::layout::{Buffers, Layout, Region, Shape, TooLarge, most_synapses, real, whole};
use kernels::model::{Connect, Model, MonitorKind};
use kernels::program::algebra;
use kernels::program::fields::Extent;

use super::arena;
use super::batches::{Claimable, sizes};
use super::connect::Structure;
use super::engine::{Engine, Variant};

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
    /// Address space of an arena: an upper bound of its bytes.
    pub arena_span: u64,
    /// Address space of shared connectivity.
    pub shared_span: u64,
    /// Neuron updates of all points.
    pub updates: f64,
    /// Seconds on one core, estimated.
    pub seconds: f64,
    /// Bytes of all tables, estimated.
    pub output_bytes: f64,
}

/// Computes the needs of the points in `claimable`.
pub fn of(
    engine: &Engine,
    claimable: &Claimable,
    columns: usize,
    buffers: Buffers,
) -> Result<Needs, TooLarge> {
    let mut needs = Needs::default();
    let matters = matters(engine);
    let mut seen: HashSet<(usize, Vec<u64>)> = HashSet::new();
    let mut bindings = engine.points.bindings();
    let mut point = Point::default();
    let mut last = None;
    for index in &claimable.order {
        engine.points.fill(*index, &mut bindings, &mut point);
        let key = (point.variant, values(&point, &matters[point.variant]));
        let variant = &engine.variants[point.variant];
        if last.as_ref().is_none_or(|(k, _)| *k != key) {
            last = Some((key.clone(), work(variant, &bindings, &point)));
        }
        let (_, work) = last.as_ref().expect("set above");
        needs.updates += work.updates;
        needs.seconds += work.seconds;
        needs.output_bytes += work.output;
        if seen.len() < 10_000 && seen.insert(key) {
            largest(&mut needs, variant, &bindings, &point, claimable, buffers)?;
        }
    }
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
        variant.program.synapses.iter().for_each(|s| names.extend(s.depends.iter().cloned()));
        let parameters = variant.model.parameters.iter().enumerate();
        parameters.filter(|(_, p)| p.varies && names.contains(&p.name)).map(|(k, _)| k).collect()
    };
    engine.variants.iter().map(of).collect()
}

struct Work {
    updates: f64,
    seconds: f64,
    output: f64,
}

fn work(variant: &Variant, bindings: &Bindings<'_>, point: &Point) -> Work {
    let Some(shape) = Shape::of(&variant.model, bindings, point.run.steps, point.run.dt) else {
        return Work { updates: 0.0, seconds: 0.0, output: 0.0 };
    };
    let steps = point.run.steps as f64;
    let mut work = Work { updates: 0.0, seconds: 0.0, output: 64.0 };
    for (g, group) in variant.program.groups.iter().enumerate() {
        let n = shape.sizes[g] as f64;
        work.updates += n * steps;
        work.seconds += n * steps * group_cost(group) * 1e-9;
    }
    let spikes = |n: f64| n * steps * point.run.dt * GUESSED_RATE;
    for (k, synapses) in variant.program.synapses.iter().enumerate() {
        let sent = spikes(expected_synapses(&variant.model, k, &shape, bindings));
        work.seconds += sent * 1.5e-9 * synapses.on_pre.len().max(1) as f64;
    }
    for (m, monitor) in variant.model.monitors.iter().enumerate() {
        let n = shape.watched[m].len() as f64;
        work.output += match &monitor.kind {
            MonitorKind::Spikes => spikes(n) * 16.0,
            MonitorKind::Rate { .. } => steps * 20.0,
            MonitorKind::State { variables, indices, .. } => {
                let rows = indices.as_ref().map_or(n, |list| list.len() as f64)
                    * (steps / shape.every[m] as f64).ceil();
                rows * (12.0 + 19.0 * variables.len() as f64)
            }
        };
    }
    work.seconds += work.output * 4e-9;
    work
}

/// Spikes a neuron and second that estimates assume.
const GUESSED_RATE: f64 = 10.0;

/// Nanoseconds of one update, from what its loop does.
fn group_cost(group: &kernels::program::group::GroupProgram) -> f64 {
    let mut names = HashSet::new();
    group.update.iter().for_each(|line| kernels::program::names_of_line(line, &mut names));
    let mut cost = 0.1 * names.len() as f64;
    for line in &group.update {
        if let kernels::program::lines::Line::Let { value, .. } = line {
            algebra::visit(value, &mut |e| {
                cost += match &e.kind {
                    kernels::language::ast::ExprKind::Call(f, _) if f != "?:" && f != "(double)" => 1.5,
                    kernels::language::ast::ExprKind::Binary(kernels::language::ast::Binary::Divide, ..) => {
                        0.6
                    }
                    _ => 0.02,
                };
            });
        }
    }
    cost
}

/// Synapses that an object will have, on average.
pub fn expected_synapses(model: &Model, object: usize, shape: &Shape, values: &Bindings<'_>) -> f64 {
    let (source, target) = shape.ends[object];
    let pairs = source.len() as f64 * target.len() as f64;
    let rules = model.synapses[object].connect.iter().map(|connect| match connect {
        Connect::Pairs { i, .. } => i.len() as f64,
        Connect::Rule { p, n, .. } => {
            let p = p.as_ref().map_or(Some(1.0), |p| real(p, values)).unwrap_or(1.0).clamp(0.0, 1.0);
            pairs * p * n.as_ref().map_or(1.0, |n| whole(n, values).map_or(1.0, |n| n as f64))
        }
    });
    rules.sum()
}

fn largest(
    needs: &mut Needs,
    variant: &Variant,
    bindings: &Bindings<'_>,
    point: &Point,
    claimable: &Claimable,
    buffers: Buffers,
) -> Result<(), TooLarge> {
    let Some(shape) = Shape::of(&variant.model, bindings, point.run.steps, point.run.dt) else {
        return Ok(());
    };
    let objects = variant.program.synapses.len();
    let expected: Vec<u64> =
        (0..objects).map(|k| expected_synapses(&variant.model, k, &shape, bindings).ceil() as u64).collect();
    let most: Vec<u64> = (0..objects).map(|k| most_synapses(&variant.model, k, &shape, bindings)).collect();
    needs.neurons = needs.neurons.max(shape.sizes.iter().sum());
    needs.synapses = needs.synapses.max(expected.iter().sum());
    let (typical, _) = connectivity(variant, &shape, &expected, 1)?;
    let (bound, bound_structure) = connectivity(variant, &shape, &most, 2048)?;
    let (_, structure) = connectivity(variant, &shape, &expected, 1)?;
    let own = arena::bytes(variant, &shape, claimable.lanes, &structure, buffers)?;
    if claimable.one_structure {
        needs.shared_bytes = needs.shared_bytes.max(typical);
        needs.shared_span = needs.shared_span.max(bound);
        needs.arena_bytes = needs.arena_bytes.max(own);
        needs.arena_span =
            needs.arena_span.max(arena::bytes(variant, &shape, claimable.lanes, &bound_structure, buffers)?);
    } else {
        needs.arena_bytes = needs.arena_bytes.max(own + typical);
        let span = bound + arena::bytes(variant, &shape, claimable.lanes, &bound_structure, buffers)?;
        needs.arena_span = needs.arena_span.max(span);
    }
    Ok(())
}

/// Bytes of connectivity with so many synapses, and at most so many distinct delays where there are any.
fn connectivity(
    variant: &Variant,
    shape: &Shape,
    counts: &[u64],
    delays: u64,
) -> Result<(u64, Structure), TooLarge> {
    let program = &variant.program;
    let mut slots = vec![1; program.populations.len()];
    let mut distinct = Vec::new();
    for synapses in &program.synapses {
        for (delay, population) in
            [(&synapses.delay, synapses.source), (&synapses.delay_post, synapses.target)]
        {
            let many = if delay.is_some() { delays } else { 1 };
            distinct.push(many);
            slots[population] = slots[population].max(many);
        }
    }
    let structure = Structure { counts: counts.to_vec(), distinct: distinct.clone(), slots };
    if program.synapses.is_empty() {
        return Ok((0, structure));
    }
    let mut scratch = Region::at(0);
    let mut layout = Layout::arena(program, &variant.model, shape, 1, &mut scratch)?;
    let mut region = Region::at(0);
    layout.rows(&mut region)?;
    layout.synapses(counts, &mut region)?;
    layout.delays(&distinct, &mut region)?;
    debug_assert!(program.fields.list.iter().any(|f| matches!(f.extent, Extent::Rows(_))));
    Ok((region.next, structure))
}
