//! Cuts points into batches and claims.
//!
//! A batch holds points that advance together: one where synapses couple neurons, many lanes where they do not, all with
//! the same kernel, dt, number of steps and sizes. A claim is what a worker takes at once: one or more batches.
//! Nothing here changes a result; it only decides who computes what beside whom.

use std::collections::HashSet;

use jobs::{Point, Points};
use kernels::c::Reads;
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
    /// How many different states points can branch from at the end of shared phases; 0: none are shared.
    pub branches: usize,
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

    /// As it is, but for these batches: each becomes a claim, before all others.
    pub fn with_first(self, batches: &[Vec<u64>]) -> Claimable {
        if batches.is_empty() {
            return self;
        }
        let moved: HashSet<u64> = batches.iter().flatten().copied().collect();
        let others = self.starts.windows(2).map(|ends| {
            self.order[ends[0]..ends[1]].iter().copied().filter(|point| !moved.contains(point)).collect()
        });
        let others: Vec<Vec<u64>> = others.collect();
        let (mut order, mut starts) = (Vec::with_capacity(self.order.len()), vec![0]);
        for claim in batches.iter().chain(&others).filter(|claim| !claim.is_empty()) {
            order.extend(claim);
            starts.push(order.len());
        }
        let longest = batches.iter().map(|batch| batch.len() as u64).max().unwrap_or(1);
        Claimable { order, starts, lanes: self.lanes.max(longest), ..self }
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
    /// Shared phases, where points can branch from their end, and what is read in them.
    shared: Option<(usize, Reads)>,
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
                shared: v
                    .program
                    .phases
                    .first_own
                    .filter(|_| v.program.coupled)
                    .map(|count| (count, kernels::c::reads(&v.program, count))),
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
            numbers.extend(point.ends.iter().map(|end| end.to_bits()));
        } else {
            numbers.push(if matters.dt { point.run.dt.to_bits() } else { 0 });
            numbers.extend(if matters.repeat { [point.repeat, point.run.seed] } else { [0, 0] });
        }
    }

    /// What decides the state at the end of shared phases, besides likeness; none where points cannot branch from it.
    pub fn shared(&self, engine: &Engine, point: &Point) -> Option<Vec<u64>> {
        let (count, reads) = self.variants[point.variant].shared.as_ref()?;
        let mut numbers = vec![point.repeat, point.run.seed, point.run.dt.to_bits()];
        numbers.extend(point.ends[..*count].iter().map(|end| end.to_bits()));
        numbers.extend(reads.initial.iter().map(|k| point.values[*k].to_bits()));
        for phase in 0..*count {
            let values = engine.values_in(point.index, phase);
            numbers.extend(reads.phases.iter().map(|k| values[*k].to_bits()));
        }
        Some(numbers)
    }

    /// Whether points can branch from the end of shared phases.
    fn branches(&self) -> bool {
        self.variants.iter().any(|v| v.shared.is_some())
    }

    /// Every number that likeness, or what shared phases lead to, may depend on.
    fn numbers(&self, points: &Points) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            self.variants.iter().flat_map(|v| v.parameters.iter().copied()).collect();
        numbers.extend(alike::of_run(points, self.repeats()));
        for (_, reads) in self.variants.iter().filter_map(|v| v.shared.as_ref()) {
            numbers.extend(reads.initial.iter().chain(&reads.phases));
        }
        if self.branches() {
            let values = points.phases().iter().flat_map(|p| &p.changes).map(|(_, value)| value);
            numbers.extend(values.flat_map(|value| points.frame().numbers_in(value)));
        }
        numbers
    }

    fn repeats(&self) -> bool {
        self.branches() || self.variants.iter().any(|v| v.coupled && v.repeat)
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
    let watched = watched.chain(model.actions.iter().filter_map(|a| a.slice()));
    let coded = kernels::phases::codes(&model.phases).filter_map(|code| code.slice());
    for Slice { start, stop, .. } in slices.chain(watched).chain(coded) {
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
    let Sorted { order, runs, branches } = by_likeness(engine, &judge, pending);
    let coupled = engine.variants.iter().any(|v| v.program.coupled);
    let per_claim = (order.len() as u64 / (workers * 16).max(1)).clamp(1, MOST_POINTS);
    let lanes = if coupled { 1 } else { lanes.unwrap_or(per_claim).clamp(1, MOST_LANES) };
    let per_claim = if coupled { per_claim } else { lanes };
    let mut starts = Vec::new();
    for run in runs.windows(2) {
        let inner = branches.iter().copied().filter(|at| run[0] < *at && *at < run[1]);
        let inner: Vec<usize> = [run[0]].into_iter().chain(inner).chain([run[1]]).collect();
        claims(&inner, per_claim as usize, workers as usize, &mut starts);
    }
    starts.push(order.len());
    let branches = if judge.branches() { branches.len().saturating_sub(1) } else { 0 };
    let runs = runs.len().saturating_sub(1);
    Claimable { one_structure: runs <= 1, runs, branches, order, starts, lanes }
}

/// As [`cut`], each point in a claim of its own.
pub fn alone(engine: &Engine, pending: Vec<u64>) -> Claimable {
    let mut claimable = cut(engine, pending, 1, Some(1));
    claimable.starts = (0..=claimable.order.len()).collect();
    claimable
}

/// Where claims begin in a run of points that are alike. It is made of stretches of points that branch from one state:
/// where these are many, a claim takes them whole, so that one worker only gets to that state.
fn claims(stretches: &[usize], per_claim: usize, workers: usize, starts: &mut Vec<usize>) {
    let (first, end) = (stretches[0], stretches[stretches.len() - 1]);
    if stretches.len() < 2 + 2 * workers {
        starts.extend((first..end).step_by(per_claim));
        return;
    }
    let mut begun = first;
    starts.push(first);
    for at in &stretches[1..stretches.len() - 1] {
        if at - begun >= per_claim {
            starts.push(*at);
            begun = *at;
        }
    }
}

/// Points in the order in which they are handed out.
struct Sorted {
    order: Vec<u64>,
    /// Where runs of like points begin, with the end at last.
    runs: Vec<usize>,
    /// Where stretches of points begin that branch from one state, with the end at last.
    branches: Vec<usize>,
}

/// Points sorted by likeness and by the state that they branch from (stable).
fn by_likeness(engine: &Engine, judge: &Judge, pending: Vec<u64>) -> Sorted {
    let alike = Alike::new(&engine.points, &judge.numbers(&engine.points), judge.repeats(), &pending);
    let end = pending.len();
    let Ranks { of: ranks, new } = ranks(engine, judge, &alike);
    let different = new.len();
    if different < 2 {
        let runs = if end == 0 { vec![] } else { vec![0, end] };
        return Sorted { order: pending, branches: runs.clone(), runs };
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
    let mut likenesses: Vec<usize> =
        runs.iter().zip(&new).filter(|(_, new)| **new).map(|(at, _)| *at).collect();
    likenesses.push(end);
    Sorted { order, runs: likenesses, branches: runs }
}

/// The order of classes.
struct Ranks {
    /// The place of each class.
    of: Vec<u32>,
    /// For each place: its likeness is another one than that of the place before.
    new: Vec<bool>,
}

fn ranks(engine: &Engine, judge: &Judge, alike: &Alike) -> Ranks {
    if alike.first.len() < 2 {
        return Ranks { of: vec![0; alike.first.len()], new: vec![true; alike.first.len()] };
    }
    let mut bindings = engine.points.bindings();
    let mut point = Point::default();
    // One list of numbers for all classes: a list each would take several times the memory.
    let (mut numbers, mut ends, mut heads) = (Vec::new(), vec![0], Vec::new());
    for first in &alike.first {
        engine.points.fill(*first, &mut bindings, &mut point);
        judge.numbers_of(&point, &mut numbers);
        heads.push(numbers.len());
        numbers.extend(judge.shared(engine, &point).into_iter().flatten());
        ends.push(numbers.len());
    }
    let likeness = |class: u32| &numbers[ends[class as usize]..heads[class as usize]];
    let key = |class: u32| &numbers[ends[class as usize]..ends[class as usize + 1]];
    let mut sorted: Vec<u32> = (0..alike.first.len() as u32).collect();
    sorted.sort_unstable_by(|a, b| key(*a).cmp(key(*b)));
    let (mut ranks, mut new) = (vec![0; sorted.len()], Vec::new());
    for (k, class) in sorted.iter().enumerate() {
        let last = k.checked_sub(1).map(|last| sorted[last]);
        if last.is_none_or(|last| key(*class) != key(last)) {
            new.push(last.is_none_or(|last| likeness(*class) != likeness(last)));
        }
        ranks[*class as usize] = new.len() as u32 - 1;
    }
    Ranks { of: ranks, new }
}

/// Sizes for a point.
pub fn shape(engine: &Engine, point: &Point) -> Shape {
    let mut bindings = engine.points.bindings();
    let mut copy = Point::default();
    engine.points.fill(point.index, &mut bindings, &mut copy);
    Shape::of(&engine.variants[point.variant].model, &bindings, point.run.steps, point.run.dt)
        .expect("the check evaluated the sizes of every point")
}
