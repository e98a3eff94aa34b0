//! What phases change, and what they must not: sizes, connections, delays, time steps, durations.

use std::collections::BTreeSet;

use kernels::data::Way;
use kernels::language::ast::Expr;
use kernels::language::fault::Fault;
use kernels::model::{
    Bins, Chosen, Clock, Model, Monitor, MonitorKind, Places, Reduction, ReductionKind, Slice,
    SpikeGenerator, SpikeList, SpikeStatistic, Synapses,
};
use kernels::program::algebra;

use super::formula;
use super::parameters::Parameters;
use crate::codes;
use crate::points::{Block, PhaseFormulas, RunFormulas, Slot};
use crate::written::Phase;

/// Numbers that some phase changes, directly or since they are computed from one that it changes, and all numbers that
/// these values are computed from.
#[derive(Debug, Default)]
pub struct Affected {
    /// Those whose values change.
    pub numbers: BTreeSet<usize>,
    /// Those and what they are computed from.
    pub sources: BTreeSet<usize>,
}

impl Affected {
    /// By the definitions of all blocks.
    pub fn of(run: &RunFormulas, parameters: &Parameters, blocks: &[Block]) -> Affected {
        let mut out = Affected::default();
        let numbers_in = |expr: &Expr| -> Vec<usize> {
            formula::names(expr).iter().filter_map(|(name, _)| parameters.number(name)).collect()
        };
        for (k, value) in run.phases.iter().flat_map(|p| &p.changes) {
            out.numbers.insert(*k);
            out.sources.extend(numbers_in(value));
        }
        if out.numbers.is_empty() {
            return out;
        }
        let definitions = blocks.iter().flat_map(|b| &b.definitions);
        let definitions: Vec<(usize, Vec<usize>)> =
            definitions.map(|(k, value)| (*k, numbers_in(value))).collect();
        loop {
            let before = out.numbers.len();
            for (k, uses) in &definitions {
                if uses.iter().any(|used| out.numbers.contains(used)) {
                    out.numbers.insert(*k);
                }
            }
            if out.numbers.len() == before {
                break;
            }
        }
        out.sources.extend(&out.numbers);
        for (k, uses) in &definitions {
            if out.numbers.contains(k) {
                out.sources.extend(uses);
            }
        }
        out
    }

    /// Values that phases set vary between points where anything does that they are computed from.
    pub fn spread(&self, varying: &mut BTreeSet<Slot>) {
        if self.sources.iter().any(|k| varying.contains(&Slot::Number(*k))) {
            varying.extend(self.numbers.iter().map(|k| Slot::Number(*k)));
        }
    }
}

/// Refuses phases that change what decides the structure of the model.
pub fn structure(
    phases: &[Phase],
    run: &RunFormulas,
    models: &[Model],
    parameters: &Parameters,
    blocks: &[Block],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let structural: Vec<(String, &Expr)> = models.iter().flat_map(structural).chain(of_run(run)).collect();
    for (key, _) in phases.iter().flat_map(|p| &p.parameters) {
        let Some(k) = parameters.number(&key.name) else { continue };
        let reached = Affected::of(&RunFormulas { phases: only(k, run), ..run.clone() }, parameters, blocks);
        let uses = |expr: &Expr| {
            let names = formula::names(expr);
            names
                .into_iter()
                .find(|(n, _)| parameters.number(n).is_some_and(|k| reached.numbers.contains(&k)))
        };
        let Some((what, (name, place))) =
            structural.iter().find_map(|(what, expr)| Some((what, uses(expr)?)))
        else {
            continue;
        };
        let via = if name == key.name { String::new() } else { format!(" through '{name}'") };
        let message = format!("'{}' decides {what}{via}, which no phase can change", key.name);
        faults.push(Fault::new(codes::PHASE, key.span, message).also(place, "used here").help(
            "use another parameter here, or sweep it: what decides the structure is the same for the whole of a point",
        ));
    }
    faults
}

/// The changes of one number only.
fn only(number: usize, run: &RunFormulas) -> Vec<PhaseFormulas> {
    let of = |p: &PhaseFormulas| PhaseFormulas {
        changes: p.changes.iter().filter(|(k, _)| *k == number).cloned().collect(),
        ..p.clone()
    };
    run.phases.iter().map(of).collect()
}

fn of_run(run: &RunFormulas) -> Vec<(String, &Expr)> {
    let mut out = vec![("the time step".to_string(), &run.dt), ("the seed".to_string(), &run.seed)];
    out.extend(run.phases.iter().map(|p| (format!("the duration of '{}'", p.name), &p.duration)));
    out
}

