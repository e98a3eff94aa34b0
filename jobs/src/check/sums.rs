//! Summed variables of synapses: `x_post = expression : unit (summed)`.
//!
//! Refuses sums without side, sums that no parameter of the neurons takes up, that read themselves or are drawn, and two
//! sums for one variable: each would begin at zero, and only the last one would count.

use std::collections::BTreeSet;

use kernels::language::ast::{Equation, EquationKind, Expr, Flag, ValueKind};
use kernels::language::fault::Fault;
use kernels::language::walk;
use kernels::model::{Group, Model, Population, Side, Slice, Sum};

use super::formula;
use super::model::Checker;
use crate::codes;

impl Checker<'_> {
    /// The sums among the equations of an object, whose `own` other equations they may read.
    pub fn sums(
        &mut self,
        summed: &[Equation],
        own: &[Equation],
        ends: [(&Slice, Option<&Group>); 2],
        model: &Model,
    ) -> Vec<Sum> {
        let mut out = Vec::new();
        for equation in summed {
            let EquationKind::Subexpression(value) = &equation.kind else { continue };
            let unit = self.texts().slice(equation.unit_span).to_owned();
            match sum((equation, &unit), value, own, ends, model) {
                Ok(sum) => out.push(sum),
                Err(fault) => self.faults.push(*fault),
            }
        }
        out
    }
}

fn sum(
    (equation, unit): (&Equation, &str),
    value: &Expr,
    own: &[Equation],
    [source, target]: [(&Slice, Option<&Group>); 2],
    model: &Model,
) -> Result<Sum, Box<Fault>> {
    let name = &equation.name;
    let fault = |message: String| Fault::new(codes::SUM, equation.name_span, message);
    let side = [Side::Pre, Side::Post].into_iter().find(|side| name.ends_with(side.suffix()));
    let Some(side) = side else {
        let message = format!("'{name}' is summed, but does not say for which side");
        let help =
            format!("write {name}_post for a variable of the target, {name}_pre for one of the source");
        return Err(Box::new(fault(message).help(help)));
    };
    let variable = name.strip_suffix(side.suffix()).expect("it was found by its suffix");
    let (slice, group) = if side == Side::Pre { source } else { target };
    let Some(group) = group else {
        let message = format!("'{name}' is summed for {}, which only sends spikes", model.name(slice.of));
        return Err(Box::new(fault(message).help("sums are taken up by groups of [neurons.*]")));
    };
    let table = if matches!(slice.of, Population::Synapses(_)) { "synapses" } else { "neurons" };
    taken_up((equation, unit), variable, (table, group))?;
    if let Some((_, span)) = formula::random_call(value) {
        let drawn = Fault::new(codes::SUM, span, format!("the sum '{name}' draws random numbers"));
        return Err(Box::new(drawn.help(
            "give the synapses a differential equation with noise (xi), or a variable that is drawn in 'initial'",
        )));
    }
    if reads(value, name, own, &mut BTreeSet::new()) {
        let message = format!("the sum '{name}' reads '{name}', which is not known before it is summed");
        return Err(Box::new(fault(message).help("sum what does not depend on the sum")));
    }
    let (span, kind) = (equation.name_span, equation.value_kind);
    Ok(Sum { variable: variable.to_string(), side, span, kind, value: value.clone() })
}

/// The neurons must have a parameter of that name, kind and dimension.
fn taken_up(
    (equation, unit): (&Equation, &str),
    variable: &str,
    (table, group): (&str, &Group),
) -> Result<(), Box<Fault>> {
    let fault = |message: String| Fault::new(codes::SUM, equation.name_span, message);
    let Some(there) = group.equations.iter().find(|e| e.name == variable) else {
        let message = format!("[{table}.{}] has no variable '{variable}' that takes up this sum", group.name);
        let help = format!("define it in the equations of {}: {variable} : {unit}", group.name);
        return Err(Box::new(fault(message).help(help)));
    };
    let refuse = |message: String, help: &str| {
        Err(Box::new(fault(message).also(there.name_span, "defined here").help(help)))
    };
    if !matches!(there.kind, EquationKind::Parameter) || there.has(Flag::Linked) {
        let message = format!("'{variable}' of {} is given already, and cannot take up a sum", group.name);
        return refuse(message, "a sum goes to a variable without definition: I_syn : amp");
    }
    if there.has(Flag::Constant) || there.has(Flag::Shared) {
        let flag = if there.has(Flag::Constant) { "constant" } else { "shared" };
        let message = format!("'{variable}' of {} is {flag}, and cannot take up a sum", group.name);
        return refuse(message, "leave out the flag: each neuron has a sum of its own, which changes");
    }
    if there.dimension != equation.dimension || there.value_kind != equation.value_kind {
        let message = format!("this sum is not of the unit of '{variable}' of {}", group.name);
        return refuse(message, "give both the same");
    }
    if equation.value_kind == ValueKind::Boolean {
        return refuse(format!("'{}' is a condition, and cannot be summed", equation.name), "sum int(...)");
    }
    Ok(())
}

/// Whether a value reads a name, also through other equations.
fn reads(value: &Expr, wanted: &str, own: &[Equation], seen: &mut BTreeSet<String>) -> bool {
    let mut names = Vec::new();
    walk::names(value, &mut |name, _| names.push(name.to_string()));
    names.into_iter().any(|name| {
        if name == wanted {
            return true;
        }
        let definition = own.iter().find(|e| e.name == name).map(|e| &e.kind);
        let Some(EquationKind::Subexpression(value)) = definition else { return false };
        seen.insert(name) && reads(value, wanted, own, seen)
    })
}

/// Pairs of sums for one variable of one group, with the parts of the group that they concern.
pub fn doubled(model: &Model) -> Vec<[(&Sum, &Slice, &str); 2]> {
    let all = model.synapses.iter().flat_map(|object| {
        object.sums.iter().map(move |sum| (sum, object.end(sum.side), object.name.as_str()))
    });
    let all: Vec<(&Sum, &Slice, &str)> = all.collect();
    let mut pairs = Vec::new();
    for (k, second) in all.iter().enumerate() {
        let same = |first: &&(&Sum, &Slice, &str)| {
            first.1.of == second.1.of && first.0.variable == second.0.variable
        };
        pairs.extend(all[..k].iter().find(same).map(|first| [*first, *second]));
    }
    pairs
}

/// Whether a slice is the whole of its population.
pub fn is_whole(slice: &Slice) -> bool {
    slice.start.is_none() && slice.stop.is_none()
}

/// Refuses two sums for one variable where their neurons are the same at all points; parts are compared point by point.
pub fn once_each(model: &Model, faults: &mut Vec<Fault>) {
    for [(first, one, _), (second, other, _)] in doubled(model) {
        if !is_whole(one) && !is_whole(other) {
            continue;
        }
        let message = format!("'{}' of {} is summed twice", second.variable, model.name(other.of));
        faults.push(
            Fault::new(codes::SUM, second.span, message)
                .label("the second sum")
                .also(first.span, "the first one")
                .help("each begins at zero: give each sum a variable of its own, and add them up in the equations of the group"),
        );
    }
}
