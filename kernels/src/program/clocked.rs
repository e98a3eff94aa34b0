//! Clock-driven variables of synapses: an object of synapses as a population whose elements are its synapses.
//!
//! What integrates groups of neurons integrates these too, by all of its methods. Variables of the neurons at both ends
//! are read as linked ones are: where they lie. A method that does not fit is refused as that of a group is.

use std::collections::HashSet;

use crate::language::ast::{Equation, EquationKind, Flag, ValueKind};
use crate::language::fault::Fault;
use crate::model::{Group, Model, Side, Synapses};

use super::algebra::{name, names};
use super::degrees;
use super::draws::Sites;
use super::event_driven::{self, LAST_UPDATE};
use super::fields::{Element, Extent, Field, Fields};
use super::group::{GroupBuilder, GroupProgram, Owner};
use super::names::{Known, Names, part};
use super::parts::{GroupParts, Linked, at, moved, seen_from_outside};
use super::subexpressions::Subexpressions;
use super::synapses::{SynapsesProgram, inlined, value};

/// Whether an equation is solved by the clock: a differential equation of synapses that is not said to be event-driven.
pub fn is_clocked(equation: &Equation) -> bool {
    matches!(equation.kind, EquationKind::Differential(_)) && !equation.has(Flag::EventDriven)
}

/// Whether an object has such variables.
pub fn has(object: &Synapses) -> bool {
    object.equations.iter().any(is_clocked)
}

/// Whether it has subexpressions that keep their value for a step.
pub fn holds(object: &Synapses) -> bool {
    object.equations.iter().any(|e| e.has(Flag::ConstantOverDt))
}

/// Methods that do not fit the equations of synapses.
pub fn faults(model: &Model, groups: &[GroupParts]) -> Vec<Fault> {
    let build = |number| {
        // Only the faults are wanted: arrays and streams are declared when the program is made.
        let (fields, sites) = (&mut Fields::default(), &mut Sites::default());
        let variables = super::synapses::variables(model, number);
        build(model, number, groups, &variables, fields, sites).err()
    };
    (0..model.synapses.len()).filter_map(build).collect()
}

/// The loop over the synapses of an object that integrates them, and that of values which hold for a step; `None` where there
/// are neither.
pub fn build(
    model: &Model,
    number: usize,
    groups: &[GroupParts],
    variables: &[(String, ValueKind, bool)],
    fields: &mut Fields,
    sites: &mut Sites,
) -> Result<Option<GroupProgram>, Fault> {
    let object = &model.synapses[number];
    if !has(object) && !holds(object) {
        return Ok(None);
    }
    let group = as_group(object);
    let mut parts = parts(model, number, groups, variables);
    let builder = GroupBuilder {
        model,
        group: &group,
        parts: &mut parts,
        coupled: true,
        fields,
        sites,
        owner: Owner::Synapses(number),
        tests_in_update: false,
    };
    builder.build().map(Some)
}

/// Sizes of the slices, as all code of synapses sees them.
pub(super) fn sizes(object: &str, names: &mut Names) {
    names.bind("N_pre", format!("rows_{object}"), Known::scalar(ValueKind::Integer));
    names.bind("N_post", format!("columns_{object}"), Known::scalar(ValueKind::Integer));
}

/// Names of stored values at synapse `e`: `i` is that of its source.
pub(super) fn stored(parts: &GroupParts, mut names: Names) -> Names {
    sizes(&parts.name, &mut names);
    let index = parts.linked.iter().find(|linked| linked.name == "i");
    index.into_iter().for_each(|i| names.define("i", i.meaning.clone()));
    names
}

/// Whether the loop, or what is computed before it, reads an array.
pub fn reads(state: &GroupProgram, array: &str) -> bool {
    let mut mentioned = HashSet::new();
    let lines = state.update.iter().chain(&state.held);
    lines.for_each(|line| super::names_of_line(line, &mut mentioned));
    let changing = state.propagator.iter().flat_map(|p| &p.changing).flat_map(|c| &c.lines);
    changing.for_each(|line| super::names_of_line(line, &mut mentioned));
    let mut before = HashSet::new();
    state.prepared.iter().for_each(|hoisted| before.extend(names(&hoisted.value)));
    let matrices = state.propagator.iter().flat_map(|p| &p.matrices).flatten();
    matrices.for_each(|coefficient| before.extend(names(coefficient)));
    let loaded = state.constants().filter(|(ident, ..)| before.contains(ident));
    mentioned.extend(loaded.map(|(.., place)| place));
    mentioned.iter().any(|ident| ident.contains(&format!("{array}[")))
}

/// Declares the flag that what is computed before the first step for synapses is there, if anything is.
pub fn settled(objects: &[SynapsesProgram], fields: &mut Fields) {
    let prepares = |state: &GroupProgram| state.propagator.is_some() || !state.prepared.is_empty();
    if objects.iter().filter_map(|object| object.state.as_deref()).any(prepares) {
        let (ident, extent) = ("settled".to_string(), Extent::Fixed(1));
        fields.add(Field { ident, element: Element::I64, extent, zeroed: true, structural: None });
    }
}

