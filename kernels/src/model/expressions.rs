//! Every expression of a model, for what must be done to all of them. Patterns name all parts, so that a new one cannot be
//! forgotten here.

use crate::data::{Lookup, Timed, Way};
use crate::language::ast::{Equation, EquationKind, Expr, Statement};
use crate::phases::{Code, Phase, Target};

use super::{
    Action, Bins, Block, Chosen, Clock, Event, Group, Link, Model, Monitor, MonitorKind, Pathway, Places,
    PoissonGroup, PoissonInput, Recorded, Reduction, ReductionKind, Refractory, RowsOf, Slice, Smooth,
    SpikeGenerator, SpikeList, SpikeStatistic, Sum, Synapses, Tolerances,
};

/// What is done to an expression.
type Visit<'a> = dyn FnMut(&mut Expr) + 'a;

impl Model {
    /// Visits every expression.
    pub fn each_expression(&mut self, visit: &mut Visit<'_>) {
        let Model {
            parameters: _,
            arrays: _,
            data: _,
            schemes: _,
            lookups,
            groups,
            poisson,
            generators,
            synapses: objects,
            poisson_inputs,
            actions,
            monitors,
            reductions,
            slots: _,
            clocks,
            strict_nan: _,
            phases,
        } = self;
        lookups.iter_mut().for_each(|l| lookup(l, visit));
        groups.iter_mut().for_each(|g| group(g, visit));
        for PoissonGroup { name: _, span: _, size, rate, clock: _, when: _ } in poisson {
            visit(size);
            visit(rate);
        }
        generators.iter_mut().for_each(|g| generator(g, visit));
        objects.iter_mut().for_each(|s| synapses(s, visit));
        for PoissonInput { name: _, span: _, target, variable: _, n, rate, weight, when: _ } in poisson_inputs
        {
            slice(target, visit);
            [n, rate, weight].into_iter().for_each(&mut *visit);
        }
        for Action { name: _, span: _, on, code, every, clock: _, when: _ } in actions {
            if let Target::Neurons(on) = on {
                slice(on, visit);
            }
            statements(code, visit);
            every.iter_mut().for_each(&mut *visit);
        }
        for clock in clocks {
            match clock {
                Clock::Every(dt) => visit(dt),
                Clock::At(times) => times.iter_mut().for_each(&mut *visit),
            }
        }
        for Phase { name: _, span: _, off: _, reset: _, code, shared: _ } in phases {
            for Code { on, statements: list } in code {
                if let Target::Neurons(on) = on {
                    slice(on, visit);
                }
                statements(list, visit);
            }
        }
        monitors.iter_mut().for_each(|m| monitor(m, visit));
        reductions.iter_mut().for_each(|r| reduction(r, visit));
    }
}

fn reduction(Reduction { name: _, source, kind, when }: &mut Reduction, visit: &mut Visit<'_>) {
    slice(source, visit);
    when.iter_mut().for_each(&mut *visit);
    match kind {
        ReductionKind::State { operation: _, value, kind: _, dimension: _ } => visit(value),
        ReductionKind::Spikes(statistic) => match statistic {
            SpikeStatistic::Fano { window } => visit(window),
            SpikeStatistic::VectorStrength { period } => visit(period),
            SpikeStatistic::GammaFactor { train: _, delta } => visit(delta),
            SpikeStatistic::Count
            | SpikeStatistic::Rate
            | SpikeStatistic::Cv
            | SpikeStatistic::Cv2
            | SpikeStatistic::Latency => {}
        },
    }
}

fn lookup(Lookup { name: _, kind: _, dimension: _, data: _, way }: &mut Lookup, visit: &mut Visit<'_>) {
    match way {
        Way::Time(Timed { dt, linear: _, columned: _, stepwise: _ }) => visit(dt),
        Way::Table(_) => {}
    }
}

fn generator(
    SpikeGenerator { name: _, span: _, size, spikes, period, clock: _, when: _ }: &mut SpikeGenerator,
    visit: &mut Visit<'_>,
) {
    visit(size);
    period.iter_mut().for_each(&mut *visit);
    match spikes {
        SpikeList::Written(list) => list.iter_mut().for_each(|(_, time)| visit(time)),
        SpikeList::Rows { data: _, of, lines: _, span: _ } => {
            of.iter_mut().for_each(|RowsOf { number, places: _ }| visit(number));
        }
    }
}

