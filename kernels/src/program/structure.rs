//! What the connectivity of an object of synapses depends on.

use std::collections::HashSet;

use crate::data::{Lookup, Way};
use crate::language::ast::{EquationKind, Expr};
use crate::model::{Model, Population, Synapses};

use super::algebra::names as names_in;
use super::synapses::SynapsesBuilder;

impl SynapsesBuilder<'_> {
    /// Scalar parameters that connectivity depends on, through sizes, slices, rules, initial values and the synapses that it
    /// is between; and whether it depends on the time step.
    pub(super) fn dependencies(&self) -> (HashSet<String>, bool) {
        dependencies(self.model, self.number)
    }
}

fn dependencies(model: &Model, number: usize) -> (HashSet<String>, bool) {
    let object = &model.synapses[number];
    let texts = texts_of_structure(model, number);
    let parameters: HashSet<&str> = model.parameters.iter().map(|p| p.name.as_str()).collect();
    let names: HashSet<String> = texts.iter().flat_map(names_in).collect();
    let looks_up = texts.iter().any(|text| super::lookups::calls(model, text).next().is_some());
    let delayed = object.pathways.iter().any(|pathway| pathway.delay.is_some());
    let mut on_dt = delayed || looks_up || names.contains("dt");
    let mut depends: HashSet<String> =
        names.into_iter().filter(|n| parameters.contains(n.as_str())).collect();
    for other in object.between() {
        let (theirs, dt) = dependencies(model, other);
        depends.extend(theirs);
        on_dt |= dt;
    }
    (depends, on_dt)
}

fn texts_of_structure(model: &Model, number: usize) -> Vec<Expr> {
    let object = &model.synapses[number];
    let mut texts: Vec<Expr> = Vec::new();
    for slice in [&object.source, &object.target] {
        texts.extend(slice.start.iter().chain(&slice.stop).cloned());
        texts.extend(model.size(slice.of).cloned());
    }
    for connect in &object.connect {
        texts.extend(connect.expressions().into_iter().cloned());
    }
    for pathway in &object.pathways {
        texts.extend(pathway.delay.iter().cloned());
        let clock = model.clock(pathway.sender).checked_sub(1).map(|k| &model.clocks[k]);
        if let (Some(_), Some(crate::model::Clock::Every(dt))) = (&pathway.delay, clock) {
            texts.push(dt.clone());
        }
    }
    let blocks = object.initial.iter();
    texts.extend(
        blocks.flat_map(|b| b.condition.iter().cloned().chain(b.statements.iter().map(|s| s.value.clone()))),
    );
    for e in &object.equations {
        if let EquationKind::Subexpression(expr) = &e.kind {
            texts.push(expr.clone());
        }
    }
    add_initial_values(model, object, &mut texts);
    let spacings: Vec<Expr> =
        texts.iter().flat_map(|text| super::lookups::calls(model, text)).filter_map(spacing).collect();
    texts.extend(spacings);
    texts
}

/// Connectivity that reads neuron variables depends on all that sets their initial values.
fn add_initial_values(model: &Model, object: &Synapses, texts: &mut Vec<Expr>) {
    for (slice, suffix) in [(&object.source, "_pre"), (&object.target, "_post")] {
        let Population::Group(g) = slice.of else { continue };
        if !texts.iter().flat_map(names_in).any(|n| n.ends_with(suffix)) {
            continue;
        }
        let group = &model.groups[g];
        for block in &group.initial {
            texts.extend(block.condition.iter().cloned());
            texts.extend(block.statements.iter().map(|s| s.value.clone()));
        }
        texts.extend(group.equations.iter().filter_map(|e| match &e.kind {
            EquationKind::Subexpression(expr) => Some(expr.clone()),
            _ => None,
        }));
    }
}

/// The spacing of a timed array.
fn spacing(lookup: &Lookup) -> Option<Expr> {
    match &lookup.way {
        Way::Time(timed) => Some(timed.dt.clone()),
        Way::Table(_) => None,
    }
}
