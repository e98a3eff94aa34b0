//! What one point takes: its work piece by piece, and the bytes of its rows.

use std::collections::{BTreeMap, BTreeSet};

use jobs::{Bindings, Job, Point, Table};
use kernels::layout::{Layout, Region, Shape, real};
use kernels::model::{MonitorKind, Slice};
use kernels::program::inputs::Law;

use crate::simulate::batches::Claimable;
use crate::simulate::engine::{Engine, Variant};
use crate::tables::row_bytes;

use super::Rate;
use super::connections::{self, Connections};
use super::cost::{self, Costs};
use super::firing::{self, Firing};
use super::phases;
use super::tables::Rows;

/// Sums over the points that were looked at; nanoseconds and bytes.
#[derive(Debug, Default)]
pub struct Amounts {
    pub points: f64,
    pub updates: f64,
    pub spikes: f64,
    pub events: f64,
    /// Of the largest point.
    pub synapses: f64,
    pub steps: f64,
    /// That part of it which lies in shared phases.
    pub shared: f64,
    pub connect: f64,
    pub rows: f64,
    pub each: f64,
    pub points_rows: f64,
    pub summary_rows: f64,
    pub monitors: Vec<f64>,
    pub rates: BTreeMap<String, Rate>,
    pub bound: BTreeSet<String>,
}

/// Knows what is the same for all points.
pub struct Estimator<'a> {
    engine: &'a Engine,
    claimable: &'a Claimable,
    measured: &'a BTreeMap<String, f64>,
    costs: Vec<Costs>,
    tables: Vec<Table>,
}

/// A point under consideration.
struct Case<'a> {
    variant: &'a Variant,
    costs: &'a Costs,
    shape: &'a Shape,
    firing: &'a [Firing],
    values: &'a Bindings<'a>,
    dt: f64,
}

impl<'a> Estimator<'a> {
    /// Reads the costs off the programs.
    pub fn new(
        job: &'a Job,
        engine: &'a Engine,
        claimable: &'a Claimable,
        measured: &'a BTreeMap<String, f64>,
    ) -> Estimator<'a> {
        let costs = engine.variants.iter().map(|v| Costs::of(&v.program)).collect();
        Estimator { engine, claimable, measured, costs, tables: job.tables() }
    }

    /// Adds what a point takes.
    pub fn add(&self, index: u64, sum: &mut Amounts) {
        let mut values = self.engine.points.bindings();
        let mut point = Point::default();
        self.engine.points.fill(index, &mut values, &mut point);
        let variant = &self.engine.variants[point.variant];
        let run = point.run;
        // Sizes of every point were computed by the check.
        let Some(shape) = Shape::of(&variant.model, &values, run.steps, run.dt) else { return };
        let firing = match point.ends.is_empty() {
            true => firing::rates(&variant.model, &values, (run.duration, run.dt), self.measured, &shape),
            false => phases::rates(self.engine, variant, &point, self.measured, &shape),
        };
        let awake = phases::awake(variant, &point);
        let costs = &self.costs[point.variant];
        let case = Case { variant, costs, shape: &shape, firing: &firing, values: &values, dt: run.dt };
        sum.points += 1.0;
        case.note_rates(sum);
        let connections = case.connections(sum);
        let before = sum.steps;
        case.steps(&connections, self.claimable.lanes, sum);
        let own = variant.program.phases.first_own.filter(|_| self.claimable.branches > 0);
        let shared = own.map_or(0.0, |own| point.ends[own - 1] / run.duration.max(f64::MIN_POSITIVE));
        sum.shared += (sum.steps - before) * shared.min(1.0);
        let synapses: Vec<f64> = connections.iter().map(|c| c.synapses).collect();
        let rows = Rows {
            model: &variant.model,
            tables: &self.tables[2..],
            shape: &shape,
            values: &values,
            dt: run.dt,
            point: index,
            synapses: &synapses,
            firing: &firing,
            awake: &awake,
        };
        let monitors = rows.monitors();
        sum.monitors.resize(monitors.len(), 0.0);
        sum.monitors.iter_mut().zip(&monitors).for_each(|(all, bytes)| *all += bytes);
        sum.points_rows += row_bytes(&self.engine.points, &self.tables[0].columns, &point) as f64;
        sum.summary_rows += rows.summary(&self.tables[1].columns);
        sum.rows += cost::BYTE * monitors.iter().sum::<f64>() + case.windows();
    }
}

