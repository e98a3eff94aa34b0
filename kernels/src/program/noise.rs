//! Noise in differential equations: `xi` and `xi_NAME`, one normal number for each neuron, step and name.
//!
//! An equation is separated into f + sum of g_k*xi_k. Refuses equations that are not linear in their noises, and noise
//! anywhere but in differential equations and the subexpressions that these use.

use std::collections::BTreeSet;

use crate::language::ast::{Equation, EquationKind, Expr, ExprKind, Flag, Span, Statement, ValueKind};
use crate::language::fault::Fault;
use crate::language::names::is_noise;
use crate::model::{Group, Model, Population, Refractory, Synapses};
use crate::phases::{self, Code, Target};

use super::algebra::{is, mentions, multiply, name, names, visit};
use super::codes;
use super::draws::Sites;
use super::hoist::Hoister;
use super::linear;
use super::lines::Line;
use super::names::{Known, Names};
use super::parts::GroupParts;
use super::scheme::Derivative;
use super::subexpressions::Subexpressions;

/// One noise of a group in the loop of a step.
#[derive(Debug, Clone)]
pub struct NoiseProgram {
    /// The array of normal numbers of a chunk of elements.
    pub array: String,
    /// Identifier of the key of its stream.
    pub key: String,
}

/// Whether any equation of the group has noise.
pub fn is_noisy(group: &Group) -> bool {
    group.equations.iter().any(|e| match &e.kind {
        EquationKind::Differential(expr) | EquationKind::Subexpression(expr) => {
            names(expr).iter().any(|n| is_noise(n))
        }
        EquationKind::Parameter => false,
    })
}

/// Takes the noises out of the right-hand sides; gives their names, sorted.
pub fn separate(group: &Group, parts: &mut GroupParts) -> Result<Vec<String>, Fault> {
    let mut all = BTreeSet::new();
    for derivative in &mut parts.derivatives {
        let deep = parts.subexpressions.inline(&derivative.rate);
        let own: Vec<String> = names(&deep).into_iter().filter(|n| is_noise(n)).collect();
        if own.is_empty() {
            continue;
        }
        let rate = parts.subexpressions.inline_where(&derivative.rate, &own);
        let Some(split) = linear::split(&rate, &own) else {
            return Err(not_linear(group, derivative, &own[0]));
        };
        derivative.rate = split.rest;
        let terms = own.into_iter().zip(split.coefficients);
        derivative.noise = terms.filter(|(_, g)| !is(g, 0.0)).collect();
        all.extend(derivative.noise.iter().map(|(xi, _)| xi.clone()));
    }
    Ok(all.into_iter().collect())
}

fn not_linear(group: &Group, derivative: &Derivative, xi: &str) -> Fault {
    let equation = group.equations.iter().find(|e| e.name == derivative.variable);
    let place = equation.and_then(|e| match &e.kind {
        EquationKind::Differential(expr) => place_of(expr, xi),
        _ => None,
    });
    let span = place.or(equation.map(|e| e.name_span)).unwrap_or(group.span);
    Fault::new(
        codes::NOISE,
        span,
        format!("the equation of '{}' is not a sum of noise terms and the rest", derivative.variable),
    )
    .label(format!("must be of the form f + g*{xi} with f and g free of {xi}"))
    .help("multiply noise by anything without noise, and add; functions, powers and products of noise have no meaning")
}

/// Where a name stands.
fn place_of(expr: &Expr, wanted: &str) -> Option<Span> {
    let mut place = None;
    visit(expr, &mut |e| {
        if place.is_none() && matches!(&e.kind, ExprKind::Name(n) if n == wanted) {
            place = Some(e.span);
        }
    });
    place
}

/// What a factor of noise depends on within a step: a variable of the equations, or `t`. Brian calls noise additive
/// where there is nothing of it.
pub fn multiplied_by(
    derivatives: &[Derivative],
    subexpressions: &Subexpressions,
) -> Option<(String, String)> {
    derivatives.iter().find_map(|derivative| {
        derivative.noise.iter().find_map(|(_, factor)| {
            let deep = subexpressions.inline(factor);
            let by =
                derivatives.iter().map(|d| d.variable.as_str()).chain(["t"]).find(|v| mentions(&deep, v));
            by.map(|by| (derivative.variable.clone(), by.to_string()))
        })
    })
}