/// The object as a group; to its clock-driven equations, event-driven variables are values like others.
pub fn as_group(object: &Synapses) -> Group {
    let mut equations = object.equations.clone();
    for equation in equations.iter_mut().filter(|e| e.has(Flag::EventDriven)) {
        equation.kind = EquationKind::Parameter;
    }
    Group {
        name: object.name.clone(),
        span: object.span,
        size: super::algebra::real(0.0),
        equations,
        method: object.method.clone(),
        tolerances: object.tolerances.clone(),
        threshold: None,
        reset: Vec::new(),
        refractory: None,
        initial: Vec::new(),
        expected_rate: None,
        clock: object.clock,
        order: 0,
        events: Vec::new(),
        links: Vec::new(),
    }
}

/// The parts of an object; `groups` are those of all groups, and of the objects before it.
pub fn parts(
    model: &Model,
    number: usize,
    groups: &[GroupParts],
    variables: &[(String, ValueKind, bool)],
) -> GroupParts {
    let object = &model.synapses[number];
    let moving = variables.iter().filter(|(.., moves)| *moves).map(|(v, ..)| v.clone());
    let mut parts = GroupParts::new(model, &as_group(object), &moving.collect(), &HashSet::new());
    parts.stem = "y";
    if event_driven::has(object) {
        parts.stored.push((LAST_UPDATE.to_string(), ValueKind::Real, true));
    }
    keep_single(object, &mut parts);
    let [i, j] = [Side::Pre, Side::Post].map(|side| format!("({})", counted(object, side)));
    for (user, ident) in degrees::read(&part(&object.name), &i, &j) {
        parts.linked.push(linked(user.to_string(), ValueKind::Integer, ident, false));
    }
    let mut definitions: Vec<_> = parts
        .subexpressions
        .definitions()
        .map(|(n, e)| (n.clone(), parts.subexpressions.kind(n).unwrap_or(ValueKind::Real), e.clone()))
        .collect();
    for (side, suffix) in [(Side::Pre, "_pre"), (Side::Post, "_post")] {
        parts.linked.push(index(object, side));
        let Some(end) = super::parts::of(model, groups, object.end(side).of) else { continue };
        parts.linked.extend(neurons(end, &place(object, side), suffix));
        let kind = |n: &str| end.subexpressions.kind(n.strip_suffix(suffix).unwrap_or(n));
        let seen = inlined(end, suffix).into_iter();
        definitions.extend(seen.map(|(n, e)| (n.clone(), kind(&n).unwrap_or(ValueKind::Real), e)));
    }
    parts.subexpressions = Subexpressions::new(definitions);
    parts
}

/// What is kept in single precision is read from where it lies, as what is linked.
fn keep_single(object: &Synapses, parts: &mut GroupParts) {
    let (single, stored) = parts.stored.drain(..).partition(|(variable, ..)| object.is_single(variable));
    parts.stored = stored;
    parts.single = single;
    parts.linked.extend(parts.single.iter().map(|(variable, kind, moves)| {
        let place = value(object, "y", variable, "e");
        linked(variable.clone(), *kind, place, *moves)
    }));
}

/// Where synapse `e` has its neuron of a side, among all of the population.
fn place(object: &Synapses, side: Side) -> String {
    match side {
        Side::Pre => format!("source_{}[e]", part(&object.name)),
        Side::Post => format!("target_{}[e]", part(&object.name)),
    }
}

/// `i` or `j`: that neuron, counted in the slice.
fn index(object: &Synapses, side: Side) -> Linked {
    let user = if side == Side::Pre { "i" } else { "j" };
    linked(user.to_string(), ValueKind::Integer, format!("(int32_t)({})", counted(object, side)), false)
}

/// The neuron of a side of synapse `e`, counted in the slice.
fn counted(object: &Synapses, side: Side) -> String {
    let start = if side == Side::Pre { "source_start" } else { "target_start" };
    format!("{} - {start}_{}", place(object, side), part(&object.name))
}

fn linked(name_here: String, kind: ValueKind, ident: String, moves: bool) -> Linked {
    let known = if moves { Known::changing(kind) } else { Known::constant(kind) };
    Linked { name: name_here, kind, meaning: name(ident.clone()), known: vec![(ident, known)], moves }
}

/// Variables of the neurons at one side.
fn neurons(parts: &GroupParts, index: &str, suffix: &str) -> Vec<Linked> {
    let of = |user: &str, kind, moves| {
        let ident = format!("{}[{index}]", parts.array(user));
        linked(format!("{user}{suffix}"), kind, ident, moves)
    };
    let around = parts.surroundings(index).into_iter();
    let around = around.map(|(user, ident, known)| Linked {
        name: seen_from_outside(user, suffix),
        kind: known.kind,
        meaning: name(ident.clone()),
        known: vec![(ident, known)],
        moves: false,
    });
    let mut all: Vec<Linked> = around.collect();
    all.extend(parts.stored.iter().map(|(v, kind, moves)| of(v, *kind, *moves)));
    if parts.stores_active {
        all.push(of("not_refractory", ValueKind::Boolean, true));
    }
    if parts.stores_last {
        all.push(of("lastspike", ValueKind::Real, true));
    }
    all.extend(parts.linked.iter().map(|link| Linked {
        name: format!("{}{suffix}", link.name),
        kind: link.kind,
        meaning: at(&link.meaning, index),
        known: link.known.iter().map(|(ident, known)| (moved(ident, index), *known)).collect(),
        moves: true,
    }));
    all
}
