//! What is recorded: state monitors, reductions, and which spikes the host sees.

use std::collections::HashSet;

use crate::language::ast::Expr;
use crate::model::{Model, MonitorKind, Population, Recorded, Reduce, Reduction, ReductionKind};

use super::fields::{Element, Extent, Field, Fields};
use super::names::Names;
use super::parts::{GroupParts, seen_from, stored_names};
use super::synapses;

/// Values that are copied for the host: of all elements of a slice at every so many steps, or of those that spike.
#[derive(Debug, Clone)]
pub struct RecordProgram {
    /// Number of the monitor in the model.
    pub monitor: usize,
    /// Number among the records of the monitor.
    pub part: usize,
    /// The population whose values they are.
    pub population: usize,
    /// Recorded for the spikes (or events) of this population; `None`: at steps.
    pub on: Option<usize>,
    /// Values over identifiers at `[e]`.
    pub values: Vec<Expr>,
    /// What is known of the identifiers.
    pub names: Names,
    /// There is an index list; without one all elements of the slice are recorded.
    pub listed: bool,
    /// It is the synapses of this object that are recorded; values are over identifiers at `[q]`.
    pub synapses: Option<usize>,
    /// All elements of the population are recorded, whatever the monitor's slice.
    pub whole: bool,
    /// Only steps of a window are recorded, which the plan says.
    pub windowed: bool,
}

impl RecordProgram {
    /// Words of one record of so many elements: for spikes the index comes first.
    pub fn words(&self, elements: u64) -> u64 {
        match self.on {
            Some(_) => 1 + self.values.len() as u64,
            None => elements * self.values.len() as u64,
        }
    }
}

/// A reduction: accumulators of each element.
#[derive(Debug, Clone)]
pub struct ReductionProgram {
    /// Number of the reduction in the model.
    pub reduction: usize,
    /// The population.
    pub population: usize,
    /// The value over identifiers at `[e]`.
    pub value: Expr,
    /// The steps that count; `None`: all.
    pub when: Option<Expr>,
    /// What is known of the identifiers.
    pub names: Names,
    /// Array of the extreme, the sum, the mean so far, or the last value.
    pub array: String,
    /// Array of how many steps were counted, where that is needed.
    pub counted: Option<String>,
    /// Array of the sum of squared differences from the mean, where that is needed.
    pub spread: Option<String>,
    /// What is done.
    pub operation: Reduce,
}

/// Builds both.
pub fn build(
    model: &Model,
    parts: &[GroupParts],
    coupled: bool,
    fields: &mut Fields,
) -> (Vec<RecordProgram>, Vec<ReductionProgram>) {
    let mut records = Vec::new();
    for (number, monitor) in model.monitors.iter().enumerate() {
        let of = |g: usize, part: usize, variables: &[Recorded]| {
            let names = seen_from(model, &parts[g], coupled, (model.groups[g].clock, monitor.clock));
            let values = variables.iter().map(|v| value(&parts[g], &names, &v.value)).collect();
            let windowed = monitor.from.is_some() || monitor.to.is_some();
            RecordProgram {
                monitor: number,
                part,
                population: g,
                on: None,
                values,
                names,
                listed: false,
                synapses: None,
                whole: false,
                windowed,
            }
        };
        match (&monitor.kind, monitor.source.of) {
            (MonitorKind::State { variables, indices, .. }, Population::Group(g)) => {
                let listed = indices.is_some();
                if listed {
                    fields.add(Field {
                        ident: format!("indices_{number}"),
                        element: Element::I32,
                        extent: Extent::Indices(number),
                        zeroed: false,
                        structural: None,
                    });
                }
                records.push(RecordProgram { listed, ..of(g, 0, variables) });
            }
            (MonitorKind::Spikes { variables }, Population::Group(g) | Population::Event(g, _))
                if !variables.is_empty() =>
            {
                let on = Some(model.number(monitor.source.of));
                records.push(RecordProgram { on, windowed: false, ..of(g, 0, variables) });
            }
            (MonitorKind::Synapses { object, variables, .. }, _) => {
                records.push(of_synapses(model, parts, (number, 0), *object, variables));
            }
            (MonitorKind::Snapshot { groups, synapses }, _) => {
                let all = groups.iter().enumerate();
                records.extend(
                    all.map(|(part, (g, variables))| RecordProgram {
                        whole: true,
                        ..of(*g, part, variables)
                    }),
                );
                let all = synapses.iter().enumerate();
                records.extend(all.map(|(k, (object, variables))| {
                    of_synapses(model, parts, (number, groups.len() + k), *object, variables)
                }));
            }
            _ => {}
        }
    }
    let reductions = model.reductions.iter().enumerate();
    let reductions = reductions.filter_map(|(k, r)| reduction(model, k, r, parts, coupled, fields));
    (records, reductions.collect())
}