/// Why noise is not diagonal: a variable, and words for it. Diagonal: each equation has one noise at most, which is its
/// own, and no factor depends on another variable that has noise.
pub fn not_diagonal(derivatives: &[Derivative], subexpressions: &Subexpressions) -> Option<(String, String)> {
    for (k, derivative) in derivatives.iter().enumerate() {
        let variable = derivative.variable.clone();
        let Some((xi, factor)) = derivative.noise.first() else { continue };
        if derivative.noise.len() > 1 {
            return Some((variable, format!("has {} noises", derivative.noise.len())));
        }
        if let Some(other) = derivatives[..k].iter().find(|d| d.noise.iter().any(|(x, _)| x == xi)) {
            return Some((variable, format!("shares {xi} with the equation of '{}'", other.variable)));
        }
        let deep = subexpressions.inline(factor);
        let other = derivatives.iter().enumerate();
        let other =
            other.filter(|(j, d)| *j != k && !d.noise.is_empty()).find(|(_, d)| mentions(&deep, &d.variable));
        if let Some((_, other)) = other {
            return Some((
                variable,
                format!("has noise that depends on '{}', which has noise too", other.variable),
            ));
        }
    }
    None
}

/// Draws at the beginning of a step: `dW_xi` is normal with variance dt.
pub fn draw(
    group: &str,
    noises: &[String],
    sites: &mut Sites,
    names: &Names,
    hoister: &mut Hoister,
    lines: &mut Vec<Line>,
) -> Vec<NoiseProgram> {
    let mut out = Vec::new();
    for xi in noises {
        let array = format!("noise_{xi}");
        let element = format!("{array}[e - from]");
        names.know(element.clone(), Known::changing(ValueKind::Real));
        let root = hoister.hoist(&super::algebra::call("sqrt", vec![names.resolve(&name("dt"))]), names);
        let value = multiply(root, name(element));
        let ident = increment(xi);
        names.know(ident.clone(), Known::changing(ValueKind::Real));
        lines.push(Line::Let { ident, kind: ValueKind::Real, value });
        out.push(NoiseProgram { array, key: sites.named(group, xi) });
    }
    out
}

/// The identifier of a noise's increment over the step.
pub fn increment(xi: &str) -> String {
    format!("dW_{xi}")
}

/// Faults of texts that read a subexpression with noise, which has a meaning in differential equations only.
pub fn misplaced(model: &Model) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (g, group) in model.groups.iter().enumerate() {
        let noisy = noisy_subexpressions(&group.equations);
        if noisy.is_empty() {
            continue;
        }
        faults.extend(own_texts(group).into_iter().flat_map(|e| reading(e, &noisy, "")));
        let on_it = model.actions.iter().filter(|a| a.is_of(g));
        faults.extend(on_it.flat_map(|a| values(&a.code)).flat_map(|e| reading(e, &noisy, "")));
        let at_phases = phases::codes(&model.phases).filter(|code| code.is_of(g));
        faults.extend(at_phases.flat_map(|c| values(&c.statements)).flat_map(|e| reading(e, &noisy, "")));
        let inputs = model.poisson_inputs.iter().filter(|i| i.target.of == Population::Group(g));
        faults.extend(inputs.flat_map(|i| reading(&i.weight, &noisy, "")));
        for (k, synapses) in model.synapses.iter().enumerate() {
            for (slice, suffix) in [(&synapses.source, "_pre"), (&synapses.target, "_post")] {
                if slice.of == Population::Group(g) {
                    let texts = at_synapses(synapses).into_iter().chain(at_phases_of(model, k));
                    let texts = texts.chain(model.actions_at(k).map(|s| &s.value));
                    faults.extend(texts.flat_map(|e| reading(e, &noisy, suffix)));
                }
            }
        }
        faults.extend(super::recording::exprs(model, g).flat_map(|e| reading(e, &noisy, "")));
        let named = held(&group.equations).chain(links(model, Population::Group(g)));
        faults.extend(named.filter(|(v, _)| noisy.contains(*v)).map(|(v, span)| outside(v, span)));
    }
    faults.extend((0..model.synapses.len()).flat_map(|k| misplaced_at(model, k)));
    faults
}

