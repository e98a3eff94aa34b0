//! Event-driven variables of synapses: linear equations, solved from the last event of a synapse to this one.
//!
//! For dx/dt = M x + b over the time T that has gone by, x = exp(M T) x + F b with F the integral of exp(M s) over it
//! (Rotter & Diesmann 1999, Biol. Cybern. 81, eq. 2-4). What depends on no other variable needs no matrix:
//! exp(a T) x + T exprel(a T) b. Coefficients are those at the event, as in Brian. Refuses what is not linear, or changes
//! with time by itself: such equations are solved by the clock.

use crate::language::ast::{Assign, Equation, EquationKind, Expr, Flag, Statement, ValueKind};
use crate::language::fault::Fault;
use crate::model::{Model, Synapses};

use super::algebra::{add, call, is, key, multiply, name, names as names_in, real, subtract};
use super::clocked;
use super::codes;
use super::exact::{NotExact, System};
use super::lines::Line;
use super::names::{Known, Names, part};
use super::parts::{self, GroupParts};
use super::scheme::Derivative;
use super::subexpressions::Subexpressions;

/// The time of the last event of a synapse, which all its pathways share.
pub const LAST_UPDATE: &str = "lastupdate";

/// Whether an object has such variables.
pub fn has(object: &Synapses) -> bool {
    object.equations.iter().any(|e| e.has(Flag::EventDriven))
}

/// The event-driven equations of an object, with all subexpressions put in.
pub fn derivatives(object: &Synapses, seen_through: &[&Subexpressions]) -> Vec<Derivative> {
    let equations = object.equations.iter().filter(|e| e.has(Flag::EventDriven));
    let rates = equations.filter_map(|e| match &e.kind {
        EquationKind::Differential(rate) => Some((e.name.clone(), rate)),
        _ => None,
    });
    rates
        .map(|(variable, rate)| Derivative {
            variable,
            rate: seen_through.iter().fold(rate.clone(), |rate, seen| seen.inline(&rate)),
            noise: Vec::new(),
            held: false,
        })
        .collect()
}

/// Equations that cannot be event-driven.
pub fn faults(model: &Model, parts: &[GroupParts]) -> Vec<Fault> {
    let with_such = model.synapses.iter().enumerate().filter(|(_, object)| has(object));
    with_such.flat_map(|(k, object)| fault(model, k, object, parts).into_iter().chain(read(object))).collect()
}

/// What is computed at each step and reads such variables: between events they are those of the last one. Refused as in Brian.
fn read(object: &Synapses) -> Option<Fault> {
    let definitions = object.equations.iter().filter_map(|e| match &e.kind {
        EquationKind::Subexpression(value) if !e.has(Flag::ConstantOverDt) => {
            Some((e.name.clone(), e.value_kind, value.clone()))
        }
        _ => None,
    });
    let seen_through = Subexpressions::new(definitions.collect());
    let such = |value: &Expr| {
        let known = |n: &String| object.equations.iter().any(|e| e.name == *n && e.has(Flag::EventDriven));
        names_in(&seen_through.inline(value)).into_iter().find(known)
    };
    let at_steps = object.equations.iter().filter_map(|e| match &e.kind {
        EquationKind::Differential(value) if clocked::is_clocked(e) => Some((e.name_span, &e.name, value)),
        EquationKind::Subexpression(value) if e.has(Flag::ConstantOverDt) => {
            Some((e.name_span, &e.name, value))
        }
        _ => None,
    });
    let sums = object.sums.iter().map(|sum| (sum.span, &sum.variable, &sum.value));
    at_steps.chain(sums).find_map(|(span, variable, value)| {
        let found = such(value)?;
        let message =
            format!("'{variable}' is computed at every step, but '{found}' is known at events only");
        let there = object.equations.iter().find(|e| e.name == found)?;
        let fault = Fault::new(codes::NOT_EXACT, span, message).also(there.name_span, "event-driven");
        Some(fault.help(format!("make '{found}' (clock-driven), too")))
    })
}

