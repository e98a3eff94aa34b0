//! Which integration method a group uses: the one it names, if it fits, or else the first of Brian's list that does.

use crate::language::ast::{Equation, EquationKind, Flag, Span};
use crate::language::fault::Fault;
use crate::model::{Group, Model};

use super::adaptive;
use super::algebra::is_random;
use super::codes;
use super::exact::{NotExact, System};
use super::names::Names;
use super::noise;
use super::parts::GroupParts;
use super::scheme::{self, Scheme};
use super::scheme_text::Stochastic;

/// A method that fits.
pub enum Method {
    /// Matrix exponential.
    Exact,
    /// A scheme of text.
    Scheme(Scheme),
    /// Inner steps of adaptive length.
    Adaptive,
}

/// The name of the matrix exponential, and the one that Brian used for it before.
pub const EXACT: [&str; 2] = ["exact", "linear"];

/// The names of all methods.
pub fn names() -> Vec<&'static str> {
    [EXACT[0]].into_iter().chain(Scheme::names()).chain([adaptive::NAME]).collect()
}

/// Chooses; the fault points at the equation (or the method's name) that does not fit. Noises are separated already.
pub fn choose(model: &Model, group: &Group, parts: &GroupParts, names: &Names) -> Result<Method, Fault> {
    if let Some(fault) = parts.derivatives.iter().find_map(|derivative| drawn(group, parts, derivative)) {
        return Err(fault);
    }
    match &group.method {
        None => Ok(exact(group, parts, names).unwrap_or_else(|_| Method::Scheme(unasked(parts)))),
        Some((wanted, _)) if EXACT.contains(&wanted.as_str()) => exact(group, parts, names),
        Some((wanted, span)) if wanted == adaptive::NAME => without_noise(wanted, *span, group, parts),
        Some((wanted, span)) => by_name(wanted, *span, model, group, parts),
    }
}

/// The adaptive method, where no equation has noise: a step that is tried again would draw it again.
fn without_noise(wanted: &str, span: Span, group: &Group, parts: &GroupParts) -> Result<Method, Fault> {
    let Some(noisy) = parts.derivatives.iter().find(|d| !d.noise.is_empty()) else {
        return Ok(Method::Adaptive);
    };
    let multiplied = noise::multiplied_by(&parts.derivatives, &parts.subexpressions).is_some();
    let message = format!("{wanted} cannot integrate the noise of '{}'", noisy.variable);
    let fault = Fault::new(codes::NOISE_METHOD, equation(group, &noisy.variable), message).label("has noise");
    Err(fault.also(span, "asked for here").help(with_noise(multiplied)))
}

/// The scheme of a group that names none and has no exact solution: euler, or heun for noise that euler cannot integrate.
fn unasked(parts: &GroupParts) -> Scheme {
    let multiplied = noise::multiplied_by(&parts.derivatives, &parts.subexpressions).is_some();
    Scheme::built_in(if multiplied { "heun" } else { "euler" }).expect("both are built in")
}

/// Refuses a name that no method has; `own` are those of schemes of the job.
pub fn known(wanted: &str, span: Span, own: &[&str]) -> Result<(), Fault> {
    let is_known = wanted == EXACT[1] || own.contains(&wanted) || names().contains(&wanted);
    if is_known { Ok(()) } else { Err(unknown(wanted, span, own)) }
}

fn unknown(wanted: &str, span: Span, own: &[&str]) -> Fault {
    let known: Vec<&str> = names().into_iter().chain(own.iter().copied()).collect();
    Fault::new(codes::METHOD, span, format!("there is no integration method '{wanted}'"))
        .label("not a method")
        .help(match crate::language::suggest::nearest(wanted, &known) {
            Some(near) => format!("did you mean '{near}'? the methods are {}", known.join(", ")),
            None => format!("use one of {}", known.join(", ")),
        })
}

