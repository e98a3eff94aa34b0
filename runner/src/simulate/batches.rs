//! Cuts points into batches and claims.
//!
//! A batch holds points that advance together: one where synapses couple neurons, many lanes where they do not, all with
//! the same kernel, dt, number of steps and sizes. A claim is what a worker takes at once: one or more batches.
//! Nothing here changes a result; it only decides who computes what beside whom.

use std::collections::HashSet;

use jobs::{Point, Points};
use kernels::language::ast::Expr;
use kernels::layout::Shape;
use kernels::model::{Clock, Model, MonitorKind, Slice};
use kernels::program::algebra;

use super::alike::{self, Alike};
use super::engine::Engine;

/// Most lanes of a batch.
const MOST_LANES: u64 = 512;
/// Most points of a claim.
const MOST_POINTS: u64 = 512;

/// The pending points in the order in which they are handed out, and where claims begin.
#[derive(Debug, Clone)]
pub struct Claimable {
    /// Points, those that can share a batch or connectivity beside each other.
    pub order: Vec<u64>,
    /// First position of each claim in `order`, and its end at last.
    pub starts: Vec<usize>,
    /// Lanes a batch, where lanes are possible.
    pub lanes: u64,
    /// All points have the same connectivity.
    pub one_structure: bool,
    /// Runs of points that are alike: with synapses, how many connectivities there are.
    pub runs: usize,
}

impl Claimable {
    /// Number of claims.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Points of a claim.
    pub fn claim(&self, number: usize) -> &[u64] {
        &self.order[self.starts[number]..self.starts[number + 1]]
    }
}

/// What must agree for points to be lanes of one batch, or to use the same connectivity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness(Vec<u64>);

/// Says what of a point matters for its likeness to others.
#[derive(Debug)]
pub struct Judge {
    variants: Vec<Matters>,
}

#[derive(Debug)]
struct Matters {
    coupled: bool,
    parameters: Vec<usize>,
    dt: bool,
    repeat: bool,
}

impl Judge {
    /// Reads off the programs what batches and connectivity depend on.
    pub fn new(engine: &Engine) -> Judge {
        let matters = |v: &super::engine::Variant| {
            let mut names = sizes(&v.model);
            v.program.synapses.iter().for_each(|s| names.extend(s.depends.iter().cloned()));
            let varying = |p: &kernels::model::Parameter| p.varies && names.contains(&p.name);
            let parameters = v.model.parameters.iter().enumerate().filter(|(_, p)| varying(p));
            Matters {
                coupled: v.program.coupled,
                parameters: parameters.map(|(k, _)| k).collect(),
                dt: v.program.synapses.iter().any(|s| s.depends_on_dt),
                repeat: v.program.sites.list.iter().any(|s| s.structural),
            }
        };
        Judge { variants: engine.variants.iter().map(matters).collect() }
    }

    /// The likeness of a point: equal for points that may be lanes of one batch (uncoupled) or that have the same
    /// connectivity (coupled).
    pub fn of(&self, point: &Point) -> Likeness {
        let mut numbers = Vec::new();
        self.numbers_of(point, &mut numbers);
        Likeness(numbers)
    }

    fn numbers_of(&self, point: &Point, numbers: &mut Vec<u64>) {
        let matters = &self.variants[point.variant];
        numbers.push(point.variant as u64);
        numbers.extend(matters.parameters.iter().map(|k| point.values[*k].to_bits()));
        if !matters.coupled {
            numbers.extend([point.run.dt.to_bits(), point.run.steps]);
        } else {
            numbers.push(if matters.dt { point.run.dt.to_bits() } else { 0 });
            numbers.extend(if matters.repeat { [point.repeat, point.run.seed] } else { [0, 0] });
        }
    }

    /// Every number that likeness may depend on.
    fn numbers(&self, points: &Points) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            self.variants.iter().flat_map(|v| v.parameters.iter().copied()).collect();
        numbers.extend(alike::of_run(points, self.repeats()));
        numbers
    }

    fn repeats(&self) -> bool {
        self.variants.iter().any(|v| v.coupled && v.repeat)
    }
}