fn fault(model: &Model, number: usize, object: &Synapses, parts: &[GroupParts]) -> Option<Fault> {
    let (derivatives, names) = super::synapses::event_driven(model, number, parts);
    let none = Subexpressions::new(Vec::new());
    let changing = |derivative: &Derivative| {
        let changes = |n: &String| changes_meanwhile(n, object, model, parts) || is_clocked(n, object);
        let found = names_in(&derivative.rate).into_iter().find(changes)?;
        Some((derivative.variable.clone(), format!("depends on '{found}', which changes between events")))
    };
    let (variable, why) = match System::analyse(&derivatives, &none, &names) {
        Ok(_) => derivatives.iter().find_map(changing)?,
        Err(NotExact::NotLinear(variable)) => (variable, "not linear in the event-driven variables".into()),
        Err(NotExact::DependsOnTime(variable)) => (variable, "depends on time between events".into()),
    };
    let span = object.equations.iter().find(|e| e.name == variable).map_or(object.span, |e| e.name_span);
    let message = format!("the equation of '{variable}' cannot be event-driven");
    Some(Fault::new(codes::NOT_EXACT, span, message).label(why).help("use (clock-driven) instead"))
}

/// Whether a value of a neuron at either end can change while no spike arrives.
fn changes_meanwhile(name: &str, object: &Synapses, model: &Model, all: &[GroupParts]) -> bool {
    let ends = [("_pre", &object.source), ("_post", &object.target)];
    ends.into_iter().any(|(suffix, slice)| {
        let (Some(variable), Some(parts)) = (name.strip_suffix(suffix), parts::of(model, all, slice.of))
        else {
            return false;
        };
        let stays = parts.stored.iter().any(|(stored, _, moves)| stored == variable && !moves);
        !stays && variable != "N"
    })
}

/// Whether a name is a variable of the synapses that changes with the clock.
fn is_clocked(name: &str, object: &Synapses) -> bool {
    let changes = |e: &Equation| clocked::is_clocked(e) || e.has(Flag::ConstantOverDt);
    object.equations.iter().any(|e| e.name == name && changes(e))
}

/// Lines that bring the variables of synapse `q` from its last event to `t`.
pub fn bring_up(object: &Synapses, derivatives: &[Derivative], names: &mut Names) -> Vec<Line> {
    let none = Subexpressions::new(Vec::new());
    let system = System::analyse(derivatives, &none, names).expect("what cannot be event-driven was refused");
    let system = system.resolved(&mut |expr| names.resolve(expr));
    let place = |variable: &str| format!("y_{}_{}[q]", part(&object.name), part(variable));
    let mut builder = Builder { system: &system, names, lines: Vec::new(), decays: Vec::new() };
    let elapsed = subtract(name("t"), name(place(LAST_UPDATE)));
    builder.bind("elapsed", elapsed);
    let old: Vec<Expr> = derivatives.iter().map(|d| name(place(&d.variable))).collect();
    let new = builder.values(&old);
    let Builder { mut lines, .. } = builder;
    for (derivative, value) in derivatives.iter().zip(new) {
        let target = place(&derivative.variable);
        lines.push(Line::Assign { target, kind: ValueKind::Real, assign: Assign::Set, value });
    }
    lines
}

/// Whether code reads or sets such variables, or the time of the last event.
pub fn are_named(object: &Synapses, block: &[Statement], seen_through: &[&Subexpressions]) -> bool {
    let is_one = |n: &str| {
        n == LAST_UPDATE || object.equations.iter().any(|e| e.name == n && e.has(Flag::EventDriven))
    };
    block.iter().any(|statement| {
        let value = seen_through.iter().fold(statement.value.clone(), |value, seen| seen.inline(&value));
        is_one(&statement.target) || names_in(&value).iter().any(|n| is_one(n))
    })
}

