//! Variables that are linked to synapses are there once the synapses are made: after the initial values of neurons, which
//! making synapses may need.
//!
//! Refuses to read them before: in initial values, in what holds for a step and is known before the first one, and in what
//! synapses are made of.

use std::collections::BTreeSet;

use kernels::language::ast::{Equation, EquationKind, Expr, Flag};
use kernels::language::fault::Fault;
use kernels::language::walk;
use kernels::model::{Block, Group, Model, Population, Synapses};

use crate::codes;

/// Readings that come too early.
pub fn found(model: &Model) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (g, group) in model.groups.iter().enumerate() {
        let late = late(group);
        if late.is_empty() {
            continue;
        }
        let held = group.equations.iter().filter(|e| e.has(Flag::ConstantOverDt)).filter_map(value);
        for expr in blocks(&group.initial).chain(held) {
            faults.extend(reading(expr, &late));
        }
        for (_, object, side) in model.reached_by(Population::Group(g)) {
            let suffixed = late.iter().map(|name| format!("{name}{}", side.suffix())).collect();
            let late = through(&object.equations, suffixed);
            for expr in making(object) {
                faults.extend(reading(expr, &late));
            }
        }
    }
    faults
}

/// Variables of a group that are linked to synapses, and subexpressions that read them.
fn late(group: &Group) -> BTreeSet<String> {
    let to_synapses = group.links.iter().filter(|link| matches!(link.of, Population::Synapses(_)));
    through(&group.equations, to_synapses.map(|link| link.variable.clone()).collect())
}

/// Names, and those of subexpressions that read them.
pub(super) fn through(equations: &[Equation], mut names: BTreeSet<String>) -> BTreeSet<String> {
    loop {
        let before = names.len();
        for equation in equations.iter().filter(|e| !e.has(Flag::ConstantOverDt)) {
            if let (EquationKind::Subexpression(value), false) =
                (&equation.kind, names.contains(&equation.name))
                && !reading(value, &names).is_empty()
            {
                names.insert(equation.name.clone());
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn value(equation: &Equation) -> Option<&Expr> {
    match &equation.kind {
        EquationKind::Subexpression(value) => Some(value),
        _ => None,
    }
}

fn blocks(blocks: &[Block]) -> impl Iterator<Item = &Expr> {
    blocks.iter().flat_map(|b| b.condition.iter().chain(b.statements.iter().map(|s| &s.value)))
}

/// What synapses are made of.
fn making(object: &Synapses) -> impl Iterator<Item = &Expr> {
    let rules = object.connect.iter().flat_map(|connect| connect.expressions());
    let delays = object.pathways.iter().filter_map(|pathway| pathway.delay.as_ref());
    let held = object.equations.iter().filter(|e| e.has(Flag::ConstantOverDt)).filter_map(value);
    rules.chain(delays).chain(blocks(&object.initial)).chain(held)
}

fn reading(expr: &Expr, late: &BTreeSet<String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk::names(expr, &mut |name, span| {
        if late.contains(name) {
            let message = format!("'{name}' is read from synapses, which are not made yet");
            let help =
                "neurons have their initial values before synapses are made; set it by an action at 0 s";
            faults.push(Fault::new(codes::LINK, span, message).help(help));
        }
    });
    faults
}
