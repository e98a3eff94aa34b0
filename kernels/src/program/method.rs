//! Which integration method a group uses: the one it names, if it fits, or else the first of Brian's list that does.

use crate::language::ast::{Equation, EquationKind, Flag, Span};
use crate::language::fault::Fault;
use crate::model::Group;

use super::algebra::{is_random, mentions};
use super::codes;
use super::exact::{NotExact, System};
use super::names::Names;
use super::parts::GroupParts;
use super::scheme::{self, Scheme};

/// A method that fits.
pub enum Method {
    /// Matrix exponential.
    Exact,
    /// A scheme of text.
    Scheme(Scheme),
}

/// The name of the matrix exponential, and the one that Brian used for it before.
pub const EXACT: [&str; 2] = ["exact", "linear"];

/// The names of all methods.
pub fn names() -> Vec<&'static str> {
    [EXACT[0]].into_iter().chain(Scheme::names()).collect()
}

/// Chooses; the fault points at the equation (or the method's name) that does not fit.
pub fn choose(group: &Group, parts: &GroupParts, names: &Names) -> Result<Method, Fault> {
    if let Some(fault) = parts.derivatives.iter().find_map(|derivative| drawn(group, parts, derivative)) {
        return Err(fault);
    }
    match &group.method {
        None => Ok(exact(group, parts, names)
            .unwrap_or_else(|_| Method::Scheme(Scheme::built_in("euler").expect("euler is built in")))),
        Some((wanted, _)) if EXACT.contains(&wanted.as_str()) => exact(group, parts, names),
        Some((wanted, span)) => by_name(wanted, *span, group, parts),
    }
}

/// Refuses a name that no method has.
pub fn known(wanted: &str, span: Span) -> Result<(), Fault> {
    let is_known = EXACT.contains(&wanted) || Scheme::names().any(|name| name == wanted);
    if is_known { Ok(()) } else { Err(unknown(wanted, span)) }
}

fn unknown(wanted: &str, span: Span) -> Fault {
    let known = names();
    Fault::new(codes::METHOD, span, format!("there is no integration method '{wanted}'"))
        .label("not a method")
        .help(match crate::language::suggest::nearest(wanted, &known) {
            Some(near) => format!("did you mean '{near}'? the methods are {}", known.join(", ")),
            None => format!("use one of {}", known.join(", ")),
        })
}

fn by_name(wanted: &str, span: Span, group: &Group, parts: &GroupParts) -> Result<Method, Fault> {
    let scheme = Scheme::built_in(wanted).ok_or_else(|| unknown(wanted, span))?;
    for derivative in &parts.derivatives {
        if scheme.needs_coefficient() && scheme::coefficient(derivative, &parts.subexpressions).is_none() {
            let place = equation(group, &derivative.variable);
            return Err(Fault::new(
                codes::NOT_CONDITIONALLY_LINEAR,
                place,
                format!(
                    "{wanted} cannot integrate '{0}': its equation is not linear in '{0}'",
                    derivative.variable
                ),
            )
            .label(format!("not of the form A*{0} + B with A and B free of {0}", derivative.variable))
            .also(span, "asked for here")
            .help("use method = \"rk4\" or \"euler\""));
        }
    }
    Ok(Method::Scheme(scheme))
}

fn drawn(group: &Group, parts: &GroupParts, derivative: &scheme::Derivative) -> Option<Fault> {
    let deep = parts.subexpressions.inline(&derivative.rate);
    is_random(&deep).then(|| drawn_equation(equation(group, &derivative.variable), &derivative.variable))
}

fn drawn_equation(span: Span, variable: &str) -> Fault {
    Fault::new(codes::DRAW, span, format!("the equation of '{variable}' draws random numbers"))
        .label("a draw within an integration step has no defined meaning")
        .help("draw in `initial`, in the threshold or in the reset; noise terms (xi) are not supported yet")
}

/// Equations and subexpressions that draw, by themselves.
pub fn drawn_equations(group: &Group) -> Vec<Fault> {
    let drawn = group
        .equations
        .iter()
        .filter(|e| matches!(&e.kind, EquationKind::Differential(expr) if is_random(expr)));
    let mut faults: Vec<Fault> = drawn.map(|e| drawn_equation(e.name_span, &e.name)).collect();
    faults.extend(drawn_subexpressions(group));
    faults
}

/// Subexpressions that draw: each use would draw anew, which nobody means.
pub fn drawn_subexpressions(group: &Group) -> Vec<Fault> {
    let drawn = group
        .equations
        .iter()
        .filter(|e| matches!(&e.kind, EquationKind::Subexpression(expr) if is_random(expr)))
        .filter(|e| !e.has(Flag::ConstantOverDt));
    drawn
        .map(|e| {
            Fault::new(
                codes::DRAW,
                e.name_span,
                format!("the subexpression '{}' draws random numbers", e.name),
            )
            .label("each use would draw anew")
            .help("add the flag (constant over dt): it is drawn once a step then, for each neuron")
        })
        .collect()
}

fn exact(group: &Group, parts: &GroupParts, names: &Names) -> Result<Method, Fault> {
    let asked = group.method.as_ref().map(|(_, span)| *span);
    let refuse = |variable: &str, why: &str| {
        let place = equation(group, variable);
        let fault = Fault::new(codes::NOT_EXACT, place, format!("exact cannot integrate '{variable}'"))
            .label(why.to_string());
        let fault = asked.map_or(fault.clone(), |span| fault.also(span, "asked for here"));
        Err(fault.help("use method = \"exponential_euler\", \"rk4\" or \"euler\""))
    };
    let system = match System::analyse(&parts.derivatives, &parts.subexpressions) {
        Ok(system) => system,
        Err(NotExact::NotLinear(variable)) => {
            return refuse(&variable, "not linear in the group's variables");
        }
        Err(NotExact::DependsOnTime(variable)) => return refuse(&variable, "depends on time within a step"),
    };
    let n = parts.derivatives.len();
    for (k, coefficient) in system.matrix.iter().enumerate() {
        let deep = parts.subexpressions.inline(coefficient);
        let is_alone = (0..n).all(|j| j == k / n || super::algebra::is(&system.matrix[(k / n) * n + j], 0.0));
        let changes = names.depends(&names.resolve(&deep)).step || mentions(&deep, "not_refractory");
        if changes && !(is_alone && k / n == k % n) {
            return refuse(
                &parts.derivatives[k / n].variable,
                "a coefficient of its coupled equation changes during the run",
            );
        }
    }
    Ok(Method::Exact)
}

fn equation(group: &Group, variable: &str) -> Span {
    group.equations.iter().find(|e| e.name == variable).map_or(group.span, |e: &Equation| {
        debug_assert!(!e.has(Flag::Summed));
        e.name_span
    })
}
