//! What is recorded: state monitors, reductions, and which spikes the host sees.

use std::collections::HashSet;

use crate::language::ast::Expr;
use crate::model::{Model, MonitorKind, Population};

use super::fields::{Element, Extent, Field, Fields};
use super::names::Names;
use super::parts::{GroupParts, seen_from};

/// A state monitor: which values of which elements are copied, every so many steps.
#[derive(Debug, Clone)]
pub struct RecordProgram {
    /// Number of the monitor in the model.
    pub monitor: usize,
    /// The population.
    pub population: usize,
    /// Values over identifiers at `[e]`.
    pub values: Vec<Expr>,
    /// What is known of the identifiers.
    pub names: Names,
    /// There is an index list; without one all elements of the slice are recorded.
    pub listed: bool,
}

/// A reduction: one accumulator an element.
#[derive(Debug, Clone)]
pub struct ReductionProgram {
    /// Number of the reduction in the model.
    pub reduction: usize,
    /// The population.
    pub population: usize,
    /// The value over identifiers at `[e]`.
    pub value: Expr,
    /// What is known of the identifiers.
    pub names: Names,
    /// The accumulator's array.
    pub array: String,
    /// What is done.
    pub operation: crate::model::Reduce,
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
        let MonitorKind::State { variables, indices, .. } = &monitor.kind else { continue };
        let Population::Group(g) = monitor.source.of else { continue };
        let names = seen_from(model, &parts[g], coupled, (model.groups[g].clock, monitor.clock));
        let values = variables.iter().map(|(v, _)| value(&parts[g], &names, v)).collect();
        if indices.is_some() {
            let ident = format!("indices_{number}");
            fields.add(Field {
                ident,
                element: Element::I32,
                extent: Extent::Indices(number),
                zeroed: false,
                structural: None,
            });
        }
        let population = model.number(monitor.source.of);
        records.push(RecordProgram { monitor: number, population, values, names, listed: indices.is_some() });
    }
    let mut reductions = Vec::new();
    for (number, reduction) in model.reductions.iter().enumerate() {
        let Population::Group(g) = reduction.source.of else { continue };
        let names = seen_from(model, &parts[g], coupled, (model.groups[g].clock, 0));
        let population = g;
        let array = format!("reduced_{number}");
        fields.add(Field {
            ident: array.clone(),
            element: Element::F64,
            extent: Extent::Elements(population),
            zeroed: false,
            structural: None,
        });
        let value = value(&parts[g], &names, &reduction.variable.0);
        reductions.push(ReductionProgram {
            reduction: number,
            population,
            value,
            names,
            array,
            operation: reduction.operation,
        });
    }
    (records, reductions)
}

fn value(parts: &GroupParts, names: &Names, variable: &str) -> Expr {
    let deep = parts.subexpressions.inline(&super::algebra::name(variable));
    super::printing::as_real(&names.resolve(&deep), names)
}

/// Which populations' spikes the host needs: all groups that can spike (for the summary), and others that are
/// recorded.
pub fn recorded(model: &Model) -> Vec<bool> {
    let watched: HashSet<usize> = model
        .monitors
        .iter()
        .filter(|m| !matches!(m.kind, MonitorKind::State { .. }))
        .map(|m| model.number(m.source.of))
        .collect();
    let groups = model.groups.iter().map(|g| g.threshold.is_some());
    let others = (model.groups.len()..model.populations().count()).map(|p| watched.contains(&p));
    groups.chain(others).collect()
}
