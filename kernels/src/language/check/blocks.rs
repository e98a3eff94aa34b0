//! Blocks of equations: flags, dimensions, kinds, and circles among subexpressions.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{Equation, EquationKind, Expr, Flag, Span, ValueKind};
use super::super::callable::Callable;
use super::super::codes;
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::names::{self, Place};
use super::super::{parser, walk};
use super::{Scope, Symbol, Typed, condition, expect};

/// The variables of a block before those of the scope around it.
struct WithEquations<'a> {
    scope: &'a dyn Scope,
    equations: BTreeMap<&'a str, (Symbol, Span)>,
}

impl Scope for WithEquations<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        self.equations.get(name).map(|(symbol, _)| *symbol).or_else(|| self.scope.symbol(name))
    }

    fn declared(&self, name: &str) -> Option<Span> {
        self.equations.get(name).map(|(_, span)| *span).or_else(|| self.scope.declared(name))
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.scope.names();
        names.extend(self.equations.keys().map(|n| n.to_string()));
        names
    }

    fn is_text(&self, name: &str) -> bool {
        !self.equations.contains_key(name) && self.scope.is_text(name)
    }

    fn callable(&self, name: &str) -> Option<&dyn Callable> {
        self.scope.callable(name)
    }

    fn callables(&self) -> Vec<String> {
        self.scope.callables()
    }
}

/// Checks a block of equations: names, flags, dimensions and kinds. `scope` holds everything but the block's own
/// variables. Gives the subexpressions' numbers in an order in which each comes after those it needs.
pub fn equations(list: &[Equation], place: Place, scope: &dyn Scope) -> Result<Vec<usize>, Vec<Fault>> {
    let own = list
        .iter()
        .map(|e| (e.name.as_str(), (Symbol { kind: e.value_kind, dimension: e.dimension }, e.unit_span)))
        .collect();
    let names = WithEquations { scope, equations: own };
    let mut faults = Vec::new();
    for equation in list {
        if !equation.has(Flag::Summed) {
            faults.extend(names::definable(&equation.name, equation.name_span, place).err());
        }
        faults.extend(flags(equation, place));
        faults.extend(one(equation, &names).err().into_iter().flatten());
    }
    match order(list) {
        Ok(order) if faults.is_empty() => Ok(order),
        Ok(_) => Err(faults),
        Err(fault) => {
            faults.push(fault);
            Err(faults)
        }
    }
}

fn one(equation: &Equation, scope: &dyn Scope) -> Result<(), Vec<Fault>> {
    match &equation.kind {
        EquationKind::Parameter => Ok(()),
        EquationKind::Differential(value) => {
            let needed = equation.dimension.over(Dimension::TIME);
            let what = format!("d{}/dt", equation.name);
            let found = expect(value, scope, needed, &what).map(|_| ());
            found.map_err(|faults| faults.into_iter().map(|f| mark_unit(f, equation, value)).collect())
        }
        EquationKind::Subexpression(value) => {
            let what = format!("'{}'", equation.name);
            let found = match equation.value_kind {
                ValueKind::Boolean => condition(value, scope, &what),
                ValueKind::Integer => super::integer(value, scope, &what),
                ValueKind::Real => expect(value, scope, equation.dimension, &what).map(|_: Typed| ()),
            };
            found.map_err(|faults| faults.into_iter().map(|f| mark_unit(f, equation, value)).collect())
        }
    }
}

/// Marks the declared unit too, where the whole expression does not fit it.
fn mark_unit(mut fault: Fault, equation: &Equation, value: &Expr) -> Fault {
    let whole = matches!(fault.code, codes::RESULT | codes::RESULT_KIND | codes::NOT_BOOLEAN);
    if whole && fault.span == value.span {
        fault.also.retain(|(span, _)| *span != equation.unit_span);
        return fault.also(equation.unit_span, "declared here");
    }
    fault
}