/// Parameters that sizes of a model depend on.
pub fn sizes(model: &Model) -> HashSet<String> {
    let mut texts: Vec<&Expr> = model.groups.iter().map(|g| &g.size).collect();
    texts.extend(model.poisson.iter().map(|p| &p.size));
    texts.extend(model.generators.iter().map(|g| &g.size));
    texts.extend(model.actions.iter().filter_map(|a| a.every.as_ref()));
    for clock in &model.clocks {
        match clock {
            Clock::Every(dt) => texts.push(dt),
            Clock::At(times) => texts.extend(times),
        }
    }
    let slices = model.synapses.iter().flat_map(|s| [&s.source, &s.target]);
    let slices = slices.chain(model.poisson_inputs.iter().map(|input| &input.target));
    let watched = model.monitors.iter().map(|m| &m.source).chain(model.reductions.iter().map(|r| &r.source));
    let watched = watched.chain(model.actions.iter().map(|a| &a.on));
    for Slice { start, stop, .. } in slices.chain(watched) {
        texts.extend(start.iter().chain(stop));
    }
    for monitor in &model.monitors {
        texts.extend(monitor.from.iter().chain(&monitor.to));
        match &monitor.kind {
            MonitorKind::State { every: Some(every), .. } => texts.push(every),
            MonitorKind::Correlogram { target, .. } => texts.extend(target.start.iter().chain(&target.stop)),
            _ => {}
        }
    }
    texts.into_iter().flat_map(algebra::names).collect()
}

/// Orders pending points by likeness and cuts them into claims for so many workers.
pub fn cut(engine: &Engine, pending: Vec<u64>, workers: u64, lanes: Option<u64>) -> Claimable {
    let judge = Judge::new(engine);
    let (order, runs) = by_likeness(engine, &judge, pending);
    let coupled = engine.variants.iter().any(|v| v.program.coupled);
    let per_claim = (order.len() as u64 / (workers * 16).max(1)).clamp(1, MOST_POINTS);
    let lanes = if coupled { 1 } else { lanes.unwrap_or(per_claim).clamp(1, MOST_LANES) };
    let per_claim = if coupled { per_claim } else { lanes };
    let mut starts = Vec::new();
    for run in runs.windows(2) {
        starts.extend((run[0]..run[1]).step_by(per_claim as usize));
    }
    starts.push(order.len());
    Claimable { one_structure: runs.len() <= 2, runs: runs.len().saturating_sub(1), order, starts, lanes }
}

/// Points sorted by likeness (stable), and where runs of like points begin, with the end at last.
fn by_likeness(engine: &Engine, judge: &Judge, pending: Vec<u64>) -> (Vec<u64>, Vec<usize>) {
    let alike = Alike::new(&engine.points, &judge.numbers(&engine.points), judge.repeats(), &pending);
    let end = pending.len();
    let (ranks, different) = ranks(engine, judge, &alike);
    if different < 2 {
        return (pending, if end == 0 { vec![] } else { vec![0, end] });
    }
    // Sorted by counting: a place for each rank, then each point to the next free one of its rank.
    let rank_of = |k: usize| ranks[alike.of[k] as usize] as usize;
    let mut runs = vec![0; different + 1];
    (0..end).for_each(|k| runs[rank_of(k) + 1] += 1);
    for rank in 0..different {
        runs[rank + 1] += runs[rank];
    }
    let mut next = runs.clone();
    let mut order = vec![0; end];
    for (k, point) in pending.iter().enumerate() {
        let place = &mut next[rank_of(k)];
        order[*place] = *point;
        *place += 1;
    }
    (order, runs)
}

/// The place of each class in the order of likeness, and how many different likenesses there are.
fn ranks(engine: &Engine, judge: &Judge, alike: &Alike) -> (Vec<u32>, usize) {
    if alike.first.len() < 2 {
        return (vec![0; alike.first.len()], alike.first.len());
    }
    let mut bindings = engine.points.bindings();
    let mut point = Point::default();
    // One list of numbers for all classes: a list each would take several times the memory.
    let (mut numbers, mut ends) = (Vec::new(), vec![0]);
    for first in &alike.first {
        engine.points.fill(*first, &mut bindings, &mut point);
        judge.numbers_of(&point, &mut numbers);
        ends.push(numbers.len());
    }
    let key = |class: u32| &numbers[ends[class as usize]..ends[class as usize + 1]];
    let mut sorted: Vec<u32> = (0..alike.first.len() as u32).collect();
    sorted.sort_unstable_by(|a, b| key(*a).cmp(key(*b)));
    let (mut ranks, mut rank) = (vec![0; sorted.len()], 0);
    for (k, class) in sorted.iter().enumerate() {
        rank += u32::from(k > 0 && key(*class) != key(sorted[k - 1]));
        ranks[*class as usize] = rank;
    }
    (ranks, rank as usize + 1)
}

/// Sizes for a point.
pub fn shape(engine: &Engine, point: &Point) -> Shape {
    let mut bindings = engine.points.bindings();
    let mut copy = Point::default();
    engine.points.fill(point.index, &mut bindings, &mut copy);
    Shape::of(&engine.variants[point.variant].model, &bindings, point.run.steps, point.run.dt)
        .expect("the check evaluated the sizes of every point")
}