/// The line behind all others: this was the last event.
pub fn note(object: &Synapses) -> Line {
    let target = format!("y_{}_{LAST_UPDATE}[q]", part(&object.name));
    Line::Assign { target, kind: ValueKind::Real, assign: Assign::Set, value: name("t") }
}

struct Builder<'a> {
    system: &'a System,
    names: &'a mut Names,
    lines: Vec<Line>,
    /// Identifiers of exponentials, by their rates.
    decays: Vec<(String, String)>,
}

impl Builder<'_> {
    fn bind(&mut self, ident: &str, value: Expr) -> Expr {
        self.names.know(ident.to_string(), Known::changing(ValueKind::Real));
        self.lines.push(Line::Let { ident: ident.to_string(), kind: ValueKind::Real, value });
        name(ident)
    }

    /// New values of all variables; each is an identifier, so that none sees another's new one.
    fn values(&mut self, old: &[Expr]) -> Vec<Expr> {
        let n = old.len();
        let (reach, coupled) = (self.system.reach(), self.system.coupled());
        let inner: Vec<usize> = (0..n).filter(|i| coupled[*i]).collect();
        if !inner.is_empty() {
            self.propagator(&inner);
        }
        let place = |i: usize| inner.iter().position(|k| *k == i);
        let mut all = Vec::new();
        for i in 0..n {
            let value = match place(i) {
                None => self.alone(i, &old[i]),
                Some(row) => {
                    let mut sum = real(0.0);
                    for (column, j) in inner.iter().enumerate().filter(|(_, j)| reach[i * n + **j]) {
                        let at = row * inner.len() + column;
                        sum = add(sum, multiply(name(format!("p[{at}]")), old[*j].clone()));
                        let fixed = &self.system.constant[*j];
                        if !is(fixed, 0.0) {
                            sum = add(sum, multiply(name(format!("f[{at}]")), fixed.clone()));
                        }
                    }
                    sum
                }
            };
            all.push(self.bind(&format!("new_{i}"), value));
        }
        all
    }

    /// exp(a T) x + T exprel(a T) b
    fn alone(&mut self, i: usize, old: &Expr) -> Expr {
        let n = self.system.constant.len();
        let (a, b) = (self.system.matrix[i * n + i].clone(), self.system.constant[i].clone());
        let elapsed = name("elapsed");
        let decayed = match is(&a, 0.0) {
            true => old.clone(),
            false => multiply(self.decay(&a), old.clone()),
        };
        if is(&b, 0.0) {
            return decayed;
        }
        let grown = match is(&a, 0.0) {
            true => elapsed,
            false => multiply(elapsed.clone(), call("exprel", vec![multiply(a, elapsed)])),
        };
        add(decayed, multiply(grown, b))
    }

    /// exp(a T), once for each a.
    fn decay(&mut self, a: &Expr) -> Expr {
        let key = key(a);
        if let Some((_, ident)) = self.decays.iter().find(|(other, _)| *other == key) {
            return name(ident.clone());
        }
        let ident = format!("decay_{}", self.decays.len());
        self.decays.push((key, ident.clone()));
        self.bind(&ident, call("exp", vec![multiply(a.clone(), name("elapsed"))]))
    }

    /// `p` and `f` of the coupled variables.
    fn propagator(&mut self, inner: &[usize]) {
        let n = self.system.constant.len();
        let pairs = inner.iter().flat_map(|i| inner.iter().map(move |j| (*i, *j)));
        let matrix: Vec<Expr> = pairs.map(|(i, j)| self.system.matrix[i * n + j].clone()).collect();
        for at in 0..matrix.len() {
            for array in ["p", "f"] {
                self.names.know(format!("{array}[{at}]"), Known::changing(ValueKind::Real));
            }
        }
        self.lines.push(Line::Propagator { matrix, over: name("elapsed") });
    }
}