fn group(group: &mut Group, visit: &mut Visit<'_>) {
    let Group {
        name: _,
        span: _,
        size,
        equations: lines,
        method: _,
        tolerances,
        threshold,
        reset,
        refractory,
        initial,
        expected_rate,
        clock: _,
        order: _,
        events,
        links,
    } = group;
    visit(size);
    for Event { name: _, span: _, condition, when: _, code, code_when: _, expected_rate } in events {
        visit(condition);
        expected_rate.iter_mut().for_each(&mut *visit);
        statements(code, visit);
    }
    links.iter_mut().for_each(|l| link(l, visit));
    self::tolerances(tolerances, visit);
    equations(lines, visit);
    threshold.iter_mut().chain(expected_rate).for_each(&mut *visit);
    statements(reset, visit);
    match refractory {
        Some(Refractory::Time(value) | Refractory::While(value)) => visit(value),
        None => {}
    }
    blocks(initial, visit);
}

fn tolerances(Tolerances { absolute, relative, max_steps }: &mut Tolerances, visit: &mut Visit<'_>) {
    absolute.iter_mut().for_each(|(_, value)| visit(value));
    relative.iter_mut().chain(max_steps).for_each(&mut *visit);
}

fn link(Link { variable: _, of: _, source: _, index, span: _ }: &mut Link, visit: &mut Visit<'_>) {
    match index {
        Some(Places::Formula(index)) => visit(index),
        Some(Places::List(..)) | None => {}
    }
}

fn synapses(object: &mut Synapses, visit: &mut Visit<'_>) {
    let Synapses {
        name: _,
        span: _,
        source,
        target,
        equations: lines,
        method: _,
        tolerances,
        clock: _,
        sums,
        pathways,
        connect,
        multisynaptic: _,
        initial,
    } = object;
    slice(source, visit);
    slice(target, visit);
    equations(lines, visit);
    self::tolerances(tolerances, visit);
    for Sum { variable: _, side: _, span: _, kind: _, value } in sums {
        visit(value);
    }
    for Pathway { name: _, span: _, side: _, sender: _, code, delay, when: _ } in pathways {
        statements(code, visit);
        delay.iter_mut().for_each(&mut *visit);
    }
    for rule in connect {
        rule.expressions_mut().into_iter().for_each(&mut *visit);
    }
    blocks(initial, visit);
}

fn monitor(
    Monitor { name: _, span: _, source, kind, clock: _, when: _, from, to }: &mut Monitor,
    visit: &mut Visit<'_>,
) {
    slice(source, visit);
    from.iter_mut().chain(to).for_each(&mut *visit);
    match kind {
        MonitorKind::Spikes { variables } => recorded(variables, visit),
        MonitorKind::State { variables, indices: _, every, last } => {
            recorded(variables, visit);
            every.iter_mut().chain(last).for_each(&mut *visit);
        }
        MonitorKind::Synapses { object: _, variables, chosen, every, last } => {
            recorded(variables, visit);
            match chosen {
                Some(Chosen::Where(condition)) => visit(condition),
                Some(Chosen::Listed(_)) | None => {}
            }
            every.iter_mut().chain(last).for_each(&mut *visit);
        }
        MonitorKind::Snapshot { groups, synapses } => {
            groups.iter_mut().chain(synapses).for_each(|(_, all)| recorded(all, visit));
        }
        MonitorKind::Rate { smooth, bin } => {
            bin.iter_mut().for_each(&mut *visit);
            if let Some(Smooth { gaussian: _, width }) = smooth {
                visit(width);
            }
        }
        MonitorKind::Counts => {}
        MonitorKind::IsiHistogram(all)
        | MonitorKind::RateHistogram(all)
        | MonitorKind::Autocorrelogram(all) => {
            bins(all, visit);
        }
        MonitorKind::Correlogram { target, bins: all } => {
            slice(target, visit);
            bins(all, visit);
        }
    }
}

fn recorded(list: &mut [Recorded], visit: &mut Visit<'_>) {
    list.iter_mut().for_each(|recorded| visit(&mut recorded.value));
}

fn bins(Bins { bin, max }: &mut Bins, visit: &mut Visit<'_>) {
    visit(bin);
    visit(max);
}

fn slice(Slice { of: _, start, stop, span: _ }: &mut Slice, visit: &mut Visit<'_>) {
    start.iter_mut().chain(stop).for_each(&mut *visit);
}

fn equations(lines: &mut [Equation], visit: &mut Visit<'_>) {
    for Equation { kind, .. } in lines {
        match kind {
            EquationKind::Differential(value) | EquationKind::Subexpression(value) => visit(value),
            EquationKind::Parameter => {}
        }
    }
}

fn statements(list: &mut [Statement], visit: &mut Visit<'_>) {
    list.iter_mut().for_each(|statement| visit(&mut statement.value));
}

fn blocks(list: &mut [Block], visit: &mut Visit<'_>) {
    for Block { condition, statements: list } in list {
        condition.iter_mut().for_each(&mut *visit);
        statements(list, visit);
    }
}