impl Case<'_> {
    fn duration(&self) -> f64 {
        self.shape.steps as f64 * self.dt
    }

    /// Spikes of a population.
    fn spikes(&self, population: usize) -> f64 {
        self.firing[population].hertz * self.duration() * self.shape.sizes[population] as f64
    }

    fn note_rates(&self, sum: &mut Amounts) {
        let model = &self.variant.model;
        let names = model.populations().map(|p| model.name(p)).collect::<Vec<_>>();
        for (name, Firing { hertz, basis }) in names.iter().zip(self.firing) {
            let n = sum.points;
            let rate = sum.rates.entry(name.clone()).or_insert_with(|| Rate {
                group: name.clone(),
                hertz: [f64::INFINITY, 0.0, f64::NEG_INFINITY],
                basis: *basis,
            });
            let [low, mean, high] = rate.hertz;
            rate.hertz = [low.min(*hertz), mean + (hertz - mean) / n, high.max(*hertz)];
            rate.basis = rate.basis.max(*basis);
        }
    }

    fn connections(&self, sum: &mut Amounts) -> Vec<Connections> {
        let model = &self.variant.model;
        let mut all = Vec::new();
        let mut counts = vec![0; model.synapses.len()];
        for k in 0..counts.len() {
            // Those between other synapses come behind them.
            let ends = match model.synapses[k].between().next() {
                Some(_) => self.shape.with_synapses(model, &counts).ends[k],
                None => self.shape.ends[k],
            };
            let found = connections::expected(model, k, ends, self.values);
            counts[k] = found.synapses as u64;
            all.push(found);
        }
        for (k, found) in all.iter().enumerate() {
            let (_, pair) = &self.costs.synapses[k];
            sum.connect += found.tried * (cost::PAIR + pair) + found.synapses * cost::SYNAPSE;
            if found.bound {
                sum.bound.insert(model.synapses[k].name.clone());
            }
        }
        sum.synapses = sum.synapses.max(all.iter().map(|c| c.synapses).sum());
        all
    }

    /// The loop over steps.
    fn steps(&self, connections: &[Connections], lanes: u64, sum: &mut Amounts) {
        let (model, program) = (&self.variant.model, &self.variant.program);
        let ticks: Vec<f64> = model.populations().map(|p| self.shape.ticks(model.clock(p)) as f64).collect();
        let mut region = Region::at(0);
        let layout = Layout::arena(program, model, self.shape, lanes, &mut region);
        let block = layout.map_or(1, |layout| layout.lanes_per_block);
        for (p, size) in self.shape.sizes.iter().enumerate() {
            let (n, spikes, steps) = (*size as f64, self.spikes(p), ticks[p]);
            sum.steps += spikes * cost::SPIKE;
            sum.spikes += spikes;
            if p < model.groups.len() {
                sum.updates += n * steps;
                sum.steps += steps * self.costs.step(p, size * block) / block as f64;
            } else if let Some(poisson) = program.poisson.get(p - model.groups.len()) {
                let constant = poisson.constant;
                sum.steps += steps * (cost::LOOP + n * if constant { cost::WAITING } else { cost::TRAIN });
            } else if p < model.groups.len() + program.poisson.len() + program.generators.len() {
                sum.steps += steps * cost::LOOP;
            } else {
                sum.steps += steps * (cost::LOOP + n * cost::TRAIN);
            }
        }
        for (k, (input, target)) in program.inputs.iter().zip(&self.shape.inputs).enumerate() {
            let steps = ticks[model.number(model.poisson_inputs[k].target.of)];
            let each = if input.law == Law::Element { cost::INPUT_LAW } else { cost::INPUT };
            sum.steps += steps * (cost::LOOP + target.len() as f64 * each);
        }
        for (k, found) in connections.iter().enumerate() {
            let synapses = &program.synapses[k];
            for (clock, each) in &self.costs.at_steps[k] {
                sum.steps += self.shape.ticks(*clock) as f64 * (cost::LOOP + found.synapses * each);
            }
            for (pathway, cost) in synapses.pathways.iter().zip(&self.costs.synapses[k].0) {
                // Each spike of a neuron reaches each of its synapses.
                let steps = ticks[pathway.sender];
                let events = found.synapses * self.firing[pathway.sender].hertz * self.duration();
                sum.events += events;
                let looks = if pathway.delay.is_each() { cost::DELAYS } else { 0.0 };
                sum.steps += events * cost + steps * (cost::LOOP + looks);
            }
        }
        sum.each += cost::POINT + (region.next / lanes.max(1)) as f64 * cost::ARENA_BYTE;
    }

    /// Smoothing of rates, and pairs of correlograms.
    fn windows(&self) -> f64 {
        let steps = self.shape.steps as f64;
        let monitors =
            self.variant.model.monitors.iter().enumerate().map(|(m, monitor)| match &monitor.kind {
                MonitorKind::Rate { smooth: Some(smooth), .. } => {
                    let width = real(&smooth.width, self.values).unwrap_or(self.dt) / self.dt;
                    steps * cost::WINDOW * if smooth.gaussian { 4.0 * width } else { width }
                }
                MonitorKind::Correlogram { target, bins } => {
                    let rate = |of: &Slice| self.firing[self.variant.model.number(of.of)].hertz * self.dt;
                    let source = rate(&monitor.source) * self.shape.watched[m].len() as f64;
                    let others = rate(target) * self.shape.compared[m].map_or(0, |range| range.len()) as f64;
                    // Steps with spikes, each with those as far back as the largest lag.
                    let busy = 1.0 - (-source - others).exp();
                    let back = (real(&bins.max, self.values).unwrap_or(self.dt) / self.dt).min(steps / 2.0);
                    steps * busy * back * busy * cost::LAG
                }
                _ => 0.0,
            });
        monitors.sum()
    }
}