/// Likewise of the synapses of an object.
fn misplaced_at(model: &Model, number: usize) -> Vec<Fault> {
    let object = &model.synapses[number];
    let noisy = noisy_subexpressions(&object.equations);
    if noisy.is_empty() {
        return Vec::new();
    }
    let event_driven = object.equations.iter().filter(|e| e.has(Flag::EventDriven));
    let event_driven = event_driven.filter_map(|e| match &e.kind {
        EquationKind::Differential(rate) => Some(rate),
        _ => None,
    });
    let code = object.pathways.iter().flat_map(|pathway| values(&pathway.code));
    let sums = object.sums.iter().map(|sum| &sum.value);
    let actions = model.actions_at(number).map(|s| &s.value);
    let held = held(&object.equations).filter(|(v, _)| noisy.contains(*v));
    let held: Vec<Fault> = held.map(|(v, span)| outside(v, span)).collect();
    let texts = event_driven.chain(code).chain(sums).chain(actions).chain(at_phases_of(model, number));
    let of = Population::Synapses(number);
    let outer = model.reached_by(of).flat_map(|(other, _, side)| {
        let texts = super::texts::of_synapses(model, other).into_iter();
        texts.flat_map(|e| reading(e, &noisy, side.suffix())).collect::<Vec<_>>()
    });
    let linked = links(model, of).filter(|(v, _)| noisy.contains(*v)).map(|(v, span)| outside(v, span));
    texts
        .chain(super::recording::of_synapses_of(model, number))
        .flat_map(|e| reading(e, &noisy, ""))
        .chain(held)
        .chain(outer)
        .chain(linked)
        .collect()
}

/// The texts of a group besides its equations.
fn own_texts(group: &Group) -> Vec<&Expr> {
    let mut texts: Vec<&Expr> = group.threshold.iter().chain(values(&group.reset)).collect();
    texts.extend(group.refractory.iter().map(|r| match r {
        Refractory::Time(e) | Refractory::While(e) => e,
    }));
    for block in &group.initial {
        texts.extend(block.condition.iter().chain(values(&block.statements)));
    }
    for event in &group.events {
        texts.push(&event.condition);
        texts.extend(values(&event.code));
    }
    texts
}

fn at_synapses(synapses: &Synapses) -> Vec<&Expr> {
    let code = synapses.pathways.iter().flat_map(|pathway| values(&pathway.code));
    code.chain(synapses.at_steps()).collect()
}

/// What phases do at the synapses of an object.
fn at_phases_of(model: &Model, object: usize) -> impl Iterator<Item = &Expr> {
    let of_it = move |code: &&Code| matches!(code.on, Target::Synapses(k) if k == object);
    phases::codes(&model.phases).filter(of_it).flat_map(|code| values(&code.statements))
}

/// Subexpressions that keep their value for a step.
fn held(equations: &[Equation]) -> impl Iterator<Item = (&String, Span)> {
    equations.iter().filter(|e| e.has(Flag::ConstantOverDt)).map(|e| (&e.name, e.name_span))
}

/// What groups read of a population by links.
fn links(model: &Model, of: Population) -> impl Iterator<Item = (&String, Span)> {
    let all = model.groups.iter().flat_map(|group| &group.links);
    all.filter(move |link| link.of == of).map(|link| (&link.source, link.span))
}

fn values(statements: &[Statement]) -> impl Iterator<Item = &Expr> {
    statements.iter().map(|s| &s.value)
}

/// Subexpressions with noise, seen through others.
fn noisy_subexpressions(equations: &[Equation]) -> BTreeSet<String> {
    let definitions: Vec<(&String, BTreeSet<String>)> = equations
        .iter()
        .filter_map(|e| match &e.kind {
            EquationKind::Subexpression(expr) => Some((&e.name, names(expr))),
            _ => None,
        })
        .collect();
    let mut noisy = BTreeSet::new();
    loop {
        let more = definitions
            .iter()
            .find(|(n, used)| !noisy.contains(*n) && used.iter().any(|u| is_noise(u) || noisy.contains(u)));
        match more {
            Some((n, _)) => noisy.insert((*n).clone()),
            None => return noisy,
        };
    }
}

fn reading(expr: &Expr, noisy: &BTreeSet<String>, suffix: &str) -> Vec<Fault> {
    let read = |n: &&String| names(expr).contains(&format!("{n}{suffix}"));
    noisy
        .iter()
        .filter(read)
        .map(|n| {
            let span = place_of(expr, &format!("{n}{suffix}")).unwrap_or(expr.span);
            outside(n, span)
        })
        .collect()
}

fn outside(variable: &str, span: Span) -> Fault {
    Fault::new(
        codes::NOISE,
        span,
        format!("'{variable}' has noise in it, and is used outside of differential equations"),
    )
    .label("has no value at a point of time")
    .help("white noise can only be integrated: give the noise a differential equation, and use its variable")
}