/// A record of all synapses of an object: a part of a monitor.
fn of_synapses(
    model: &Model,
    groups: &[GroupParts],
    (number, part): (usize, usize),
    object: usize,
    variables: &[Recorded],
) -> RecordProgram {
    let monitor = &model.monitors[number];
    let (values, names) = synapses::recorded(model, object, groups, monitor.clock, variables);
    RecordProgram {
        monitor: number,
        part,
        // Nobody asks for the population of synapses.
        population: 0,
        on: None,
        values,
        names,
        listed: false,
        synapses: Some(object),
        whole: false,
        windowed: monitor.from.is_some() || monitor.to.is_some(),
    }
}

fn reduction(
    model: &Model,
    number: usize,
    reduction: &Reduction,
    parts: &[GroupParts],
    coupled: bool,
    fields: &mut Fields,
) -> Option<ReductionProgram> {
    let ReductionKind::State { operation, value: expr, .. } = &reduction.kind else { return None };
    let Population::Group(g) = reduction.source.of else { return None };
    let names = stored_names(model, &parts[g], coupled, model.groups[g].clock);
    let mut array = |stem: &str| {
        let ident = format!("{stem}_{number}");
        let extent = Extent::Elements(g);
        fields.add(Field {
            ident: ident.clone(),
            element: Element::F64,
            extent,
            zeroed: false,
            structural: None,
        });
        ident
    };
    let deviates = *operation == Reduce::Deviation;
    let counts = deviates || matches!(operation, Reduce::Mean | Reduce::Last) && reduction.when.is_some();
    Some(ReductionProgram {
        reduction: number,
        population: g,
        value: value(&parts[g], &names, expr),
        when: reduction.when.as_ref().map(|when| names.resolve(when)),
        array: array("reduced"),
        counted: counts.then(|| array("counted")),
        spread: deviates.then(|| array("spread")),
        names,
        operation: *operation,
    })
}

/// Everything of group g that monitors and reductions copy.
pub fn exprs(model: &Model, g: usize) -> impl Iterator<Item = &Expr> {
    let is_own = move |of: Population| matches!(of, Population::Group(k) | Population::Event(k, _) if k == g);
    let monitors = model.monitors.iter().flat_map(move |monitor| match &monitor.kind {
        MonitorKind::State { variables, .. } | MonitorKind::Spikes { variables }
            if is_own(monitor.source.of) =>
        {
            variables.iter().collect::<Vec<_>>()
        }
        MonitorKind::Snapshot { groups, .. } => {
            groups.iter().filter(|(k, _)| *k == g).flat_map(|(_, variables)| variables).collect()
        }
        _ => Vec::new(),
    });
    let reductions = model.reductions.iter().filter_map(move |reduction| match &reduction.kind {
        ReductionKind::State { value, .. } if is_own(reduction.source.of) => Some(value),
        _ => None,
    });
    monitors.map(|recorded| &recorded.value).chain(reductions)
}

/// Everything of synapses that monitors of their own copy, which may be of neurons.
pub fn at_synapses(model: &Model) -> impl Iterator<Item = &Expr> {
    let monitors = model.monitors.iter().filter_map(|monitor| match &monitor.kind {
        MonitorKind::Synapses { variables, .. } => Some(variables),
        _ => None,
    });
    monitors.flatten().map(|recorded| &recorded.value)
}

/// Everything of the synapses of an object that monitors copy.
pub fn of_synapses_of(model: &Model, number: usize) -> impl Iterator<Item = &Expr> {
    let monitors = model.monitors.iter().flat_map(move |monitor| match &monitor.kind {
        MonitorKind::Synapses { object, variables, .. } if *object == number => variables.iter().collect(),
        MonitorKind::Snapshot { synapses, .. } => {
            synapses.iter().filter(|(k, _)| *k == number).flat_map(|(_, variables)| variables).collect()
        }
        _ => Vec::new(),
    });
    monitors.map(|recorded| &recorded.value)
}

fn value(parts: &GroupParts, names: &Names, expr: &Expr) -> Expr {
    let deep = parts.subexpressions.inline(expr);
    super::printing::as_real(&names.resolve(&deep), names)
}

/// Which populations' spikes the host needs: all groups that can spike (for the summary), and others that are
/// recorded.
pub fn recorded(model: &Model) -> Vec<bool> {
    let mut watched: HashSet<usize> = HashSet::new();
    for monitor in &model.monitors {
        match &monitor.kind {
            MonitorKind::State { .. } | MonitorKind::Synapses { .. } | MonitorKind::Snapshot { .. } => {
                continue;
            }
            MonitorKind::Correlogram { target, .. } => watched.insert(model.number(target.of)),
            _ => false,
        };
        watched.insert(model.number(monitor.source.of));
    }
    let of_spikes = model.reductions.iter().filter(|r| matches!(r.kind, ReductionKind::Spikes(_)));
    watched.extend(of_spikes.map(|r| model.number(r.source.of)));
    let groups = model.groups.iter().map(|g| g.threshold.is_some());
    let others = (model.groups.len()..model.populations().count()).map(|p| watched.contains(&p));
    groups.chain(others).collect()
}