fn by_name(
    wanted: &str,
    span: Span,
    model: &Model,
    group: &Group,
    parts: &GroupParts,
) -> Result<Method, Fault> {
    let own = model.schemes.iter().find(|s| s.name == wanted).map(Scheme::of_user);
    let scheme = Scheme::built_in(wanted).or(own).ok_or_else(|| unknown(wanted, span, &[]))?;
    noise_fits(&scheme, wanted, span, group, parts)?;
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

/// Refuses noise of a kind that the scheme cannot integrate.
fn noise_fits(
    scheme: &Scheme,
    wanted: &str,
    span: Span,
    group: &Group,
    parts: &GroupParts,
) -> Result<(), Fault> {
    let (derivatives, subexpressions) = (&parts.derivatives, &parts.subexpressions);
    let Some(noisy) = derivatives.iter().find(|d| !d.noise.is_empty()) else { return Ok(()) };
    let multiplied = noise::multiplied_by(derivatives, subexpressions);
    let refuse = |variable: &str, why: String, help: &str| {
        let message = format!("{wanted} cannot integrate the noise of '{variable}'");
        let fault = Fault::new(codes::NOISE_METHOD, equation(group, variable), message).label(why);
        Err(fault.also(span, "asked for here").help(help))
    };
    match scheme.stochastic {
        Stochastic::Any => Ok(()),
        Stochastic::None => refuse(&noisy.variable, "has noise".into(), with_noise(multiplied.is_some())),
        Stochastic::Additive => match multiplied {
            Some((variable, by)) => {
                let why =
                    format!("its noise is multiplied by {}", if by == "t" { "something of t" } else { &by });
                refuse(&variable, why, with_noise(true))
            }
            None => Ok(()),
        },
        Stochastic::Diagonal => match noise::not_diagonal(derivatives, subexpressions) {
            Some((variable, why)) => refuse(&variable, why, "use method = \"heun\", which takes any noise"),
            None => Ok(()),
        },
    }
}

/// What to write for equations with noise.
fn with_noise(multiplied: bool) -> &'static str {
    match multiplied {
        true => {
            "use method = \"heun\", which gives the integral of Stratonovich; that of Ito takes a scheme of your own: \
             docs/guide/noise.md"
        }
        false => "use method = \"euler\" or \"heun\"",
    }
}

fn drawn(group: &Group, parts: &GroupParts, derivative: &scheme::Derivative) -> Option<Fault> {
    let deep = parts.subexpressions.inline(&derivative.rate);
    is_random(&deep).then(|| drawn_equation(equation(group, &derivative.variable), &derivative.variable))
}

fn drawn_equation(span: Span, variable: &str) -> Fault {
    Fault::new(codes::DRAW, span, format!("the equation of '{variable}' draws random numbers"))
        .label("a draw within an integration step has no defined meaning")
        .help("white noise is written xi; other random numbers are drawn in `initial`, in the threshold or in the reset")
}

/// Equations that draw, by themselves.
pub fn drawn_rates(group: &Group) -> Vec<Fault> {
    let drawn = group
        .equations
        .iter()
        .filter(|e| matches!(&e.kind, EquationKind::Differential(expr) if is_random(expr)));
    drawn.map(|e| drawn_equation(e.name_span, &e.name)).collect()
}

/// Equations and subexpressions that draw, by themselves.
pub fn drawn_equations(group: &Group) -> Vec<Fault> {
    let mut faults = drawn_rates(group);
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

/// When a timed array does not hinder the exact method.
const HOLDS: &str = "use method = \"exponential_euler\", \"rk4\" or \"euler\"; exact takes a timed array that is called with t \
                     alone, is not interpolated, and whose 'dt' is a multiple of the time step at all points";

fn exact(group: &Group, parts: &GroupParts, names: &Names) -> Result<Method, Fault> {
    let asked = group.method.as_ref().map(|(_, span)| *span);
    let refuse = |variable: &str, why: &str| {
        let place = equation(group, variable);
        let fault = Fault::new(codes::NOT_EXACT, place, format!("exact cannot integrate '{variable}'"))
            .label(why.to_string());
        let fault = asked.map_or(fault.clone(), |span| fault.also(span, "asked for here"));
        Err(fault.help("use method = \"exponential_euler\", \"rk4\" or \"euler\""))
    };
    if let Some(noisy) = parts.derivatives.iter().find(|d| !d.noise.is_empty()) {
        let multiplied = noise::multiplied_by(&parts.derivatives, &parts.subexpressions).is_some();
        let message = format!("exact cannot integrate the noise of '{}'", noisy.variable);
        let fault =
            Fault::new(codes::NOISE_METHOD, equation(group, &noisy.variable), message).label("has noise");
        let fault = asked.map_or(fault.clone(), |span| fault.also(span, "asked for here"));
        return Err(fault.help(with_noise(multiplied)));
    }
    match System::analyse(&parts.derivatives, &parts.subexpressions, names) {
        Ok(_) => Ok(Method::Exact),
        Err(NotExact::NotLinear(variable)) => refuse(&variable, "not linear in the group's variables"),
        Err(NotExact::DependsOnTime(variable)) => {
            let refused = refuse(&variable, "depends on time within a step");
            let rates = parts.derivatives.iter().filter(|d| d.variable == variable);
            let looks_up =
                rates.map(|d| parts.subexpressions.inline(&d.rate)).any(|rate| names.looks_up(&rate));
            refused.map_err(|fault| if looks_up { fault.help(HOLDS) } else { fault })
        }
    }
}

fn equation(group: &Group, variable: &str) -> Span {
    group.equations.iter().find(|e| e.name == variable).map_or(group.span, |e: &Equation| {
        debug_assert!(!e.has(Flag::Summed));
        e.name_span
    })
}