/// What is decided once for a point, with the expressions that decide it.
fn structural(model: &Model) -> Vec<(String, &Expr)> {
    let mut out: Vec<(String, &Expr)> = Vec::new();
    let sizes = model.groups.iter().map(|g| (&g.name, &g.size));
    let sizes = sizes.chain(model.poisson.iter().map(|p| (&p.name, &p.size)));
    let sizes = sizes.chain(model.generators.iter().map(|g| (&g.name, &g.size)));
    out.extend(sizes.map(|(name, size)| (format!("the size of {name}"), size)));
    for link in model.groups.iter().flat_map(|g| &g.links) {
        if let Some(Places::Formula(index)) = &link.index {
            out.push((format!("which neurons {} is linked to", link.variable), index));
        }
    }
    for lookup in &model.lookups {
        if let Way::Time(timed) = &lookup.way {
            out.push((format!("the times of {}", lookup.name), &timed.dt));
        }
    }
    model.generators.iter().for_each(|generator| of_generator(generator, &mut out));
    model.synapses.iter().for_each(|synapses| of_synapses(synapses, &mut out));
    model.monitors.iter().for_each(|monitor| of_monitor(monitor, &mut out));
    model.reductions.iter().for_each(|reduction| of_reduction(reduction, &mut out));
    for input in &model.poisson_inputs {
        slice(format!("whom {} reaches", input.name), &input.target, &mut out);
    }
    for action in &model.actions {
        if let Some(on) = action.slice() {
            slice(format!("whom {} concerns", action.name), on, &mut out);
        }
        out.extend(action.every.iter().map(|e| (format!("when {} is done", action.name), e)));
    }
    for on in kernels::phases::codes(&model.phases).filter_map(|code| code.slice()) {
        slice("whom code of a phase concerns".to_string(), on, &mut out);
    }
    for clock in &model.clocks {
        match clock {
            Clock::Every(dt) => out.push(("a time step".to_string(), dt)),
            Clock::At(times) => out.extend(times.iter().map(|t| ("a time".to_string(), t))),
        }
    }
    out.retain(|(_, expr)| !algebra::names(expr).is_empty());
    out
}

fn slice<'m>(what: String, slice: &'m Slice, out: &mut Vec<(String, &'m Expr)>) {
    out.extend([&slice.start, &slice.stop].into_iter().flatten().map(|bound| (what.clone(), bound)));
}

fn of_generator<'m>(generator: &'m SpikeGenerator, out: &mut Vec<(String, &'m Expr)>) {
    let what = || format!("the spikes of {}", generator.name);
    out.extend(generator.period.iter().map(|period| (what(), period)));
    match &generator.spikes {
        SpikeList::Written(list) => out.extend(list.iter().map(|(_, time)| (what(), time))),
        SpikeList::Rows { of, .. } => out.extend(of.iter().map(|of| (what(), &of.number))),
    }
}

fn of_synapses<'m>(synapses: &'m Synapses, out: &mut Vec<(String, &'m Expr)>) {
    let name = &synapses.name;
    for end in [&synapses.source, &synapses.target] {
        slice(format!("the ends of {name}"), end, out);
    }
    for connect in &synapses.connect {
        out.extend(connect.expressions().into_iter().map(|e| (format!("the connections of {name}"), e)));
    }
    let delays = synapses.pathways.iter().filter_map(|pathway| pathway.delay.as_ref());
    out.extend(delays.map(|e| (format!("the delays of {name}"), e)));
}

fn of_monitor<'m>(monitor: &'m Monitor, out: &mut Vec<(String, &'m Expr)>) {
    let name = &monitor.name;
    slice(format!("what {name} records"), &monitor.source, out);
    let when = || format!("when {name} records");
    out.extend(monitor.from.iter().chain(&monitor.to).map(|e| (when(), e)));
    let bins = |bins: &'m Bins| [&bins.bin, &bins.max].map(|e| (format!("the bins of {name}"), e));
    if let MonitorKind::Synapses { chosen: Some(Chosen::Where(condition)), .. } = &monitor.kind {
        out.push((format!("which synapses {name} records"), condition));
    }
    match &monitor.kind {
        MonitorKind::State { every, last, .. } | MonitorKind::Synapses { every, last, .. } => {
            out.extend(every.iter().chain(last).map(|e| (when(), e)));
        }
        MonitorKind::Rate { smooth, bin } => {
            let width = smooth.as_ref().map(|smooth| &smooth.width);
            out.extend(width.into_iter().chain(bin).map(|e| (format!("how {name} is smoothed"), e)));
        }
        MonitorKind::Correlogram { target, bins: all } => {
            slice(format!("what {name} records"), target, out);
            out.extend(bins(all));
        }
        MonitorKind::IsiHistogram(all)
        | MonitorKind::RateHistogram(all)
        | MonitorKind::Autocorrelogram(all) => out.extend(bins(all)),
        MonitorKind::Spikes { .. } | MonitorKind::Snapshot { .. } | MonitorKind::Counts => {}
    }
}

fn of_reduction<'m>(reduction: &'m Reduction, out: &mut Vec<(String, &'m Expr)>) {
    let what = || format!("what {} sums up", reduction.name);
    slice(what(), &reduction.source, out);
    let ReductionKind::Spikes(statistic) = &reduction.kind else { return };
    out.extend(reduction.when.iter().map(|when| (what(), when)));
    let argument = match statistic {
        SpikeStatistic::Fano { window } => window,
        SpikeStatistic::VectorStrength { period } => period,
        SpikeStatistic::GammaFactor { delta, .. } => delta,
        _ => return,
    };
    out.push((what(), argument));
}