/// The faults of an equation's flags: which kinds of equation take which, and where.
pub fn flags(equation: &Equation, place: Place) -> Vec<Fault> {
    let synapses = place == Place::Synapses;
    let (kind, allowed): (&str, &[Flag]) = match (&equation.kind, synapses) {
        (EquationKind::Differential(_), false) => {
            ("a differential equation of neurons", &[Flag::UnlessRefractory])
        }
        (EquationKind::Differential(_), true) => {
            ("a differential equation of synapses", &[Flag::EventDriven, Flag::ClockDriven])
        }
        (EquationKind::Subexpression(_), false) => {
            ("a subexpression of neurons", &[Flag::Shared, Flag::ConstantOverDt])
        }
        (EquationKind::Subexpression(_), true) => {
            ("a subexpression of synapses", &[Flag::Summed, Flag::Shared, Flag::ConstantOverDt])
        }
        (EquationKind::Parameter, false) => {
            ("a parameter of neurons", &[Flag::Constant, Flag::Shared, Flag::Linked])
        }
        (EquationKind::Parameter, true) => {
            ("a parameter of synapses", &[Flag::Constant, Flag::Shared, Flag::Linked, Flag::Single])
        }
    };
    let wrong = equation.flags.iter().filter(|(flag, _)| !allowed.contains(flag));
    let list: Vec<&str> = allowed.iter().map(|f| parser::flag_text(*f)).collect();
    let wrong = wrong.map(|(flag, span)| {
        let message = format!("{kind} cannot be '{}'", parser::flag_text(*flag));
        Fault::new(codes::FLAG_PLACE, *span, message)
            .also(equation.name_span, "this equation")
            .help(format!("it takes {}", list.join(", ")))
    });
    wrong.chain(needless_single(equation).filter(|_| allowed.contains(&Flag::Single))).collect()
}

/// Single precision where there is nothing to halve.
fn needless_single(equation: &Equation) -> Option<Fault> {
    let (_, span) = equation.flags.iter().find(|(flag, _)| *flag == Flag::Single)?;
    if equation.value_kind == ValueKind::Real {
        return None;
    }
    let message = format!("'{}' is no real number, and cannot be 'single'", equation.name);
    let fault = Fault::new(codes::FLAG_PLACE, *span, message).also(equation.name_span, "this equation");
    Some(fault.help("leave the flag out: integers and conditions take 4 bytes anyway"))
}

/// For each subexpression, the subexpressions it uses.
type Needs = BTreeMap<usize, Vec<usize>>;

fn needs(list: &[Equation]) -> Needs {
    let values = || {
        list.iter().enumerate().filter_map(|(k, e)| match &e.kind {
            EquationKind::Subexpression(value) => Some((k, e.name.as_str(), value)),
            _ => None,
        })
    };
    let index: BTreeMap<&str, usize> = values().map(|(k, name, _)| (name, k)).collect();
    values()
        .map(|(k, _, value)| {
            let mut used = Vec::new();
            walk::names(value, &mut |name, _| used.extend(index.get(name)));
            (k, used)
        })
        .collect()
}

/// Subexpressions sorted so that each comes after those it needs; a circle is a fault.
fn order(list: &[Equation]) -> Result<Vec<usize>, Fault> {
    let needs = needs(list);
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    needs.iter().for_each(|(k, used)| used.iter().for_each(|m| users.entry(*m).or_default().push(*k)));
    let mut open: BTreeMap<usize, usize> = needs.iter().map(|(k, used)| (*k, used.len())).collect();
    let mut ready: BTreeSet<usize> = open.iter().filter(|(_, n)| **n == 0).map(|(k, _)| *k).collect();
    let mut out = Vec::new();
    while let Some(k) = ready.pop_first() {
        out.push(k);
        open.remove(&k);
        for user in users.get(&k).into_iter().flatten() {
            let left = open.entry(*user).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 {
                ready.insert(*user);
            }
        }
    }
    match open.keys().next() {
        None => Ok(out),
        Some(first) => Err(circle(list, &needs, &open, *first)),
    }
}

/// Follows needs that are never met until one comes up again.
fn circle(list: &[Equation], needs: &Needs, open: &BTreeMap<usize, usize>, first: usize) -> Fault {
    let mut path = vec![first];
    let round = loop {
        let last = path[path.len() - 1];
        let next =
            needs.get(&last).into_iter().flatten().find(|k| open.contains_key(k)).copied().unwrap_or(last);
        if let Some(begin) = path.iter().position(|k| *k == next) {
            break path.split_off(begin);
        }
        path.push(next);
    };
    let names: Vec<&str> = round.iter().chain(round.first()).map(|k| list[*k].name.as_str()).collect();
    let shown = if names.len() > 8 {
        format!("{} -> ... -> {}", names[..6].join(" -> "), names[0])
    } else {
        names.join(" -> ")
    };
    let head = Fault::new(
        codes::CYCLE,
        list[round[0]].name_span,
        format!("these need each other in a circle: {shown}"),
    );
    let marked = round.iter().skip(1).take(7).fold(head, |f, k| f.also(list[*k].name_span, "and this"));
    marked.help("one of them has to be given without the others, or by a differential equation")
}
